/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Waiting without blind sleeps: ask again until it is so, or time is up.
 */
#ifndef CENSUS_DEADLINE_H
#define CENSUS_DEADLINE_H

#include <stdbool.h>
#include <time.h>

#define DEADLINE_MS	10000
#define NAP_MS		20

static inline long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static inline void nap(void)
{
	struct timespec t = { .tv_nsec = NAP_MS * 1000000L };

	nanosleep(&t, NULL);
}

/* The condition is evaluated at least once, and once more at the end. */
#define eventually_ms(cond, ms)						\
({									\
	long long __end = now_ms() + (ms);				\
	bool __over, __ok;						\
	do {								\
		__over = now_ms() >= __end;				\
		__ok = (cond);						\
		if (!__ok && !__over)					\
			nap();						\
	} while (!__ok && !__over);					\
	__ok;								\
})

#define eventually(cond) eventually_ms(cond, DEADLINE_MS)

#endif /* CENSUS_DEADLINE_H */
