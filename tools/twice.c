// SPDX-License-Identifier: GPL-2.0
/*
 * Looks twice, to see what happens in between.
 */
#include <math.h>
#include <time.h>

#include "options.h"

#define BETWEEN_LOOKS_S 1.0	/* unless asked for more */

static double now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void wait_s(double s)
{
	struct timespec ts = { .tv_sec = (time_t)s };

	ts.tv_nsec = (long)((s - (double)ts.tv_sec) * 1e9);
	clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
}

static int look(const struct census_options *options, struct census_look *to)
{
	return census_look_take(to, options->dir, options->net_dir,
				options->sysctl_dir);
}

/* What was saved is all in one place; when it was, nobody knows. */
static int look_since(const struct census_options *options,
		      struct census_look *before, struct census_look *now,
		      double *elapsed_s)
{
	*elapsed_s = NAN;
	if (census_look_take(before, options->since, options->since,
			     options->since))
		return -1;
	return look(options, now);
}

/**
 * census_options_look() - look as often as it is asked for
 * @options: says how often: twice, but for saved files
 * @before: filled in if there were two looks
 * @now: filled in
 * @elapsed_s: set to the seconds between two looks, NAN if that is not known,
 *	0 if there was only one
 *
 * Return: 0, or -1 after a sentence.
 */
int census_options_look(const struct census_options *options,
			struct census_look *before, struct census_look *now,
			double *elapsed_s)
{
	double wait = options->watch.interval_s, begin;

	*elapsed_s = 0;
	if (options->since)
		return look_since(options, before, now, elapsed_s);
	if (options->saved && wait <= 0)
		return look(options, now);
	if (look(options, before))
		return -1;
	begin = now_s();
	wait_s(wait > 0 ? wait : BETWEEN_LOOKS_S);
	*elapsed_s = now_s() - begin;
	return look(options, now);
}
