/* confusion.c: classification metrics from counts; formulas in confusion.h. */
#include "stats/confusion.h"

#include <math.h>

static double ratio(double part, double whole)
{
	return whole > 0 ? part / whole : NAN;
}

double mg_positives(struct mg_binary_counts c)
{
	return c.tp + c.fn;
}

double mg_negatives(struct mg_binary_counts c)
{
	return c.tn + c.fp;
}

double mg_precision(struct mg_binary_counts c)
{
	return ratio(c.tp, c.tp + c.fp);
}

double mg_recall(struct mg_binary_counts c)
{
	return ratio(c.tp, mg_positives(c));
}

double mg_specificity(struct mg_binary_counts c)
{
	return ratio(c.tn, mg_negatives(c));
}

double mg_npv(struct mg_binary_counts c)
{
	return ratio(c.tn, c.tn + c.fn);
}

double mg_fpr(struct mg_binary_counts c)
{
	return ratio(c.fp, mg_negatives(c));
}

double mg_fnr(struct mg_binary_counts c)
{
	return ratio(c.fn, mg_positives(c));
}

double mg_jaccard(struct mg_binary_counts c)
{
	return ratio(c.tp, c.tp + c.fp + c.fn);
}

double mg_f1(struct mg_binary_counts c)
{
	return ratio(2 * c.tp, 2 * c.tp + c.fp + c.fn);
}

double mg_mcc(struct mg_binary_counts c)
{
	double seen = (c.tp + c.fn) * (c.tn + c.fp), said = (c.tp + c.fp) * (c.tn + c.fn);
	if (!(seen > 0 && said > 0))
		return NAN;
	return (c.tp * c.tn - c.fp * c.fn) / (sqrt(seen) * sqrt(said));
}

/* Rows at or above x: least, and most. */
static void count_from(
	const struct mg_freq *f, double x, struct mg_ranges *ranges, double *least, double *most)
{
	size_t first = mg_freq_first_from(f, 0, x); /* wholly at or above */
	int64_t rows = 0;
	if (f->n)
		for (size_t i = first; i < f->len; i++)
			rows += f->n[i];
	else
		rows = (int64_t)(f->len - first);
	*least = *most = (double)rows;
	if (first == 0 || mg_freq_hi(f, first - 1) < x)
		return;
	*most += (double)mg_freq_n(f, first - 1);
	if (ranges && ranges->len < ranges->capacity)
		ranges->list[ranges->len++] = (struct mg_range){f->lo[first - 1], f->hi[first - 1]};
}

struct mg_binary_bounds mg_binary_counts_at(const struct mg_freq *negative,
	const struct mg_freq *positive, double threshold, struct mg_ranges *negative_ranges,
	struct mg_ranges *positive_ranges)
{
	double tp[2], fp[2], positives = (double)positive->rows, negatives = (double)negative->rows;
	count_from(positive, threshold, positive_ranges, &tp[0], &tp[1]);
	count_from(negative, threshold, negative_ranges, &fp[0], &fp[1]);
	return (struct mg_binary_bounds){
		.worst = {tp[0], fp[1], positives - tp[0], negatives - fp[1]},
		.best = {tp[1], fp[0], positives - tp[1], negatives - fp[0]},
	};
}

static double at(struct mg_class_counts c, size_t label, size_t prediction)
{
	return c.counts[label * c.classes + prediction];
}

static double unanswered(struct mg_class_counts c, size_t label)
{
	return c.unanswered ? c.unanswered[label] : 0;
}

static double predicted(struct mg_class_counts c, size_t k)
{
	double sum = 0;
	for (size_t label = 0; label < c.classes; label++)
		sum += at(c, label, k);
	return sum;
}

double mg_classes_support(struct mg_class_counts c, size_t k)
{
	double sum = unanswered(c, k);
	for (size_t prediction = 0; prediction < c.classes; prediction++)
		sum += at(c, k, prediction);
	return sum;
}

static double rows_of(struct mg_class_counts c)
{
	double sum = 0;
	for (size_t i = 0; i < c.classes * c.classes; i++)
		sum += c.counts[i];
	for (size_t k = 0; k < c.classes; k++)
		sum += unanswered(c, k);
	return sum;
}

static double right(struct mg_class_counts c)
{
	double sum = 0;
	for (size_t k = 0; k < c.classes; k++)
		sum += at(c, k, k);
	return sum;
}

double mg_classes_accuracy(struct mg_class_counts c)
{
	return ratio(right(c), rows_of(c));
}

double mg_classes_balanced_accuracy(struct mg_class_counts c)
{
	double sum = 0, classes = 0;
	for (size_t k = 0; k < c.classes; k++) {
		double support = mg_classes_support(c, k);
		if (support > 0) {
			sum += at(c, k, k) / support;
			classes++;
		}
	}
	return ratio(sum, classes);
}

double mg_classes_mcc(struct mg_class_counts c)
{
	double rows = rows_of(c), both = 0, said = 0, seen = 0, silent = 0;
	for (size_t k = 0; k < c.classes; k++) {
		double s = mg_classes_support(c, k), p = predicted(c, k);
		both += s * p;
		said += p * p;
		seen += s * s;
		silent += unanswered(c, k);
	}
	said += silent * silent; /* as a class that no row has */
	double spread = (rows * rows - said), variety = (rows * rows - seen);
	if (!(spread > 0 && variety > 0))
		return NAN;
	return (right(c) * rows - both) / (sqrt(spread) * sqrt(variety));
}

static struct mg_binary_counts class_of(struct mg_class_counts c, size_t k, double rows)
{
	double tp = at(c, k, k), support = mg_classes_support(c, k), said = predicted(c, k);
	return (struct mg_binary_counts){
		.tp = tp, .fp = said - tp, .fn = support - tp, .tn = rows - support - said + tp};
}

static double kappa_weight(enum mg_kappa_weights weights, double distance)
{
	if (weights == MG_KAPPA_NONE)
		return distance != 0;
	return weights == MG_KAPPA_LINEAR ? fabs(distance) : distance * distance;
}

/* The distance of the classes on the scale that are furthest apart. */
static double longest_way(struct mg_class_counts c, const double *places)
{
	double least = INFINITY, most = -INFINITY;
	for (size_t k = 0; k < c.classes; k++) {
		least = fmin(least, places[k]);
		most = fmax(most, places[k]);
	}
	return most - least;
}

double mg_classes_kappa(
	struct mg_class_counts c, enum mg_kappa_weights weights, const double *places)
{
	double rows = rows_of(c), silent = 0, seen = 0, apart = 0, by_chance = 0;
	double worst = kappa_weight(weights, longest_way(c, places));
	for (size_t k = 0; k < c.classes; k++)
		silent += unanswered(c, k);
	for (size_t i = 0; i < c.classes; i++) {
		double support = mg_classes_support(c, i);
		seen += support > 0;
		apart += worst * unanswered(c, i);
		by_chance += worst * support * silent;
		for (size_t k = 0; k < c.classes; k++) {
			double weight = kappa_weight(weights, places[i] - places[k]);
			apart += weight * at(c, i, k);
			by_chance += weight * support * predicted(c, k);
		}
	}
	return seen < 2 || !(by_chance > 0) ? NAN : 1 - apart * rows / by_chance;
}

struct mg_binary_counts mg_classes_class(struct mg_class_counts c, size_t k)
{
	return class_of(c, k, rows_of(c));
}

double mg_classes_average(struct mg_class_counts c, mg_class_metric *metric, const void *context,
	enum mg_average average, double undefined, size_t *out_class)
{
	struct mg_binary_counts total = {0};
	double sum = 0, weights = 0, rows = rows_of(c);
	for (size_t k = 0; k < c.classes; k++) {
		struct mg_binary_counts one = class_of(c, k, rows);
		if (one.tp + one.fp + one.fn == 0)
			continue; /* it does not occur */
		double weight = average == MG_AVERAGE_WEIGHTED ? mg_classes_support(c, k) : 1;
		total.tp += one.tp;
		total.fp += one.fp;
		total.fn += one.fn;
		total.tn += one.tn;
		if (weight == 0 || average == MG_AVERAGE_MICRO)
			continue;
		double value = metric(context, one);
		if (isnan(value))
			value = undefined;
		if (isnan(value) && out_class)
			*out_class = k;
		if (isnan(value))
			return NAN;
		sum += weight * value;
		weights += weight;
	}
	return average == MG_AVERAGE_MICRO ? metric(context, total) : ratio(sum, weights);
}
