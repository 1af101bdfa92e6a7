/* findings.h: what people should know of a model, in a sentence each. */
#ifndef MG_SITE_FINDINGS_H
#define MG_SITE_FINDINGS_H

#include <modelgate/release.h>

#include "base/arena.h"
#include "site/records.h"
#include "site/values.h"

/* What the state of a stage rests on. */
struct mg_site_stage_facts {
	const struct mg_policy *policy;
	int64_t now_us, newest_pass_us; /* MG_SITE_NEVER: none passed */
	size_t future;                  /* runs that are dated after now */
	size_t ahead;                   /* runs of the last days that are dated after their start */
	const char *late;               /* why it is; or NULL */
};

void mg_site_findings_of_stage(struct mg_arena *arena, struct mg_site_entry *entry,
	const struct mg_site_stage *stage, const struct mg_site_stage_facts *facts);
void mg_site_findings_of_model(
	struct mg_arena *arena, struct mg_site_entry *entry, const struct mg_site_records *records);
/* A file of the history that cannot be believed. */
void mg_site_finding_broken(
	struct mg_arena *arena, struct mg_site_entry *entry, const struct mg_site_broken *broken);
/* The worst first, then by model. */
void mg_site_findings_sort(struct mg_site_finding *findings, size_t count);

#endif
