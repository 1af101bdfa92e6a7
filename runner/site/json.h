/* json.h: the data of a site, as docs/contract/site.schema.json says. Each ends with a newline. */
#ifndef MG_SITE_JSON_H
#define MG_SITE_JSON_H

#include "base/text.h"
#include "site/records.h"
#include "site/values.h"

void mg_site_json_fleet(struct mg_text *out, const struct mg_site_fleet *fleet);
/* All stages of one month, "2026-11". */
void mg_site_json_month(struct mg_text *out, const struct mg_site_model *model,
	const struct mg_site_records *records, const char *month);
/* `months` are texts of mg_site_json_month. */
void mg_site_json_model(struct mg_text *out, const struct mg_site_entry *entry, int64_t now_us,
	bool is_fixed, const char *const *months, size_t count);
/* Newest first. */
void mg_site_json_decisions(struct mg_text *out, const struct mg_site_fleet *fleet,
	const struct mg_site_event *const *events, size_t count);

#endif
