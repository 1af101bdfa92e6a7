/* dialect.c: writes expressions as SQL; the only place that quotes names and text for an engine. */
#include "engine/sql/dialect.h"

#include <assert.h>

#include "base/arena.h"
#include "engine/sql/dialect_write.h"

void mg_dialect_name(const struct mg_dialect *d, struct mg_text *out, const char *name)
{
	mg_text_add_char(out, d->lexis.name_quote);
	for (const char *s = name; *s; s++) {
		if (*s == d->lexis.name_quote)
			mg_text_add_char(out, *s);
		mg_text_add_char(out, *s);
	}
	mg_text_add_char(out, d->lexis.name_quote);
}

void mg_dialect_text(const struct mg_dialect *d, struct mg_text *out, const char *text)
{
	bool escapes = d->lexis.backslash_escapes;
	mg_text_add_char(out, '\'');
	for (const char *s = text; *s; s++) {
		if (*s == '\'')
			mg_text_add_char(out, escapes ? '\\' : '\'');
		else if (*s == '\\' && escapes)
			mg_text_add_char(out, '\\');
		else if (*s == '$' && escapes) { /* ${...} would be filled in */
			mg_text_add(out, "\\u0024");
			continue;
		}
		mg_text_add_char(out, *s);
	}
	mg_text_add_char(out, '\'');
}

int mg_dialect_piece(const struct mg_dialect *d, struct mg_text *out, const char *what,
	const char *sql, struct mg_error *err)
{
	size_t len = 0;
	MG_TRY(mg_sql_piece(&d->lexis, what, sql, &len, err));
	/* Lines of its own, so that a comment in it ends before the parenthesis. */
	mg_text_add(out, "(\n");
	if (d->rules)
		MG_TRY(mg_sql_add_repeatable(&d->lexis, d->clocks, d->rules, out, sql, len, err));
	else
		mg_text_add_bytes(out, sql, len);
	mg_text_add(out, "\n)");
	return MG_OK;
}

const char *mg_write_cast(struct mg_writer *w, const char *sql, const char *type)
{
	return mg_printf(w->arena, "CAST(%s AS %s)", sql, type);
}

const char *mg_write_form(struct mg_writer *w, const char *form, const char *const *args, size_t n)
{
	struct mg_text out;
	mg_text_init(&out, w->arena);
	for (const char *s = form; *s; s++) {
		if (*s != '$') {
			mg_text_add_char(&out, *s);
			continue;
		}
		s++;
		if (*s == '*' || *s == '+') {
			for (size_t i = *s == '+'; i < n; i++) {
				if (i > (size_t)(*s == '+'))
					mg_text_add(&out, ", ");
				mg_text_add(&out, args[i]);
			}
			continue;
		}
		size_t i = (size_t)(*s - '1');
		assert(i < n);
		mg_text_add(&out, args[i]);
	}
	return out.data;
}

const char *mg_write_expr(struct mg_writer *w, const struct mg_expr *x)
{
	struct mg_text out;
	switch (x->type) {
	case MG_X_NULL:
		return "NULL";
	case MG_X_COLUMN:
		mg_text_init(&out, w->arena);
		mg_dialect_name(w->d, &out, x->text);
		return out.data;
	case MG_X_REAL:
		return mg_write_real(w, x->real);
	case MG_X_INTEGER:
		return mg_write_integer(w, x->integer);
	case MG_X_NUMBER:
		return mg_write_cast(w, mg_printf(w->arena, "'%s'", x->text), x->sql_type);
	case MG_X_TEXT:
		mg_text_init(&out, w->arena);
		mg_dialect_text(w->d, &out, x->text);
		return out.data;
	case MG_X_BOOL:
		return x->integer ? "true" : "false";
	case MG_X_SQL:
		mg_text_init(&out, w->arena);
		if (w->code == MG_OK)
			w->code = mg_dialect_piece(w->d, &out, "the condition", x->text, w->err);
		return out.data;
	case MG_X_CALL:
		return mg_write_call(w, x);
	}
	return "NULL";
}

int mg_dialect_expr(const struct mg_dialect *d, const struct mg_expr *x, struct mg_arena *arena,
	char **out, struct mg_error *err)
{
	struct mg_writer w = {.d = d, .arena = arena, .err = err};
	const char *sql = mg_write_expr(&w, x);
	if (w.code)
		return w.code;
	*out = mg_strdup(arena, sql);
	return MG_OK;
}
