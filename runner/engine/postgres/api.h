/* api.h: libpq's functions, from the library that is opened when the first connection is: linked, it would cost
 * every command some milliseconds, and most need none. */
#ifndef MG_ENGINE_POSTGRES_API_H
#define MG_ENGINE_POSTGRES_API_H

#include <libpq-fe.h>

#include <modelgate/error.h>

#define MG_LIBPQ_FUNCTIONS(F)                                                                      \
	F(cancel)                                                                                  \
	F(clear)                                                                                   \
	F(connectPoll)                                                                             \
	F(connectStartParams)                                                                      \
	F(connectionUsedPassword)                                                                  \
	F(consumeInput)                                                                            \
	F(errorMessage)                                                                            \
	F(finish)                                                                                  \
	F(flush)                                                                                   \
	F(fmod)                                                                                    \
	F(fname)                                                                                   \
	F(freeCancel)                                                                              \
	F(ftype)                                                                                   \
	F(getCancel)                                                                               \
	F(getResult)                                                                               \
	F(getisnull)                                                                               \
	F(getlength)                                                                               \
	F(getvalue)                                                                                \
	F(host)                                                                                    \
	F(isBusy)                                                                                  \
	F(libVersion)                                                                              \
	F(nfields)                                                                                 \
	F(ntuples)                                                                                 \
	F(parameterStatus)                                                                         \
	F(port)                                                                                    \
	F(resultErrorField)                                                                        \
	F(resultErrorMessage)                                                                      \
	F(resultStatus)                                                                            \
	F(sendDescribePrepared)                                                                    \
	F(sendPrepare)                                                                             \
	F(sendQueryParams)                                                                         \
	F(serverVersion)                                                                           \
	F(setNoticeProcessor)                                                                      \
	F(setnonblocking)                                                                          \
	F(socket)                                                                                  \
	F(sslInUse)                                                                                \
	F(status)

struct mg_libpq_api {
#define MG_MEMBER(name) __typeof__(&PQ##name) name;
	MG_LIBPQ_FUNCTIONS(MG_MEMBER)
#undef MG_MEMBER
};

/* The library beside the program (../lib) or the system's; it stays open until the process ends. MG_EENGINE says
 * what to install. */
MG_MUST_USE int mg_libpq_load(struct mg_libpq_api *out, struct mg_error *err);

#endif
