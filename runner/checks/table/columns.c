/* columns.c: how far a dataset's columns are from those that the spec lists. */
#include <modelgate/check.h>

#include <strings.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/table/type_words.h"

struct params {
	struct mg_selectors required, forbidden;
	struct mg_by_column types;
	bool order, exact;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, required, COLUMNS,
		"columns that must exist; at least one for a pattern or a type"),
	MG_FIELD(struct params, forbidden, COLUMNS,
		"columns that must not exist; none for a pattern or a type"),
	MG_FIELD(struct params, types, BY_COLUMN,
		"types by name or pattern of columns, which must exist. Accepted, alone or in a list: "
		"numeric, integer, real, text, boolean, time, or an SQL type such as DECIMAL(18,3)"),
	MG_FIELD(struct params, order, BOOL,
		"whether the required columns must come in the order written",
		.default_text = "false"),
	MG_FIELD(struct params, exact, BOOL,
		"whether columns that are neither required nor typed count as wrong",
		.default_text = "false"),
	MG_FIELDS_END,
};

/* Is the one name, or the same pattern, asked for and refused? */
static bool clash(const struct mg_selector *forbidden, const struct mg_selector *required)
{
	return !forbidden->exclude && !required->exclude && forbidden->pattern &&
		required->pattern && strcasecmp(forbidden->pattern, required->pattern) == 0;
}

static int check(const void *params, const struct mg_spec_check *spec, struct mg_error *err)
{
	(void)spec;
	const struct params *p = params;
	if (p->required.count == 0 && p->forbidden.count == 0 && p->types.columns.count == 0)
		return mg_fail(err, MG_ESPEC, "give `required`, `forbidden` or `types`");
	for (size_t i = 0; i < p->types.columns.count; i++)
		for (size_t k = 0; k < p->types.texts[i].count; k++)
			if (!mg_type_word_known(p->types.texts[i].list[k]))
				return mg_fail(err, MG_ESPEC,
					"`types`: '%s' of column '%s' is not a type; write "
					"numeric, integer, real, text, boolean, time, or an SQL "
					"type such as VARCHAR, TIMESTAMPTZ or DECIMAL(18,3)",
					p->types.texts[i].list[k],
					p->types.columns.list[i].pattern);
	if (p->order && p->required.count == 0)
		return mg_fail(err, MG_ESPEC, "`order` needs `required`");
	if (p->exact && p->required.count == 0 && p->types.columns.count == 0)
		return mg_fail(err, MG_ESPEC, "`exact` needs `required` or `types`");
	for (size_t i = 0; i < p->forbidden.count; i++)
		for (size_t k = 0; k < p->required.count; k++)
			if (clash(&p->forbidden.list[i], &p->required.list[k]))
				return mg_fail(err, MG_ESPEC,
					"column '%s' is both required and forbidden",
					p->required.list[k].pattern);
	return MG_OK;
}

static bool lists(const struct mg_selectors *selectors, const struct mg_column *column)
{
	for (size_t i = 0; i < selectors->count; i++)
		if (mg_selector_means(selectors, i, column))
			return true;
	return false;
}

/* Is there a column that entry i means? */
static bool is_met(const struct mg_selectors *selectors, size_t i, const struct mg_schema *schema)
{
	for (size_t k = 0; k < schema->count; k++)
		if (mg_selector_means(selectors, i, &schema->columns[k]))
			return true;
	return false;
}

/* No column may stand for two: which of them has to be there, or has the type, could not be told. */
static int refuse_ambiguous(const struct params *p, const struct mg_schema *schema,
	const struct mg_column *column, struct mg_error *err)
{
	const struct mg_column *ignored;
	bool asked = lists(&p->required, column) || lists(&p->types.columns, column);
	return asked ? mg_column_find(schema, column->name, &ignored, err) : MG_OK;
}

/* The columns are known before anything runs. */
static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	(void)pl;
	for (size_t i = 0; i < c->schema->count; i++)
		if (c->schema->columns[i].ambiguous)
			MG_TRY(refuse_ambiguous(c->params, c->schema, &c->schema->columns[i], err));
	return MG_OK;
}

static bool has_type(const struct mg_column *column, const struct mg_texts *words)
{
	for (size_t i = 0; i < words->count; i++)
		if (mg_type_word_fits(words->list[i], column))
			return true;
	return false;
}

/* One kind of difference: how many, and their names for the message. */
struct finding {
	const char *title;
	size_t count;
	struct mg_text names;
};

static void begin(struct finding *f, struct mg_arena *a, const char *title)
{
	f->title = title;
	f->count = 0;
	mg_text_init(&f->names, a);
}

static void add(struct finding *f, const char *name)
{
	enum { SHOWN = 20 };
	if (f->count < SHOWN)
		mg_text_addf(&f->names, "%s%s", f->count ? ", " : "", name);
	else if (f->count == SHOWN)
		mg_text_add(&f->names, ", ...");
	f->count++;
}

static bool names(const struct mg_selectors *selectors, const char *name)
{
	for (size_t i = 0; i < selectors->count; i++)
		if (selectors->list[i].pattern && !selectors->list[i].exclude &&
			strcasecmp(selectors->list[i].pattern, name) == 0)
			return true;
	return false;
}

static void find_missing(const struct params *p, const struct mg_schema *schema, struct mg_arena *a,
	struct finding *out)
{
	for (size_t i = 0; i < p->required.count; i++)
		if (!p->required.list[i].exclude && !is_met(&p->required, i, schema))
			add(out, mg_selector_text(a, &p->required.list[i]));
	for (size_t i = 0; i < p->types.columns.count; i++) {
		const char *text = mg_selector_text(a, &p->types.columns.list[i]);
		if (!is_met(&p->types.columns, i, schema) && !names(&p->required, text))
			add(out, text);
	}
}

static void find_forbidden(
	const struct params *p, const struct mg_schema *schema, struct finding *out)
{
	for (size_t i = 0; i < schema->count; i++)
		if (lists(&p->forbidden, &schema->columns[i]))
			add(out, schema->columns[i].name);
}

/* "text or time" */
static const char *words_text(struct mg_arena *a, const struct mg_texts *words)
{
	struct mg_text t;
	mg_text_init(&t, a);
	for (size_t i = 0; i < words->count; i++)
		mg_text_addf(&t, "%s%s", i ? " or " : "", words->list[i]);
	return t.data;
}

static void find_wrong_types(const struct params *p, const struct mg_schema *schema,
	struct mg_arena *a, struct finding *out)
{
	for (size_t k = 0; k < schema->count; k++) {
		const struct mg_column *column = &schema->columns[k];
		for (size_t i = 0; i < p->types.columns.count; i++) {
			const struct mg_texts *words = &p->types.texts[i];
			if (!mg_selector_means(&p->types.columns, i, column) ||
				has_type(column, words))
				continue;
			add(out,
				mg_printf(a, "%s is %s, not %s", column->name, column->sql_type,
					words_text(a, words)));
			break;
		}
	}
}

/* Of the required columns that exist, those outside the longest run that is already in order: so
 * many have to move. best[i] is the length of the longest such run that ends with column i. */
static void find_out_of_order(const struct params *p, const struct mg_schema *schema,
	struct mg_arena *a, struct finding *out)
{
	size_t n = 0;
	const struct mg_column **found = mg_alloc_array(a, schema->count, sizeof(*found));
	bool *seen = mg_alloc_array(a, schema->count, sizeof(*seen));
	for (size_t i = 0; i < p->required.count; i++) {
		for (size_t k = 0; k < schema->count; k++) {
			if (seen[k] || !mg_selector_means(&p->required, i, &schema->columns[k]))
				continue;
			seen[k] = true;
			found[n++] = &schema->columns[k];
		}
	}
	size_t *best = mg_alloc_array(a, n, sizeof(*best));
	size_t *before = mg_alloc_array(a, n, sizeof(*before));
	bool *kept = mg_alloc_array(a, n, sizeof(*kept));
	size_t last = n;
	for (size_t i = 0; i < n; i++) {
		best[i] = 1;
		before[i] = n;
		for (size_t k = 0; k < i; k++)
			if (found[k] < found[i] && best[k] + 1 > best[i]) {
				best[i] = best[k] + 1;
				before[i] = k;
			}
		if (last == n || best[i] > best[last])
			last = i;
	}
	for (size_t i = last; i < n; i = before[i])
		kept[i] = true;
	for (size_t i = 0; i < n; i++)
		if (!kept[i])
			add(out, found[i]->name);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	const struct params *p = c->params;
	const struct mg_schema *schema = c->schema;
	struct mg_arena *a = mg_measures_arena(m);
	enum { MISSING, FORBIDDEN, TYPES, ORDER, EXTRA, KINDS };
	struct finding found[KINDS];
	begin(&found[MISSING], a, "missing");
	begin(&found[FORBIDDEN], a, "forbidden, but present");
	begin(&found[TYPES], a, "wrong type");
	begin(&found[ORDER], a, "out of order");
	begin(&found[EXTRA], a, "too many");

	find_missing(p, schema, a, &found[MISSING]);
	find_forbidden(p, schema, &found[FORBIDDEN]);
	find_wrong_types(p, schema, a, &found[TYPES]);
	if (p->order)
		find_out_of_order(p, schema, a, &found[ORDER]);
	for (size_t i = 0; p->exact && i < schema->count; i++) {
		const struct mg_column *column = &schema->columns[i];
		if (!lists(&p->required, column) && !lists(&p->types.columns, column) &&
			!lists(&p->forbidden, column))
			add(&found[EXTRA], column->name);
	}

	struct mg_text message;
	mg_text_init(&message, a);
	size_t differences = 0;
	for (size_t i = 0; i < KINDS; i++) {
		if (found[i].count)
			mg_text_addf(&message, "%s%s: %s", differences ? "; " : "", found[i].title,
				found[i].names.data);
		differences += found[i].count;
	}
	struct mg_value v = mg_value_of((double)differences, -1);
	v.message = differences ? message.data
				: mg_printf(a, "%zu columns, all as the spec says", schema->count);
	mg_fact_number(m, &v, "columns", (double)schema->count);
	for (size_t i = 0; i < KINDS; i++)
		if (found[i].count)
			mg_fact_text(m, &v, found[i].title, found[i].names.data);
	return v;
}

const struct mg_check_kind mg_check_columns = {
	.name = "columns",
	.family = "table",
	.summary = "number of columns that differ from the list in the spec",
	.details = "Counts the required or typed columns that are missing, the forbidden ones "
		   "that are present, and those of a wrong type. With `order` it counts the "
		   "required ones that would have to move, with `exact` those that are not "
		   "listed. Names and patterns ignore case. No data is read. `real` is floating "
		   "point or decimal, `numeric` is integer or real, `time` is a date, a timestamp "
		   "or a time of day. Case does not matter, and INT and BOOL mean the same as "
		   "integer and boolean. Other words are SQL's types with their synonyms, and "
		   "mean just that type: INT4 is INTEGER, FLOAT8 is DOUBLE, TIMESTAMPTZ is "
		   "TIMESTAMP WITH TIME ZONE. DECIMAL without its digits is any decimal.",
	.definition = "columns/differences",
	.example = "- columns:\n"
		   "    required: [flight_id, date, delay, distance, origin, destination]\n"
		   "    forbidden: [passenger]\n"
		   "    types: {flight_id: integer, date: time, delay: numeric, origin: text}\n"
		   "    order: true",
	.better = MG_LOWER,
	.unit = MG_UNIT_COUNT,
	.flags = MG_KIND_DEFAULT_NONE | MG_KIND_NO_SLICES | MG_KIND_SHAPE,
	.value_least = 0,
	.value_most = NAN,
	.fields = fields,
	.params_size = sizeof(struct params),
	.check = check,
	.plan = plan,
	.measure = measure,
};
