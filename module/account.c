// SPDX-License-Identifier: GPL-2.0
/*
 * account.c - decides what an event means for a connection. The only writer
 * of gauges and counters, with account_req.c.
 *
 * A connection is counted once, whichever object holds it, and no count needs
 * memory, so none can be lost:
 *
 *  - Full sockets report every change of state.
 *  - A hashed request socket is counted until a child takes its place, or it
 *    is dropped. See account_req.c.
 *  - A timewait minisock takes the connection over from the full socket, whose
 *    last step to CLOSE is then no event of its own. See note.c.
 *
 * Its times follow it from object to object in a record, see stay.c.
 *
 * Everything here runs under rcu_read_lock() (hook_sock.c and hook_func.c see
 * to that), which is what keeps a namespace's counters alive, see netns.c.
 */
#include <linux/rcupdate.h>
#include <net/inet_timewait_sock.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "account.h"
#include "netns.h"
#include "note.h"
#include "reap.h"
#include "reason.h"
#include "seed.h"
#include "stats.h"
#include "stay.h"

bool census_account_requests __read_mostly;
bool census_account_timewaits __read_mostly;

static enum census_phase phase_now __read_mostly;

/**
 * census_account_counting_cn() - are events of a namespace counted?
 * @cn: its census
 *
 * Context: any, RCU.
 * Return: false from a grace period before the hooks go, or the namespace.
 */
bool census_account_counting_cn(const struct census_net *cn)
{
	return READ_ONCE(phase_now) != CENSUS_OFF && !READ_ONCE(cn->dead);
}

/**
 * census_account_counting() - the census to count an event in
 * @net: the namespace it happened in
 *
 * Context: any, RCU.
 * Return: NULL when the event must be ignored.
 */
struct census_net *census_account_counting(const struct net *net)
{
	struct census_net *cn = census_netns(net);

	return likely(census_account_counting_cn(cn)) ? cn : NULL;
}

/**
 * census_account_seeding() - must seed.c be told of objects?
 *
 * Context: any, RCU.
 * Return: true in the phase %CENSUS_SEEDING.
 */
bool census_account_seeding(void)
{
	return unlikely(READ_ONCE(phase_now) == CENSUS_SEEDING);
}

/**
 * census_account_phase() - say what events mean from now on
 * @phase: the phase
 *
 * Context: process. Waits until no event is being counted in the old phase.
 */
void census_account_phase(enum census_phase phase)
{
	if (phase == CENSUS_SEEDING)
		census_account_req_start();
	WRITE_ONCE(phase_now, phase);
	synchronize_rcu();
}

static void go_on(struct census_net *cn, const void *obj, int from, int to)
{
	census_stats_move(cn, from, to);
	census_stay_change(cn, obj, to);
}

static void finish(struct census_net *cn, const void *obj, int from,
		   enum census_reason reason)
{
	census_stats_close(cn, from, reason);
	census_stay_end(obj);
}

/**
 * census_account_sock() - a full socket is about to change its state
 * @sk: the TCP socket; its lock is held, its state is still the old one
 * @from: kernel's number of the old state
 * @to: kernel's number of the new state
 *
 * Context: softirq or process, preemption off, RCU.
 */
void census_account_sock(struct sock *sk, int from, int to)
{
	struct census_net *cn = census_account_counting(sock_net(sk));
	enum census_note note = CENSUS_NOTE_NONE;

	/* In any case: the address may be another socket's soon. */
	if (to == TCP_CLOSE)
		note = census_note_take(sk);
	if (!cn && to == TCP_CLOSE)
		census_stay_forget(sk);
	from = census_state_of(from);
	to = census_state_of(to);
	if (!cn || from < 0 || to < 0 || from == to)
		return;
	if (census_account_child(cn, sk, from, to))
		return;
	if (census_account_seeding())
		census_seed_known(cn, sk, from);
	if (to != CENSUS_CLOSE)
		go_on(cn, sk, from, to);
	else if (census_reap_ends(cn, sk))
		finish(cn, sk, from, CENSUS_REAPED);
	else if (note != CENSUS_NOTE_MOVED)
		finish(cn, sk, from, census_reason_sock(sk, from, note));
}

/**
 * census_account_linger() - tcp_time_wait() was called
 * @sk: full socket that asks for a timewait minisock; its lock is held
 *
 * It may get none (tcp_max_tw_buckets, no memory). Context: softirq or
 * process, RCU.
 */
void census_account_linger(struct sock *sk)
{
	struct census_net *cn = census_account_counting(sock_net(sk));

	if (cn && !census_note_set(sk, CENSUS_NOTE_LINGER))
		census_stats_misc(cn, CENSUS_MISC_LOST_NOTES);
}

/**
 * census_account_tw_born() - a timewait minisock takes a connection over
 * @tw: the minisock
 * @sk: the full socket, soon to be closed; its lock is held
 *
 * A FIN_WAIT2 socket that becomes a FIN_WAIT2 minisock changes nothing, its
 * clock goes on.
 * Context: softirq or process, RCU.
 */
void census_account_tw_born(struct inet_timewait_sock *tw, struct sock *sk)
{
	int from = census_state_of(sk->sk_state);
	int to = census_state_of(tw->tw_substate);
	struct census_net *cn = census_account_counting(sock_net(sk));

	if (!cn || from < 0 || to < 0)
		return;
	if (census_account_seeding()) {
		census_seed_known(cn, sk, from);
		census_seed_born(tw);
	}
	if (!census_note_set(sk, CENSUS_NOTE_MOVED))
		census_stats_misc(cn, CENSUS_MISC_LOST_NOTES);
	census_stay_move(cn, sk, tw, from);
	if (from != to)
		go_on(cn, tw, from, to);
}

/**
 * census_account_tw_fin() - the peer's FIN reached a FIN_WAIT2 minisock
 * @tw: the minisock, once only
 *
 * Context: softirq, RCU.
 */
void census_account_tw_fin(struct inet_timewait_sock *tw)
{
	struct census_net *cn = census_account_counting(twsk_net(tw));

	if (!cn)
		return;
	/* The seeding walk may have met it after tw_substate was written. */
	if (census_account_seeding() &&
	    census_seed_known(cn, tw, CENSUS_FIN_WAIT2) == CENSUS_TIME_WAIT)
		return;
	go_on(cn, tw, CENSUS_FIN_WAIT2, CENSUS_TIME_WAIT);
}

/**
 * census_account_tw_reset() - a RST ends a timewait minisock
 * @tw: the minisock, kept alive by the caller
 *
 * Somebody else may drop the last reference: another segment on another CPU
 * that looks it up just now, or a reader of sockets (ss).
 *
 * Context: softirq, RCU.
 */
void census_account_tw_reset(struct inet_timewait_sock *tw)
{
	struct census_net *cn = census_account_counting(twsk_net(tw));

	if (cn && !census_note_add(tw, CENSUS_NOTE_RESET))
		census_stats_misc(cn, CENSUS_MISC_LOST_NOTES);
}

/**
 * census_account_tw_gone() - a timewait minisock is being freed
 * @tw: the minisock, nobody else has a reference
 *
 * Context: softirq or process, RCU; the namespace may be dying.
 */
void census_account_tw_gone(struct inet_timewait_sock *tw)
{
	int from = census_state_of(tw->tw_substate);
	struct census_net *cn = census_account_counting(twsk_net(tw));
	enum census_note note = census_note_take(tw);
	enum census_reason reason;

	if (!cn)
		census_stay_forget(tw);
	if (!cn || from < 0)
		return;
	if (census_account_seeding())
		census_seed_known(cn, tw, from);
	reason = census_reason_tw(tw, from, note);
	if (census_reason_tw_reused(tw, from, reason))
		census_stats_misc(cn, CENSUS_MISC_TW_REUSED);
	finish(cn, tw, from, reason);
}

/**
 * census_account_killed() - this host ends a connection
 * @sk: full socket or minisock, kept alive by the caller
 *
 * For those that will not say so themselves. Context: softirq or process, RCU.
 */
void census_account_killed(struct sock *sk)
{
	struct census_net *cn = census_account_counting(sock_net(sk));

	if (cn && !census_note_set(sk, CENSUS_NOTE_KILLED))
		census_stats_misc(cn, CENSUS_MISC_LOST_NOTES);
}
