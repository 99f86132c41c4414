// SPDX-License-Identifier: GPL-2.0
/*
 * Estimates quantiles. A bucket says between which bounds one is; within them
 * the times are taken to be spread evenly, as far as the average and the
 * maximum, which are exact, do not say better: if all waited for 60 s, they
 * are all that is needed.
 */
#include "histogram.h"

static double clamp(double value, double low, double high)
{
	if (value < low)
		return low;
	return value > high ? high : value;
}

static double total(const struct census_histogram *h)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < h->nbuckets; i++)
		sum += (double)h->buckets[i].count;
	return sum;
}

/*
 * Returns the bucket that holds the time of this rank, sets how far in it is.
 * There is one: the rank is not above the total, which is added up likewise.
 */
static size_t find(const struct census_histogram *h, double rank, double *part)
{
	double before = 0;
	size_t i = 0;

	while (before + (double)h->buckets[i].count < rank)
		before += (double)h->buckets[i++].count;
	*part = (rank - before) / (double)h->buckets[i].count;
	return i;
}

/*
 * No time is below zero, none above the maximum. So (Markov's inequality)
 * a part 1 - q of them at x or more makes the average x (1 - q) at least, and
 * a part q of them at x or less makes it max - q (max - x) at most.
 */
static double heed_average(const struct census_histogram *h, double q,
			   double value)
{
	double max = (double)h->max_us;

	return clamp(value, max - (max - h->average_us) / q,
		     h->average_us / (1 - q));
}

/**
 * census_histogram_quantile() - estimate a quantile
 * @histogram: what is known
 * @quantile: more than 0 and less than 1: 0.5 for the median
 * @us: set to the estimate, which is in the right bucket and not above the
 *	maximum
 *
 * Return: false if the buckets are empty.
 */
bool census_histogram_quantile(const struct census_histogram *histogram,
			       double quantile, uint64_t *us)
{
	const struct census_bucket *buckets = histogram->buckets;
	double rank = quantile * total(histogram), part;
	double low, high, max = (double)histogram->max_us, value;
	size_t i;

	if (!(rank > 0))
		return false;
	i = find(histogram, rank, &part);
	low = i ? (double)buckets[i - 1].le_us + 1 : 0;
	high = clamp((double)buckets[i].le_us, low, max);
	value = low + part * (high - low);
	value = clamp(heed_average(histogram, quantile, value), low, high);
	/* the number that a double rounds to may be larger than 64 bits */
	*us = value >= max ? histogram->max_us : (uint64_t)(value + 0.5);
	return true;
}
