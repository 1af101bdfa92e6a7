/* error.c: writes the one sentence that says what went wrong. */
#include <modelgate/error.h>

#include <stdio.h>
#include <string.h>

/* Cuts text that filled its buffer so that it does not end inside a UTF-8 character. */
static void cut_at_character(char *text, size_t len)
{
	size_t start = len;
	while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	if (start == 0)
		return;
	unsigned char lead = (unsigned char)text[start - 1];
	size_t wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
	if (len - start + 1 < wanted)
		text[start - 1] = '\0';
}

static void format_text(char *out, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

static void format_text(char *out, size_t size, const char *format, va_list args)
{
	int n = vsnprintf(out, size, format, args);
	if (n < 0)
		snprintf(out, size, "(message could not be formatted)");
	else if ((size_t)n >= size)
		cut_at_character(out, size - 1);
}

int mg_fail(struct mg_error *err, enum mg_code code, const char *format, ...)
{
	if (!err)
		return code;
	/* Through a second buffer, since an argument may be err->text itself. */
	char text[sizeof(err->text)];
	va_list args;
	va_start(args, format);
	format_text(text, sizeof(text), format, args);
	va_end(args);
	memcpy(err->text, text, strlen(text) + 1);
	err->code = code;
	return code;
}

int mg_fail_in(struct mg_error *err, const char *format, ...)
{
	/* Without an error value there is no code to hand on; the caller has its own. */
	if (!err)
		return MG_OK;
	char prefix[sizeof(err->text)];
	va_list args;
	va_start(args, format);
	format_text(prefix, sizeof(prefix), format, args);
	va_end(args);

	size_t room = sizeof(err->text) - 1;
	size_t prefix_len = strlen(prefix);
	if (prefix_len + 2 > room)
		return err->code;
	size_t len = strlen(err->text);
	size_t kept = len;
	if (kept > room - prefix_len - 2)
		kept = room - prefix_len - 2;
	memmove(err->text + prefix_len + 2, err->text, kept);
	memcpy(err->text, prefix, prefix_len);
	memcpy(err->text + prefix_len, ": ", 2);
	err->text[prefix_len + 2 + kept] = '\0';
	if (kept < len)
		cut_at_character(err->text, prefix_len + 2 + kept);
	return err->code;
}
