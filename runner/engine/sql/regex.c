/* regex.c: regular expressions as specs write them, in the words of another engine. Only what both engines
 * are known to read alike gets through. */
#include "engine/sql/regex.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

/* PostgreSQL counts repetitions up to 255, RE2 up to 1,000. */
enum { MOST_REPEATS = 255 };

/* How an engine says what engines say differently. */
struct words {
	const char *engine;
	const char *start, *end;        /* of the text */
	const char *border, *no_border; /* of a word */
	bool java; /* brackets may be nested and cut, and classes have names of another form */
};

static const struct words postgres = {
	.engine = "PostgreSQL", .start = "^", .end = "$", .border = "\\y", .no_border = "\\Y"};
/* Java's $ also matches before a last line end, and its \b knows more letters than RE2's. */
#define WORD "[0-9A-Za-z_]"
static const struct words java = {.engine = "Spark",
	.start = "^",
	.end = "\\z",
	.border = "(?:(?<=" WORD ")(?!" WORD ")|(?<!" WORD ")(?=" WORD "))",
	.no_border = "(?:(?<=" WORD ")(?=" WORD ")|(?<!" WORD ")(?!" WORD "))",
	.java = true};

struct translation {
	const struct words *words;
	const char *pattern; /* for messages */
	const char *s;
	struct mg_text out;
	struct mg_error *err;
	bool atom;   /* the last thing may be repeated */
	bool folded; /* (?i): letters of both cases */
};

static int refuse(struct translation *t, const char *what)
{
	return mg_fail(t->err, MG_ESPEC,
		"the regular expression '%.100s' has %s, which %s reads in another way or "
		"not at all; write it in another way",
		t->pattern, what, t->words->engine);
}

/* \d and the like: outside of brackets, and inside. RE2 means ASCII, and no vertical tab by \s. */
static const struct {
	char letter;
	const char *alone, *inside;
} classes[] = {
	{'d', "[0-9]", "0-9"},
	{'D', "[^0-9]", NULL},
	{'w', "[0-9A-Za-z_]", "0-9A-Za-z_"},
	{'W', "[^0-9A-Za-z_]", NULL},
	{'s', "[\\t\\n\\f\\r ]", "\\t\\n\\f\\r "},
	{'S', "[^\\t\\n\\f\\r ]", NULL},
};

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Letters from a to b in both cases, inside of brackets. Two of ASCII have a third form: the Kelvin sign, and
 * the long s. */
static void add_folded(struct translation *t, char a, char b)
{
	char low = (char)(a | 0x20), high = (char)(b | 0x20);
	mg_text_addf(&t->out, "%c-%c%c-%c", low, high, low & ~0x20, high & ~0x20);
	if (low <= 'k' && 'k' <= high)
		mg_text_add(&t->out, "\xE2\x84\xAA");
	if (low <= 's' && 's' <= high)
		mg_text_add(&t->out, "\xC5\xBF");
}

/* A letter, or a range of letters, inside of brackets and with (?i). */
static int folded_inside(struct translation *t)
{
	char a = t->s[0], b = a;
	size_t len = 1;
	if (t->s[1] == '-' && t->s[2] && t->s[2] != ']') {
		b = t->s[2];
		len = 3;
	}
	if (!is_letter(a) || !is_letter(b) || (a & 0x20) != (b & 0x20) || a > b)
		return refuse(t, "a range with (?i) that is not of letters alone");
	add_folded(t, a, b);
	t->s += len;
	return MG_OK;
}

static int escape(struct translation *t, bool inside)
{
	char c = t->s[1];
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
		if (classes[i].letter != c)
			continue;
		const char *words = inside ? classes[i].inside : classes[i].alone;
		if (!words)
			return refuse(t, "a negated class inside of brackets");
		mg_text_add(&t->out, words);
		t->s += 2;
		return MG_OK;
	}
	if (c == '\0')
		return refuse(t, "a backslash at its end");
	const struct words *w = t->words;
	const char *const places[] = {
		"A", w->start, "z", w->end, "b", w->border, "B", w->no_border};
	for (size_t i = 0; !inside && i < sizeof(places) / sizeof(*places); i += 2) {
		if (places[i][0] != c)
			continue;
		mg_text_add(&t->out, places[i + 1]);
		t->s += 2;
		t->atom = false;
		return MG_OK;
	}
	if (is_word(c) && !strchr("tnrfv", c))
		return refuse(t, mg_printf(t->out.arena, "\\%c", c));
	if ((unsigned char)c >= 0x80)
		return refuse(t, "a backslash before a letter that is not ASCII");
	if (c == 'v') /* to Java any vertical blank */
		mg_text_add(&t->out, "\\x0B");
	else
		mg_text_add_bytes(&t->out, t->s, 2);
	t->s += 2;
	return MG_OK;
}

/* [:alpha:], inside of brackets. */
static int named_class(struct translation *t)
{
	static const char *const names[] = {"alnum", "Alnum", "alpha", "Alpha", "blank", "Blank",
		"cntrl", "Cntrl", "digit", "Digit", "graph", "Graph", "lower", "Lower", "print",
		"Print", "punct", "Punct", "space", "Space", "upper", "Upper", "xdigit", "XDigit"};
	const char *end = strstr(t->s, ":]");
	size_t len = end ? (size_t)(end - t->s - 2) : 0;
	for (size_t i = 0; end && i < sizeof(names) / sizeof(*names); i += 2) {
		if (strlen(names[i]) != len || strncmp(names[i], t->s + 2, len) != 0)
			continue;
		if (t->words->java)
			mg_text_addf(&t->out, "\\p{%s}", names[i + 1]);
		else
			mg_text_addf(&t->out, "[:%s:]", names[i]);
		t->s = end + 2;
		return MG_OK;
	}
	return refuse(t, "a class that is not named as [:alpha:]");
}

/* [abc]: ranges and classes by name are the same in both. */
static int brackets(struct translation *t)
{
	mg_text_add_char(&t->out, *t->s++);
	if (*t->s == '^')
		mg_text_add_char(&t->out, *t->s++);
	bool first = true;
	for (; *t->s && (*t->s != ']' || first); first = false) {
		if (*t->s == '\\') {
			MG_TRY(escape(t, true));
			continue;
		}
		if (t->s[0] == '[' && t->s[1] == ':') {
			MG_TRY(named_class(t));
			continue;
		}
		if (t->folded && (is_letter(*t->s) || (t->s[1] == '-' && is_letter(t->s[2])))) {
			MG_TRY(folded_inside(t));
			continue;
		}
		if (t->folded && (unsigned char)*t->s >= 0x80)
			return refuse(t, "letters that are not ASCII with (?i)");
		if (*t->s == '[' || (*t->s == ']' && first) || /* stands for itself */
			(*t->s == '&' && t->words->java))
			mg_text_add_char(&t->out, '\\');
		mg_text_add_char(&t->out, *t->s++);
	}
	if (*t->s != ']')
		return refuse(t, "brackets that are never closed");
	mg_text_add_char(&t->out, *t->s++);
	t->atom = true;
	return MG_OK;
}

/* {2}, {2,}, {2,5}; anything else in braces is a text to RE2. */
static int braces(struct translation *t)
{
	char *end = NULL;
	const char *start = t->s;
	long least = strtol(t->s + 1, &end, 10), most = least;
	if (!is_word(t->s[1]) || (*end != '}' && *end != ','))
		return refuse(t, "a { that counts nothing (write \\{)");
	if (*end == ',' && end[1] != '}') {
		if (!is_word(end[1]))
			return refuse(t, "a { that counts nothing (write \\{)");
		most = strtol(end + 1, &end, 10);
	} else if (*end == ',') {
		end++;
	}
	if (*end != '}' || !t->atom)
		return refuse(t, "a { that counts nothing (write \\{)");
	if (least < 0 || most < least || most > MOST_REPEATS)
		return refuse(t, "a count above 255");
	mg_text_add_bytes(&t->out, start, (size_t)(end + 1 - start));
	t->s = end + 1;
	return MG_OK;
}

/* Whether a match is the longest or the shortest changes nothing about there being one. */
static int repetition(struct translation *t)
{
	if (!t->atom)
		return refuse(t, "a repetition of nothing");
	if (*t->s == '{')
		MG_TRY(braces(t));
	else
		mg_text_add_char(&t->out, *t->s++);
	if (*t->s == '?')
		t->s++;
	if (*t->s && strchr("*+?{", *t->s))
		return refuse(t, "a repetition of a repetition");
	t->atom = false;
	return MG_OK;
}

static int group(struct translation *t)
{
	mg_text_add(&t->out, "(?:");
	t->s++;
	t->atom = false;
	if (*t->s != '?')
		return MG_OK;
	if (t->s[1] == ':') {
		t->s += 2;
		return MG_OK;
	}
	const char *name = t->s[1] == 'P' ? t->s + 2 : t->s + 1;
	const char *end = *name == '<' && is_word(name[1]) ? strchr(name, '>') : NULL;
	if (!end)
		return refuse(t, "flags (but a first (?i)) or a look-around");
	t->s = end + 1;
	return MG_OK;
}

static int one(struct translation *t)
{
	switch (*t->s) {
	case '\\':
		t->atom = true;
		return escape(t, false);
	case '[':
		return brackets(t);
	case '(':
		return group(t);
	case '*':
	case '+':
	case '?':
	case '{':
		return repetition(t);
	case '.': /* any but the end of a line */
		mg_text_add(&t->out, "[^\\n]");
		t->atom = true;
		break;
	case '$':
		mg_text_add(&t->out, t->words->end);
		t->atom = false;
		break;
	case '^':
	case '|':
		mg_text_add_char(&t->out, *t->s);
		t->atom = false;
		break;
	case ']':
	case '}':
		mg_text_addf(&t->out, "\\%c", *t->s);
		t->atom = true;
		break;
	default:
		if (t->folded && (unsigned char)*t->s >= 0x80)
			return refuse(t, "letters that are not ASCII with (?i)");
		if (t->folded && is_letter(*t->s)) {
			mg_text_add_char(&t->out, '[');
			add_folded(t, *t->s, *t->s);
			mg_text_add_char(&t->out, ']');
		} else {
			mg_text_add_char(&t->out, *t->s);
		}
		t->atom = true;
	}
	t->s++;
	return MG_OK;
}

static int translate(const struct words *words, const char *pattern, bool whole,
	struct mg_arena *arena, const char **out, struct mg_error *err)
{
	struct translation t = {.words = words, .pattern = pattern, .s = pattern, .err = err};
	size_t depth = 0;
	mg_text_init(&t.out, arena);
	/* "***:" and the like at the start would change how all of it is read. */
	mg_text_add(&t.out, whole ? "^(?:" : "(?:");
	if (mg_starts_with(pattern, "(?i)")) {
		t.folded = true;
		t.s += 4;
	}
	while (*t.s) {
		if (*t.s == '(')
			depth++;
		if (*t.s == ')' && depth-- == 0)
			return refuse(&t, "a ) that closes nothing");
		MG_TRY(one(&t));
	}
	if (depth)
		return refuse(&t, "a ( that is never closed");
	mg_text_addf(&t.out, ")%s", whole ? words->end : "");
	*out = t.out.data;
	return MG_OK;
}

int mg_regex_postgres(const char *pattern, bool whole, struct mg_arena *arena, const char **out,
	struct mg_error *err)
{
	return translate(&postgres, pattern, whole, arena, out, err);
}

int mg_regex_java(const char *pattern, bool whole, struct mg_arena *arena, const char **out,
	struct mg_error *err)
{
	return translate(&java, pattern, whole, arena, out, err);
}
