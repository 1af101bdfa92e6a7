/* error.h: how a fallible function says what went wrong, once, where it is known. */
#ifndef MODELGATE_ERROR_H
#define MODELGATE_ERROR_H

#include <stdarg.h>

/* What kind of failure it was. 0 is success; the command line turns the rest into exit codes. */
enum mg_code {
	MG_OK = 0,
	MG_EUSAGE,     /* the command line was wrong */
	MG_ESPEC,      /* the spec was wrong */
	MG_ENOTFOUND,  /* a file, column or name does not exist */
	MG_EIO,        /* reading or writing failed */
	MG_EENGINE,    /* the engine refused or failed a query */
	MG_ECANCELLED, /* a person or a signal stopped the work */
	MG_ETIMEOUT,   /* the time allowed ran out */
	MG_ELIMIT,     /* an input was larger than its bound */
	MG_EMEMORY,    /* the engine may not use as much memory as a query needs */
};

/* Lives on the caller's stack; `text` is one plain sentence (no newline at the end). */
struct mg_error {
	enum mg_code code;
	char text[2048];
};

/* Stands before each function that can fail: a caller that drops the code does not compile cleanly. */
#define MG_MUST_USE __attribute__((warn_unused_result))

/* Writes code and text into err (when err is not NULL) and returns code, so that
 * `return mg_fail(err, MG_EIO, "...")` reads as one step. Text longer than the buffer is cut at
 * a UTF-8 character. */
int mg_fail(struct mg_error *err, enum mg_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "<prefix>: " before the text that err already has and returns err->code. Never replaces. */
int mg_fail_in(struct mg_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* For a failure that changes nothing; the caller says why. */
static inline void mg_ignore(int code)
{
	(void)code;
}

/* Hands a failure to the caller. The only macro that returns. */
#define MG_TRY(call)                                                                               \
	do {                                                                                       \
		int mg_try_code = (call);                                                          \
		if (mg_try_code != MG_OK)                                                          \
			return mg_try_code;                                                        \
	} while (0)

#endif
