/* SPDX-License-Identifier: GPL-2.0 */
/*
 * watch.h - does an orphan in FIN_WAIT1 make progress?
 */
#ifndef _CENSUS_WATCH_H
#define _CENSUS_WATCH_H

#include <linux/types.h>

struct census_record;
struct sock;

/**
 * struct census_watch - what is asked of an orphan
 * @now_ns: the time of the look, by ktime_get_ns()
 * @clock_ms: the same by the reaper's clock, which stands still while nobody
 *	looks, so that nobody is blamed for a time in which all stood still
 * @timeout_ms: how long it may go without progress
 * @max_age_ms: how long it may last at all; 0 for ever
 * @min_bytes: fewer newly acknowledged bytes are no progress
 */
struct census_watch {
	u64 now_ns;
	u32 clock_ms;
	u64 timeout_ms;
	u64 max_age_ms;
	u32 min_bytes;
};

/* What a look at a record in FIN_WAIT1 finds. */
enum census_watch_result {
	CENSUS_WATCH_PASSING,		/* comes to FIN_WAIT1 or leaves it */
	CENSUS_WATCH_OWNED,		/* held by a process */
	CENSUS_WATCH_MPTCP,		/* subflow of MPTCP */
	CENSUS_WATCH_WAITING,		/* not stalled for long enough */
	CENSUS_WATCH_PROGRESS,		/* has just been seen to progress */
	CENSUS_WATCH_STALLED,
	CENSUS_WATCH_OVER_AGE,
};

/**
 * struct census_times - how long a connection has been in FIN_WAIT1
 * @age_ms: at all; an orphan: as far as known, as an orphan
 * @stalled_ms: an orphan: since its last progress
 */
struct census_times {
	u64 age_ms;
	u32 stalled_ms;
};

enum census_watch_result __census_watch_look(const struct census_watch *watch,
					     struct census_record *rec,
					     struct census_times *times);
bool census_watch_is_orphan(const struct sock *sk);
enum census_watch_result
census_watch_again(const struct census_watch *watch, const struct sock *sk,
		   const struct census_times *times, u32 mark_una);

#endif
