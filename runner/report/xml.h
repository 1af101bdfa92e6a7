/* xml.h: a document in XML, written by libxml2. Texts may hold anything: what no reader should see becomes visible. */
#ifndef MG_REPORT_XML_H
#define MG_REPORT_XML_H

#include <stdbool.h>

#include <libxml/xmlwriter.h>

#include <modelgate/error.h>

#include "base/text.h"

struct mg_xml {
	xmlBufferPtr buffer;
	xmlTextWriterPtr writer;
	struct mg_arena *scratch;
	bool failed; /* a call failed: memory */
};

void mg_xml_open(struct mg_xml *xml, struct mg_arena *scratch);
void mg_xml_start(struct mg_xml *xml, const char *element);
void mg_xml_attribute(struct mg_xml *xml, const char *name, const char *value);
void mg_xml_text(struct mg_xml *xml, const char *text);
void mg_xml_end(struct mg_xml *xml);
/* An element with a text alone. */
void mg_xml_element(struct mg_xml *xml, const char *element, const char *text);
/* Appends the document, and frees what it took. `what`: its form, for the error. */
MG_MUST_USE int mg_xml_close(
	struct mg_xml *xml, struct mg_text *out, const char *what, struct mg_error *err);

#endif
