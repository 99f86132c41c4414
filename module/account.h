/* SPDX-License-Identifier: GPL-2.0 */
/*
 * account.h - what the hooks saw, said in terms of connections.
 */
#ifndef _CENSUS_ACCOUNT_H
#define _CENSUS_ACCOUNT_H

#include <net/inet_timewait_sock.h>
#include <net/request_sock.h>
#include <net/sock.h>

#include "reason.h"
#include "state.h"

struct census_net;

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

bool census_account_counting_cn(const struct census_net *cn);
struct census_net *census_account_counting(const struct net *net);
bool census_account_seeding(void);
void census_account_phase(enum census_phase phase);

void census_account_sock(struct sock *sk, int from, int to);

void census_account_linger(struct sock *sk);
void census_account_tw_born(struct inet_timewait_sock *tw, struct sock *sk);
void census_account_tw_fin(struct inet_timewait_sock *tw);
void census_account_tw_reset(struct inet_timewait_sock *tw);
void census_account_tw_gone(struct inet_timewait_sock *tw);

void census_account_killed(struct sock *sk);

/* account_req.c */
void census_account_req_start(void);
bool census_account_child(struct census_net *cn, struct sock *sk,
			  enum census_state from, enum census_state to);
void census_account_req_hashing(struct request_sock *req);
void census_account_req_answered(struct request_sock *req);
void census_account_req_taken(struct request_sock *req, struct sock *child);
void census_account_req_moved(struct request_sock *from,
			      struct request_sock *to);
void census_account_req_gone(struct request_sock *req,
			     enum census_segment segment);
bool census_account_req_seed(struct census_net *cn, struct request_sock *req);
void census_account_child_queued(struct request_sock *req, struct sock *child);

#endif
