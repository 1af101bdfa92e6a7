/* azure.h: what a run says to an Azure Pipelines agent through its log: folded groups, errors and
 * warnings that point into the spec, the summary page, variables for later steps, progress. */
#ifndef MG_REPORT_AZURE_H
#define MG_REPORT_AZURE_H

#include "base/text.h"

/* The report is mg_report_azure of formats.def. It goes to standard output and nowhere else: an agent
 * obeys what it reads there. */

/* One line that tells the agent how far the work is (0 to 100) and what it is doing. */
void mg_azure_progress(struct mg_text *out, int percent, const char *label);

/* A task error; the output variable of a name; a tag of the build, of which letters, digits, dots, dashes
 * and underscores stay and everything else becomes a dash. One line each. */
void mg_azure_error(struct mg_text *out, const char *text);
void mg_azure_variable(struct mg_text *out, const char *name, const char *value);
void mg_azure_build_tag(struct mg_text *out, const char *tag);

#endif
