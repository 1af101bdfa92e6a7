/* fuzz_spec.c: any bytes as a spec, with the real kinds: nothing crashes, and what is said of them
 * holds together. */
#include <modelgate/check.h>
#include <modelgate/engine.h>
#include <modelgate/spec.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds)
		abort();
}

/* Errors are in order, say something, and print as text that is safe in a log. */
static void check_diags(
	struct mg_arena *arena, const struct mg_diags *diags, const char *text, size_t len)
{
	for (size_t i = 0; i < diags->count; i++) {
		const struct mg_diag *diag = &diags->list[i];
		expect(diag->message && diag->message[0] && diag->width >= 1);
		expect(diag->pos.line >= 0 && (diag->pos.line == 0 || diag->pos.col >= 1));
		if (i > 0 && i + 1 < diags->count)
			expect(diags->list[i - 1].pos.line <= diag->pos.line);
	}
	const char *shown = mg_diags_text(arena, diags, "spec.yaml", text, len);
	expect(mg_utf8_valid(shown, strlen(shown)));
	expect(!strcasestr(shown, "##vso") && !strstr(shown, "##["));
	for (const char *c = shown; *c; c++)
		expect(*c == '\n' || (unsigned char)*c >= 0x20);
}

static void parse(const char *text, size_t len, const char *stage)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	static const struct mg_var vars[] = {{"month", "2001-02"}};
	struct mg_spec_options options = {.stage = stage,
		.vars = vars,
		.var_count = stage ? 1 : 0,
		.kinds = mg_check_kinds,
		.engines = mg_engines};
	struct mg_diags diags = {.arena = arena};
	struct mg_spec *spec = NULL;
	struct mg_error err = {0};
	int code = mg_spec_parse(arena, "spec.yaml", text, len, &options, &diags, &spec, &err);
	expect((code == MG_OK) == (diags.count == 0) && (code == MG_OK) == (spec != NULL));
	check_diags(arena, &diags, text, len);
	for (size_t i = 0; spec && i < spec->suite_count; i++) {
		expect(spec->suites[i].check_count > 0);
		for (size_t k = 0; k < spec->suites[i].check_count; k++)
			expect(spec->suites[i].checks[k].kind && spec->suites[i].checks[k].params);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* As a file is read: with a NUL behind it. */
	char *text = malloc(size + 1);
	expect(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	parse(text, size, NULL);
	parse(text, size, "PRD");
	free(text);
	return 0;
}
