/* address.c: scheme, login, host and path of an address. */
#include "http/address.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static char *percent_decode(struct mg_arena *arena, const char *s)
{
	char *out = mg_strdup(arena, s);
	size_t n = 0;
	for (; *s; s++) {
		char hex[3] = {0};
		char *end = hex;
		if (s[0] == '%' && s[1] && s[2]) {
			memcpy(hex, s + 1, 2);
			out[n] = (char)strtol(hex, &end, 16);
		}
		if (end == hex + 2)
			s += 2;
		else
			out[n] = *s;
		n++;
	}
	out[n] = '\0';
	return out;
}

struct mg_address mg_address_read(struct mg_arena *arena, const char *text)
{
	struct mg_address a = {0};
	const char *after = strstr(text, "://");
	if (!after)
		return a;
	a.scheme = mg_lower(arena, mg_strndup(arena, text, (size_t)(after - text)));
	after += 3;
	size_t len = strcspn(after, "/?#");
	const char *host = after;
	for (const char *at = after; at < after + len; at++)
		if (*at == '@')
			host = at + 1;
	if (host > after) {
		char *user = mg_strndup(arena, after, (size_t)(host - 1 - after));
		char *colon = strchr(user, ':');
		if (colon) {
			*colon = '\0';
			a.password = percent_decode(arena, colon + 1);
		}
		a.user = percent_decode(arena, user);
	}
	a.host = mg_lower(arena, mg_strndup(arena, host, len - (size_t)(host - after)));
	a.path = mg_strdup(arena, after + len);
	return a;
}

static bool is_loopback(const char *host)
{
	size_t len = strcspn(host, ":");
	if (*host == '[')
		len = strcspn(host, "]") + 1;
	static const char *const own[] = {"127.0.0.1", "[::1]", "localhost"};
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (strlen(own[i]) == len && mg_starts_with(host, own[i]))
			return true;
	return false;
}

bool mg_address_keeps_secrets(const struct mg_address *a)
{
	return mg_streq(a->scheme, "https") ||
		(mg_streq(a->scheme, "http") && is_loopback(a->host));
}

void mg_address_encode(struct mg_text *out, const char *value)
{
	for (const unsigned char *c = (const unsigned char *)value; *c; c++) {
		if (isalnum(*c) || strchr("-._~", *c))
			mg_text_add_char(out, (char)*c);
		else
			mg_text_addf(out, "%%%02X", *c);
	}
}
