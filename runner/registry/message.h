/* message.h: the message of a tag: one sentence, then trailers that `git interpret-trailers --parse`
 * reads. */
#ifndef MG_REGISTRY_MESSAGE_H
#define MG_REGISTRY_MESSAGE_H

#include <modelgate/error.h>
#include <modelgate/release.h>

#define MG_MESSAGE_MAX_BYTES 4096

/* A value as it stands in a message: in one line, without control characters; "" is not written. */
const char *mg_message_line(struct mg_arena *arena, const char *s);
/* sentence LF LF trailers. Values lose line ends and control characters (a trailer is one line).
 * MG_ELIMIT names the longest value when it does not fit in MG_MESSAGE_MAX_BYTES. */
MG_MUST_USE int mg_message_write(struct mg_arena *arena, const char *sentence,
	const struct mg_trailers *trailers, char **out, struct mg_error *err);
/* Trailers of any message: of the last paragraph, as git reads them; unknown ones are passed over,
 * of one that is repeated (but Approved-by) the message is not of modelgate (format 0). */
void mg_message_read(struct mg_arena *arena, const char *message, struct mg_trailers *out);

#endif
