/* comment.h: the summary of a run as a comment in a pull request. */
#ifndef MG_REPORT_COMMENT_H
#define MG_REPORT_COMMENT_H

#include <modelgate/error.h>
#include <modelgate/report.h>

/* Where the run's files are, for people: NULL when it is not known. Both are put in as they are. */
struct mg_comment_origin {
	const char *run_id, *run_url;
};

/* The Markdown summary, what more there is to say (Markdown, or ""), and a line that leads to the pipeline's run; cut, with a word about it, where it has more
 * than max characters (UTF-16 code units). */
MG_MUST_USE int mg_comment_text(struct mg_arena *arena, const struct mg_run *run,
	const struct mg_comment_origin *origin, const char *more, size_t max, char **out,
	struct mg_error *err);

#endif
