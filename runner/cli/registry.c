/* registry.c: opens the ledger for commands; events as JSON, and tables. */
#include "cli/registry.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "registry/event_order.h"
#include "registry/ledger.h"
#include "report/columns.h"

int mg_registry_authority(struct mg_cli *cli, const struct mg_args *args,
	const struct mg_registry_remote *asked, const struct mg_git *git, struct mg_authority *out,
	struct mg_error *err)
{
	const struct mg_authority_source source = {.git = git,
		.remote = asked ? asked->name : "origin",
		.refs = asked ? asked->refs : NULL,
		.policy_ref = mg_arg_text(args, "policy-ref")};
	return mg_authority_find_for_reading(cli->arena, &source, out, err);
}

int mg_registry_open(struct mg_cli *cli, const struct mg_args *args,
	const struct mg_registry_remote *asked, const char *model, struct mg_registry *out,
	struct mg_error *err)
{
	out->arena = cli->arena;
	MG_TRY(mg_git_open(cli->arena, mg_arg_text(args, "repo"), &out->git, err));
	mg_map_init(&out->lacks, cli->arena);
	out->git.lacks = &out->lacks;
	MG_TRY(mg_registry_authority(cli, args, asked, &out->git, &out->authority, err));
	const struct mg_authority *authority = &out->authority;
	if (authority->problem && authority->policy.path)
		mg_cli_note(cli, "using the %s of the work tree instead of branch %s: %s",
			authority->policy.path, mg_log_safe(cli->arena, authority->branch),
			authority->problem);
	return mg_ledger_read(
		cli->arena, &out->git, &out->authority.policy, model, &out->ledger, err);
}

int mg_registry_print_missing(
	struct mg_cli *cli, const struct mg_map *lacks, const struct mg_error *err)
{
	if (err->code && err->code != MG_ENOTFOUND && lacks->count == 0)
		return mg_cli_fail(cli, err);
	for (size_t i = 0; i < lacks->count; i++)
		fprintf(cli->out, "%s\n", lacks->entries[i].key);
	return mg_exit_code(MG_OK, MG_PASS, false);
}

void mg_registry_close(struct mg_registry *registry)
{
	mg_git_close(&registry->git);
}

int mg_registry_model(const struct mg_registry *registry, const char *name,
	const struct mg_model **out, struct mg_error *err)
{
	const struct mg_model *model = mg_ledger_model(&registry->ledger, name);
	if (model && model->event_count > 0) {
		*out = model;
		return MG_OK;
	}
	struct mg_ledger all;
	MG_TRY(mg_ledger_read(
		registry->arena, &registry->git, &registry->authority.policy, NULL, &all, err));
	const char **names = mg_alloc_array(registry->arena, all.model_count, sizeof(*names));
	for (size_t i = 0; i < all.model_count; i++)
		names[i] = all.models[i].name;
	const char *nearest = mg_nearest_word(name, names, all.model_count);
	if (nearest)
		return mg_fail(err, MG_ENOTFOUND,
			"no tag in this clone names a model '%s'; did you mean '%s'?", name,
			nearest);
	return mg_fail(err, MG_ENOTFOUND,
		"no tag in this clone names a model '%s'%s; if the remote has some, " MG_GIT_FULL_CLONE,
		name, all.model_count ? "; 'modelgate status' lists the models there are" : "");
}

int mg_registry_clock(const struct mg_args *args, int64_t *out_us, struct mg_error *err)
{
	const char *as_of = mg_arg_text(args, "as-of");
	*out_us = mg_clock_now_us();
	if (as_of && !mg_clock_parse(as_of, out_us))
		return mg_fail(err, MG_EUSAGE,
			"--as-of '%s' is not a time; write it as 2026-11-23 or "
			"2026-11-23T04:05:06Z",
			as_of);
	return MG_OK;
}

/* ---- JSON ---- */

const char *mg_event_time(struct mg_arena *arena, const struct mg_event *event)
{
	int minutes = event->offset_minutes;
	if (minutes < -24 * 60 || minutes > 24 * 60)
		minutes = 0; /* no such zone; the moment is right all the same */
	char local[32];
	mg_clock_format(event->time_us + (int64_t)minutes * 60 * 1000000, local);
	char *zone = strchr(local, 'Z');
	if (zone)
		*zone = '\0';
	return mg_printf(arena, "%s%c%02d:%02d", local, minutes < 0 ? '-' : '+', abs(minutes) / 60,
		abs(minutes) % 60);
}

/* gto strips blanks at both ends. */
static const char *stripped(struct mg_arena *arena, const char *s)
{
	s += strspn(s, " \t\r\n\v\f");
	size_t n = strlen(s);
	while (n > 0 && strchr(" \t\r\n\v\f", s[n - 1]))
		n--;
	return mg_strndup(arena, s, n);
}

void mg_event_json_ours(struct mg_json *json, const struct mg_event *event)
{
	const struct mg_trailers *t = &event->trailers;
	const struct {
		const char *key, *value;
	} texts[] = {
		{"from", t->from},
		{"from_id", t->from_id},
		{"previous", t->previous},
		{"previous_id", t->previous_id},
		{"spec", t->spec},
		{"spec_sha256", t->spec_sha256},
		{"run_sha256", t->run_sha256},
		{"evidence", t->evidence},
		{"evidence_sha256", t->evidence_sha256},
		{"vars", t->vars},
		{"attempt", t->attempt},
		{"earlier", t->earlier},
		{"deployed", t->deployed},
		{"branch", t->branch},
		{"branch_id", t->branch_id},
		{"policy_sha256", t->policy_sha256},
		{"mlflow_run", t->mlflow_run},
		{"mlflow_version", t->mlflow_version},
		{"build", t->build},
		{"reason", t->reason},
	};
	mg_json_text(json, "id", event->id);
	if (event->name.counter >= 0)
		mg_json_int(json, "counter", event->name.counter);
	else
		mg_json_null(json, "counter");
	mg_json_bool(json, "by_modelgate", t->format == 1);
	mg_json_bool(json, "signed", event->signature != NULL);
	mg_json_text(json, "decision", t->decision ? mg_decision_words(event) : NULL);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		mg_json_text(json, texts[i].key, texts[i].value);
	mg_json_open(json, "approvers", '[', true);
	for (size_t i = 0; i < t->approver_count; i++)
		mg_json_text(json, NULL, t->approvers[i]);
	mg_json_close(json, ']');
}

void mg_event_json(struct mg_json *json, const struct mg_model *model, const struct mg_event *event)
{
	struct mg_arena *arena = json->out->arena;
	mg_json_text(json, "timestamp", mg_event_time(arena, event));
	mg_json_text(json, "artifact", model->name);
	mg_json_text(json, "event", mg_event_word(event->name.type));
	mg_json_int(json, "priority", mg_event_rank(event->name.type));
	mg_json_text(json, "version", mg_event_version(model, event));
	mg_json_text(json, "stage", event->name.stage);
	mg_json_text(json, "commit", event->commit);
	mg_json_text(json, "author", event->author);
	mg_json_text(json, "author_email", event->email);
	mg_json_text(json, "message", stripped(arena, event->message));
	mg_json_text(json, "ref", event->tag);
	mg_event_json_ours(json, event);
}

/* ---- tables ---- */

void mg_listing_init(struct mg_listing *table, struct mg_arena *arena, size_t columns)
{
	*table = (struct mg_listing){.arena = arena, .columns = columns};
}

void mg_listing_add(struct mg_listing *table, const char *cell)
{
	table->cells = mg_grow(
		table->arena, table->cells, table->count, &table->capacity, sizeof(*table->cells));
	table->cells[table->count++] = cell && *cell ? mg_log_safe(table->arena, cell) : "-";
}

void mg_listing_print(
	const struct mg_listing *table, struct mg_text *out, const struct mg_style *style)
{
	size_t *widths = mg_alloc_array(table->arena, table->columns, sizeof(*widths));
	for (size_t i = 0; i < table->count; i++) {
		size_t width = mg_utf8_width(table->cells[i]);
		if (width > widths[i % table->columns])
			widths[i % table->columns] = width;
	}
	for (size_t i = 0; i < table->count; i++) {
		size_t column = i % table->columns;
		bool last = column + 1 == table->columns;
		if (i == 0)
			mg_text_add(out, mg_style_ink(style, MG_INK_BOLD));
		if (last)
			mg_text_add(out, table->cells[i]);
		else
			mg_add_padded(out, table->cells[i], widths[column] + 2, false);
		if (i + 1 == table->columns)
			mg_text_add(out, mg_style_ink(style, MG_INK_PLAIN));
		if (last)
			mg_text_add_char(out, '\n');
	}
}
