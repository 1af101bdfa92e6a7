/* sql_piece.h: looks at SQL written by people before it is put into a larger statement. */
#ifndef MG_SPEC_SQL_PIECE_H
#define MG_SPEC_SQL_PIECE_H

#include <stdbool.h>
#include <stddef.h>

#include <modelgate/error.h>

/* What differs between engines in how text is split into words. */
struct mg_sql_lexis {
	char name_quote;         /* " or ` : doubled inside */
	bool backslash_escapes;  /* \' does not end a text */
	bool double_quoted_text; /* "..." is a text, not a name */
	bool raw_text;           /* r'...' has no escapes, not even of quotes */
	bool dollar_quotes;      /* $$...$$ and $tag$...$tag$ */
	bool nested_comments;
};

/*
 * Is `sql` one piece: all quotes, comments and brackets closed, none closed that it did not open,
 * no `;` (but a last one, which is cut off), not empty? So it cannot end the parentheses around it
 * or start a second statement. MG_ESPEC says what is wrong, starting with `what` ("the condition").
 * *out_len is its length without blanks, comments and `;` at the end.
 */
MG_MUST_USE int mg_sql_piece(const struct mg_sql_lexis *lexis, const char *what, const char *sql,
	size_t *out_len, struct mg_error *err);

/* What SQL is written with. Blanks and comments lie between them. */
enum mg_sql_token_type {
	MG_SQL_END,
	MG_SQL_WORD,   /* a name without quotes, or a keyword */
	MG_SQL_QUOTED, /* a name in quotes, which are part of it */
	MG_SQL_TEXT,
	MG_SQL_NUMBER,
	MG_SQL_SIGN, /* one byte of anything else */
};
struct mg_sql_token {
	enum mg_sql_token_type type;
	const char *at;
	size_t len;
};
/* The token at *at or after it, behind which *at then stands. What is never closed is the end. */
struct mg_sql_token mg_sql_next(const struct mg_sql_lexis *lexis, const char **at);
/* Is it this word, in any case? */
bool mg_sql_is_word(struct mg_sql_token token, const char *word);
bool mg_sql_is_sign(struct mg_sql_token token, char sign);

/* Does it begin as what only reads: SELECT, WITH, VALUES, TABLE, FROM, or one of these in parentheses? */
bool mg_sql_is_select(const struct mg_sql_lexis *lexis, const char *sql);
/* Is `word` written as a name, quoted or in any case, and not in a text or a comment? */
bool mg_sql_names(const struct mg_sql_lexis *lexis, const char *sql, const char *word);
/* Is `word` (a name) written anywhere in sql, in any case? May say yes too often (in a text). */
bool mg_sql_mentions(const char *sql, const char *word);

#endif
