/* fuzz_tag.c: names and messages of tags, which anybody may push. The first line is a name, the
 * rest a message: what is read is written again as itself, and never in more than one line. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "registry/message.h"
#include "registry/tag_name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_name(struct mg_arena *arena, const char *tag)
{
	struct mg_tag_name name, again;
	struct mg_error err;
	char *written = NULL;
	if (!mg_tag_name_read(arena, tag, &name))
		return;
	check(strcspn(tag, "\n\x1b ~^:?*[\\") == strlen(tag));
	check(name.counter >= -1);
	check((name.version != NULL) ==
		(name.type == MG_EVENT_REGISTER || name.type == MG_EVENT_DEREGISTER));
	check((name.stage != NULL) ==
		(name.type == MG_EVENT_ASSIGN || name.type == MG_EVENT_UNASSIGN));
	if (mg_tag_name_write(arena, &name, &written, &err) != MG_OK) {
		check(err.code == MG_EUSAGE);
		return;
	}
	check(mg_tag_name_read(arena, written, &again) && again.type == name.type &&
		mg_streq(again.model, name.model) && mg_streq(again.version, name.version) &&
		mg_streq(again.stage, name.stage));
}

static void check_message(struct mg_arena *arena, const char *message)
{
	struct mg_trailers trailers, again;
	struct mg_error err;
	char *written = NULL, *twice = NULL;
	mg_message_read(arena, message, &trailers);
	if (trailers.format == 0) {
		check(!trailers.model && !trailers.decision && trailers.approver_count == 0);
		return;
	}
	if (mg_message_write(arena, "sentence", &trailers, &written, &err) != MG_OK) {
		check(err.code == MG_ELIMIT);
		return;
	}
	check(strlen(written) <= MG_MESSAGE_MAX_BYTES);
	mg_message_read(arena, written, &again);
	check(again.format == 1 && again.decision == trailers.decision);
	check(mg_message_write(arena, "sentence", &again, &twice, &err) == MG_OK);
	check(strcmp(written, twice) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mg_arena *arena = mg_arena_new();
	const char *text = mg_strndup(arena, (const char *)data, size);
	size_t n = strcspn(text, "\n");
	check_name(arena, mg_strndup(arena, text, n));
	check_message(arena, text[n] ? text + n + 1 : "");
	mg_arena_free(arena);
	return 0;
}
