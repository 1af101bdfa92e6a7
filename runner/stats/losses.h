/* losses.h: how far scores that are probabilities are from what happened, row by row. */
#ifndef MG_STATS_LOSSES_H
#define MG_STATS_LOSSES_H

#include <stdbool.h>

#include "stats/freq.h"

struct mg_arena;

enum mg_loss {
	/* -ln of the probability given to what happened, kept within [eps, 1 - eps] of doubles. */
	MG_LOSS_LOG,
	/* (score - label)^2 with the label as 1 or 0: Brier's score of two classes. */
	MG_LOSS_SQUARE,
};

/*
 * The mean loss of the rows of both classes, whose scores lie within 0..1. What a bucket hides is
 * bounded by Jensen's inequality, as both losses are convex; the lists of wishes (NULL: none) are
 * left alone where the bounds are within a millionth of the mean. NAN without rows.
 */
struct mg_stat mg_loss_mean(enum mg_loss loss, const struct mg_freq *negative,
	const struct mg_freq *positive, struct mg_ranges *negative_ranges,
	struct mg_ranges *positive_ranges);

/* The frequency table of the losses themselves. False unless both tables are exact. */
bool mg_loss_table(struct mg_arena *arena, enum mg_loss loss, const struct mg_freq *negative,
	const struct mg_freq *positive, struct mg_freq *out);

#endif
