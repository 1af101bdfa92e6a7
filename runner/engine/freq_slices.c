/* freq_slices.c: numbers for the slices that one thread has seen. */
#include "engine/freq_slices.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

static void *checked(void *p)
{
	if (!p)
		mg_out_of_memory();
	return p;
}

void mg_slices_done(struct mg_slice_names *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->list[i].text);
	free(s->list);
	free(s->slots);
	*s = (struct mg_slice_names){0};
}

static uint64_t hash_text(const char *s, uint32_t len)
{
	uint64_t hash = len * UINT64_C(0x9e3779b97f4a7c15);
	for (; len >= 8; s += 8, len -= 8) {
		uint64_t word;
		memcpy(&word, s, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
		hash ^= hash >> 32;
	}
	uint64_t word = 0;
	memcpy(&word, s, len);
	hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
	return hash ^ hash >> 32;
}

static void grow_slices(struct mg_slice_names *s)
{
	s->capacity = s->capacity ? s->capacity * 2 : 32;
	s->list = checked(realloc(s->list, s->capacity * sizeof(*s->list)));
	s->slot_count = s->capacity * 4;
	free(s->slots);
	s->slots = checked(calloc(s->slot_count, sizeof(*s->slots)));
	for (size_t i = 0; i < s->count; i++) {
		size_t at = s->list[i].hash & (s->slot_count - 1);
		while (s->slots[at])
			at = (at + 1) & (s->slot_count - 1);
		if (s->list[i].text)
			s->slots[at] = (uint32_t)i + 1;
	}
}

static size_t add_slice(struct mg_slice_names *s, const char *text, uint32_t len, uint64_t hash)
{
	if (s->count == s->capacity)
		grow_slices(s);
	struct mg_slice_name *slice = &s->list[s->count];
	*slice = (struct mg_slice_name){.len = len, .hash = hash};
	if (text) {
		slice->text = checked(malloc(len + 1));
		memcpy(slice->text, text, len);
		slice->text[len] = '\0';
	}
	return s->count++;
}

size_t mg_slices_null(struct mg_slice_names *s)
{
	if (!s->null_slice)
		s->null_slice = add_slice(s, NULL, 0, 0) + 1;
	return s->null_slice - 1;
}

size_t mg_slices_find(struct mg_slice_names *s, const char *text, uint32_t len)
{
	uint64_t hash = hash_text(text, len);
	if (s->slot_count == 0)
		grow_slices(s);
	for (;;) {
		size_t at = hash & (s->slot_count - 1);
		for (; s->slots[at]; at = (at + 1) & (s->slot_count - 1)) {
			const struct mg_slice_name *slice = &s->list[s->slots[at] - 1];
			if (slice->hash == hash && slice->len == len &&
				memcmp(slice->text, text, len) == 0)
				return s->slots[at] - 1;
		}
		if (s->count < s->capacity) {
			s->slots[at] = (uint32_t)s->count + 1;
			return add_slice(s, text, len, hash);
		}
		grow_slices(s);
	}
}
