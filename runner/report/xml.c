/* xml.c: libxml2's writer, with texts that are safe to read and one place for its failures. */
#include "report/xml.h"

#include "base/escape.h"

void mg_xml_open(struct mg_xml *xml, struct mg_arena *scratch)
{
	*xml = (struct mg_xml){.buffer = xmlBufferCreate(), .scratch = scratch};
	xml->writer = xml->buffer ? xmlNewTextWriterMemory(xml->buffer, 0) : NULL;
	xml->failed = !xml->writer;
	if (xml->failed)
		return;
	xml->failed |= xmlTextWriterSetIndent(xml->writer, 1) < 0;
	xml->failed |= xmlTextWriterSetIndentString(xml->writer, BAD_CAST "  ") < 0;
	xml->failed |= xmlTextWriterStartDocument(xml->writer, "1.0", "UTF-8", NULL) < 0;
}

void mg_xml_start(struct mg_xml *xml, const char *element)
{
	xml->failed |= xmlTextWriterStartElement(xml->writer, BAD_CAST element) < 0;
}

void mg_xml_attribute(struct mg_xml *xml, const char *name, const char *value)
{
	const char *safe = mg_xml_safe(xml->scratch, value);
	xml->failed |= xmlTextWriterWriteAttribute(xml->writer, BAD_CAST name, BAD_CAST safe) < 0;
}

void mg_xml_text(struct mg_xml *xml, const char *text)
{
	const char *safe = mg_xml_safe(xml->scratch, text);
	xml->failed |= xmlTextWriterWriteString(xml->writer, BAD_CAST safe) < 0;
}

void mg_xml_end(struct mg_xml *xml)
{
	xml->failed |= xmlTextWriterEndElement(xml->writer) < 0;
}

void mg_xml_element(struct mg_xml *xml, const char *element, const char *text)
{
	mg_xml_start(xml, element);
	mg_xml_text(xml, text);
	mg_xml_end(xml);
}

int mg_xml_close(struct mg_xml *xml, struct mg_text *out, const char *what, struct mg_error *err)
{
	if (xml->writer) {
		xml->failed |= xmlTextWriterEndDocument(xml->writer) < 0;
		xmlFreeTextWriter(xml->writer);
	}
	if (!xml->failed)
		mg_text_add_bytes(out, (const char *)xmlBufferContent(xml->buffer),
			(size_t)xmlBufferLength(xml->buffer));
	if (xml->buffer)
		xmlBufferFree(xml->buffer);
	return xml->failed ? mg_fail(err, MG_ELIMIT, "out of memory while writing %s", what)
			   : MG_OK;
}
