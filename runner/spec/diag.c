/* diag.c: findings: gathered, ordered, and shown with the line they are about. */
#include "spec/diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/text.h"

enum {
	QUOTE_BYTES = 80,
	WORDS_SHOWN = 16,
	WORDS_LOOKED_AT = 1000,
	LINE_COLUMNS = 200,
	TAB_COLUMNS = 8
};

/* ---- gathering ---- */

static struct mg_diag *add(struct mg_diags *diags, struct mg_pos pos)
{
	if (diags->count > MG_DIAGS_MAX)
		return mg_alloc(diags->arena, sizeof(struct mg_diag));
	diags->list = mg_grow(
		diags->arena, diags->list, diags->count, &diags->capacity, sizeof(*diags->list));
	struct mg_diag *diag = &diags->list[diags->count++];
	*diag = (struct mg_diag){.pos = pos, .width = 1};
	return diag;
}

static struct mg_diag *add_text(
	struct mg_diags *diags, struct mg_pos pos, const char *format, va_list args)
{
	struct mg_diag *diag = add(diags, pos);
	diag->message = diags->count > MG_DIAGS_MAX ? "there are more errors; these come first"
						    : mg_vprintf(diags->arena, format, args);
	return diag;
}

struct mg_diag *mg_diag_add(struct mg_diags *diags, struct mg_pos pos, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	struct mg_diag *diag = add_text(diags, pos, format, args);
	va_end(args);
	return diag;
}

static int node_width(const struct mg_node *node)
{
	if (node->pos.line == node->end.line && node->end.col > node->pos.col)
		return node->end.col - node->pos.col;
	/* Over several lines: a mapping is marked by its first key. */
	if (node->type == MG_NODE_MAPPING && node->count > 0 &&
		node->pairs[0].key->pos.line == node->pos.line &&
		node->pairs[0].key->pos.col == node->pos.col)
		return node_width(node->pairs[0].key);
	return 1;
}

struct mg_diag *mg_diag_at(
	struct mg_diags *diags, const struct mg_node *node, const char *format, ...)
{
	if (node->broken)
		return mg_alloc(diags->arena, sizeof(struct mg_diag));
	va_list args;
	va_start(args, format);
	struct mg_diag *diag = add_text(diags, node->pos, format, args);
	va_end(args);
	diag->width = node_width(node);
	return diag;
}

const char *mg_diag_words(struct mg_arena *arena, const char *const *words, size_t count)
{
	struct mg_text text;
	mg_text_init(&text, arena);
	size_t shown = count > WORDS_SHOWN + 1 ? WORDS_SHOWN : count;
	for (size_t i = 0; i < shown; i++)
		mg_text_addf(&text, "%s%s", i ? ", " : "", mg_diag_quote(arena, words[i]));
	if (shown < count)
		mg_text_add(&text, " and more");
	return text.data;
}

const char *mg_diag_nearest(const char *word, const char *const *words, size_t count)
{
	if (count > WORDS_LOOKED_AT || word[0] == '\0' || word[1] == '\0')
		return NULL;
	return mg_nearest_word(word, words, count);
}

const char *mg_diag_quote(struct mg_arena *arena, const char *text)
{
	return mg_log_safe_cut(arena, text, QUOTE_BYTES);
}

/* ---- order ---- */

static int by_place(const void *a, const void *b)
{
	const struct mg_diag *x = a, *y = b;
	if (x->pos.line != y->pos.line)
		return x->pos.line < y->pos.line ? -1 : 1;
	if (x->pos.col != y->pos.col)
		return x->pos.col < y->pos.col ? -1 : 1;
	return strcmp(x->message, y->message);
}

void mg_diags_sort(struct mg_diags *diags)
{
	if (diags->count == 0)
		return;
	/* The remark that there are more stays at the end. */
	size_t sorted = diags->count > MG_DIAGS_MAX ? MG_DIAGS_MAX : diags->count;
	qsort(diags->list, sorted, sizeof(*diags->list), by_place);
	size_t kept = 1;
	for (size_t i = 1; i < diags->count; i++)
		if (i >= sorted || by_place(&diags->list[kept - 1], &diags->list[i]) != 0)
			diags->list[kept++] = diags->list[i];
	diags->count = kept;
}

/* ---- showing ---- */

struct line {
	const char *start;
	size_t len;
};

static size_t line_end_length(const char *s, size_t n)
{
	if (n >= 2 && s[0] == '\r' && s[1] == '\n')
		return 2;
	if (s[0] == '\n' || s[0] == '\r')
		return 1;
	if (n >= 2 && memcmp(s, "\xc2\x85", 2) == 0)
		return 2;
	if (n >= 3 && (memcmp(s, "\xe2\x80\xa8", 3) == 0 || memcmp(s, "\xe2\x80\xa9", 3) == 0))
		return 3;
	return 0;
}

/* Walks through the lines; findings come in order, so the text is read once. */
struct lines {
	const char *text;
	size_t len, at;
	int number;
	struct line line;
};

static struct line find_line(struct lines *lines, int wanted)
{
	while (lines->number < wanted && lines->at <= lines->len) {
		size_t start = lines->at, i = start, end = 0;
		while (i < lines->len &&
			(end = line_end_length(lines->text + i, lines->len - i)) == 0)
			i++;
		lines->line = (struct line){lines->text + start, i - start};
		lines->at = i < lines->len ? i + end : lines->len + 1;
		lines->number++;
	}
	return lines->number == wanted ? lines->line : (struct line){"", 0};
}

/* Characters of the line, each in its safe form, with what they take on a terminal. */
struct piece {
	char *safe;
	size_t width;
};

static struct piece *split(struct mg_arena *arena, struct line line, size_t *out_count)
{
	struct piece *pieces = NULL;
	size_t count = 0, capacity = 0, column = 0;
	for (size_t i = 0, n; i < line.len; i += n) {
		n = mg_utf8_next(line.start + i, line.len - i, NULL);
		n = n ? n : 1;
		struct piece piece;
		if (line.start[i] == '\t') {
			piece.width = TAB_COLUMNS - column % TAB_COLUMNS;
			piece.safe = mg_printf(arena, "%*s", (int)piece.width, "");
		} else {
			piece.safe = mg_log_safe(arena, mg_strndup(arena, line.start + i, n));
			piece.width = mg_utf8_width(piece.safe);
		}
		column += piece.width;
		pieces = mg_grow(arena, pieces, count, &capacity, sizeof(*pieces));
		pieces[count++] = piece;
	}
	*out_count = count;
	return pieces;
}

/* The part of a long line that is shown, so that the caret is inside. */
static void window(size_t count, size_t caret, size_t *out_first, size_t *out_last)
{
	*out_first = 0;
	*out_last = count;
	if (count <= LINE_COLUMNS)
		return;
	*out_first = caret > LINE_COLUMNS / 2 ? caret - LINE_COLUMNS / 2 : 0;
	*out_last = *out_first + LINE_COLUMNS < count ? *out_first + LINE_COLUMNS : count;
}

static void show_line(struct mg_text *out, struct line line, const struct mg_diag *diag)
{
	MG_SCOPED_ARENA struct mg_arena *scratch = mg_arena_new();
	/* A line of megabytes is not cut into pieces as a whole. */
	size_t caret = diag->pos.col > 0 ? (size_t)diag->pos.col - 1 : 0;
	size_t skipped = 0;
	while (caret > 4 * LINE_COLUMNS && line.len > 0) {
		size_t n = mg_utf8_next(line.start, line.len, NULL);
		n = n ? n : 1;
		line.start += n;
		line.len -= n;
		caret--;
		skipped++;
	}
	bool cut = line.len > 16 * LINE_COLUMNS;
	if (cut)
		line.len = 16 * LINE_COLUMNS;
	size_t count, first, last;
	struct piece *pieces = split(scratch, line, &count);
	window(count, caret, &first, &last);

	mg_text_add(out, "    ");
	size_t indent = 4;
	if (first > 0 || skipped > 0) {
		mg_text_add(out, "...");
		indent += 3;
	}
	struct mg_text shown;
	mg_text_init(&shown, scratch);
	size_t underlined = 0;
	for (size_t i = first; i < last; i++) {
		mg_text_add(&shown, pieces[i].safe);
		if (i < caret)
			indent += pieces[i].width;
		else if (i < caret + (size_t)diag->width)
			underlined += pieces[i].width;
	}
	/* Once more as a whole: what is harmful may span characters, and keeps its width. */
	mg_text_add(out, mg_log_safe(scratch, shown.data));
	mg_text_add(out, last < count || cut ? "...\n" : "\n");
	for (size_t i = 0; i < indent; i++)
		mg_text_add_char(out, ' ');
	for (size_t i = 0; i < (underlined ? underlined : 1); i++)
		mg_text_add_char(out, '^');
	mg_text_add_char(out, '\n');
}

/* The same finding at another place? */
static bool is_equal(const struct mg_diag *a, const struct mg_diag *b)
{
	return strcmp(a->message, b->message) == 0 && mg_streq(a->accepted, b->accepted) &&
		mg_streq(a->nearest, b->nearest);
}

/* "    3 more like this: lines 12, 15, 15", of those behind the i-th, which are then told. */
static void show_equal(struct mg_text *out, const struct mg_diags *diags, size_t i, bool *told)
{
	enum { MOST_SHOWN = 10 };
	size_t count = 0;
	struct mg_text places;
	mg_text_init(&places, out->arena);
	for (size_t k = i + 1; k < diags->count; k++) {
		if (told[k] || diags->list[k].pos.line <= 0 ||
			!is_equal(&diags->list[i], &diags->list[k]))
			continue;
		told[k] = true;
		if (++count <= MOST_SHOWN)
			mg_text_addf(
				&places, "%s%d", count > 1 ? ", " : "", diags->list[k].pos.line);
	}
	if (count > 0)
		mg_text_addf(out, "    %zu more like this: line%s %s%s\n", count,
			count > 1 ? "s" : "", places.data, count > MOST_SHOWN ? ", ..." : "");
}

char *mg_diags_text(struct mg_arena *arena, const struct mg_diags *diags, const char *path,
	const char *text, size_t len)
{
	struct mg_text out;
	mg_text_init(&out, arena);
	struct lines lines = {.text = text, .len = len};
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		lines.at = 3;
	const char *shown_path = mg_log_safe(arena, path);
	bool *told = mg_alloc_array(arena, diags->count, sizeof(*told));
	for (size_t i = 0; i < diags->count; i++) {
		const struct mg_diag *diag = &diags->list[i];
		if (told[i])
			continue;
		if (diag->pos.line > 0) {
			mg_text_addf(&out, "%s:%d:%d: ", shown_path, diag->pos.line, diag->pos.col);
			mg_text_addf(&out, "%s\n", mg_log_safe(arena, diag->message));
			show_line(&out, find_line(&lines, diag->pos.line), diag);
		} else {
			mg_text_addf(
				&out, "%s: %s\n", shown_path, mg_log_safe(arena, diag->message));
		}
		if (diag->accepted)
			mg_text_addf(
				&out, "    accepted: %s\n", mg_log_safe(arena, diag->accepted));
		if (diag->nearest)
			mg_text_addf(&out, "    did you mean '%s'?\n",
				mg_log_safe(arena, diag->nearest));
		show_equal(&out, diags, i, told);
	}
	return out.data;
}
