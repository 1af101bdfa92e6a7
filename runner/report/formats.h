/* formats.h: the descriptors that formats.def lists. */
#ifndef MG_REPORT_FORMATS_H
#define MG_REPORT_FORMATS_H

#include <modelgate/report.h>

#define FORMAT(name) extern const struct mg_report_format mg_report_##name;
#include "report/formats.def"
#undef FORMAT

#endif
