/* repeatable.c: SQL of a spec answers the same each time, and reads nothing but the spec's datasets. */
#include "engine/sql/repeatable.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/clock.h"

/* ---- reading ---- */

enum { MOST_DEPTH = 256 }; /* as mg_sql_piece */

/* What stands between two parentheses, or the whole. */
struct level {
	bool first;        /* nothing was read in it yet */
	bool select, with; /* it is a query; names of its WITH may come */
	bool from, item;   /* in FROM; the next is a table */
	bool ordered;      /* ORDER BY */
	const char *kept;  /* how it keeps some rows of several; NULL: it does not */
	size_t names;      /* how many names WITH had given outside of it */
};

struct reading {
	const struct mg_sql_lexis *lexis;
	const struct mg_sql_clock *clocks;
	const struct mg_sql_rules *rules;
	struct mg_arena *arena;
	struct mg_text *out;
	struct mg_error *err;
	const char *sql, *end;
	const char *copied; /* up to here it is in `out` */
	struct level levels[MOST_DEPTH + 1];
	size_t depth;
	const char **names; /* of WITH, known here */
	size_t name_count, name_room;
	struct mg_sql_token before; /* the last one */
};

static struct mg_sql_token next(const struct reading *r, const char **at)
{
	const char *start = *at;
	struct mg_sql_token token = mg_sql_next(r->lexis, at);
	if (token.at >= r->end || token.type == MG_SQL_END)
		return (struct mg_sql_token){.type = MG_SQL_END, .at = start};
	return token;
}

static struct mg_sql_token peek(const struct reading *r, const char *at)
{
	return next(r, &at);
}

/* As the engine knows it: in quotes as written, else in lower case. */
static const char *name_of(const struct reading *r, struct mg_sql_token token)
{
	struct mg_text text;
	mg_text_init(&text, r->arena);
	for (size_t i = 0; i < token.len; i++) {
		if (token.type == MG_SQL_WORD) {
			mg_text_add_char(&text, (char)tolower((unsigned char)token.at[i]));
		} else if (i > 0 && i + 1 < token.len) {
			mg_text_add_char(&text, token.at[i]);
			i += token.at[i] == *token.at; /* doubled */
		}
	}
	return text.data ? text.data : "";
}

static bool is_name(struct mg_sql_token token)
{
	return token.type == MG_SQL_WORD || token.type == MG_SQL_QUOTED;
}

/* What stands in parentheses, that of deeper ones left out. */
struct group {
	bool ordered; /* ORDER BY */
	size_t tokens, commas;
};

/* at: behind a '('. Behind the ')' that closes it. */
static const char *skip_group(const struct reading *r, const char *at, struct group *out)
{
	*out = (struct group){0};
	for (int depth = 1; depth > 0;) {
		struct mg_sql_token token = next(r, &at);
		if (token.type == MG_SQL_END)
			break;
		depth += mg_sql_is_sign(token, '(') - mg_sql_is_sign(token, ')');
		out->tokens += depth > 0;
		out->commas += depth == 1 && mg_sql_is_sign(token, ',');
		out->ordered = out->ordered || (depth == 1 && mg_sql_is_word(token, "ORDER"));
	}
	return at;
}

/* WINDOW name AS (... ORDER BY ...) */
static bool is_window_ordered(const struct reading *r, const char *name)
{
	const char *at = r->sql;
	for (struct mg_sql_token token = next(r, &at); token.type != MG_SQL_END;
		token = next(r, &at)) {
		const char *after = at;
		struct group group;
		if (!is_name(token) || strcmp(name_of(r, token), name) != 0 ||
			!mg_sql_is_word(next(r, &after), "AS") ||
			!mg_sql_is_sign(next(r, &after), '('))
			continue;
		skip_group(r, after, &group);
		if (group.ordered)
			return true;
	}
	return false;
}

/* at: behind the arguments of a call. Do FILTER (...), WITHIN GROUP (...), OVER (...) give an order? */
static bool is_call_ordered(const struct reading *r, const char *at)
{
	static const char *const words[] = {
		"FILTER", "WITHIN", "GROUP", "IGNORE", "RESPECT", "NULLS", "OVER"};
	bool over = false;
	for (;;) {
		struct mg_sql_token token = next(r, &at);
		struct group group;
		bool known = false;
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
			known = known || mg_sql_is_word(token, words[i]);
		if (mg_sql_is_sign(token, '(')) {
			at = skip_group(r, at, &group);
			if (group.ordered)
				return true;
			if (over)
				return false;
		} else if (over && is_name(token)) {
			return is_window_ordered(r, name_of(r, token));
		} else if (!known) {
			return false;
		}
		over = mg_sql_is_word(token, "OVER");
	}
}

/* ---- the time ---- */

static void add_clock(struct reading *r, const char *form)
{
	char at[32];
	mg_clock_format(r->rules->as_of_us, at);
	const char *time = strchr(at, 'T') + 1;
	for (const char *s = form; *s; s++) {
		if (*s != '$')
			mg_text_add_char(r->out, *s);
		else if (*++s == 't')
			mg_text_add(r->out, at);
		else if (*s == 'd')
			mg_text_add_bytes(r->out, at, (size_t)(time - 1 - at));
		else if (*s == 'c')
			mg_text_add_bytes(r->out, time, strcspn(time, "Z"));
		else
			mg_text_addf(r->out, "%lld", (long long)(r->rules->as_of_us / 1000000));
	}
}

/* Puts the form in the place of what stands from `from` to `to`. */
static void replace(struct reading *r, const char *from, const char *to, const char *form)
{
	mg_text_add_bytes(r->out, r->copied, (size_t)(from - r->copied));
	add_clock(r, form);
	r->copied = to;
}

/* Is it written as the clock's word is: bare, with (), with a number of digits, or, where the clock says so, with
 * one argument? Then *at stands behind it. */
static bool is_written(const struct reading *r, const struct mg_sql_clock *clock,
	struct mg_sql_token token, const char **at)
{
	struct group group;
	const char *after = *at;
	bool alone = token.type == MG_SQL_WORD && !mg_sql_is_sign(r->before, '.');
	if (!mg_sql_is_sign(next(r, &after), '('))
		return clock->bare && alone;
	bool digits = peek(r, after).type == MG_SQL_NUMBER;
	after = skip_group(r, after, &group);
	if (clock->form ? group.tokens > digits : !group.tokens || group.commas)
		return false;
	*at = after;
	return true;
}

/* Is it a word for the time? Then it is replaced, and *at stands behind it. */
static int read_clock(struct reading *r, struct mg_sql_token token, const char **at, bool *out)
{
	const char *name = name_of(r, token);
	*out = false;
	for (const struct mg_sql_clock *c = r->clocks; c && c->word; c++) {
		if (strcmp(name, c->word) != 0 || !is_written(r, c, token, at))
			continue;
		if (mg_sql_is_sign(r->before, '.'))
			return mg_fail(r->err, MG_ESPEC, MG_SQL_QUALIFIED_CLOCK, c->word);
		if (!c->form)
			return mg_fail(r->err, MG_ESPEC,
				"the SQL calls %s with one argument, which compares it with the "
				"moment; write current_date, which is the as-of day, as the first",
				c->word);
		replace(r, token.at, *at, c->form);
		*out = true;
		break;
	}
	return MG_OK;
}

/* ---- tables ---- */

static bool is_known(const struct reading *r, const char *name)
{
	const struct mg_spec *spec = r->rules->spec;
	assert(spec);
	for (size_t i = 0; i < r->name_count; i++)
		if (strcasecmp(r->names[i], name) == 0)
			return true;
	for (size_t i = 0; i < spec->data_count; i++)
		if (spec->data[i].connection == r->rules->connection &&
			strcasecmp(spec->data[i].name, name) == 0)
			return true;
	return false;
}

/* A table of FROM: a dataset, a name of WITH, or a function. */
static int read_table(struct reading *r, struct mg_sql_token token, const char **at)
{
	const char *start = token.at, *after = *at;
	const char *name = name_of(r, token);
	bool dotted = false;
	while (mg_sql_is_sign(peek(r, after), '.')) {
		next(r, &after);
		next(r, &after);
		dotted = true;
	}
	if (mg_sql_is_sign(peek(r, after), '(')) /* a function; the walk sees it */
		return MG_OK;
	if (r->rules->spec && (dotted || !is_known(r, name)))
		return mg_fail(r->err, MG_ESPEC,
			"the SQL reads from %.*s, which is not a dataset of the connection; name the "
			"table under `data:` and select from that",
			(int)(after - start > 200 ? 200 : after - start), start);
	*at = after;
	return MG_OK;
}

static void add_name(struct reading *r, const char *name)
{
	if (r->name_count == r->name_room) {
		size_t room = r->name_room ? 2 * r->name_room : 16;
		const char **more = mg_alloc_array(r->arena, room, sizeof(*more));
		for (size_t i = 0; i < r->name_count; i++)
			more[i] = r->names[i];
		r->names = more;
		r->name_room = room;
	}
	r->names[r->name_count++] = name;
}

/* ---- words ---- */

static bool is_any(struct mg_sql_token token, const char *const *words)
{
	for (; *words; words++)
		if (mg_sql_is_word(token, *words))
			return true;
	return false;
}

static void read_kept(
	struct reading *r, struct level *level, struct mg_sql_token token, const char *at)
{
	struct mg_sql_token after = peek(r, at);
	bool counts = after.type == MG_SQL_NUMBER || mg_sql_is_sign(after, '(') ||
		mg_sql_is_word(after, "FIRST") || mg_sql_is_word(after, "NEXT");
	if (mg_sql_is_word(token, "DISTINCT") && mg_sql_is_word(after, "ON"))
		level->kept = "DISTINCT ON";
	else if (counts &&
		(mg_sql_is_word(token, "LIMIT") || mg_sql_is_word(token, "OFFSET") ||
			mg_sql_is_word(token, "FETCH")))
		level->kept = level->kept ? level->kept : "LIMIT";
}

/* Words that begin or end a part of a query. */
static void read_keyword(
	struct reading *r, struct level *level, struct mg_sql_token token, const char *at)
{
	static const char *const ends[] = {"WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT",
		"UNION", "INTERSECT", "EXCEPT", "MINUS", "QUALIFY", "OFFSET", "FETCH", "CLUSTER",
		"DISTRIBUTE", "SORT", NULL};
	static const char *const combining[] = {
		"UNION", "INTERSECT", "EXCEPT", "MINUS", "ALL", "DISTINCT", NULL};
	bool distinct = mg_sql_is_word(r->before, "DISTINCT") && !level->item;
	if (mg_sql_is_word(token, "SELECT")) {
		level->select = true;
		level->with = level->from = level->item = false;
	} else if (mg_sql_is_word(token, "WITH") && !level->select) {
		level->with = true;
	} else if (mg_sql_is_word(token, "FROM") &&
		((level->select && !distinct) || level->first || level->with)) {
		level->select = level->from = level->item = true;
		level->with = false;
	} else if (mg_sql_is_word(token, "TABLE") &&
		(!level->select || is_any(r->before, combining))) {
		level->select = level->from = level->item = true;
	} else if (mg_sql_is_word(token, "JOIN") && (level->select || level->from)) {
		level->from = level->item = true;
	} else if (is_any(token, ends) ||
		(mg_sql_is_word(token, "VIEW") && mg_sql_is_word(r->before, "LATERAL"))) {
		level->from = level->item = false;
	}
	if (mg_sql_is_word(token, "ORDER") && mg_sql_is_word(peek(r, at), "BY"))
		level->ordered = true;
	if (level->select)
		read_kept(r, level, token, at);
}

static int read_call(struct reading *r, struct mg_sql_token token, const char *at)
{
	const char *name = name_of(r, token);
	struct group arguments;
	if (!mg_sql_is_sign(next(r, &at), '('))
		return MG_OK;
	at = skip_group(r, at, &arguments);
	MG_TRY(mg_sql_check_function(name, arguments.ordered || is_call_ordered(r, at), r->err));
	return r->rules->check_function ? r->rules->check_function(r->rules->context, name,
						  mg_sql_is_sign(r->before, '.'), r->err)
					: MG_OK;
}

static int read_name(struct reading *r, struct mg_sql_token token, const char **at)
{
	static const char *const before_tables[] = {"LATERAL", "ONLY", NULL};
	struct level *level = &r->levels[r->depth];
	bool plain = token.type == MG_SQL_WORD && !mg_sql_is_sign(r->before, '.');
	bool replaced;
	if (level->item && !(plain && is_any(token, before_tables))) {
		level->item = false;
		MG_TRY(read_table(r, token, at));
	} else if (plain) {
		read_keyword(r, level, token, *at);
	}
	if (plain && mg_sql_is_word(token, "TABLESAMPLE"))
		return mg_fail(r->err, MG_ESPEC, MG_SQL_SAMPLED);
	struct mg_sql_token after = peek(r, *at);
	if (level->with && (mg_sql_is_word(after, "AS") || mg_sql_is_sign(after, '(')))
		add_name(r, name_of(r, token));
	MG_TRY(read_clock(r, token, at, &replaced));
	return replaced ? MG_OK : read_call(r, token, *at);
}

static void open_level(struct reading *r)
{
	struct level *outer = &r->levels[r->depth];
	bool tables = outer->item; /* (a JOIN b) */
	outer->item = false;
	r->levels[++r->depth] = (struct level){
		.first = true, .from = tables, .item = tables, .names = r->name_count};
}

static int close_level(struct reading *r)
{
	struct level *level = &r->levels[r->depth];
	if (level->kept && !level->ordered)
		return mg_fail(r->err, MG_ESPEC, MG_SQL_UNORDERED, level->kept);
	r->name_count = level->names;
	if (r->depth)
		r->depth--;
	return MG_OK;
}

static int read_all(struct reading *r)
{
	static const char *const queries[] = {"SELECT", "WITH", "FROM", "TABLE", "VALUES", NULL};
	const char *at = r->sql;
	for (struct mg_sql_token token = next(r, &at); token.type != MG_SQL_END;
		token = next(r, &at)) {
		struct level *level = &r->levels[r->depth];
		if (level->first && level->item && is_any(token, queries))
			level->from = level->item = false;
		if (is_name(token))
			MG_TRY(read_name(r, token, &at));
		else if (mg_sql_is_sign(token, '('))
			open_level(r);
		else if (mg_sql_is_sign(token, ')'))
			MG_TRY(close_level(r));
		else if (mg_sql_is_sign(token, ',') && level->from)
			level->item = true;
		level->first = false;
		r->before = token;
	}
	return close_level(r);
}

int mg_sql_add_repeatable(const struct mg_sql_lexis *lexis, const struct mg_sql_clock *clocks,
	const struct mg_sql_rules *rules, struct mg_text *out, const char *sql, size_t len,
	struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	struct reading *r = mg_alloc(arena, sizeof(*r));
	*r = (struct reading){.lexis = lexis,
		.clocks = clocks,
		.rules = rules,
		.arena = arena,
		.out = out,
		.err = err,
		.sql = sql,
		.end = sql + len,
		.copied = sql};
	r->levels[0].first = true;
	MG_TRY(read_all(r));
	mg_text_add_bytes(out, r->copied, (size_t)(r->end - r->copied));
	return MG_OK;
}
