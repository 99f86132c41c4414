/* SPDX-License-Identifier: GPL-2.0 */
/*
 * account.h - what the hooks saw, said in terms of connections.
 */
#ifndef _CENSUS_ACCOUNT_H
#define _CENSUS_ACCOUNT_H

#include <net/inet_timewait_sock.h>
#include <net/request_sock.h>
#include <net/sock.h>

#include "netns.h"
#include "reason.h"
#include "state.h"
#include "stay.h"

/**
 * enum census_phase - what an event means now
 * @CENSUS_OFF: hooks are being attached or detached: ignore events
 * @CENSUS_SEEDING: count, and tell seed.c which objects are accounted for
 * @CENSUS_ON: count
 */
enum census_phase {
	CENSUS_OFF,
	CENSUS_SEEDING,
	CENSUS_ON,
};

/* Which minisocks the attached hooks can follow; others are not counted. */
extern bool census_account_requests;
extern bool census_account_timewaits;

/* A child born on this CPU of which it is not yet known what it will be. All
 * of its birth happens in one run of the softirq handler.
 */
DECLARE_PER_CPU(struct sock *, census_newborn);

extern enum census_phase census_account_now;

void census_account_phase(enum census_phase phase);

/**
 * census_account_counting_cn() - are events of a namespace counted?
 * @cn: its census
 *
 * Context: any, RCU.
 * Return: false from a grace period before the hooks go, or the namespace.
 */
static inline bool census_account_counting_cn(const struct census_net *cn)
{
	return READ_ONCE(census_account_now) != CENSUS_OFF &&
	       !READ_ONCE(cn->dead);
}

/**
 * census_account_counting() - the census to count an event in
 * @net: the namespace it happened in
 *
 * Context: any, RCU.
 * Return: NULL when the event must be ignored.
 */
static inline struct census_net *census_account_counting(const struct net *net)
{
	struct census_net *cn = census_netns_rcu(net);

	return likely(census_account_counting_cn(cn)) ? cn : NULL;
}

/**
 * census_account_seeding() - must seed.c be told of objects?
 *
 * Context: any, RCU.
 * Return: true in the phase %CENSUS_SEEDING.
 */
static inline bool census_account_seeding(void)
{
	return unlikely(READ_ONCE(census_account_now) == CENSUS_SEEDING);
}

void __census_account_sock(struct sock *sk, int tcp_from, int tcp_to);

void census_account_tw_born(struct inet_timewait_sock *tw, struct sock *sk);
void census_account_tw_fin(struct inet_timewait_sock *tw);
void census_account_tw_reset(struct inet_timewait_sock *tw);
void census_account_tw_gone(struct inet_timewait_sock *tw);

void census_account_killed(struct sock *sk);

/* account_req.c */
void census_account_req_start(void);
void census_account_child_born(struct census_net *cn, struct sock *sk);
bool census_account_child(struct census_net *cn, struct sock *sk,
			  enum census_state to);
void census_account_req_hashing(struct request_sock *req);
void census_account_req_answered(struct request_sock *req);
void census_account_req_taken(struct request_sock *req, struct sock *child);
void census_account_req_moved(struct request_sock *from,
			      struct request_sock *to);
void census_account_req_gone(struct request_sock *req);
bool census_account_req_seed(struct census_net *cn, struct request_sock *req);
void census_account_child_queued(struct request_sock *req, struct sock *child);

/**
 * census_account_sock() - a full socket is about to change its state
 * @sk: the TCP socket; its lock is held, its state is still the old one
 * @tcp_from: kernel's number of the old state
 * @tcp_to: kernel's number of the new state
 *
 * What happens all the time is done right here.
 *
 * Context: softirq or process, preemption off, RCU.
 */
static __always_inline void census_account_sock(struct sock *sk,
						unsigned int tcp_from,
						unsigned int tcp_to)
{
	struct census_net *cn = census_netns_rcu(sock_net(sk));
	struct census_percpu __percpu *pcpu = READ_ONCE(cn->pcpu);
	unsigned int at = 0;

	if (likely((tcp_from | tcp_to) < CENSUS_KERNEL_STATES &&
		   this_cpu_read(census_newborn) != sk))
		at = census_plain_at[tcp_from][tcp_to];
	if (unlikely(!at || !pcpu || READ_ONCE(cn->dead) ||
		     READ_ONCE(census_account_now) != CENSUS_ON)) {
		__census_account_sock(sk, tcp_from, tcp_to);
		return;
	}
	this_cpu_inc(pcpu->v[at - 1]);
	census_stay_change(cn, sk, census_state_at[tcp_to] - 1);
}

#endif
