/* format.c: the share of rows whose text has a well-known form. */
#include <modelgate/check.h>

#include "base/arena.h"
#include "base/text.h"
#include "checks/share.h"
#include "checks/subject.h"

/* Part of patterns. */
#define OCTET "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
#define IPV4 OCTET "([.]" OCTET "){3}"
#define GROUP "[0-9a-fA-F]{1,4}"
#define LABEL "[0-9a-zA-Z]([0-9a-zA-Z-]{0,61}[0-9a-zA-Z])?"
#define HOST LABEL "([.]" LABEL ")*"
#define HOUR "([01][0-9]|2[0-3])"
#define DATE                                                                                       \
	"([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|"  \
	"02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|"       \
	"[13579][26])00)-02-29)"
/* Groups that `::` stands for are left out: one pattern for each place where it may be. */
#define IPV6                                                                                       \
	"((" GROUP ":){7}" GROUP "|(" GROUP ":){1,7}:|(" GROUP ":){1,6}:" GROUP "|(" GROUP         \
	":){1,5}(:" GROUP "){1,2}|(" GROUP ":){1,4}(:" GROUP "){1,3}|(" GROUP ":){1,3}(:" GROUP    \
	"){1,4}|(" GROUP ":){1,2}(:" GROUP "){1,5}|" GROUP ":(:" GROUP "){1,6}|:(:" GROUP          \
	"){1,7}|::|(" GROUP ":){6}" IPV4 "|::(" GROUP ":){0,5}" IPV4 "|" GROUP "::(" GROUP         \
	":){0,4}" IPV4 "|(" GROUP ":){2}:(" GROUP ":){0,3}" IPV4 "|(" GROUP ":){3}:(" GROUP        \
	":){0,2}" IPV4 "|(" GROUP ":){4}:(" GROUP ":)?" IPV4 "|(" GROUP ":){5}:" IPV4 ")"

enum form { EMAIL, UUID, URL, HOSTNAME, IPV_4, IPV_6, MAC, ISO_DATE, ISO_DATETIME, E164, US_SSN };
static const char *const forms[] = {"email", "uuid", "url", "hostname", "ipv4", "ipv6", "mac",
	"iso_date", "iso_datetime", "e164", "us_ssn", NULL};

static const struct {
	const char *pattern;
	int longest;       /* characters; 0: as many as the pattern takes */
	const char *words; /* what a row that does not hold is not */
} known[] = {
	/* the HTML standard's "valid e-mail address", as browsers take it */
	[EMAIL] = {"[0-9a-zA-Z.!#$%&'*+/=?^_`{|}~-]+@" HOST, 254, "an e-mail address"},
	[UUID] = {"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", 0, "a UUID"}, /* RFC 9562 */
	/* RFC 3986, of these schemes and with an authority */
	[URL] = {"(https?|ftp)://([0-9a-zA-Z._~!$&'()*+,;=:%-]+@)?(" HOST "|\\[" IPV6
		 "\\])(:[0-9]{1,5})?([/?#][0-9a-zA-Z._~:/?#@!$&'()*+,;=%\\[\\]-]*)?",
		2048, "an http, https or ftp URL"},
	[HOSTNAME] = {HOST, 253, "a host name"}, /* RFC 1123, 2.1 */
	[IPV_4] = {IPV4, 0, "an IPv4 address"},
	[IPV_6] = {IPV6, 0, "an IPv6 address"}, /* RFC 4291, 2.2 */
	[MAC] = {"[0-9a-fA-F]{2}((:[0-9a-fA-F]{2}){5}|(-[0-9a-fA-F]{2}){5})", 0, "a MAC address"},
	[ISO_DATE] = {DATE, 0, "a date such as 2026-01-31"}, /* RFC 3339, full-date */
	/* RFC 3339, date-time; seconds and the zone may be left out, as in ISO 8601 */
	[ISO_DATETIME] = {DATE "T" HOUR ":[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?(Z|[+-]" HOUR
			       ":[0-5][0-9])?",
		0, "a time such as 2026-01-31T12:00:00Z"},
	[E164] = {"[+][1-9][0-9]{1,14}", 0, "a phone number such as +4930123456"}, /* ITU-T E.164 */
	/* never given: 000, 666 and 9xx, group 00, serial 0000 */
	[US_SSN] = {"(00[1-9]|0[1-9][0-9]|[1-578][0-9]{2}|6[0-57-9][0-9]|66[0-57-9])-(0[1-9]|"
		    "[1-9][0-9])-(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})",
		0, "a US social security number"},
};

struct params {
	int is;
};

static const struct mg_field fields[] = {
	MG_FIELD(struct params, is, CHOICE, "the form that the text must have", .required = true,
		.choices = forms),
	MG_FIELDS_END,
};

static int plan(struct mg_planner *pl, const struct mg_check *c, struct mg_error *err)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_planner_arena(pl);
	const struct mg_expr *x, *null;
	MG_TRY(mg_subject_text(pl, c, &x, &null, err));
	const struct mg_expr *holds = mg_x_call(
		a, MG_FN_MATCHES_ALL, 2, x, mg_x_text(a, known[p->is].pattern));
	if (known[p->is].longest)
		holds = mg_and(a, holds,
			mg_x_call(a, MG_FN_LE, 2, mg_x_call(a, MG_FN_LENGTH, 1, x),
				mg_x_integer(a, known[p->is].longest)));
	return mg_share_plan(pl, c, null, holds, err);
}

static struct mg_value measure(const struct mg_check *c, const struct mg_measures *m)
{
	const struct params *p = c->params;
	struct mg_arena *a = mg_measures_arena(m);
	struct mg_value v = mg_share_measure(c, m, mg_printf(a, "not %s", known[p->is].words));
	if (v.state == MG_MEASURED)
		v.definition = mg_printf(a, "format/%s", forms[p->is]);
	return v;
}

const struct mg_check_kind mg_check_format = {
	.name = "format",
	.family = "values",
	.summary =
		"share of rows whose text has a well-known form, such as that of an e-mail address",
	.details =
		"The whole text must have the form; blanks around it are not taken. `email` is what "
		"the HTML standard and browsers take. `url` is of http, https or ftp. `hostname` is "
		"RFC 1123, `uuid` RFC 9562 of any version, `mac` six pairs with `:` or `-`. "
		"`ipv4` has no leading zeros, `ipv6` no zone. `iso_date` is a day that the calendar "
		"has. `iso_datetime` adds a `T` and a time; seconds, their fraction and the zone may "
		"be left out. `e164` is a phone number with its country. `us_ssn` is a number that "
		"could have been given. It says nothing about whether the address or number "
		"exists. For other forms there is `matches`.",
	.definition = "format/is",
	.example = "- format: {column: flight_id, is: uuid, min: 0%}",
	.better = MG_HIGHER,
	.unit = MG_UNIT_SHARE,
	.flags = MG_KIND_COLUMN | MG_KIND_DEFAULT_ALL | MG_KIND_NULLS | MG_KIND_INTERVAL |
		MG_KIND_SAMPLES,
	.value_least = 0,
	.value_most = 1,
	.charts = MG_CHARTS({.name = "parts"}),
	.fields = fields,
	.params_size = sizeof(struct params),
	.plan = plan,
	.measure = measure,
};
