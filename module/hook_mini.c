// SPDX-License-Identifier: GPL-2.0
/*
 * hook_mini.c - request sockets and timewait minisocks: which functions of TCP
 * make, change and destroy them, and what their arguments mean.
 */
#include <linux/ftrace.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/tcp.h>
#include <net/inet_timewait_sock.h>
#include <net/request_sock.h>
#include <net/tcp.h>
#include <net/tcp_states.h>

#include "account.h"
#include "hook_func.h"
#include "refusal.h"

/* References of a timewait minisock at rest (bind hash, hash, timer). */
#define TW_REFS_AT_REST	3

/**
 * struct seen - the segment that this CPU is working on; BH are off meanwhile
 * @fin_wait2: minisock that was in FIN_WAIT2 when its segment came in; other
 *	CPUs may clear it, see claim_fin()
 * @target: minisock, or socket, that the segment is for
 * @when: jiffies, so that an old segment is not taken for this one
 * @rst: whether it is a RST
 */
struct seen {
	struct inet_timewait_sock *fin_wait2;
	const void *target;
	unsigned long when;
	bool rst;
};

static DEFINE_PER_CPU(struct seen, seen);

/* Protects: clearing other CPUs' seen.fin_wait2. Ordering: innermost. */
static DEFINE_SPINLOCK(claim_lock);

#define ARG(type, n) ((type)ftrace_regs_get_argument(regs, n))

static bool is_tcp(const struct sock *sk)
{
	return sk->sk_protocol == IPPROTO_TCP;
}

static void saw_segment(const void *target, bool rst)
{
	struct seen *s = this_cpu_ptr(&seen);

	s->target = target;
	s->when = jiffies;
	s->rst = rst;
}

/* Is a socket being ended for a segment that is no RST? */
static bool ended_by_data(const void *target)
{
	struct seen *s = this_cpu_ptr(&seen);

	if (s->target != target)
		return false;
	s->target = NULL;
	/* A few ticks may pass on contended locks. */
	return !s->rst && time_in_range(jiffies, s->when, s->when + HZ / 10);
}

/* void inet_twsk_hashdance_schedule(struct inet_timewait_sock *tw,
 *				     struct sock *sk, ...)
 */
static void on_tw_hashed(struct ftrace_regs *regs)
{
	struct sock *sk = ARG(struct sock *, 1);

	if (is_tcp(sk))
		census_account_tw_born(ARG(struct inet_timewait_sock *, 0), sk);
}

/* tcp_timewait_state_process(struct inet_timewait_sock *tw,
 *			      struct sk_buff *skb, const struct tcphdr *th, ..)
 */
static void on_tw_segment(struct ftrace_regs *regs)
{
	struct inet_timewait_sock *tw = ARG(struct inet_timewait_sock *, 0);
	const struct tcphdr *th = ARG(const struct tcphdr *, 2);
	struct seen *s = this_cpu_ptr(&seen);

	saw_segment(tw, th->rst);
	WRITE_ONCE(s->fin_wait2, tw);
	/* Be seen before looking; pairs with claim_fin(). */
	smp_mb();
	if (READ_ONCE(tw->tw_substate) != TCP_FIN_WAIT2)
		WRITE_ONCE(s->fin_wait2, NULL);
}

static bool claim_contended(struct inet_timewait_sock *tw)
{
	bool mine;
	int cpu;

	spin_lock(&claim_lock);
	mine = READ_ONCE(this_cpu_ptr(&seen)->fin_wait2) == tw;
	for_each_possible_cpu(cpu)
		/* The CPU may turn to another minisock just now. */
		if (mine && READ_ONCE(per_cpu(seen, cpu).fin_wait2) == tw)
			(void)cmpxchg(&per_cpu(seen, cpu).fin_wait2, tw, NULL);
	spin_unlock(&claim_lock);
	return mine;
}

/*
 * Is this the one FIN that moves @tw from FIN_WAIT2 to TIME_WAIT? The kernel
 * takes no lock there, so two copies of a FIN on two CPUs both get here, each
 * with its own reference. tw_substate is TIME_WAIT by now, hence:
 *
 *  - One reference more than at rest: nobody else is at it, and whoever comes
 *    later sees TIME_WAIT in on_tw_segment(); or was at it, and then has
 *    cleared our note before it dropped its reference.
 *  - More: whoever takes the lock first clears the others' notes.
 *
 * A minisock that is being killed has fewer references; its timer, which goes
 * before they do, tells.
 */
static bool claim_fin(struct inet_timewait_sock *tw)
{
	struct seen *s = this_cpu_ptr(&seen);

	if (READ_ONCE(s->fin_wait2) != tw)
		return false;
	smp_mb();	/* tw_substate before tw_refcnt; on_tw_segment() */
	if (refcount_read(&tw->tw_refcnt) != TW_REFS_AT_REST + 1)
		return claim_contended(tw);
	smp_rmb();	/* tw_refcnt before the note */
	if (!timer_pending(&tw->tw_timer))
		return claim_contended(tw);
	if (READ_ONCE(s->fin_wait2) != tw)
		return false;
	WRITE_ONCE(s->fin_wait2, NULL);
	return true;
}

/* void __inet_twsk_schedule(struct inet_timewait_sock *tw, int timeo,
 *			     bool rearm)
 */
static void on_tw_scheduled(struct ftrace_regs *regs)
{
	struct inet_timewait_sock *tw = ARG(struct inet_timewait_sock *, 0);
	bool rearm = ARG(unsigned long, 2) & 0xff;

	if (rearm && READ_ONCE(tw->tw_substate) == TCP_TIME_WAIT &&
	    claim_fin(tw))
		census_account_tw_fin(tw);
}

/*
 * void inet_twsk_deschedule_put(struct inet_timewait_sock *tw)
 *
 * Called by tcp_timewait_state_process() for a RST, and by others. If those
 * have a segment it is no RST; a new connection of the same addresses has
 * none, maybe a RST was ignored here long ago, but it unhashes @tw first.
 */
static void on_tw_killed(struct ftrace_regs *regs)
{
	struct inet_timewait_sock *tw = ARG(struct inet_timewait_sock *, 0);
	struct seen *s = this_cpu_ptr(&seen);

	if (s->target != tw)
		return;
	s->target = NULL;
	/* Only who is followed to its end takes the note away again. */
	if (s->rst && census_account_timewaits &&
	    !hlist_nulls_unhashed_lockless(&tw->tw_node))
		census_account_tw_reset(tw);
}

/* void tcp_twsk_destructor(struct sock *sk) */
static void on_tw_gone(struct ftrace_regs *regs)
{
	census_account_tw_gone(ARG(struct inet_timewait_sock *, 0));
}

/* bool inet_csk_reqsk_queue_hash_add(struct sock *sk,
 *				      struct request_sock *req, ...)
 */
static void on_req_hashing(struct ftrace_regs *regs)
{
	if (is_tcp(ARG(struct sock *, 0)))
		census_account_req_hashing(ARG(struct request_sock *, 1));
}

/* int tcp_v4_send_synack(const struct sock *sk, struct dst_entry *dst,
 *			  struct flowi *fl, struct request_sock *req, ...)
 */
static void on_req_answered(struct ftrace_regs *regs)
{
	census_account_req_answered(ARG(struct request_sock *, 3));
}

/* struct sock *inet_csk_complete_hashdance(struct sock *sk,
 *		struct sock *child, struct request_sock *req, bool own_req)
 */
static void on_req_taken(struct ftrace_regs *regs)
{
	struct sock *child = ARG(struct sock *, 1);
	bool own_req = ARG(unsigned long, 3) & 0xff;

	if (own_req && is_tcp(child))
		census_account_req_taken(ARG(struct request_sock *, 2), child);
}

/* struct sock *inet_csk_reqsk_queue_add(struct sock *sk,
 *		struct request_sock *req, struct sock *child)
 */
static void on_child_queued(struct ftrace_regs *regs)
{
	struct sock *child = ARG(struct sock *, 2);

	if (is_tcp(child))
		census_account_child_queued(ARG(struct request_sock *, 1),
					    child);
}

/* bool inet_ehash_insert(struct sock *sk, struct sock *osk, ...) */
static void on_hashed(struct ftrace_regs *regs)
{
	struct sock *osk = ARG(struct sock *, 1);
	struct sock *sk;

	if (likely(!osk))
		return;
	sk = ARG(struct sock *, 0);
	if (unlikely(sk->sk_state == TCP_NEW_SYN_RECV) &&
	    is_tcp(inet_reqsk(sk)->rsk_listener))
		census_account_req_moved(inet_reqsk(osk), inet_reqsk(sk));
}

/* void tcp_v4_send_reset(const struct sock *sk, struct sk_buff *skb, ...) */
static void on_refused(struct ftrace_regs *regs)
{
	census_refusal_note(ARG(const struct sk_buff *, 1));
}

/* void tcp_v4_reqsk_destructor(struct request_sock *req) */
static void on_req_gone(struct ftrace_regs *regs)
{
	census_account_req_gone(ARG(struct request_sock *, 0));
}

static bool may_be_after_close(const struct sock *sk)
{
	return sk->sk_state == TCP_FIN_WAIT1 || sk->sk_state == TCP_FIN_WAIT2;
}

/* int tcp_rcv_state_process(struct sock *sk, struct sk_buff *skb) */
static void __maybe_unused on_segment(struct ftrace_regs *regs)
{
	struct sock *sk = ARG(struct sock *, 0);

	if (may_be_after_close(sk))
		saw_segment(sk, tcp_hdr(ARG(struct sk_buff *, 1))->rst);
}

/* void tcp_reset(struct sock *sk, struct sk_buff *skb) */
static bool reset_by_us(struct ftrace_regs *regs)
{
	struct sock *sk = ARG(struct sock *, 0);
	struct sk_buff *skb;

	if (!CENSUS_TCP_RESET_SKB)
		return may_be_after_close(sk) && ended_by_data(sk);
	skb = ARG(struct sk_buff *, 1);
	return skb && !tcp_hdr(skb)->rst;
}

/* Also called for data that comes after close(), RFC 1122 4.2.2.13. */
static void on_reset(struct ftrace_regs *regs)
{
	struct sock *sk = ARG(struct sock *, 0);

	if (reset_by_us(regs) && sk->sk_state != TCP_CLOSE)
		census_account_killed(sk);
}

/* int tcp_abort(struct sock *sk, int err) */
static void on_abort(struct ftrace_regs *regs)
{
	struct sock *sk = ARG(struct sock *, 0);
	int state = READ_ONCE(sk->sk_state);

	/* Any other full socket gets ECONNABORTED. Only who is followed to its
	 * end, and is ended now, takes the note away again.
	 */
	if (state == TCP_LISTEN ||
	    (state == TCP_NEW_SYN_RECV && census_account_requests) ||
	    (state == TCP_TIME_WAIT && census_account_timewaits &&
	     CENSUS_TCP_ABORT_TIMEWAIT))
		census_account_killed(sk);
}

#define FUNC(_name, _old, _group, _handler) {		\
	.hook.name = _name,				\
	.old_name = _old,				\
	.group = CENSUS_GROUP_##_group,			\
	.handler = _handler,				\
}

struct census_func census_hook_mini_funcs[] = {
	FUNC("tcp_timewait_state_process", NULL,
	     TIMEWAITS, on_tw_segment),
	FUNC("inet_twsk_hashdance_schedule", "inet_twsk_hashdance",
	     TIMEWAITS, on_tw_hashed),
	FUNC("__inet_twsk_schedule", NULL,
	     TIMEWAITS, on_tw_scheduled),
	FUNC("inet_twsk_deschedule_put", NULL,
	     DETAILS, on_tw_killed),
	FUNC("tcp_twsk_destructor", NULL,
	     TIMEWAITS, on_tw_gone),
	FUNC("inet_csk_reqsk_queue_hash_add", NULL,
	     REQUESTS, on_req_hashing),
	FUNC("tcp_v4_send_synack", NULL,
	     REQUESTS, on_req_answered),
	FUNC("inet_csk_complete_hashdance", NULL,
	     REQUESTS, on_req_taken),
	FUNC("inet_csk_reqsk_queue_add", NULL,
	     REQUESTS, on_child_queued),
	FUNC("inet_ehash_insert", NULL,
	     REQUESTS, on_hashed),
	FUNC("tcp_v4_reqsk_destructor", NULL,
	     REQUESTS, on_req_gone),
#if IS_ENABLED(CONFIG_IPV6)
	FUNC("tcp_v6_send_synack", NULL,
	     REQUESTS, on_req_answered),
	FUNC("tcp_v6_reqsk_destructor", NULL,
	     REQUESTS, on_req_gone),
	FUNC("tcp_v6_send_reset", NULL,
	     DETAILS, on_refused),
#endif
	FUNC("tcp_v4_send_reset", NULL,
	     DETAILS, on_refused),
	CENSUS_WITHOUT_TCP_RESET_SKB(FUNC("tcp_rcv_state_process", NULL,
					  DETAILS, on_segment))
	FUNC("tcp_reset", NULL,
	     DETAILS, on_reset),
	FUNC("tcp_abort", NULL,
	     DETAILS, on_abort),
};

const unsigned int census_hook_mini_nr = ARRAY_SIZE(census_hook_mini_funcs);
