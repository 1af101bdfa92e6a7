/* streams.h: repeatable streams of values of many shapes, for tests of frequency tables. */
#ifndef MG_TEST_STREAMS_H
#define MG_TEST_STREAMS_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define STREAMS 10

static inline double stream_uniform(uint64_t *seed) /* splitmix64, in [0, 1) */
{
	uint64_t z = (*seed += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static inline double stream_value(size_t shape, double u, double v)
{
	switch (shape) {
	case 0: /* uniform */
		return u;
	case 1: /* normal */
		return sqrt(-2 * log(1 - u)) * cos(2 * M_PI * v);
	case 2: /* a few whole numbers, both signs */
		return floor(u * 20) - 10;
	case 3: /* many orders of magnitude */
		return (v < 0.3 ? -1 : 1) * exp(600 * (u - 0.5));
	case 4: /* very large, one unit apart */
		return 1e15 + floor(u * 1500);
	case 5: /* mostly one value */
		return v < 0.9 ? 0.0 : u;
	case 6: /* infinities, zeros of both signs, NaN */
		return v < 0.05    ? INFINITY
			: v < 0.08 ? -INFINITY
			: v < 0.12 ? -0.0
			: v < 0.16 ? NAN
				   : u - 0.5;
	case 7: /* constant */
		return -2.5;
	case 8: /* two clusters far apart */
		return v < 0.5 ? u * 1e-9 : 1e9 + u;
	default: /* scores with ties */
		return floor(u * v * 1000) / 1000;
	}
}

/* n values of a shape; the caller frees. Shape 6 only has NaN; sorting tests drop it themselves. */
static inline double *stream_seeded(size_t shape, size_t n, uint64_t seed)
{
	double *values = malloc((n + 1) * sizeof(*values));
	for (size_t i = 0; values && i < n; i++) {
		double u = stream_uniform(&seed), v = stream_uniform(&seed);
		values[i] = stream_value(shape, u, v);
	}
	return values;
}

static inline double *stream_values(size_t shape, size_t n)
{
	return stream_seeded(shape, n, 1 + shape);
}

#endif
