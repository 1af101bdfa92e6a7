/* formats.c: the list of formats.def as an array. */
#include "report/formats.h"

#include <stddef.h>

const struct mg_report_format *const mg_report_formats[] = {
#define FORMAT(name) &mg_report_##name,
#include "report/formats.def"
#undef FORMAT
	NULL,
};
