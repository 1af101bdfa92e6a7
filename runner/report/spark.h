/* spark.h: pictures that are text: a letter for each number, the higher, the larger it is. */
#ifndef MG_REPORT_SPARK_H
#define MG_REPORT_SPARK_H

#include <modelgate/run.h>

#include "base/arena.h"

/* The bar for a share from 0 to 1. */
const char *mg_spark(double share);
/* The bins or slices of a result: "current ▁▃█▅, reference ▂▅█▁", on one scale; NULL without such a chart, or
 * where it has more bars than a line of a table has room for. */
char *mg_spark_chart(struct mg_arena *arena, const struct mg_result *r);

#endif
