/* moved.c: one result of a promotion, rollback or withdrawal as text, JSON or logging commands. */
#include "cli/moved.h"

#include "base/escape.h"
#include "base/text.h"
#include "report/azure.h"
#include "report/json_out.h"

int mg_move_options_read(
	const struct mg_args *args, struct mg_move_options *out, struct mg_error *err)
{
	*out = (struct mg_move_options){.model = mg_arg_text(args, "model"),
		.remote = mg_arg_text(args, "push"),
		.signing_key = mg_arg_text(args, "sign"),
		.policy_ref = mg_arg_text(args, "policy-ref"),
		.dry_run = mg_arg_flag(args, "dry-run")};
	if (mg_arg_flag(args, "json") && mg_arg_flag(args, "azure"))
		return mg_fail(err, MG_EUSAGE,
			"--json and --azure both write to standard output; use one of them");
	return mg_arg_duration(args, "timeout", &out->timeout_s, err);
}

/* ---- for people ---- */

/* One line: what comes from git, servers and run files is made safe. */
static void line(struct mg_text *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void line(struct mg_text *out, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	mg_text_add(out, mg_log_safe(out->arena, mg_vprintf(out->arena, format, args)));
	va_end(args);
	mg_text_add_char(out, '\n');
}

static void print_refused(struct mg_text *out, const struct mg_moved *m)
{
	size_t n = m->refusals.count;
	line(out, "REFUSED  %s %s: %zu rule%s broken", m->model, m->stage, n,
		n == 1 ? " is" : "s are");
	for (size_t i = 0; i < n; i++) {
		const struct mg_refusal *r = &m->refusals.list[i];
		mg_text_add_char(out, '\n');
		line(out, "  %s", r->rule);
		line(out, "    %s", r->found);
		line(out, "    fix: %s%s", r->fix,
			r->overridable ? "; or --override \"reason\"" : "");
	}
}

static void print_done(
	struct mg_text *out, const struct mg_moved *m, const char *verb, bool dry_run)
{
	if (m->done_before)
		line(out, "%s %s %s %s: already done, nothing to do", m->model, m->version, verb,
			m->stage);
	else if (dry_run)
		line(out, "dry run: %s %s would be tagged so that it %s %s", m->model, m->version,
			verb, m->stage);
	else
		line(out, "%s %s %s %s", m->model, m->version, verb, m->stage);
	line(out, "  tag       %s%s%s", m->tag, m->id ? "  " : "", m->id ? m->id : "");
	line(out, "  commit    %s", m->commit);
	if (m->registers)
		line(out, "  version   %s is new", m->version);
	if (m->evidence)
		line(out, "  evidence  %s  sha256:%s", m->evidence, m->evidence_sha256);
	for (size_t i = 0; i < m->overridden.count; i++)
		line(out, "  override  %s: %s", m->overridden.list[i].rule,
			m->overridden.list[i].found);
	if (m->remote)
		line(out, "  remote    %s%s", dry_run ? "would go to " : "", m->remote);
	if (m->stands)
		line(out, "  now       %s %s %s", m->stage, dry_run ? "would hold" : "holds",
			m->stands);
}

/* ---- for programs ---- */

static void add_refusals(struct mg_json *json, const char *key, const struct mg_refusals *refusals)
{
	mg_json_open(json, key, '[', false);
	for (size_t i = 0; i < refusals->count; i++) {
		mg_json_open(json, NULL, '{', false);
		mg_json_text(json, "rule", refusals->list[i].rule);
		mg_json_text(json, "found", refusals->list[i].found);
		mg_json_text(json, "way_out",
			refusals->list[i].fix); /* an interface: its readers know this key */
		mg_json_bool(json, "overridable", refusals->list[i].overridable);
		mg_json_close(json, '}');
	}
	mg_json_close(json, ']');
}

static const char *outcome(const struct mg_moved *m, bool dry_run)
{
	if (m->refusals.count)
		return "refused";
	if (m->done_before)
		return "done before";
	return dry_run ? "would be done" : "done";
}

static void print_json(struct mg_text *out, const struct mg_moved *m, bool dry_run)
{
	struct mg_json json = {.out = out};
	mg_json_open(&json, NULL, '{', false);
	mg_json_text(&json, "outcome", outcome(m, dry_run));
	mg_json_text(&json, "model", m->model);
	mg_json_text(&json, "stage", m->stage);
	mg_json_text(&json, "version", m->version);
	mg_json_text(&json, "commit", m->commit);
	mg_json_text(&json, "tag", m->tag);
	mg_json_text(&json, "id", m->id);
	mg_json_bool(&json, "registers", m->registers);
	mg_json_text(&json, "evidence", m->evidence);
	mg_json_text(&json, "evidence_sha256", m->evidence_sha256);
	mg_json_text(&json, "run_sha256", m->run_sha256);
	mg_json_text(&json, "remote", dry_run || m->refusals.count ? NULL : m->remote);
	mg_json_text(&json, "stands", m->stands);
	add_refusals(&json, "refusals", &m->refusals);
	add_refusals(&json, "overridden", &m->overridden);
	mg_json_close(&json, '}');
	mg_text_add_char(out, '\n');
}

/* ---- for a pipeline ---- */

/* "churn v1.2.0 PRD" for what came there; who waits for that must not see it of a withdrawal. */
static const char *build_tag(struct mg_arena *arena, const struct mg_moved *m, const char *verb)
{
	return mg_printf(arena, "%s %s %s%s", m->model, m->version,
		mg_streq(verb, "is out of") ? "out of " : "", m->stage);
}

static void print_azure(struct mg_text *out, const struct mg_moved *m, const char *verb,
	bool tags_build, bool dry_run)
{
	for (size_t i = 0; i < m->refusals.count; i++)
		mg_azure_error(out,
			mg_printf(out->arena, "%s %s: %s: %s; fix: %s", m->model, m->stage,
				m->refusals.list[i].rule, m->refusals.list[i].found,
				m->refusals.list[i].fix));
	if (m->refusals.count || dry_run)
		return;
	mg_azure_variable(out, "modelgate.tag", m->tag);
	mg_azure_variable(out, "modelgate.version", m->version);
	mg_azure_variable(out, "modelgate.stage", m->stage);
	if (m->evidence_sha256)
		mg_azure_variable(out, "modelgate.evidence", m->evidence_sha256);
	mg_azure_variable(out, "modelgate.byThisBuild", m->by_this_build ? "true" : "false");
	const char *tag = build_tag(out->arena, m, verb);
	mg_azure_variable(out, "modelgate.buildTag", tag);
	if (tags_build)
		mg_azure_build_tag(out, tag);
}

/* ---- all of it ---- */

int mg_moved_print(struct mg_cli *cli, const struct mg_args *args, const char *verb,
	bool tags_build, const struct mg_moved *moved)
{
	bool dry_run = mg_arg_flag(args, "dry-run");
	struct mg_text text;
	mg_text_init(&text, cli->arena);
	if (mg_arg_flag(args, "json"))
		print_json(&text, moved, dry_run);
	else if (moved->refusals.count)
		print_refused(&text, moved);
	else
		print_done(&text, moved, verb, dry_run);
	if (mg_arg_flag(args, "azure"))
		print_azure(&text, moved, verb, tags_build, dry_run);
	fwrite(text.data, 1, text.len, cli->out);
	/* Moves in quick succession are dated ahead of the clock as well, by a second each. */
	enum { WORTH_TELLING_S = 30 };
	if (moved->ahead_s > WORTH_TELLING_S)
		mg_cli_note(cli,
			"the clock is behind the model's last tag; the new ones carry a time that "
			"is %lld seconds ahead of it, so that they come after",
			(long long)moved->ahead_s);
	return mg_exit_code(MG_OK, moved->refusals.count ? MG_FAIL : MG_PASS, false);
}
