/* confusion.h: classification metrics from counts of labels against predictions. */
#ifndef MG_STATS_CONFUSION_H
#define MG_STATS_CONFUSION_H

#include <stddef.h>

#include "stats/freq.h"

/* Counts are doubles that hold whole numbers. */

/* One class against the rest. */
struct mg_binary_counts {
	double tp, fp, fn, tn;
};

/* Rows labelled with the class, and the others. */
double mg_positives(struct mg_binary_counts c); /* tp + fn */
double mg_negatives(struct mg_binary_counts c); /* tn + fp */

/* NAN when the denominator is 0. */
double mg_precision(struct mg_binary_counts c);   /* tp / (tp + fp) */
double mg_recall(struct mg_binary_counts c);      /* tp / (tp + fn) */
double mg_specificity(struct mg_binary_counts c); /* tn / (tn + fp) */
double mg_npv(struct mg_binary_counts c);         /* tn / (tn + fn) */
double mg_fpr(struct mg_binary_counts c);         /* fp / (tn + fp) */
double mg_fnr(struct mg_binary_counts c);         /* fn / (tp + fn) */
double mg_jaccard(struct mg_binary_counts c);     /* tp / (tp + fp + fn) */
double mg_f1(struct mg_binary_counts c);          /* 2 tp / (2 tp + fp + fn) */
/* Matthews: (tp tn - fp fn) / sqrt((tp+fp) (tp+fn) (tn+fp) (tn+fn)). NAN when one class only was
 * seen or predicted (scikit-learn gives 0). */
double mg_mcc(struct mg_binary_counts c);

/* Counts between bounds: every one-class metric here grows with tp and falls with fp, so it is least
 * of the worst counts and greatest of the best. Equal where all is known. */
struct mg_binary_bounds {
	struct mg_binary_counts worst, best;
};
/* Scores at or above the threshold are predictions of the positive class. In a bucketed table the
 * threshold may lie inside an entry, which goes to that table's ranges to refine (NULL: none). */
struct mg_binary_bounds mg_binary_counts_at(const struct mg_freq *negative,
	const struct mg_freq *positive, double threshold, struct mg_ranges *negative_ranges,
	struct mg_ranges *positive_ranges);

/*
 * Several classes: counts[label * classes + prediction]. Those that occur neither as a label nor as a
 * prediction are none.
 */
struct mg_class_counts {
	size_t classes;
	const double *counts;
	const double *
		unanswered; /* rows of each label without a prediction, which are wrong; NULL: none */
};

double mg_classes_accuracy(struct mg_class_counts c); /* NAN without rows */
/* Mean recall of the classes that occur as labels (scikit-learn's balanced_accuracy_score). */
double mg_classes_balanced_accuracy(struct mg_class_counts c);
/* Gorodkin (2004), R_K. NAN when one class only was seen or predicted. */
double mg_classes_mcc(struct mg_class_counts c);
/*
 * Cohen's kappa (1960): 1 less the mean weight of the pairs of label and prediction that came about, by
 * that of independent ones. The weight is 1 for any two classes that differ, or (1968) their distance on
 * a scale, or its square; `places` are the classes' there, and rows without a prediction are as wrong as
 * can be. NAN when one class only was seen, where whoever always says it would have 0.
 */
enum mg_kappa_weights { MG_KAPPA_NONE, MG_KAPPA_LINEAR, MG_KAPPA_QUADRATIC };
double mg_classes_kappa(
	struct mg_class_counts c, enum mg_kappa_weights weights, const double *places);
/* Class k against the rest. */
struct mg_binary_counts mg_classes_class(struct mg_class_counts c, size_t k);
double mg_classes_support(struct mg_class_counts c, size_t k); /* rows with label k */

/* A metric of one class against the rest, NAN where it is not defined. */
typedef double mg_class_metric(const void *context, struct mg_binary_counts c);

enum mg_average { MG_AVERAGE_MACRO, MG_AVERAGE_MICRO, MG_AVERAGE_WEIGHTED };

/*
 * A one-class metric over all classes: macro is the plain mean, weighted the mean weighted by the
 * number of labels, micro the metric of the summed counts. A class whose metric is NAN counts as
 * `undefined` when that is a number; when it is NAN the result is NAN and *out_class says which
 * class (weighted: classes without labels weigh nothing and cannot spoil it). out_class may be NULL.
 */
double mg_classes_average(struct mg_class_counts c, mg_class_metric *metric, const void *context,
	enum mg_average average, double undefined, size_t *out_class);

#endif
