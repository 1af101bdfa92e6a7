/* base64.c: three bytes are four letters. */
#include "base/base64.h"

#include <string.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *mg_base64(struct mg_arena *arena, const void *bytes, size_t len)
{
	const unsigned char *in = bytes;
	char *text = mg_alloc(arena, (len + 2) / 3 * 4 + 1), *out = text;
	for (size_t i = 0; i < len; i += 3) {
		unsigned rest = len - i < 3 ? (unsigned)(len - i) : 3;
		unsigned group = (unsigned)in[i] << 16;
		if (rest > 1)
			group |= (unsigned)in[i + 1] << 8;
		if (rest > 2)
			group |= in[i + 2];
		*out++ = letters[group >> 18];
		*out++ = letters[group >> 12 & 63];
		*out++ = rest > 1 ? letters[group >> 6 & 63] : '=';
		*out++ = rest > 2 ? letters[group & 63] : '=';
	}
	return text;
}

static int value_of(char c)
{
	if (c == '-')
		c = '+';
	if (c == '_')
		c = '/';
	const char *at = c ? strchr(letters, c) : NULL;
	return at ? (int)(at - letters) : -1;
}

bool mg_base64_read(
	struct mg_arena *arena, const char *text, size_t len, char **out, size_t *out_len)
{
	size_t padding = 0;
	while (padding < 2 && padding < len && text[len - 1 - padding] == '=')
		padding++;
	if (len % 4 != 0)
		return false;
	char *bytes = mg_alloc(arena, len / 4 * 3 + 1);
	size_t n = 0;
	unsigned group = 0;
	for (size_t i = 0; i < len; i++) {
		int value = i < len - padding ? value_of(text[i]) : 0;
		if (value < 0)
			return false;
		group = group << 6 | (unsigned)value;
		if (i % 4 != 3)
			continue;
		bytes[n++] = (char)(group >> 16);
		bytes[n++] = (char)(group >> 8);
		bytes[n++] = (char)group;
		group = 0;
	}
	n -= padding;
	bytes[n] = '\0';
	*out = bytes;
	*out_len = n;
	return true;
}
