/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When something happened, as far as user space can tell: not before the one
 * reading of the clock, and before the other. It is the module's clock.
 */
#ifndef CENSUS_MOMENT_H
#define CENSUS_MOMENT_H

#include <time.h>

#define NS_PER_US	1000LL
#define NS_PER_MS	1000000LL
#define NS_PER_S	1000000000LL

struct moment {
	long long before_ns, after_ns;
};

static inline long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* At least. */
static inline void pause_ms(long ms)
{
	long long end = now_ns() + ms * NS_PER_MS;
	struct timespec t = {
		.tv_sec = end / NS_PER_S,
		.tv_nsec = end % NS_PER_S,
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL))
		;
}

#endif /* CENSUS_MOMENT_H */
