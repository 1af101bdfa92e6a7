/* pvalue.h: what checks that can measure a p-value have in common. */
#ifndef MG_CHECKS_DRIFT_PVALUE_H
#define MG_CHECKS_DRIFT_PVALUE_H

#include <modelgate/check.h>
#include <modelgate/error.h>

/* MG_ESPEC for limits that make no sense: relative ones on a p-value, and `effect` without one. */
MG_MUST_USE static inline int mg_pvalue_check(
	bool is_p_value, const struct mg_spec_check *spec, struct mg_error *err)
{
	const struct mg_limits *all[] = {&spec->limits, &spec->warn};
	if (!is_p_value && spec->effect.count > 0)
		return mg_fail(err, MG_ESPEC,
			"`effect` goes with `measure: p_value`; here the limits are on the effect "
			"itself");
	for (int i = 0; i < 2 && is_p_value; i++) {
		for (size_t k = 0; k < all[i]->count; k++) {
			if (mg_limit_relative(all[i]->list[k].op))
				return mg_fail(err, MG_ESPEC,
					"a p-value has no baseline; hold it to `min`");
		}
	}
	return MG_OK;
}

#endif
