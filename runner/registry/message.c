/* message.c: messages of tags: one table of trailers, by which they are written and read. */
#include "registry/message.h"

#include <string.h>

#include "base/text.h"

/* How the values of a trailer stand in its line. */
enum form {
	TEXT,    /* value */
	NAME_ID, /* name object-id */
	DIGEST,  /* sha256:hex */
	NAMED,   /* name sha256:hex */
};

struct trailer {
	const char *key;
	enum form form;
	size_t first, second; /* members of mg_trailers */
};

#define AT(member) offsetof(struct mg_trailers, member)
static const struct trailer table[] = {
	{"Model", TEXT, AT(model), 0},
	{"Version", TEXT, AT(version), 0},
	{"From", NAME_ID, AT(from), AT(from_id)},
	{"Previous", NAME_ID, AT(previous), AT(previous_id)},
	{"Spec", NAMED, AT(spec), AT(spec_sha256)},
	{"Run", DIGEST, AT(run_sha256), 0},
	{"Evidence", NAMED, AT(evidence), AT(evidence_sha256)},
	{"Branch", NAME_ID, AT(branch), AT(branch_id)},
	{"Policy", DIGEST, AT(policy_sha256), 0},
	{"Vars", TEXT, AT(vars), 0},
	{"Attempt", TEXT, AT(attempt), 0},
	{"Earlier", TEXT, AT(earlier), 0},
	{"Deployed", TEXT, AT(deployed), 0},
	{"Mlflow-Run", TEXT, AT(mlflow_run), 0},
	{"Mlflow-Model-Version", TEXT, AT(mlflow_version), 0},
	{"Build", TEXT, AT(build), 0},
	{"Reason", TEXT, AT(reason), 0},
};
#undef AT
enum { TABLE = sizeof(table) / sizeof(table[0]) };

static const char **member(struct mg_trailers *trailers, size_t offset)
{
	return (const char **)((char *)trailers + offset);
}

static const char *value(const struct mg_trailers *trailers, size_t offset)
{
	return *(const char *const *)((const char *)trailers + offset);
}

/* ---- writing ---- */

static bool is_line_breaker(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

/* Other readers stop at what is no UTF-8. */
const char *mg_message_line(struct mg_arena *arena, const char *s)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	size_t n = strlen(s);
	bool space = false;
	for (size_t i = 0, len; i < n; i += len) {
		uint32_t c = '?';
		len = mg_utf8_next(s + i, n - i, &c);
		if (len == 0) {
			len = 1;
			c = '?';
		}
		if (is_line_breaker(c) || c == ' ') {
			space = true;
			continue;
		}
		if (space && text.len > 0)
			mg_text_add_char(&text, ' ');
		space = false;
		if (c == '?')
			mg_text_add_char(&text, '?');
		else
			mg_text_add_bytes(&text, s + i, len);
	}
	return text.data;
}

struct writer {
	struct mg_arena *arena;
	struct mg_text text;
	const char *longest;
	size_t longest_len;
};

static void add(struct writer *w, const char *key, const char *text)
{
	const char *line = mg_message_line(w->arena, text);
	if (*line == '\0')
		return;
	mg_text_addf(&w->text, "%s: %s\n", key, line);
	if (strlen(line) >= w->longest_len) {
		w->longest = key;
		w->longest_len = strlen(line);
	}
}

static void add_trailer(
	struct writer *w, const struct trailer *trailer, const struct mg_trailers *trailers)
{
	const char *first = value(trailers, trailer->first);
	const char *second = trailer->second ? value(trailers, trailer->second) : NULL;
	if (!first)
		return;
	switch (trailer->form) {
	case TEXT:
		add(w, trailer->key, first);
		return;
	case DIGEST:
		add(w, trailer->key, mg_printf(w->arena, "sha256:%s", first));
		return;
	case NAME_ID:
	case NAMED:
		add(w, trailer->key,
			second ? mg_printf(w->arena, "%s %s%s", first,
					 trailer->form == NAMED ? "sha256:" : "", second)
			       : first);
		return;
	}
}

int mg_message_write(struct mg_arena *arena, const char *sentence,
	const struct mg_trailers *trailers, char **out, struct mg_error *err)
{
	struct writer w = {.arena = arena, .longest = "sentence"};
	mg_text_init(&w.text, arena);
	mg_text_add(&w.text, mg_message_line(arena, sentence));
	w.longest_len = w.text.len;
	mg_text_add(&w.text, "\n\nModelgate: 1\n");
	if (trailers->decision != MG_DECISION_NONE)
		add(&w, "Decision", mg_decision_word(trailers->decision));
	for (size_t i = 0; i < TABLE; i++)
		add_trailer(&w, &table[i], trailers);
	for (size_t i = 0; i < trailers->approver_count; i++)
		add(&w, "Approved-by", trailers->approvers[i]);
	if (w.text.len > MG_MESSAGE_MAX_BYTES)
		return mg_fail(err, MG_ELIMIT,
			"the message of the tag has %zu bytes, at most %d are accepted; the "
			"longest part is '%s' with %zu: shorten it",
			w.text.len, MG_MESSAGE_MAX_BYTES, w.longest, w.longest_len);
	*out = w.text.data;
	return MG_OK;
}

/* ---- reading ---- */

static bool is_blank(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] != ' ' && s[i] != '\t' && s[i] != '\r')
			return false;
	return true;
}

static size_t line_length(const char *s)
{
	return strcspn(s, "\n");
}

/* The last paragraph, unless it is the only one (a title is no trailer); NULL then. */
static const char *last_paragraph(const char *message, size_t *out_len)
{
	const char *start = NULL, *end = NULL;
	bool inside = false;
	size_t paragraphs = 0;
	for (const char *s = message; *s;) {
		size_t n = line_length(s);
		/* git ends a message at the line that begins a patch. */
		if (mg_starts_with(s, "---") && (n == 3 || is_blank(s + 3, 1)))
			break;
		if (is_blank(s, n)) {
			inside = false;
		} else {
			if (!inside) {
				start = s;
				paragraphs++;
			}
			inside = true;
			end = s + n;
		}
		s += n + (s[n] == '\n');
	}
	if (paragraphs < 2)
		return NULL;
	*out_len = (size_t)(end - start);
	return start;
}

/* Length of "Key" when the line is "Key: value" (blanks may stand before the colon); else 0. */
static size_t key_length(const char *s, size_t n)
{
	size_t key = 0;
	while (key < n &&
		((s[key] >= 'a' && s[key] <= 'z') || (s[key] >= 'A' && s[key] <= 'Z') ||
			(s[key] >= '0' && s[key] <= '9') || s[key] == '-'))
		key++;
	size_t colon = key;
	while (colon < n && (s[colon] == ' ' || s[colon] == '\t'))
		colon++;
	return colon < n && s[colon] == ':' ? key : 0;
}

static char *trimmed(struct mg_arena *arena, const char *s, size_t n)
{
	while (n > 0 && is_blank(s, 1)) {
		s++;
		n--;
	}
	while (n > 0 && is_blank(s + n - 1, 1))
		n--;
	return mg_strndup(arena, s, n);
}

static bool same_key(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		char x = *a, y = *b;
		x = x >= 'A' && x <= 'Z' ? (char)(x + 32) : x;
		y = y >= 'A' && y <= 'Z' ? (char)(y + 32) : y;
		if (x != y)
			return false;
	}
	return *a == *b;
}

static bool is_hex(const char *s, size_t digits)
{
	return strlen(s) == digits && strspn(s, "0123456789abcdef") == digits;
}

/* Splits "name WORDhex" at its last blank; both NULL when the end is no such thing. */
static void split(struct mg_arena *arena, const char *text, const char *word, size_t digits,
	const char **out_name, const char **out_hex)
{
	const char *blank = strrchr(text, ' ');
	const char *hex = blank ? blank + 1 : text;
	if (!mg_starts_with(hex, word) || !is_hex(hex + strlen(word), digits))
		return;
	*out_hex = hex + strlen(word);
	if (blank && out_name)
		*out_name = mg_strndup(arena, text, (size_t)(blank - text));
}

static void keep(struct mg_arena *arena, const struct trailer *trailer, const char *text,
	struct mg_trailers *out)
{
	const char **first = member(out, trailer->first);
	const char **second = member(out, trailer->second);
	switch (trailer->form) {
	case TEXT:
		*first = text;
		return;
	case DIGEST:
		split(arena, text, "sha256:", 64, NULL, first);
		return;
	case NAMED:
		split(arena, text, "sha256:", 64, first, second);
		return;
	case NAME_ID:
		split(arena, text, "", 40, first, second);
		return;
	}
}

struct reading {
	struct mg_arena *arena;
	struct mg_trailers *out;
	bool seen[TABLE], format, decision, repeated;
	size_t approver_capacity;
};

static void once(struct reading *r, bool *seen)
{
	if (*seen)
		r->repeated = true;
	*seen = true;
}

static void take(struct reading *r, const char *key, const char *text)
{
	struct mg_trailers *out = r->out;
	if (same_key(key, "Modelgate")) {
		once(r, &r->format);
		out->format = strcmp(text, "1") == 0;
	} else if (same_key(key, "Decision")) {
		once(r, &r->decision);
		for (int i = MG_DECISION_PASSED; i <= MG_DECISION_OVERRIDDEN; i++)
			if (strcmp(text, mg_decision_word((enum mg_decision)i)) == 0)
				out->decision = (enum mg_decision)i;
	} else if (same_key(key, "Approved-by")) {
		out->approvers = mg_grow(r->arena, out->approvers, out->approver_count,
			&r->approver_capacity, sizeof(*out->approvers));
		out->approvers[out->approver_count++] = text;
	}
	for (size_t i = 0; i < TABLE; i++) {
		if (!same_key(key, table[i].key))
			continue;
		once(r, &r->seen[i]);
		keep(r->arena, &table[i], text, out);
	}
}

/* A line that begins with a blank goes on with the value before it. */
static char *with_continuations(struct mg_arena *arena, const char **at, const char *end)
{
	const char *s = *at;
	size_t n = line_length(s);
	struct mg_text text;
	mg_text_init(&text, arena);
	mg_text_add_bytes(&text, s, n);
	s += n + (s[n] == '\n');
	while (s < end && (*s == ' ' || *s == '\t')) {
		n = line_length(s);
		mg_text_add_char(&text, ' ');
		mg_text_add(&text, trimmed(arena, s, n));
		s += n + (s[n] == '\n');
	}
	*at = s;
	return text.data;
}

void mg_message_read(struct mg_arena *arena, const char *message, struct mg_trailers *out)
{
	*out = (struct mg_trailers){0};
	size_t len = 0;
	const char *start = last_paragraph(message, &len);
	if (!start)
		return;
	const char *end = start + len;
	struct reading r = {.arena = arena, .out = out};
	for (const char *s = start; s < end;) {
		size_t key = key_length(s, line_length(s));
		if (key == 0) { /* a paragraph of text */
			*out = (struct mg_trailers){0};
			return;
		}
		const char *line = with_continuations(arena, &s, end);
		const char *colon = strchr(line, ':');
		take(&r, mg_strndup(arena, line, key),
			trimmed(arena, colon + 1, strlen(colon + 1)));
	}
	/* Which of two would count? Nobody should have to ask. */
	if (r.repeated || !out->format)
		*out = (struct mg_trailers){0};
}
