/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reaper of the present network namespace: its settings, and what
 * /proc/net/tcp_census/reaper says.
 */
#ifndef CENSUS_REAP_H
#define CENSUS_REAP_H

#include <stdbool.h>

#include "lag.h"

#define REAP_OFF	0
#define REAP_REPORT	1
#define REAP_END	2

#define RUN_MS		500	/* between two runs of the reaper */

/* What it promises: ended not later than that after its time, if CPUs run. */
#define REAP_LATE_MS	(2000 + lag_ms())

/*
 * Settings, in this order, as a line of "NAME=VALUE": "timeout=2 reap=2" sets
 * fin_wait1_timeout, then fin_wait1_reap; "batch" is reap_batch. 0, or -errno.
 */
int reaper_set(const char *settings);

/* One of them as text. 0, or -errno. */
int reaper_write(const char *name, const char *text);
int reaper_read(const char *name, long *value);

/* A line of the file; or -errno. */
long reaper_value(const char *name);

/*
 * True if the file counts exactly what @want lists, and nothing else: names
 * with a number before them, "2*reaped 2*reaped_black_hole", or "?NAME" for
 * any number. False with @why set.
 */
bool reaper_counts(const char *want, char why[128]);

/* For tests with kselftest's harness and lib/deadline.h. */
#define REAPER(settings) ASSERT_EQ(0, reaper_set(settings))

/* At last exactly these, and nothing else. */
#define EXPECT_COUNTS(want)						\
do {									\
	char __why[128];						\
									\
	EXPECT_TRUE(eventually(reaper_counts(want, __why))) {		\
		TH_LOG("%s", __why);					\
	}								\
} while (0)

/* At last: what a run found is told when it is over, after what it counted. */
#define EXPECT_REAPER(name, want)					\
do {									\
	long __value;							\
									\
	EXPECT_TRUE(eventually((__value = reaper_value(name)) == (want))) { \
		TH_LOG("%s: %ld, want %ld", name, __value, (long)(want)); \
	}								\
} while (0)

#endif /* CENSUS_REAP_H */
