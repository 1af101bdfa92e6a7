/* digits.h: decimal digits of a text, eight at a time. */
#ifndef MG_INPUT_DIGITS_H
#define MG_INPUT_DIGITS_H

#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

/* The first eight bytes of a text, the first one lowest; of a shorter one all, and zeros above. Reads
 * nothing beyond `end`. */
static inline uint64_t mg_digits_load(const char *s, const char *end)
{
	size_t len = (size_t)(end - s);
	uint64_t word = 0;
	if (len >= 8) {
		memcpy(&word, s, 8);
	} else if (len >= 4) {
		uint32_t first, last; /* where they overlap they are the same */
		memcpy(&first, s, 4);
		memcpy(&last, end - 4, 4);
		word = first | (uint64_t)last << (8 * (len - 4));
	} else if (len >= 2) {
		uint16_t first, last;
		memcpy(&first, s, 2);
		memcpy(&last, end - 2, 2);
		word = first | (uint64_t)last << (8 * (len - 2));
	} else if (len == 1) {
		word = (unsigned char)*s;
	}
	return word;
}

/* How many of a word's bytes are digits, up to the first that is none. */
static inline unsigned mg_digits_count(uint64_t word)
{
	/* A digit becomes 0 to 9: what is more sets its top bit, by itself or when 0x76 is added. A carry
	 * goes up only, behind the first that is none. */
	uint64_t values = word ^ 0x3030303030303030u;
	uint64_t others = ((values + 0x7676767676767676u) | values) & 0x8080808080808080u;
	return others ? (unsigned)__builtin_ctzll(others) / 8 : 8;
}

/* The number that a word's first `count` bytes are, 1 to 8 digits: the bytes are added up in pairs, fours
 * and eights (Lemire, "Number parsing at a gigabyte per second", 2021). */
static inline uint64_t mg_digits_value(uint64_t word, unsigned count)
{
	/* The digits go to the top, and zeros before them. */
	uint64_t v = (word ^ 0x3030303030303030u) << (64 - 8 * count);
	v = v * 10 + (v >> 8);
	return ((v & 0x000000ff000000ffu) * 0x000f424000000064u +
		       ((v >> 16) & 0x000000ff000000ffu) * 0x0000271000000001u) >>
		32;
}

#endif

/* Appends the digits from s on to *value; wraps around beyond 19 of them. Returns where they end. */
static inline const char *mg_digits_add(const char *s, const char *end, uint64_t *value)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	static const uint64_t tens[] = {
		1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
	for (unsigned count = 8; count == 8 && s < end; s += count) {
		uint64_t word = mg_digits_load(s, end);
		count = mg_digits_count(word);
		if (count == 0)
			break;
		*value = *value * tens[count] + mg_digits_value(word, count);
	}
#else
	for (; s < end && *s >= '0' && *s <= '9'; s++)
		*value = *value * 10 + (uint64_t)(*s - '0');
#endif
	return s;
}

#endif
