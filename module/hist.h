/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hist.h - the buckets of a histogram of times: by factor 4 from 16 us on.
 *
 * Pure: selftests/net/hist.c includes it in a program, and brings u64 and
 * fls64().
 */
#ifndef _CENSUS_HIST_H
#define _CENSUS_HIST_H

#ifdef __KERNEL__
#include <linux/bitops.h>
#include <linux/types.h>
#endif

#define CENSUS_HIST_BOUNDS	15	/* 16 us to 4295 s, 72 minutes */
#define CENSUS_HIST_BUCKETS	(CENSUS_HIST_BOUNDS + 1)

/**
 * census_hist_bound_us() - the largest time that belongs to a bucket
 * @bucket: below %CENSUS_HIST_BOUNDS; the bucket after that has no bound
 *
 * Context: any.
 * Return: microseconds.
 */
static inline u64 census_hist_bound_us(unsigned int bucket)
{
	return 16ULL << (2 * bucket);
}

/**
 * census_hist_bucket() - the bucket a time belongs to
 * @us: the time in microseconds
 *
 * Context: any.
 * Return: the first bucket whose bound is not below @us.
 */
static inline unsigned int census_hist_bucket(u64 us)
{
	unsigned int bucket = us > 16 ? (fls64((us - 1) / 16) + 1) / 2 : 0;

	return bucket < CENSUS_HIST_BOUNDS ? bucket : CENSUS_HIST_BOUNDS;
}

#endif
