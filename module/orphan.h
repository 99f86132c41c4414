/* SPDX-License-Identifier: GPL-2.0 */
/*
 * orphan.h - a socket in FIN_WAIT1 that no process holds any more.
 */
#ifndef _CENSUS_ORPHAN_H
#define _CENSUS_ORPHAN_H

#include <linux/types.h>

struct sock;

/* What such an orphan waits for, or why it was ended all the same. */
enum census_orphan_kind {
	CENSUS_CLOSED_WINDOW,		/* persist timer: the peer takes no data */
	CENSUS_BLACK_HOLE,		/* retransmit timer: the peer is silent */
	CENSUS_NO_TIMER,		/* nothing will ever end it */
	CENSUS_OVER_AGE,		/* progresses, but has done so for too long */
	CENSUS_ORPHAN_KINDS,
};

extern const char * const census_orphan_kind_names[CENSUS_ORPHAN_KINDS];

bool census_orphan_is(const struct sock *sk);
bool census_orphan_is_mptcp(const struct sock *sk);
bool census_orphan_half_open(const struct sock *sk);
bool census_orphan_fresh_flight(const struct sock *sk);
enum census_orphan_kind census_orphan_kind(const struct sock *sk);
bool census_orphan_can_end(void);
bool census_orphan_end(struct sock *sk, bool (*due)(struct sock *sk, void *arg),
		       void *arg);

#endif
