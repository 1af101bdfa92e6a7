/* random.h: repeatable random numbers: xoshiro256** (Blackman and Vigna 2018), seeded by splitmix64. */
#ifndef MG_STATS_RANDOM_H
#define MG_STATS_RANDOM_H

#include <stdint.h>

struct mg_random {
	uint64_t state[4];
};

static inline void mg_random_seed(struct mg_random *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++) {
		seed += UINT64_C(0x9e3779b97f4a7c15);
		uint64_t z = seed;
		z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
		r->state[i] = z ^ (z >> 31);
	}
}

static inline uint64_t mg_random_bits(struct mg_random *r)
{
	uint64_t *s = r->state, five = s[1] * 5, result = ((five << 7) | (five >> 57)) * 9;
	uint64_t shifted = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = (s[3] << 45) | (s[3] >> 19);
	return result;
}

/* Uniform in (0, 1): never an end. */
static inline double mg_random_unit(struct mg_random *r)
{
	return ((double)(mg_random_bits(r) >> 12) + 0.5) * 0x1p-52;
}

#endif
