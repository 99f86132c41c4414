/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The witness: what iproute2's ss counts in the present network namespace.
 */
#ifndef CENSUS_SS_H
#define CENSUS_SS_H

#include "census.h"

/* How many lines of `ss -tan` are in each state. 0, or -errno. */
int ss_count(long count[STATES]);

/* Likewise, of those on the local @port. */
int ss_count_port(unsigned int port, long count[STATES]);

/* The accept queue and its limit of the listener on @port, by `ss -ltn`. */
int ss_backlog(unsigned int port, long *queue, long *limit);

/*
 * Those in @state for which @timer is armed: "persist", "on" (retransmit), ...
 * or, with NULL, all in it. Both as ss names them. Or -errno.
 */
int ss_timers(const char *state, const char *timer);

/* `ss -K` for every TCP connection in @state, named as ss names it. */
int ss_kill(const char *state);

#endif /* CENSUS_SS_H */
