// SPDX-License-Identifier: GPL-2.0
/*
 * account.c - decides what an event means for a connection. The only writer
 * of gauges and counters.
 *
 * A connection is counted once, whichever object holds it, and nothing here
 * allocates, so no count can be lost:
 *
 *  - Full sockets report every change of state.
 *  - A hashed request socket is counted from its first SYN-ACK until it is
 *    destroyed, unless a child took its place: then the child *is* the
 *    connection, and its birth (LISTEN>SYN_RECV on a clone of the listener)
 *    is no event of its own. See "mark" below.
 *  - A timewait minisock takes the connection over from the full socket, whose
 *    last step to CLOSE is then no event of its own. See note.c.
 *
 * Everything here runs under rcu_read_lock() (hook_sock.c and hook_func.c see
 * to that), which is what keeps a namespace's counters alive, see netns.c.
 */
#include <linux/in6.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/tcp.h>
#include <net/inet_connection_sock.h>
#include <net/tcp.h>

#include "account.h"
#include "netns.h"
#include "note.h"
#include "reason.h"
#include "seed.h"
#include "stats.h"

bool census_account_requests __read_mostly;
bool census_account_timewaits __read_mostly;

static enum census_phase phase_now __read_mostly;

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

/* A child born on this CPU of which it is not yet known what it will be. All
 * of its birth happens in one run of the softirq handler.
 */
static DEFINE_PER_CPU(struct sock *, newborn);

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

/* The census to count in, NULL when the event must be ignored. */
static struct census_net *counting(const struct net *net)
{
	struct census_net *cn;

	if (unlikely(READ_ONCE(phase_now) == CENSUS_OFF))
		return NULL;
	cn = census_netns(net);
	return likely(!READ_ONCE(cn->dead)) ? cn : NULL;
}

static bool seeding(void)
{
	return unlikely(READ_ONCE(phase_now) == CENSUS_SEEDING);
}

static void close_from(struct census_net *cn, enum census_state from,
		       enum census_reason reason)
{
	census_stats_edge(cn, from, CENSUS_CLOSE);
	census_stats_reason(cn, from, reason);
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
		mark_secret = get_random_long();
	WRITE_ONCE(phase_now, phase);
	synchronize_rcu();
}

/* A child that never was a connection: its birth was not counted either. */
static bool stillborn(const struct sock *sk, int to)
{
	if (this_cpu_read(newborn) != sk)
		return false;
	this_cpu_write(newborn, NULL);
	return to == CENSUS_CLOSE;
}

static void child_born(struct census_net *cn, struct sock *sk)
{
	if (seeding())
		census_seed_born(sk);
	if (census_account_requests)
		this_cpu_write(newborn, sk);
	else
		census_stats_edge(cn, CENSUS_LISTEN, CENSUS_SYN_RECV);
}

static void sock_closed(struct census_net *cn, struct sock *sk, int from,
			enum census_note note)
{
	if (note != CENSUS_NOTE_MOVED)
		close_from(cn, from, census_reason_sock(sk, from, note));
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
	struct census_net *cn = counting(sock_net(sk));
	enum census_note note = CENSUS_NOTE_NONE;

	/* In any case: the address may be another socket's soon. */
	if (to == TCP_CLOSE)
		note = census_note_take(sk);
	from = census_state_of(from);
	to = census_state_of(to);
	if (!cn || from < 0 || to < 0 || from == to)
		return;
	if (from == CENSUS_LISTEN && to == CENSUS_SYN_RECV) {
		child_born(cn, sk);
		return;
	}
	if (from == CENSUS_SYN_RECV && this_cpu_read(newborn) == sk) {
		if (stillborn(sk, to))
			return;
		/* Neither hashdance nor accept queue: a join of MPTCP. */
		census_stats_edge(cn, CENSUS_LISTEN, CENSUS_SYN_RECV);
	}
	if (seeding())
		census_seed_known(cn, sk, from);
	if (to == CENSUS_CLOSE)
		sock_closed(cn, sk, from, note);
	else
		census_stats_edge(cn, from, to);
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
	struct census_net *cn = counting(sock_net(sk));

	if (cn && !census_note_set(sk, CENSUS_NOTE_LINGER))
		census_stats_misc(cn, CENSUS_MISC_LOST_NOTES);
}

/**
 * census_account_tw_born() - a timewait minisock takes a connection over
 * @tw: the minisock
 * @sk: the full socket, soon to be closed; its lock is held
 *
 * A FIN_WAIT2 socket that becomes a FIN_WAIT2 minisock changes nothing.
 * Context: softirq or process, RCU.
 */
void census_account_tw_born(struct inet_timewait_sock *tw, struct sock *sk)
{
	int from = census_state_of(sk->sk_state);
	int to = census_state_of(tw->tw_substate);
	struct census_net *cn = counting(sock_net(sk));

	if (!cn || from < 0 || to < 0)
		return;
	if (seeding()) {
		census_seed_known(cn, sk, from);
		census_seed_born(tw);
	}
	if (!census_note_set(sk, CENSUS_NOTE_MOVED))
		census_stats_misc(cn, CENSUS_MISC_LOST_NOTES);
	if (from != to)
		census_stats_edge(cn, from, to);
}

/**
 * census_account_tw_fin() - the peer's FIN reached a FIN_WAIT2 minisock
 * @tw: the minisock, once only
 *
 * Context: softirq, RCU.
 */
void census_account_tw_fin(struct inet_timewait_sock *tw)
{
	struct census_net *cn = counting(twsk_net(tw));

	if (!cn)
		return;
	/* The seeding walk may have met it after tw_substate was written. */
	if (seeding() &&
	    census_seed_known(cn, tw, CENSUS_FIN_WAIT2) == CENSUS_TIME_WAIT)
		return;
	census_stats_edge(cn, CENSUS_FIN_WAIT2, CENSUS_TIME_WAIT);
}

/**
 * census_account_tw_gone() - a timewait minisock is being freed
 * @tw: the minisock, nobody else has a reference
 * @segment: what is being processed for it right here
 *
 * Context: softirq or process, RCU; the namespace may be dying.
 */
void census_account_tw_gone(struct inet_timewait_sock *tw,
			    enum census_segment segment)
{
	int from = census_state_of(tw->tw_substate);
	struct census_net *cn = counting(twsk_net(tw));
	enum census_note note = census_note_take(tw);

	if (!cn || from < 0)
		return;
	if (seeding())
		census_seed_known(cn, tw, from);
	close_from(cn, from, census_reason_tw(tw, from, note, segment));
}

/**
 * census_account_req_hashing() - a request socket is about to be hashed
 * @req: the request socket, of a TCP listener; nobody else can see it
 *
 * Context: softirq, RCU.
 */
void census_account_req_hashing(struct request_sock *req)
{
	if (counting(sock_net(req_to_sk(req))))
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
	struct census_net *cn = counting(sock_net(req_to_sk(req)));

	if (!cn || READ_ONCE(req->dl_next) != from)
		return;
	if (cmpxchg(&req->dl_next, from, mark_word(req, MARK_COUNTED)) == from)
		census_stats_edge(cn, CENSUS_LISTEN, CENSUS_SYN_RECV);
}

/**
 * census_account_req_seed() - count a request socket older than the module
 * @req: hashed request socket of a TCP listener; its bucket's lock is held,
 *	so that nobody can take it over or drop it meanwhile
 *
 * Context: BH off.
 * Return: false when it is counted already, or will be.
 */
bool census_account_req_seed(struct request_sock *req)
{
	if (mark_of(req) != MARK_NONE)
		return false;
	set_mark(req, MARK_COUNTED);
	return true;
}

/*
 * The child is older than our first event, or the request is: then the
 * connection was there when counting began.
 */
static void taken_unseen(struct census_net *cn, struct sock *child)
{
	if (!seeding())
		census_stats_edge(cn, CENSUS_LISTEN, CENSUS_SYN_RECV);
	else if (census_seed_is_known(child))
		census_stats_present(cn, CENSUS_SYN_RECV);
	else
		census_seed_known(cn, child, CENSUS_SYN_RECV);
}

/**
 * census_account_req_taken() - a child took the place of its request socket
 * @req: the request socket, unhashed now
 * @child: the full socket in SYN_RECV
 *
 * The connection stays in SYN_RECV. Context: softirq, RCU.
 */
void census_account_req_taken(struct request_sock *req, struct sock *child)
{
	struct census_net *cn = counting(sock_net(child));

	if (this_cpu_read(newborn) == child)
		this_cpu_write(newborn, NULL);
	if (!cn)
		return;
	if (remove_mark(req, MARK_COUNTED))
		return;
	/* The peer's ACK may be quicker than our SYN-ACK if it can guess. */
	if (remove_mark(req, MARK_HASHING))
		census_stats_edge(cn, CENSUS_LISTEN, CENSUS_SYN_RECV);
	else
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
	if (counting(sock_net(req_to_sk(from))) &&
	    remove_mark(from, MARK_COUNTED))
		set_mark(to, MARK_COUNTED);
}

/* An MPTCP join is taken over without inet_csk_complete_hashdance(). */
static bool taken_by_newborn(const struct request_sock *req)
{
	const struct inet_request_sock *ireq = inet_rsk(req);
	const struct sock *child = this_cpu_read(newborn);

	if (!child)
		return false;
	return inet_sk(child)->inet_num == ireq->ir_num &&
	       inet_sk(child)->inet_dport == ireq->ir_rmt_port &&
	       tcp_sk(child)->snd_una == tcp_rsk(req)->snt_isn + 1;
}

/**
 * census_account_req_gone() - a request socket is being freed
 * @req: the request socket, nobody else has a reference
 * @segment: what is being processed for it right here
 *
 * Also called for those that were never hashed, or were taken over.
 * Context: softirq or process, RCU; the namespace may be dying.
 */
void census_account_req_gone(struct request_sock *req,
			     enum census_segment segment)
{
	enum census_note note = census_note_take(req);
	struct census_net *cn;

	if (!remove_mark(req, MARK_COUNTED)) {
		remove_mark(req, MARK_HASHING);
		return;
	}
	cn = counting(sock_net(req_to_sk(req)));
	if (!cn)
		return;
	if (taken_by_newborn(req))
		this_cpu_write(newborn, NULL);
	else
		close_from(cn, CENSUS_SYN_RECV,
			   census_reason_req(req, note, segment));
}

/**
 * census_account_child_queued() - a child goes to the accept queue
 * @req: what it was made from
 * @child: the full socket in SYN_RECV
 *
 * That of a hashed request is known by now; this is for the children of a
 * syncookie and of a Fast Open SYN, which never had a hashed one.
 * Context: softirq, RCU.
 */
void census_account_child_queued(struct request_sock *req, struct sock *child)
{
	struct census_net *cn = counting(sock_net(child));

	if (this_cpu_read(newborn) != child)
		return;
	this_cpu_write(newborn, NULL);
	if (!cn)
		return;
	census_stats_edge(cn, CENSUS_LISTEN, CENSUS_SYN_RECV);
	census_stats_misc(cn, tcp_rsk(req)->tfo_listener ?
			  CENSUS_MISC_FASTOPEN : CENSUS_MISC_SYNCOOKIES);
}

/**
 * census_account_killed() - this host ends a connection
 * @sk: full socket or minisock, kept alive by the caller
 *
 * For those that will not say so themselves. Context: softirq or process, RCU.
 */
void census_account_killed(struct sock *sk)
{
	struct census_net *cn = counting(sock_net(sk));

	if (cn && !census_note_set(sk, CENSUS_NOTE_KILLED))
		census_stats_misc(cn, CENSUS_MISC_LOST_NOTES);
}
