/* vars.c: variables: --var over the stage over the file, put into every text; nothing else is. */
#include <string.h>

#include "base/text.h"
#include "spec/read.h"

/* Of all values that are put into texts: a spec of some kilobytes could ask for gigabytes. */
enum { EXPANDED_MAX_BYTES = 8 << 20 };

struct vars {
	struct mg_reader *r;
	size_t expanded; /* bytes of values so far */
	bool too_long;
	struct mg_map values;    /* name -> text: those in force */
	struct mg_map used;      /* every name that some text refers to */
	struct mg_map elsewhere; /* name -> stages that set it, for messages */
};

/* ---- ${name} in a text ---- */

/* The next reference at or after s: its start, with the name; "$${" is passed over. NULL: none.
 * *out_len is 0 when what follows "${" is no name and '}'. */
static const char *next_reference(const char *s, const char **out_name, size_t *out_len)
{
	while ((s = strstr(s, "${")) != NULL) {
		*out_name = s + 2;
		*out_len = strcspn(s + 2, "}");
		if (s[2 + *out_len] == '\0')
			*out_len = 0;
		return s;
	}
	return NULL;
}

static bool is_escaped(const char *text, const char *reference)
{
	return reference > text && reference[-1] == '$';
}

static void collect(struct vars *v, const struct mg_node *node)
{
	for (size_t i = 0; i < node->count; i++)
		collect(v, node->type == MG_NODE_LIST ? node->items[i] : node->pairs[i].value);
	if (node->type != MG_NODE_SCALAR)
		return;
	const char *name, *s = node->text;
	size_t len;
	while ((s = next_reference(s, &name, &len)) != NULL) {
		if (!is_escaped(node->text, s) && len > 0)
			mg_map_put(&v->used, mg_strndup(v->r->arena, name, len), NULL);
		s += 2;
	}
}

static void unknown_variable(struct vars *v, const struct mg_node *node, const char *name)
{
	struct mg_arena *arena = v->r->arena;
	struct mg_diag *diag = mg_diag_at(
		v->r->diags, node, "there is no variable '%s'", mg_diag_quote(arena, name));
	const char *stages = mg_map_get(&v->elsewhere, name);
	if (stages) {
		diag->accepted = mg_printf(arena, "a value under vars; only %s has one", stages);
		return;
	}
	const char **words = mg_alloc_array(arena, v->values.count, sizeof(*words));
	for (size_t i = 0; i < v->values.count; i++)
		words[i] = v->values.entries[i].key;
	diag->accepted = v->values.count
		? mg_printf(arena, "%s; $${ is ${ itself",
			  mg_diag_words(arena, words, v->values.count))
		: "a variable under vars, or one given with --var; $${ is ${ itself";
	diag->nearest = mg_diag_nearest(name, words, v->values.count);
}

/* Told once; what comes after it is left as it is. */
static char *refuse_length(struct vars *v, const struct mg_node *node)
{
	if (!v->too_long)
		mg_diag_at(v->r->diags, node,
			"with variables replaced the spec is longer than %d MiB",
			EXPANDED_MAX_BYTES >> 20)
			->accepted = "shorter values, or fewer places that use them";
	v->too_long = true;
	return NULL;
}

/* The text with its variables replaced, or NULL (reported). */
static char *replace(struct vars *v, const struct mg_node *node, bool *out_replaced)
{
	struct mg_text out;
	mg_text_init(&out, v->r->arena);
	const char *rest = node->text, *name, *s = node->text;
	size_t len;
	bool good = true;
	while ((s = next_reference(s, &name, &len)) != NULL) {
		if (is_escaped(rest, s)) {
			mg_text_add_bytes(&out, rest, (size_t)(s - rest) - 1);
			mg_text_add(&out, "${");
			rest = s = s + 2;
			continue;
		}
		const char *word = mg_strndup(v->r->arena, name, len);
		if (!mg_name_valid(MG_NAME_VAR, word)) {
			mg_diag_at(v->r->diags, node, "'${' without a variable's name and '}'")
				->accepted = "${name}; $${ is ${ itself";
			return NULL;
		}
		const char *value = mg_map_get(&v->values, word);
		if (!value) {
			unknown_variable(v, node, word);
			good = false;
			value = "";
		}
		v->expanded += strlen(value);
		if (v->expanded > EXPANDED_MAX_BYTES)
			return refuse_length(v, node);
		mg_text_add_bytes(&out, rest, (size_t)(s - rest));
		mg_text_add(&out, value);
		*out_replaced = true;
		rest = s = name + len + 1;
	}
	mg_text_add(&out, rest);
	return good ? out.data : NULL;
}

static void apply(struct vars *v, struct mg_node *node)
{
	for (size_t i = 0; i < node->count; i++)
		apply(v, node->type == MG_NODE_LIST ? node->items[i] : node->pairs[i].value);
	/* A second visit by an alias must not replace again. */
	if (node->type != MG_NODE_SCALAR || node->visited || node->broken)
		return;
	node->visited = true;
	if (!strstr(node->text, "${"))
		return;
	char *text = replace(v, node, &node->replaced);
	if (text)
		node->text = text;
	else
		node->broken = true;
}

/* What another stage says with variables of its own cannot be judged now. */
static void pass_over(struct mg_node *node)
{
	for (size_t i = 0; i < node->count; i++)
		pass_over(node->type == MG_NODE_LIST ? node->items[i] : node->pairs[i].value);
	if (node->type == MG_NODE_SCALAR && !node->visited && strstr(node->text, "${"))
		node->broken = true;
}

/* ---- where values come from ---- */

static void read_vars(struct vars *v, const struct mg_node *vars, const char *stage, bool in_force)
{
	struct mg_reader *r = v->r;
	if (!mg_expect(r, vars, MG_NODE_MAPPING, "vars", "a mapping such as {month: \"2001-02\"}"))
		return;
	for (size_t i = 0; i < vars->count; i++) {
		const struct mg_node *key = vars->pairs[i].key, *value = vars->pairs[i].value;
		const char *name = key->text, *text = NULL;
		if (!mg_name_valid(MG_NAME_VAR, name)) {
			mg_diag_at(r->diags, key, "a variable cannot be named '%s'",
				mg_diag_quote(r->arena, name))
				->accepted = mg_name_rules[MG_NAME_VAR].accepted;
			continue;
		}
		const char *what = mg_printf(r->arena, "variable '%s'", name);
		if (!mg_read_text(r, value, what, &text))
			continue;
		if (strstr(text, "${")) {
			mg_diag_at(r->diags, value, "%s refers to a variable", what)
				->accepted = "text; variables are replaced once";
			continue;
		}
		if (in_force)
			mg_map_put(&v->values, name, (void *)(uintptr_t)text);
		const char *before = mg_map_get(&v->elsewhere, name);
		if (stage)
			mg_map_put(&v->elsewhere, name,
				before ? mg_printf(r->arena, "%s, %s", before, stage)
				       : mg_printf(r->arena, "stage %s", stage));
	}
}

/* A variable that a stage sets in vain is most likely misspelt. */
static void check_stage_vars(
	struct vars *v, const struct mg_node *file, const struct mg_node *vars, const char *stage)
{
	struct mg_reader *r = v->r;
	const char **words = NULL;
	size_t count = file && file->type == MG_NODE_MAPPING ? file->count : 0;
	words = mg_alloc_array(r->arena, count, sizeof(*words));
	for (size_t i = 0; i < count; i++)
		words[i] = file->pairs[i].key->text;
	for (size_t i = 0; vars->type == MG_NODE_MAPPING && i < vars->count; i++) {
		const struct mg_node *key = vars->pairs[i].key;
		if (mg_node_get(file, key->text) || mg_map_has(&v->used, key->text))
			continue;
		struct mg_diag *diag = mg_diag_at(r->diags, key,
			"stage %s sets variable '%s', which is not used",
			mg_diag_quote(r->arena, stage), mg_diag_quote(r->arena, key->text));
		diag->accepted = count ? mg_diag_words(r->arena, words, count) : NULL;
		diag->nearest = mg_diag_nearest(key->text, words, count);
	}
}

static void add_given(struct vars *v)
{
	struct mg_reader *r = v->r;
	for (size_t i = 0; i < r->options->var_count; i++) {
		const struct mg_var *var = &r->options->vars[i];
		if (!mg_map_has(&v->values, var->name) && !mg_map_has(&v->used, var->name) &&
			!mg_map_has(&v->elsewhere, var->name)) {
			const char **words = mg_alloc_array(
				r->arena, v->values.count, sizeof(*words));
			for (size_t k = 0; k < v->values.count; k++)
				words[k] = v->values.entries[k].key;
			struct mg_diag *diag = mg_diag_add(r->diags, (struct mg_pos){0, 0},
				"--var %s: the spec has no such variable",
				mg_diag_quote(r->arena, var->name));
			diag->accepted = v->values.count
				? mg_diag_words(r->arena, words, v->values.count)
				: NULL;
			diag->nearest = mg_diag_nearest(var->name, words, v->values.count);
			continue;
		}
		mg_map_put(&v->values, var->name, (void *)(uintptr_t)var->value);
	}
}

static bool is_asked(const struct mg_reader *r, const char *stage)
{
	return mg_streq(r->options->stage, stage);
}

static void gather(struct vars *v, const struct mg_node *root)
{
	const struct mg_node *file = mg_node_get(root, "vars"),
			     *stages = mg_node_get(root, "stages");
	for (size_t i = 0; i < root->count; i++)
		if (root->pairs[i].value != file)
			collect(v, root->pairs[i].value);
	if (file)
		read_vars(v, file, NULL, true);
	for (size_t i = 0; stages && stages->type == MG_NODE_MAPPING && i < stages->count; i++) {
		const char *stage = stages->pairs[i].key->text;
		const struct mg_node *vars = mg_node_get(stages->pairs[i].value, "vars");
		if (!vars)
			continue;
		read_vars(v, vars, stage, is_asked(v->r, stage));
		check_stage_vars(v, file, vars, stage);
	}
	add_given(v);
}

/* All values of a mapping, but for its vars. */
static void apply_inside(struct vars *v, struct mg_node *mapping)
{
	if (mapping->type != MG_NODE_MAPPING) {
		apply(v, mapping);
		return;
	}
	for (size_t i = 0; i < mapping->count; i++)
		if (strcmp(mapping->pairs[i].key->text, "vars") != 0)
			apply(v, mapping->pairs[i].value);
}

void mg_vars_apply(struct mg_reader *r, struct mg_node *root)
{
	struct vars v = {.r = r};
	mg_map_init(&v.values, r->arena);
	mg_map_init(&v.used, r->arena);
	mg_map_init(&v.elsewhere, r->arena);
	gather(&v, root);

	const struct mg_node *file = mg_node_get(root, "vars"),
			     *stages = mg_node_get(root, "stages");
	for (size_t i = 0; i < root->count; i++)
		if (root->pairs[i].value != file && root->pairs[i].value != stages)
			apply(&v, root->pairs[i].value);
	size_t count = stages && stages->type == MG_NODE_MAPPING ? stages->count : 0;
	for (size_t i = 0; i < count; i++)
		if (is_asked(r, stages->pairs[i].key->text))
			apply_inside(&v, stages->pairs[i].value);
	for (size_t i = 0; i < count; i++)
		if (!is_asked(r, stages->pairs[i].key->text))
			pass_over(stages->pairs[i].value);

	r->spec->var_count = v.values.count;
	r->spec->vars = mg_alloc_array(r->arena, v.values.count, sizeof(*r->spec->vars));
	for (size_t i = 0; i < v.values.count; i++)
		r->spec->vars[i] = (struct mg_var){
			v.values.entries[i].key, v.values.entries[i].value};
}
