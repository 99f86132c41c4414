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
 * Everything here runs with preemption off (census_hooks_enter()), hence as a
 * reader of RCU, which is what keeps a namespace's counters alive, see netns.c.
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

enum census_phase census_account_now __read_mostly;

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
	WRITE_ONCE(census_account_now, phase);
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

/* Only from these does a full socket hand its connection to a minisock. */
static bool may_move(enum census_state from)
{
	return from == CENSUS_FIN_WAIT1 || from == CENSUS_FIN_WAIT2 ||
	       from == CENSUS_CLOSING;
}

/* Notes are taken in any case: the address may be another socket's soon. */
static noinline void close(struct census_net *cn, struct sock *sk,
			   enum census_state from)
{
	enum census_note note = may_move(from) ? census_note_take_moved(sk) :
						 census_note_take(sk);

	if (note == CENSUS_NOTE_MOVED)
		return;
	if (!cn) {
		census_stay_forget(sk);
		return;
	}
	if (census_reap_ends(cn, sk))
		finish(cn, sk, from, CENSUS_REAPED);
	else
		finish(cn, sk, from, census_reason_sock(sk, from, note));
}

/**
 * __census_account_sock() - census_account_sock() where there is more to it
 * @sk: the TCP socket; its lock is held, its state is still the old one
 * @tcp_from: kernel's number of the old state
 * @tcp_to: kernel's number of the new state
 *
 * Context: softirq or process, preemption off, RCU.
 */
void __census_account_sock(struct sock *sk, int tcp_from, int tcp_to)
{
	struct census_net *cn = census_account_counting(sock_net(sk));
	int from = census_state_of(tcp_from), to = census_state_of(tcp_to);

	if (unlikely(from < 0 || to < 0 || from == to))
		return;
	if (from == CENSUS_LISTEN && to == CENSUS_SYN_RECV) {
		if (cn)
			census_account_child_born(cn, sk);
		return;
	}
	if (from == CENSUS_SYN_RECV && cn && census_account_child(cn, sk, to))
		return;
	if (cn && census_account_seeding())
		census_seed_known(cn, sk, from);
	if (to == CENSUS_CLOSE)
		close(cn, sk, from);
	else if (cn)
		go_on(cn, sk, from, to);
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
	if (!census_note_moved(sk))
		census_stats_misc(cn, CENSUS_MISC_LOST_NOTES);
	census_stay_move(cn, sk, tw, from, to);
	if (from != to)
		census_stats_move(cn, from, to);
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
