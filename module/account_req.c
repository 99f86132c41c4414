// SPDX-License-Identifier: GPL-2.0
/*
 * account_req.c - the passive side of a handshake: from the SYN to the child's
 * first state of its own.
 *
 * A hashed request socket is counted from its first SYN-ACK until it is
 * destroyed, unless a child took its place: then the child *is* the
 * connection, and its birth (LISTEN>SYN_RECV on a clone of the listener) is no
 * event of its own.
 */
#include <linux/in6.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/tcp.h>
#include <net/inet_connection_sock.h>
#include <net/tcp.h>

#include "account.h"
#include "netns.h"
#include "note.h"
#include "reason.h"
#include "seed.h"
#include "stats.h"
#include "stay.h"

/*
 * The mark says what a request socket is to us. It lies in req->dl_next, which
 * links the accept queue: the kernel neither reads nor sets it before
 * inet_csk_reqsk_queue_add(), by when the request has been taken over and the
 * mark removed. So it needs no memory and ends with the object. It is made
 * from a secret of this load and the socket's own address, hence survives
 * neither unload nor the copy that inet_reqsk_clone() makes.
 *
 * A request is marked before it is hashed, that is while nobody else can see
 * it, but counted only when its SYN-ACK is sent: of two copies of a SYN on two
 * CPUs, one finds that it cannot hash its request and frees it. From then on
 * others may take it over, so the mark is only ever changed by cmpxchg().
 */
enum mark {
	MARK_NONE,
	MARK_HASHING,		/* handed to inet_csk_reqsk_queue_hash_add() */
	MARK_COUNTED,		/* is in the gauge of SYN_RECV */
};

static unsigned long mark_secret;

DEFINE_PER_CPU(struct sock *, census_newborn);

/* Odd words: no pointer that the kernel could have left there. */
static struct request_sock *mark_word(const struct request_sock *req,
				      enum mark mark)
{
	unsigned long word = (mark_secret ^ (unsigned long)req) & ~7UL;

	return (struct request_sock *)(word | mark << 1 | 1);
}

static enum mark mark_of(const struct request_sock *req)
{
	const struct request_sock *word = READ_ONCE(req->dl_next);

	if (word == mark_word(req, MARK_COUNTED))
		return MARK_COUNTED;
	if (word == mark_word(req, MARK_HASHING))
		return MARK_HASHING;
	return MARK_NONE;
}

/* Nobody else can see @req, or its hash bucket is locked. */
static void set_mark(struct request_sock *req, enum mark mark)
{
	WRITE_ONCE(req->dl_next, mark_word(req, mark));
}

/* True for the one who removes it. */
static bool remove_mark(struct request_sock *req, enum mark mark)
{
	struct request_sock *word = mark_word(req, mark);

	return READ_ONCE(req->dl_next) == word &&
	       cmpxchg(&req->dl_next, word, NULL) == word;
}

/**
 * census_account_req_start() - counting begins
 *
 * Context: process; the phase is %CENSUS_OFF.
 */
void census_account_req_start(void)
{
	mark_secret = get_random_long();
}

/* The connection of a request lives on, in the same state. */
static void stays_in(struct census_net *cn, const struct request_sock *req,
		     const void *obj)
{
	census_stay_move(cn, req, obj, CENSUS_SYN_RECV, CENSUS_SYN_RECV);
}

/**
 * census_account_child_born() - a child was cloned from its listener
 * @cn: census of its namespace, not dead
 * @sk: the child
 *
 * Context: softirq or process, preemption off, RCU.
 */
void census_account_child_born(struct census_net *cn, struct sock *sk)
{
	if (census_account_seeding())
		census_seed_born(sk);
	if (census_account_requests) {
		this_cpu_write(census_newborn, sk);
		return;
	}
	census_stats_move(cn, CENSUS_LISTEN, CENSUS_SYN_RECV);
	census_stay_begin(cn, sk, CENSUS_SYN_RECV, true);
}

/**
 * census_account_child() - is what a child does in SYN_RECV part of its birth?
 * @cn: census of its namespace, not dead
 * @sk: a socket that leaves SYN_RECV
 * @to: the state it enters
 *
 * Context: softirq or process, preemption off, RCU.
 * Return: true when it was, and all is done.
 */
bool census_account_child(struct census_net *cn, struct sock *sk,
			  enum census_state to)
{
	if (likely(this_cpu_read(census_newborn) != sk))
		return false;
	this_cpu_write(census_newborn, NULL);
	/* Never was a connection: its birth was not counted either. */
	if (to == CENSUS_CLOSE)
		return true;
	/* Neither hashdance nor accept queue: a join of MPTCP. */
	census_stats_move(cn, CENSUS_LISTEN, CENSUS_SYN_RECV);
	return false;
}

/**
 * census_account_req_hashing() - a request socket is about to be hashed
 * @req: the request socket, of a TCP listener; nobody else can see it
 *
 * Context: softirq, RCU.
 */
void census_account_req_hashing(struct request_sock *req)
{
	struct census_net *cn = census_account_counting(sock_net(req_to_sk(req)));

	if (!cn)
		return;
	/* Others may look for the record once the request is hashed. */
	census_stay_begin(cn, req, CENSUS_SYN_RECV, true);
	set_mark(req, MARK_HASHING);
}

/**
 * census_account_req_answered() - a SYN-ACK is being sent
 * @req: the request socket; the caller has a reference
 *
 * The first one for a hashed request. Context: softirq or timer, RCU.
 */
void census_account_req_answered(struct request_sock *req)
{
	struct request_sock *from = mark_word(req, MARK_HASHING);
	struct census_net *cn = census_account_counting(sock_net(req_to_sk(req)));

	if (!cn || READ_ONCE(req->dl_next) != from)
		return;
	if (cmpxchg(&req->dl_next, from, mark_word(req, MARK_COUNTED)) == from)
		census_stats_move(cn, CENSUS_LISTEN, CENSUS_SYN_RECV);
}

/**
 * census_account_req_seed() - count a request socket older than the module
 * @cn: census of its namespace, not dead
 * @req: hashed request socket of a TCP listener; its bucket's lock is held,
 *	so that nobody can take it over or drop it meanwhile
 *
 * Context: BH off.
 * Return: false when it is counted already, or will be.
 */
bool census_account_req_seed(struct census_net *cn, struct request_sock *req)
{
	if (mark_of(req) != MARK_NONE)
		return false;
	census_stay_begin(cn, req, CENSUS_SYN_RECV, false);
	set_mark(req, MARK_COUNTED);
	return true;
}

/*
 * The child is older than our first event, or the request is: then the
 * connection was there when counting began.
 */
static void taken_unseen(struct census_net *cn, struct sock *child)
{
	if (census_account_seeding() && !census_seed_is_known(child)) {
		census_seed_known(cn, child, CENSUS_SYN_RECV);
		return;
	}
	if (census_account_seeding())
		census_stats_present(cn, CENSUS_SYN_RECV);
	else
		census_stats_move(cn, CENSUS_LISTEN, CENSUS_SYN_RECV);
	census_stay_begin(cn, child, CENSUS_SYN_RECV, false);
}

/**
 * census_account_req_taken() - a child took the place of its request socket
 * @req: the request socket, unhashed now
 * @child: the full socket in SYN_RECV
 *
 * The connection stays in SYN_RECV, its clock goes on. Context: softirq, RCU.
 */
void census_account_req_taken(struct request_sock *req, struct sock *child)
{
	struct census_net *cn = census_account_counting(sock_net(child));

	if (this_cpu_read(census_newborn) == child)
		this_cpu_write(census_newborn, NULL);
	if (!cn)
		return;
	if (remove_mark(req, MARK_COUNTED)) {
		stays_in(cn, req, child);
		return;
	}
	/* The peer's ACK may be quicker than our SYN-ACK if it can guess. */
	if (remove_mark(req, MARK_HASHING)) {
		census_stats_move(cn, CENSUS_LISTEN, CENSUS_SYN_RECV);
		stays_in(cn, req, child);
		return;
	}
	taken_unseen(cn, child);
}

/**
 * census_account_req_moved() - a request moves to another listener
 * @from: the request socket of the listener that was closed
 * @to: its clone, about to replace it (net.ipv4.tcp_migrate_req)
 *
 * Should a child take @from over at this very moment, @to is dropped, and the
 * attempt is counted twice; the gauge stays right.
 *
 * Context: softirq, RCU.
 */
void census_account_req_moved(struct request_sock *from,
			      struct request_sock *to)
{
	struct census_net *cn = census_account_counting(sock_net(req_to_sk(from)));

	if (!cn || !remove_mark(from, MARK_COUNTED))
		return;
	stays_in(cn, from, to);
	set_mark(to, MARK_COUNTED);
}

/* An MPTCP join is taken over without inet_csk_complete_hashdance(). */
static bool taken_by_newborn(const struct request_sock *req)
{
	const struct inet_request_sock *ireq = inet_rsk(req);
	const struct sock *child = this_cpu_read(census_newborn);

	if (!child)
		return false;
	return inet_sk(child)->inet_num == ireq->ir_num &&
	       inet_sk(child)->inet_dport == ireq->ir_rmt_port &&
	       tcp_sk(child)->snd_una == tcp_rsk(req)->snt_isn + 1;
}

/**
 * census_account_req_gone() - a request socket is being freed
 * @req: the request socket, nobody else has a reference
 *
 * Also called for those that were never hashed, or were taken over.
 * Context: softirq or process, RCU; the namespace may be dying.
 */
void census_account_req_gone(struct request_sock *req)
{
	struct census_net *cn = census_account_counting(sock_net(req_to_sk(req)));
	enum census_note note = census_note_take(req);

	if (!remove_mark(req, MARK_COUNTED)) {
		if (remove_mark(req, MARK_HASHING))
			census_stay_forget(req);
		return;
	}
	if (!cn) {
		census_stay_forget(req);
		return;
	}
	if (taken_by_newborn(req)) {
		stays_in(cn, req, this_cpu_read(census_newborn));
		this_cpu_write(census_newborn, NULL);
		return;
	}
	census_stats_close(cn, CENSUS_SYN_RECV,
			   census_reason_req(req, note));
	census_stay_end(req);
}

/**
 * census_account_child_queued() - a child goes to the accept queue
 * @req: what it was made from
 * @child: the full socket in SYN_RECV
 *
 * That of a hashed request is known by now; this is for the children of a
 * syncookie and of a Fast Open SYN, which never had a hashed one. When the
 * cookie was sent nobody knows.
 * Context: softirq, RCU.
 */
void census_account_child_queued(struct request_sock *req, struct sock *child)
{
	struct census_net *cn = census_account_counting(sock_net(child));
	bool fastopen = tcp_rsk(req)->tfo_listener;

	if (this_cpu_read(census_newborn) != child)
		return;
	this_cpu_write(census_newborn, NULL);
	if (!cn)
		return;
	census_stats_move(cn, CENSUS_LISTEN, CENSUS_SYN_RECV);
	census_stats_misc(cn, fastopen ? CENSUS_MISC_FASTOPEN :
			  CENSUS_MISC_SYNCOOKIES);
	census_stay_begin(cn, child, CENSUS_SYN_RECV, fastopen);
}

