/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_HISTOGRAM_H
#define CENSUS_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CENSUS_UNBOUNDED UINT64_MAX

/**
 * struct census_bucket - how many times fell between two bounds
 * @le_us: the upper bound, included; CENSUS_UNBOUNDED if there is none. The
 *	lower one is the upper bound of the bucket before.
 * @count: how many
 */
struct census_bucket {
	uint64_t le_us;
	uint64_t count;
};

/**
 * struct census_histogram - what is known of many times
 * @buckets: in the order of their bounds
 * @nbuckets: how many
 * @average_us: exact
 * @max_us: none was longer
 */
struct census_histogram {
	const struct census_bucket *buckets;
	size_t nbuckets;
	double average_us;
	uint64_t max_us;
};

bool census_histogram_quantile(const struct census_histogram *histogram,
			       double quantile, uint64_t *us);

#endif
