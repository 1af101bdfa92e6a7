/* feed.c: the newest changes of all models as Atom. Addresses are relative: a site does not know where it is served. */
#include "site/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/file.h"
#include "report/xml.h"
#include "site/changes.h"

/* No domain is ours. Nobody can have a name that ends so (RFC 2606), and nobody else gives this id. */
#define ID "tag:modelgate.invalid,2026:"
enum { TITLE_BYTES = 300, TEXT_BYTES = 1000, FEED_DIGITS = 16 };

static void add_link(struct mg_xml *xml, const char *rel, const char *type, const char *address)
{
	mg_xml_start(xml, "link");
	mg_xml_attribute(xml, "rel", rel);
	mg_xml_attribute(xml, "type", type);
	mg_xml_attribute(xml, "href", address);
	mg_xml_end(xml);
}

static void add_updated(struct mg_xml *xml, int64_t us)
{
	mg_xml_element(xml, "updated", mg_clock_text(xml->scratch, us));
}

static void add_entry(struct mg_xml *xml, const struct mg_site_change *change)
{
	struct mg_arena *scratch = xml->scratch;
	mg_xml_start(xml, "entry");
	mg_xml_element(xml, "id", mg_printf(scratch, ID "%s", change->id));
	mg_xml_element(xml, "title", mg_log_safe_cut(scratch, change->title, TITLE_BYTES));
	add_updated(xml, change->time_us);
	add_link(xml, "alternate", "text/html", change->page);
	mg_xml_start(xml, "category");
	mg_xml_attribute(xml, "term", change->kind);
	mg_xml_end(xml);
	mg_xml_element(xml, "summary", mg_log_safe_cut(scratch, change->text, TEXT_BYTES));
	mg_xml_end(xml);
}

static size_t find_newest(struct mg_arena *scratch, const struct mg_site_fleet *fleet,
	const struct mg_site_change ***out)
{
	size_t n = 0;
	for (size_t i = 0; i < fleet->count; i++)
		n += fleet->entries[i]->change_count;
	const struct mg_site_change **list = mg_alloc_array(scratch, n, sizeof(*list));
	n = 0;
	for (size_t i = 0; i < fleet->count; i++)
		for (size_t k = 0; k < fleet->entries[i]->change_count; k++)
			list[n++] = &fleet->entries[i]->changes[k];
	if (n > 0)
		qsort(list, n, sizeof(*list), mg_site_change_order);
	*out = list;
	return n > MG_SITE_MOST_CHANGES ? MG_SITE_MOST_CHANGES : n;
}

int mg_site_feed(struct mg_text *out, struct mg_arena *scratch, const struct mg_site_fleet *fleet,
	struct mg_error *err)
{
	const struct mg_site_change **newest;
	size_t count = find_newest(scratch, fleet, &newest);
	char digest[65];
	struct mg_xml xml;
	mg_sha256(fleet->from, strlen(fleet->from), digest);
	mg_xml_open(&xml, scratch);
	mg_xml_start(&xml, "feed");
	mg_xml_attribute(&xml, "xmlns", "http://www.w3.org/2005/Atom");
	mg_xml_element(&xml, "id", mg_printf(scratch, ID "site/%.*s", FEED_DIGITS, digest));
	mg_xml_element(&xml, "title", "Models");
	add_updated(&xml, count ? newest[0]->time_us : 0);
	mg_xml_start(&xml, "author");
	mg_xml_element(&xml, "name", "modelgate");
	mg_xml_end(&xml);
	add_link(&xml, "self", "application/atom+xml", "feed.atom");
	add_link(&xml, "alternate", "text/html", "index.html");
	for (size_t i = 0; i < count; i++)
		add_entry(&xml, newest[i]);
	mg_xml_end(&xml);
	return mg_xml_close(&xml, out, "the feed", err);
}
