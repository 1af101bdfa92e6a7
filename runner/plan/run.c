/* run.c: the words of a verdict, and how the verdicts of all checks make one. */
#include <modelgate/run.h>

#include "base/clock.h"
#include "base/text.h"

const char *const mg_verdict_words[] = {"pass", "warn", "fail", "skip", "error", NULL};
const char *const mg_access_words[] = {
	"not said", "unknown", "whole", "filtered", "masked", "filtered and masked", NULL};
const char *const mg_limit_state_words[] = {"held", "broken", "open", "lacking", NULL};

const char *mg_verdict_word(enum mg_verdict verdict)
{
	return mg_verdict_words[verdict];
}

bool mg_result_held(const struct mg_result *r)
{
	bool lacks_all = r->limit_count > 0;
	for (size_t i = 0; i < r->limit_count; i++)
		lacks_all = lacks_all &&
			(r->limits[i].state == MG_LACKING || mg_streq(r->limits[i].role, "effect"));
	return r->verdict != MG_SKIP && r->verdict != MG_ERROR && !lacks_all;
}

const char *mg_run_skipped_suite(const struct mg_run *run)
{
	/* The results of a suite stand together. */
	for (size_t i = 0, next = 0; i < run->result_count; i = next) {
		const char *suite = run->results[i].suite;
		bool all = true;
		for (next = i; next < run->result_count; next++) {
			if (!mg_streq(run->results[next].suite, suite))
				break;
			all = all && run->results[next].verdict == MG_SKIP;
		}
		if (all)
			return suite;
	}
	return NULL;
}

size_t mg_part_of(size_t index, size_t of)
{
	return index % of + 1;
}

const char *mg_input_state_words(struct mg_arena *arena, const struct mg_input *input)
{
	const struct mg_table_state *t = &input->table;
	struct mg_text text;
	mg_text_init(&text, arena);
	if (t->version)
		mg_text_addf(&text, "version %s", t->version);
	else
		mg_text_addf(&text, "not pinned%s%s", t->snapshot ? ", snapshot " : "",
			t->snapshot ? t->snapshot : "");
	if (t->access == MG_ACCESS_UNKNOWN)
		mg_text_add(&text, ", access unknown");
	else if (t->access > MG_ACCESS_WHOLE)
		mg_text_addf(&text, ", %s", mg_access_words[t->access]);
	return text.data;
}

const char *mg_input_access_sentence(struct mg_arena *arena, const struct mg_input *input)
{
	static const char *const hidden[] = {[MG_ACCESS_FILTERED] = "rows",
		[MG_ACCESS_MASKED] = "values",
		[MG_ACCESS_FILTERED_AND_MASKED] = "rows and values"};
	enum mg_access access = input->table.access;
	if (!input->table.kind || access == MG_ACCESS_NOT_SAID || access == MG_ACCESS_WHOLE)
		return NULL;
	if (access == MG_ACCESS_UNKNOWN)
		return mg_printf(arena,
			"data '%s': whether %s hides rows or values from whoever ran this is unknown",
			input->data, input->path);
	return mg_printf(arena,
		"data '%s': %s is %s; %s that it hides from whoever ran this were not judged",
		input->data, input->path, mg_access_words[access], hidden[access]);
}

const char *mg_input_profile_words(struct mg_arena *arena, const struct mg_input *input)
{
	struct mg_text text;
	if (!input->profile.source_count)
		return NULL;
	mg_text_init(&text, arena);
	mg_text_addf(&text, "made %s of ", mg_clock_text(arena, input->profile.made_us));
	for (size_t i = 0; i < input->profile.source_count; i++) {
		const struct mg_input *source = &input->profile.sources[i];
		mg_text_addf(&text, "%s%s %s%s", i ? ", " : "", source->path,
			source->table.kind ? "" : "sha256:",
			source->table.kind ? mg_input_state_words(arena, source) : source->sha256);
	}
	return text.data;
}

bool mg_input_same(const struct mg_input *a, const struct mg_input *b)
{
	if (!a->table.kind || !b->table.kind)
		return !a->table.kind && !b->table.kind && mg_streq(a->sha256, b->sha256);
	const char *x = a->table.version ? a->table.version : a->table.snapshot;
	const char *y = b->table.version ? b->table.version : b->table.snapshot;
	return mg_streq(a->table.kind, b->table.kind) && mg_streq(a->path, b->path) && x && y &&
		!a->table.version == !b->table.version && mg_streq(x, y) &&
		a->table.access == b->table.access;
}

void mg_run_close(struct mg_run *run)
{
	struct mg_counts n = {0};
	bool held = false;
	for (size_t i = 0; i < run->result_count; i++) {
		held = held || mg_result_held(&run->results[i]);
		switch (run->results[i].verdict) {
		case MG_PASS:
			n.pass++;
			break;
		case MG_WARN:
			n.warn++;
			break;
		case MG_FAIL:
			n.fail++;
			break;
		case MG_SKIP:
			n.skip++;
			break;
		case MG_ERROR:
			n.error++;
			break;
		}
	}
	run->counts = n;
	/* A run that was stopped has not seen everything, so it can't say that all is well. */
	if (n.error || run->stopped || !held || mg_run_skipped_suite(run))
		run->verdict = MG_ERROR;
	else
		run->verdict = n.fail ? MG_FAIL : n.warn ? MG_WARN : MG_PASS;
}
