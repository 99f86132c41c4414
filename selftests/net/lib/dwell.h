/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What /proc/net/tcp_census/dwell says about the present network namespace.
 */
#ifndef CENSUS_DWELL_H
#define CENSUS_DWELL_H

#include "census.h"

#define DWELL_BUCKETS	16	/* the last one without a bound */

struct dwell {
	long count, sum_us, max_us;
	long bucket[DWELL_BUCKETS];
};

/* 0; or -errno where the file lacks a row or a column, or has one too many. */
int dwell_read(struct dwell d[STATES]);

/* The largest time of a bucket; LONG_MAX for the last one. */
long dwell_bound_us(int bucket);

/* The bucket that a time belongs to. */
int dwell_bucket(long us);

#endif /* CENSUS_DWELL_H */
