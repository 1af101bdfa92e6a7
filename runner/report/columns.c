/* columns.c: lays text out by display width; knows nothing of runs. */
#include "report/columns.h"

#include <string.h>

static const char dots[] = "\xe2\x80\xa6"; /* … */

/* Bytes of the longest beginning of s (n bytes) that takes at most `width` columns. */
static size_t head_bytes(struct mg_arena *arena, const char *s, size_t n, size_t width)
{
	size_t used = 0, i = 0;
	while (i < n) {
		size_t len = mg_utf8_next(s + i, n - i, NULL);
		if (len == 0)
			len = 1;
		used += mg_utf8_width(mg_strndup(arena, s + i, len));
		if (used > width)
			break;
		i += len;
	}
	return i;
}

/* Where the longest end of s that takes at most `width` columns begins. */
static size_t tail_start(struct mg_arena *arena, const char *s, size_t n, size_t width)
{
	size_t start = n;
	for (size_t i = n; i > 0;) {
		i--;
		if (((unsigned char)s[i] & 0xc0) == 0x80)
			continue;
		if (mg_utf8_width(mg_strdup(arena, s + i)) > width)
			break;
		start = i;
	}
	return start;
}

const char *mg_cut_end(struct mg_arena *arena, const char *s, size_t width)
{
	if (mg_utf8_width(s) <= width)
		return s;
	size_t n = head_bytes(arena, s, strlen(s), width ? width - 1 : 0);
	return mg_printf(arena, "%.*s%s", (int)n, s, dots);
}

const char *mg_cut_middle(struct mg_arena *arena, const char *s, size_t width)
{
	if (mg_utf8_width(s) <= width)
		return s;
	size_t room = width ? width - 1 : 0;
	size_t n = strlen(s);
	/* Only the last bytes can be part of the end; the rest need not be measured. */
	size_t far = n > 8 * width ? n - 8 * width : 0;
	size_t head = head_bytes(arena, s, n, room / 2);
	size_t tail = far + tail_start(arena, s + far, n - far, room - room / 2);
	return mg_printf(arena, "%.*s%s%s", (int)head, s, dots, s + tail);
}

void mg_add_spaces(struct mg_text *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		mg_text_add_char(out, ' ');
}

void mg_add_padded(struct mg_text *out, const char *s, size_t width, bool right)
{
	size_t used = mg_utf8_width(s);
	size_t rest = used < width ? width - used : 0;
	if (right)
		mg_add_spaces(out, rest);
	mg_text_add(out, s);
	if (!right)
		mg_add_spaces(out, rest);
}

void mg_add_coloured(struct mg_text *out, const char *colour, const char *s)
{
	if (colour)
		mg_text_addf(out, "\x1b[%sm%s\x1b[0m", colour, s);
	else
		mg_text_add(out, s);
}

void mg_add_wrapped(struct mg_text *out, const char *s, size_t indent, size_t width)
{
	size_t room = width > indent + 20 ? width - indent : 20;
	size_t used = 0;
	while (*s) {
		if (*s == '\n') {
			s++;
			mg_text_add_char(out, '\n');
			mg_add_spaces(out, indent);
			used = 0;
			continue;
		}
		size_t blanks = strspn(s, " ");
		size_t word = blanks + strcspn(s + blanks, " \n");
		const char *text = mg_strndup(out->arena, s, word);
		size_t columns = mg_utf8_width(text);
		if (width && used && used + columns > room) {
			mg_text_add_char(out, '\n');
			mg_add_spaces(out, indent);
			text += blanks;
			columns -= blanks;
			used = 0;
		}
		mg_text_add(out, text);
		used += columns;
		s += word;
	}
	mg_text_add_char(out, '\n');
}

/* ---- grids ---- */

enum { GAP = 2, WIDEST_CELL = 120, NARROWEST = 8 };

static const char *cell(const struct mg_grid *grid, size_t row, size_t column)
{
	const char *text = grid->cells[row * grid->columns + column];
	return text ? text : "NULL";
}

static bool is_number_column(const struct mg_grid *grid, size_t column)
{
	double ignored;
	bool any = false;
	for (size_t row = 0; row < grid->rows; row++) {
		const char *text = grid->cells[row * grid->columns + column];
		if (!text)
			continue;
		if (!mg_parse_double(text, true, &ignored))
			return false;
		any = true;
	}
	return any;
}

/* How many columns fit, and how wide each is: as wide as they like (within reason), then the widest
 * is narrowed until all fit or all are narrow, then the last ones go. */
static size_t fit(const struct mg_grid *grid, size_t width, size_t *widths)
{
	size_t total = 0, shown = grid->columns;
	for (size_t i = 0; i < shown; i++) {
		widths[i] = mg_utf8_width(grid->heading[i]);
		for (size_t row = 0; row < grid->rows; row++) {
			size_t w = mg_utf8_width(cell(grid, row, i));
			widths[i] = w > widths[i] ? w : widths[i];
		}
		widths[i] = widths[i] > WIDEST_CELL ? WIDEST_CELL : widths[i];
		total += widths[i] + (i ? GAP : 0);
	}
	while (width && total > width) {
		size_t widest = 0;
		for (size_t i = 1; i < shown; i++)
			widest = widths[i] > widths[widest] ? i : widest;
		if (widths[widest] > NARROWEST) {
			widths[widest]--;
			total--;
		} else if (shown > 1) {
			shown--;
			total -= widths[shown] + GAP;
		} else {
			break;
		}
	}
	return shown;
}

static void add_row(struct mg_text *out, struct mg_arena *scratch, const struct mg_grid *grid,
	size_t row, const size_t *widths, const bool *right, size_t shown)
{
	for (size_t i = 0; i < shown; i++) {
		const char *text = mg_cut_end(scratch, cell(grid, row, i), widths[i]);
		mg_add_spaces(out, i ? GAP : 0);
		mg_add_padded(out, text, widths[i], right[i]);
	}
	while (out->len > 0 && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
}

void mg_add_grid(struct mg_text *out, struct mg_arena *scratch, const struct mg_grid *grid,
	size_t indent, size_t width, const char *heading_colour)
{
	if (grid->columns == 0)
		return;
	size_t *widths = mg_alloc_array(scratch, grid->columns, sizeof(*widths));
	bool *right = mg_alloc_array(scratch, grid->columns, sizeof(*right));
	size_t room = width > indent + NARROWEST ? width - indent : NARROWEST;
	size_t shown = fit(grid, width ? room : 0, widths);
	for (size_t i = 0; i < shown; i++)
		right[i] = is_number_column(grid, i);

	struct mg_text heading;
	mg_text_init(&heading, scratch);
	struct mg_grid head = {grid->heading, grid->columns, grid->heading, 1};
	add_row(&heading, scratch, &head, 0, widths, right, shown);
	mg_add_spaces(out, indent);
	mg_add_coloured(out, heading_colour, heading.data);
	mg_text_add_char(out, '\n');
	for (size_t row = 0; row < grid->rows; row++) {
		mg_add_spaces(out, indent);
		add_row(out, scratch, grid, row, widths, right, shown);
		mg_text_add_char(out, '\n');
	}
	if (shown < grid->columns) {
		mg_add_spaces(out, indent);
		mg_text_addf(out, "… and %zu more column%s\n", grid->columns - shown,
			grid->columns - shown == 1 ? "" : "s");
	}
}
