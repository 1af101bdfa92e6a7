/* json_out.c: JSON text, one value after the other. */
#include "report/json_out.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static bool must_escape(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
		(c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
		(c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0xfffe || c == 0xffff;
}

static void add_character(struct mg_text *out, uint32_t c, const char *s, size_t len)
{
	static const char short_codes[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	const char *code = c && c < 0x80 ? strchr(short_codes, (int)c) : NULL;
	/* Letters of the codes stand at odd places. */
	if (code && (code - short_codes) % 2 == 0) {
		mg_text_add_char(out, '\\');
		mg_text_add_char(out, code[1]);
	} else if (must_escape(c)) {
		mg_text_addf(out, "\\u%04x", (unsigned)c);
	} else {
		mg_text_add_bytes(out, s, len);
	}
}

/* How many bytes at s stand for themselves, whatever is beside them. */
static size_t plain_bytes(const char *s, size_t n)
{
	size_t i = 0;
	while (i < n && s[i] >= 0x20 && s[i] < 0x7f && s[i] != '"' && s[i] != '\\' && s[i] != '#')
		i++;
	return i;
}

static void add_string(struct mg_text *out, const char *s)
{
	size_t n = strlen(s);
	mg_text_add_char(out, '"');
	for (size_t i = 0, len; i < n; i += len) {
		uint32_t c;
		len = plain_bytes(s + i, n - i);
		if (len) {
			mg_text_add_bytes(out, s + i, len);
			continue;
		}
		len = mg_utf8_next(s + i, n - i, &c);
		if (len == 0) {
			mg_text_addf(out, "\\\\x%02x", (unsigned char)s[i]);
			len = 1;
		} else if (c == '#' && i > 0 && s[i - 1] == '#') {
			/* No ## for a pipeline agent to find, should this go to a log. */
			mg_text_add(out, "\\u0023");
		} else {
			add_character(out, c, s + i, len);
		}
	}
	mg_text_add_char(out, '"');
}

static void new_line(struct mg_json *json)
{
	mg_text_add_char(json->out, '\n');
	for (int i = 0; i < json->depth; i++)
		mg_text_add(json->out, "  ");
}

static void start(struct mg_json *json, const char *key)
{
	bool one_line = json->one_line[json->depth];
	if (json->some[json->depth])
		mg_text_add(json->out, one_line ? ", " : ",");
	json->some[json->depth] = true;
	if (json->depth > 0 && !one_line)
		new_line(json);
	if (key) {
		add_string(json->out, key);
		mg_text_add(json->out, ": ");
	}
}

void mg_json_open(struct mg_json *json, const char *key, char open, bool one_line)
{
	start(json, key);
	mg_text_add_char(json->out, open);
	bool outer = json->one_line[json->depth];
	json->depth++;
	assert(json->depth < MG_JSON_DEPTH);
	json->some[json->depth] = false;
	json->one_line[json->depth] = one_line || outer;
}

void mg_json_close(struct mg_json *json, char close)
{
	bool lines = json->some[json->depth] && !json->one_line[json->depth];
	json->depth--;
	if (lines)
		new_line(json);
	mg_text_add_char(json->out, close);
}

void mg_json_text(struct mg_json *json, const char *key, const char *value)
{
	start(json, key);
	if (value)
		add_string(json->out, value);
	else
		mg_text_add(json->out, "null");
}

/* A number is often followed by its like: the bounds of what is exact. */
static void add_double(struct mg_json *json, double value)
{
	if (json->last_len && memcmp(&value, &json->last, sizeof(value)) == 0) {
		char again[40];
		memcpy(again, json->out->data + json->last_at, json->last_len);
		mg_text_add_bytes(json->out, again, json->last_len);
		return;
	}
	json->last = value;
	json->last_at = json->out->len;
	mg_text_add_double(json->out, value);
	json->last_len = json->out->len - json->last_at;
}

void mg_json_double(struct mg_json *json, const char *key, double value)
{
	start(json, key);
	if (isnan(value))
		mg_text_add(json->out, "null");
	else if (isinf(value))
		mg_text_add(json->out, value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
	else if (value == 0 && signbit(value))
		/* "-0" is an integer to many readers, and integers have no -0. */
		mg_text_add(json->out, "-0.0");
	else
		add_double(json, value);
}

void mg_json_int(struct mg_json *json, const char *key, int64_t value)
{
	start(json, key);
	mg_text_add_int(json->out, value);
}

void mg_json_bool(struct mg_json *json, const char *key, bool value)
{
	start(json, key);
	mg_text_add(json->out, value ? "true" : "false");
}

void mg_json_null(struct mg_json *json, const char *key)
{
	start(json, key);
	mg_text_add(json->out, "null");
}

void mg_json_members(struct mg_json *json, const char *members)
{
	start(json, NULL);
	mg_text_add(json->out, members);
}
