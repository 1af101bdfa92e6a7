/* tag_name.c: tag names of the GTO grammar, and the order of their versions. */
#include "registry/tag_name.h"

#include <string.h>

#include "base/text.h"

enum {
	DIGITS_MAX = 15, /* of any number: what comes after it still fits in an int64_t */
	MODEL_MAX_BYTES = 160,
	STAGE_MAX_BYTES = 64
};

const char *mg_event_word(enum mg_event_type type)
{
	switch (type) {
	case MG_EVENT_REGISTER:
		return "registration";
	case MG_EVENT_DEREGISTER:
		return "deregistration";
	case MG_EVENT_ASSIGN:
		return "assignment";
	case MG_EVENT_UNASSIGN:
		return "unassignment";
	case MG_EVENT_DEPRECATE:
		return "deprecation";
	case MG_EVENT_CREATE:
		break;
	}
	return "creation";
}

/* ---- characters ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Letters, digits, - _ and /, the first and the last a letter or digit. */
static bool is_name(const char *s, size_t n)
{
	if (n == 0 || !is_alnum(s[0]) || !is_alnum(s[n - 1]))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_alnum(s[i]) && s[i] != '-' && s[i] != '_' && s[i] != '/')
			return false;
	return true;
}

static bool is_folder(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!is_alnum(s[i]) && !strchr("-_./", s[i]))
			return false;
	return n > 0;
}

/* name, or folder SEPARATOR name */
static bool is_model(const char *s, size_t n, char separator)
{
	const char *at = memchr(s, separator, n);
	if (!at)
		return is_name(s, n);
	size_t folder = (size_t)(at - s);
	return is_folder(s, folder) && is_name(at + 1, n - folder - 1);
}

/* ---- versions ---- */

static bool read_number(const char **at, int64_t *out)
{
	const char *s = *at;
	size_t n = strspn(s, "0123456789");
	if (n == 0 || n > DIGITS_MAX || (n > 1 && s[0] == '0'))
		return false;
	*out = 0;
	for (size_t i = 0; i < n; i++)
		*out = *out * 10 + (s[i] - '0');
	*at = s + n;
	return true;
}

#define IDENTIFIER "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-"

/* Identifiers with dots between them; numbers have no leading zeros when `numbers`. */
static bool read_identifiers(const char **at, bool numbers)
{
	for (const char *s = *at;; s++) {
		size_t n = strspn(s, IDENTIFIER);
		bool number = strspn(s, "0123456789") == n;
		if (n == 0 || (numbers && number && n > 1 && s[0] == '0'))
			return false;
		s += n;
		*at = s;
		if (*s != '.')
			return true;
	}
}

/* The whole of the text, or up to where `ends` says. */
static bool read_semver(
	struct mg_arena *arena, const char *s, const char **ends, struct mg_semver *out)
{
	struct mg_semver version = {0};
	if (*s++ != 'v' || !read_number(&s, &version.major) || *s++ != '.' ||
		!read_number(&s, &version.minor) || *s++ != '.' || !read_number(&s, &version.patch))
		return false;
	if (*s == '-') {
		const char *start = ++s;
		if (!read_identifiers(&s, true))
			return false;
		version.pre = mg_strndup(arena, start, (size_t)(s - start));
	}
	if (*s == '+') {
		s++;
		if (!read_identifiers(&s, false))
			return false;
	}
	*ends = s;
	*out = version;
	return true;
}

bool mg_semver_read(struct mg_arena *arena, const char *text, struct mg_semver *out)
{
	const char *end = NULL;
	struct mg_semver version;
	if (!read_semver(arena, text, &end, &version) || *end != '\0')
		return false;
	*out = version;
	return true;
}

static int sign(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* Numbers by size, however long; below words. Words by ASCII. */
static int compare_identifiers(const char *a, size_t a_len, const char *b, size_t b_len)
{
	bool a_number = strspn(a, "0123456789") >= a_len;
	bool b_number = strspn(b, "0123456789") >= b_len;
	if (a_number != b_number)
		return a_number ? -1 : 1;
	if (a_number && a_len != b_len)
		return a_len < b_len ? -1 : 1;
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);
	return order != 0 ? sign(order, 0) : sign((int64_t)a_len, (int64_t)b_len);
}

static int compare_pre(const char *a, const char *b)
{
	if (!a || !b)
		return (a == NULL) - (b == NULL);
	for (;;) {
		size_t a_len = strcspn(a, "."), b_len = strcspn(b, ".");
		int order = compare_identifiers(a, a_len, b, b_len);
		if (order != 0)
			return order;
		a += a_len;
		b += b_len;
		if (*a == '\0' || *b == '\0')
			return (*a != '\0') - (*b != '\0');
		a++;
		b++;
	}
}

int mg_semver_compare(const struct mg_semver *a, const struct mg_semver *b)
{
	if (a->major != b->major)
		return sign(a->major, b->major);
	if (a->minor != b->minor)
		return sign(a->minor, b->minor);
	if (a->patch != b->patch)
		return sign(a->patch, b->patch);
	return compare_pre(a->pre, b->pre);
}

char *mg_semver_bump(struct mg_arena *arena, const struct mg_model *model, enum mg_bump bump)
{
	struct mg_semver top = {0}, one;
	for (size_t i = 0; model && i < model->version_count; i++)
		if (mg_semver_read(arena, model->versions[i].version, &one) &&
			mg_semver_compare(&one, &top) > 0)
			top = one;
	switch (bump) {
	case MG_BUMP_PATCH:
		top.patch += top.pre ? 0 : 1;
		break;
	case MG_BUMP_MINOR:
		top.minor++;
		top.patch = 0;
		break;
	case MG_BUMP_MAJOR:
		top.major++;
		top.minor = top.patch = 0;
		break;
	}
	return mg_printf(arena, "v%lld.%lld.%lld", (long long)top.major, (long long)top.minor,
		(long long)top.patch);
}

/* ---- reading ---- */

/* Nothing, or #N at the end. */
static bool read_counter(const char *s, int64_t *out)
{
	*out = -1;
	if (*s == '\0')
		return true;
	if (*s++ != '#' || strspn(s, "0123456789") != strlen(s) || *s == '\0')
		return false;
	while (s[0] == '0' && s[1] != '\0')
		s++;
	return read_number(&s, out) && *s == '\0';
}

static bool read_version_event(struct mg_arena *arena, const char *s, struct mg_tag_name *out)
{
	static const struct {
		const char *word;
		enum mg_event_type type;
	} words[] = {{"deprecated", MG_EVENT_DEPRECATE}, {"created", MG_EVENT_CREATE}};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (mg_starts_with(s, words[i].word)) {
			out->type = words[i].type;
			return read_counter(s + strlen(words[i].word), &out->counter);
		}
	}
	struct mg_semver ignored;
	const char *end = NULL;
	if (!read_semver(arena, s, &end, &ignored))
		return false;
	out->version = mg_strndup(arena, s, (size_t)(end - s));
	out->type = *end == '!' ? MG_EVENT_DEREGISTER : MG_EVENT_REGISTER;
	return read_counter(*end == '!' ? end + 1 : end, &out->counter);
}

static bool read_stage_event(struct mg_arena *arena, const char *s, struct mg_tag_name *out)
{
	size_t n = strcspn(s, "!#");
	if (!is_name(s, n))
		return false;
	out->stage = mg_strndup(arena, s, n);
	out->type = s[n] == '!' ? MG_EVENT_UNASSIGN : MG_EVENT_ASSIGN;
	return read_counter(s[n] == '!' ? s + n + 1 : s + n, &out->counter);
}

bool mg_tag_name_read(struct mg_arena *arena, const char *tag, struct mg_tag_name *out)
{
	size_t n = strcspn(tag, "#@");
	if (tag[n] == '\0' || !is_model(tag, n, '='))
		return false;
	struct mg_tag_name name = {0};
	bool good = tag[n] == '@' ? read_version_event(arena, tag + n + 1, &name)
				  : read_stage_event(arena, tag + n + 1, &name);
	if (!good)
		return false;
	char *model = mg_strndup(arena, tag, n);
	char *equals = strchr(model, '=');
	if (equals)
		*equals = ':';
	name.model = model;
	*out = name;
	return true;
}

/* ---- writing ---- */

/* Would git take it as the beginning of a ref below refs/tags/? */
static bool git_takes_folder(const char *s, size_t n)
{
	for (size_t i = 0; i <= n;) {
		size_t part = 0;
		while (i + part < n && s[i + part] != '/')
			part++;
		bool last = i + part >= n; /* "=name" follows */
		if ((part == 0 && !last) || s[i] == '.' || (i == 0 && s[0] == '-'))
			return false;
		if (!last && part >= 5 && memcmp(s + i + part - 5, ".lock", 5) == 0)
			return false;
		i += part + 1;
	}
	for (size_t i = 0; i + 1 < n; i++)
		if (s[i] == '.' && s[i + 1] == '.')
			return false;
	return true;
}

int mg_tag_model(struct mg_arena *arena, const char *model, char **out, struct mg_error *err)
{
	size_t n = strlen(model);
	const char *colon = strchr(model, ':');
	size_t folder = colon ? (size_t)(colon - model) : 0;
	const char *name = colon ? colon + 1 : model;
	if (n > MODEL_MAX_BYTES)
		return mg_fail(err, MG_EUSAGE,
			"a model's name of %zu characters is too long; at most %d are accepted", n,
			MODEL_MAX_BYTES);
	if (!is_name(name, strlen(name)) || strchr(name, '/'))
		return mg_fail(err, MG_EUSAGE,
			"'%s' cannot be a model's name in a tag. Accepted are letters, digits, - and "
			"_, with a letter or digit first and last. A folder may come first, with a "
			"colon (models/churn:churn)",
			model);
	if (colon && (!is_folder(model, folder) || !git_takes_folder(model, folder)))
		return mg_fail(err, MG_EUSAGE,
			"'%.*s' cannot be a model's folder in a tag; accepted are letters, "
			"digits, - _ . and /, without empty parts or parts that begin with a dot",
			(int)folder, model);
	char *tag = mg_strdup(arena, model);
	if (colon)
		tag[folder] = '=';
	*out = tag;
	return MG_OK;
}

static int check_version(struct mg_arena *arena, const char *version, struct mg_error *err)
{
	struct mg_semver ignored;
	if (!version || !mg_semver_read(arena, version, &ignored))
		return mg_fail(err, MG_EUSAGE,
			"'%s' is not a version; accepted is vMAJOR.MINOR.PATCH as in v1.2.3, with "
			"a pre-release after it if need be (v1.2.3-rc.1)",
			version ? version : "");
	if (strchr(version, '+'))
		return mg_fail(err, MG_EUSAGE,
			"version '%s' has build metadata (+...), which has no order; leave it out",
			version);
	if (strlen(version) > STAGE_MAX_BYTES)
		return mg_fail(err, MG_EUSAGE, "version '%s' is too long; at most %d characters",
			version, STAGE_MAX_BYTES);
	return MG_OK;
}

static int check_stage(const struct mg_tag_name *name, struct mg_error *err)
{
	const char *stage = name->stage ? name->stage : "";
	if (!is_name(stage, strlen(stage)) || strchr(stage, '/') || strlen(stage) > STAGE_MAX_BYTES)
		return mg_fail(err, MG_EUSAGE,
			"'%s' cannot be a stage in a tag; accepted are letters, digits, - and _, "
			"with a letter or digit first and last",
			stage);
	return MG_OK;
}

int mg_tag_name_write(
	struct mg_arena *arena, const struct mg_tag_name *name, char **out, struct mg_error *err)
{
	char *model = NULL;
	MG_TRY(mg_tag_model(arena, name->model, &model, err));
	bool of_version = name->type == MG_EVENT_REGISTER || name->type == MG_EVENT_DEREGISTER;
	if (of_version)
		MG_TRY(check_version(arena, name->version, err));
	else if (name->counter < 1)
		return mg_fail(err, MG_EUSAGE, "a tag of a stage needs a counter of 1 or more");
	long long counter = (long long)name->counter;
	switch (name->type) {
	case MG_EVENT_REGISTER:
	case MG_EVENT_DEREGISTER:
		*out = mg_printf(arena, "%s@%s%s", model, name->version,
			name->type == MG_EVENT_DEREGISTER ? "!" : "");
		break;
	case MG_EVENT_ASSIGN:
	case MG_EVENT_UNASSIGN:
		MG_TRY(check_stage(name, err));
		*out = mg_printf(arena, "%s#%s%s#%lld", model, name->stage,
			name->type == MG_EVENT_UNASSIGN ? "!" : "", counter);
		break;
	case MG_EVENT_DEPRECATE:
		*out = mg_printf(arena, "%s@deprecated#%lld", model, counter);
		break;
	case MG_EVENT_CREATE:
		*out = mg_printf(arena, "%s@created#%lld", model, counter);
		break;
	}
	return MG_OK;
}
