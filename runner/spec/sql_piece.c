/* sql_piece.c: looks at SQL written by people before it is put into a larger statement. */
#include "spec/sql_piece.h"

#include <string.h>
#include <strings.h>

enum { MOST_DEPTH = 256 };

static bool is_name_start(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

static bool is_name(unsigned char c)
{
	return is_name_start(c) || (c >= '0' && c <= '9') || c == '$';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/* All of these return the place after the thing at s, or NULL when it is never closed. */

static const char *skip_quoted(const char *s, char quote, bool backslash)
{
	for (s++; *s; s++) {
		if (backslash && *s == '\\' && s[1]) {
			s++;
		} else if (*s == quote) {
			if (s[1] != quote)
				return s + 1;
			s++;
		}
	}
	return NULL;
}

/* r'...': the next quote ends it. */
static const char *skip_raw(const char *s)
{
	const char *end = strchr(s + 1, *s);
	return end ? end + 1 : NULL;
}

static const char *skip_comment(const char *s, bool nested)
{
	int depth = 0;
	for (; *s; s++) {
		if (s[0] == '/' && s[1] == '*' && (nested || depth == 0)) {
			depth++;
			s++;
		} else if (s[0] == '*' && s[1] == '/') {
			s++;
			if (--depth == 0)
				return s + 1;
		}
	}
	return NULL;
}

static const char *skip_line(const char *s)
{
	while (*s && *s != '\n')
		s++;
	return s;
}

/* $tag$ ... $tag$; s itself when it is no such quote. */
static const char *skip_dollar(const char *s)
{
	const char *end = s + 1;
	if (*end != '$' && !is_name_start((unsigned char)*end))
		return s;
	while (*end != '$' && is_name((unsigned char)*end))
		end++;
	if (*end != '$')
		return s;
	size_t len = (size_t)(end + 1 - s);
	for (const char *p = end + 1; *p; p++)
		if (*p == '$' && strncmp(p, s, len) == 0)
			return p + len;
	return NULL;
}

/* Steps over one quoted thing or comment at s; s itself when there is none. *out_comment tells
 * comments from the rest. */
static const char *skip_opaque(const struct mg_sql_lexis *lexis, const char *s, bool *out_comment)
{
	*out_comment = false;
	if (*s == '\'')
		return skip_quoted(s, '\'', lexis->backslash_escapes);
	if ((*s == 'e' || *s == 'E') && s[1] == '\'' && !lexis->backslash_escapes)
		return skip_quoted(s + 1, '\'', true);
	if ((*s == 'r' || *s == 'R') && (s[1] == '\'' || s[1] == '"') && lexis->raw_text)
		return skip_raw(s + 1);
	if (*s == lexis->name_quote)
		return skip_quoted(s, *s, false);
	if (*s == '"' && lexis->double_quoted_text)
		return skip_quoted(s, '"', lexis->backslash_escapes);
	if (*s == '$' && lexis->dollar_quotes)
		return skip_dollar(s);
	*out_comment = true;
	if (s[0] == '-' && s[1] == '-')
		return skip_line(s);
	if (s[0] == '/' && s[1] == '*')
		return skip_comment(s, lexis->nested_comments);
	*out_comment = false;
	return s;
}

static char closing_of(char c)
{
	return c == '(' ? ')' : c == '[' ? ']' : c == '{' ? '}' : 0;
}

int mg_sql_piece(const struct mg_sql_lexis *lexis, const char *what, const char *sql,
	size_t *out_len, struct mg_error *err)
{
	char open[MOST_DEPTH]; /* the brackets that are to be closed */
	size_t depth = 0;
	const char *end = sql;        /* after the last thing that counts */
	const char *semicolon = NULL; /* nothing may follow it */
	for (const char *s = sql; *s;) {
		bool comment = false;
		const char *next = skip_opaque(lexis, s, &comment);
		if (!next)
			return mg_fail(err, MG_ESPEC, "%s has a %s that is never closed: %.40s",
				what, comment ? "comment" : "quote", s);
		if (comment || (next == s && is_blank(*s))) {
			s = comment ? next : s + 1;
			continue;
		}
		if (semicolon)
			return mg_fail(err, MG_ESPEC,
				"%s has more than one statement; write one, without ';'", what);
		if (next != s) {
			end = s = next;
			continue;
		}
		if (*s == ';') {
			semicolon = s++;
			continue;
		}
		char closing = closing_of(*s);
		if (closing) {
			if (depth == MOST_DEPTH)
				return mg_fail(err, MG_ESPEC, "%s is nested too deeply", what);
			open[depth++] = closing;
		} else if (*s == ')' || *s == ']' || *s == '}') {
			if (depth == 0 || open[depth - 1] != *s)
				return mg_fail(err, MG_ESPEC,
					"%s closes a '%c' that it did not open", what, *s);
			depth--;
		}
		if (is_name_start((unsigned char)*s)) {
			/* A whole word, so that the e of `name'...'` does not look like E'...'. */
			while (is_name((unsigned char)*s))
				s++;
		} else {
			s++;
		}
		end = s;
	}
	if (depth)
		return mg_fail(err, MG_ESPEC, "%s lacks a '%c' at its end", what, open[depth - 1]);
	if (end == sql)
		return mg_fail(err, MG_ESPEC, "%s is empty", what);
	*out_len = (size_t)(end - sql);
	return MG_OK;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

struct mg_sql_token mg_sql_next(const struct mg_sql_lexis *lexis, const char **at)
{
	const char *s = *at, *end = s;
	bool comment = true;
	while (comment) {
		while (is_blank(*s))
			s++;
		end = skip_opaque(lexis, s, &comment);
		comment = comment && end;
		if (comment)
			s = end;
	}
	struct mg_sql_token token = {.type = MG_SQL_SIGN, .at = s};
	if (!end || !*s) {
		*at = s + strlen(s);
		token.type = MG_SQL_END;
		return token;
	}
	if (end != s) {
		bool name = *s == lexis->name_quote || (*s == '"' && !lexis->double_quoted_text);
		token.type = name ? MG_SQL_QUOTED : MG_SQL_TEXT;
	} else if (is_name_start((unsigned char)*s)) {
		token.type = MG_SQL_WORD;
		while (is_name((unsigned char)*end))
			end++;
	} else if (is_digit(*s) || (*s == '.' && is_digit(s[1]))) {
		token.type = MG_SQL_NUMBER;
		while (is_name((unsigned char)*end) || *end == '.')
			end++;
	} else {
		end++;
	}
	token.len = (size_t)(end - s);
	*at = end;
	return token;
}

bool mg_sql_is_word(struct mg_sql_token token, const char *word)
{
	return token.type == MG_SQL_WORD && strlen(word) == token.len &&
		strncasecmp(token.at, word, token.len) == 0;
}

bool mg_sql_is_sign(struct mg_sql_token token, char sign)
{
	return token.type == MG_SQL_SIGN && *token.at == sign;
}

/* "word", in any case. */
static bool is_quoted_name(struct mg_sql_token token, const char *word)
{
	return token.len == strlen(word) + 2 && strncasecmp(token.at + 1, word, token.len - 2) == 0;
}

bool mg_sql_names(const struct mg_sql_lexis *lexis, const char *sql, const char *word)
{
	for (struct mg_sql_token token = mg_sql_next(lexis, &sql); token.type != MG_SQL_END;
		token = mg_sql_next(lexis, &sql))
		if (mg_sql_is_word(token, word) ||
			(token.type == MG_SQL_QUOTED && is_quoted_name(token, word)))
			return true;
	return false;
}

bool mg_sql_is_select(const struct mg_sql_lexis *lexis, const char *sql)
{
	static const char *const words[] = {"SELECT", "WITH", "VALUES", "TABLE", "FROM"};
	struct mg_sql_token token = mg_sql_next(lexis, &sql);
	while (mg_sql_is_sign(token, '('))
		token = mg_sql_next(lexis, &sql);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (mg_sql_is_word(token, words[i]))
			return true;
	return false;
}

bool mg_sql_mentions(const char *sql, const char *word)
{
	size_t len = strlen(word);
	for (const char *s = sql; *s; s++)
		if (strncasecmp(s, word, len) == 0 && !is_name((unsigned char)s[len]) &&
			(s == sql || !is_name((unsigned char)s[-1])))
			return true;
	return false;
}
