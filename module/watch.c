// SPDX-License-Identifier: GPL-2.0
/*
 * watch.c - does an orphan in FIN_WAIT1 make progress?
 *
 * Progress is snd_una: what the peer acknowledged. A record remembers where it
 * was and when; the clock of a stall starts when the orphan is first seen, and
 * again whenever it has advanced by @min_bytes. An answer to a probe of a
 * closed window is no progress. That clock runs only while we look: see
 * struct census_watch.
 */
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/tcp.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "orphan.h"
#include "peek.h"
#include "table.h"
#include "watch.h"

static u64 ms_since(const struct census_watch *watch, u64 ns)
{
	return div_u64(watch->now_ns - min(ns, watch->now_ns), NSEC_PER_MSEC);
}

/*
 * FIN_WAIT1 began before close() where there was a shutdown(). That is known
 * only if we looked at it meanwhile.
 */
static u64 orphan_since_ns(const struct census_record *rec)
{
	return rec->since_ns + rec->orphan_s * NSEC_PER_SEC;
}

static void mark(const struct census_watch *watch, struct census_record *rec,
		 u32 una)
{
	rec->mark_ms = watch->clock_ms;
	rec->mark_una = una;
	rec->flags |= CENSUS_WATCHED;
}

static void seen_owned(const struct census_watch *watch,
		       struct census_record *rec)
{
	u64 seconds = div_u64(watch->now_ns - rec->since_ns, NSEC_PER_SEC);

	/* Rounded up: not older than it is. */
	rec->orphan_s = min_t(u64, seconds + 1, BIT(CENSUS_ORPHAN_BITS) - 1);
	rec->flags &= ~CENSUS_WATCHED;
}

/* A fresh flight gets time to be answered, but not for ever. */
static bool stalled(const struct census_watch *watch, const struct sock *sk,
		    u32 stalled_ms)
{
	return stalled_ms >= watch->timeout_ms &&
	       (stalled_ms >= 2 * watch->timeout_ms ||
		!census_orphan_fresh_flight(sk));
}

static bool over_age(const struct census_watch *watch, u64 age)
{
	return watch->max_age_ms && age >= watch->max_age_ms;
}

static enum census_watch_result look_at_orphan(const struct census_watch *watch,
					       struct census_record *rec,
					       struct census_times *times)
{
	enum census_watch_result still = CENSUS_WATCH_WAITING;
	const struct sock *sk = rec->obj;
	u32 una = census_peek(tcp_sk(sk)->snd_una);

	times->age_ms = ms_since(watch, orphan_since_ns(rec));
	if (census_orphan_is_mptcp(sk))
		return CENSUS_WATCH_MPTCP;
	if (census_orphan_half_open(sk))
		return CENSUS_WATCH_WAITING;
	if (!(rec->flags & CENSUS_WATCHED)) {
		mark(watch, rec, una);
	} else if (una - rec->mark_una >= watch->min_bytes) {
		mark(watch, rec, una);
		still = CENSUS_WATCH_PROGRESS;
		/* Who is over age stays so. */
		if (!over_age(watch, times->age_ms))
			rec->flags &= ~CENSUS_REPORTED;
	}
	times->stalled_ms = watch->clock_ms - rec->mark_ms;
	if (stalled(watch, sk, times->stalled_ms))
		return CENSUS_WATCH_STALLED;
	return over_age(watch, times->age_ms) ? CENSUS_WATCH_OVER_AGE : still;
}

/**
 * __census_watch_look() - look at a connection in FIN_WAIT1
 * @watch: what is asked
 * @rec: its record, in the list of FIN_WAIT1, whose lock is held
 * @times: filled
 *
 * Its object may be a minisock that just took the connection over, which has
 * nothing but a sock_common: its state tells.
 *
 * Context: BH off.
 * Return: what was found.
 */
enum census_watch_result __census_watch_look(const struct census_watch *watch,
					     struct census_record *rec,
					     struct census_times *times)
{
	const struct sock *sk = rec->obj;

	if (READ_ONCE(sk->sk_state) != TCP_FIN_WAIT1)
		return CENSUS_WATCH_PASSING;
	times->stalled_ms = 0;
	if (census_orphan_is(sk))
		return look_at_orphan(watch, rec, times);
	seen_owned(watch, rec);
	times->age_ms = ms_since(watch, rec->since_ns);
	return CENSUS_WATCH_OWNED;
}

/**
 * census_watch_is_orphan() - is a connection an orphan in FIN_WAIT1?
 * @sk: object of a record in the list of FIN_WAIT1, whose lock is held
 *
 * Context: any.
 * Return: true if so; false for a minisock that just took it over, too.
 */
bool census_watch_is_orphan(const struct sock *sk)
{
	return READ_ONCE(sk->sk_state) == TCP_FIN_WAIT1 && census_orphan_is(sk);
}

/**
 * census_watch_again() - is an orphan that was found due still so?
 * @watch: what is asked, at the time of the look
 * @sk: the socket, its lock held
 * @times: what the look found
 * @mark_una: snd_una when progress was last seen
 *
 * Context: process.
 * Return: %CENSUS_WATCH_STALLED, %CENSUS_WATCH_OVER_AGE, or something else
 * when something has happened meanwhile.
 */
enum census_watch_result
census_watch_again(const struct census_watch *watch, const struct sock *sk,
		   const struct census_times *times, u32 mark_una)
{
	if (!census_watch_is_orphan(sk))
		return CENSUS_WATCH_PASSING;
	if (census_orphan_is_mptcp(sk))
		return CENSUS_WATCH_MPTCP;
	if (census_orphan_half_open(sk))
		return CENSUS_WATCH_WAITING;
	if (tcp_sk(sk)->snd_una - mark_una < watch->min_bytes &&
	    stalled(watch, sk, times->stalled_ms))
		return CENSUS_WATCH_STALLED;
	return over_age(watch, times->age_ms) ? CENSUS_WATCH_OVER_AGE :
		CENSUS_WATCH_PROGRESS;
}
