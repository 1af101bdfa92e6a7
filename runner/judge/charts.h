/* charts.h: the charts of a value become those of its result. */
#ifndef MG_JUDGE_CHARTS_H
#define MG_JUDGE_CHARTS_H

#include <modelgate/check.h>
#include <modelgate/run.h>

/* Copies all charts that reports may show: none whose numbers quote values of a redacted column. Numbers
 * are rounded to six digits, more than any picture shows. */
void mg_judge_charts(struct mg_arena *arena, const struct mg_check *c, const struct mg_value *v,
	struct mg_result *r);

#endif
