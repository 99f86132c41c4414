// SPDX-License-Identifier: GPL-2.0
/*
 * oldest.c - debugfs "oldest": the longest-staying connections of each state.
 *
 * Lists are in order of age, so of each only the first few are looked at. A
 * reference is taken under the list's lock, where the object cannot be freed
 * (see struct census_record); all else happens without a lock, so that
 * neither TCP waits for a reader nor dropping the last reference comes back
 * to the lists. Fields are read like /proc/net/tcp reads them: each by itself.
 */
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/rtnetlink.h>	/* net_rwsem */
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <linux/timer.h>
#include <net/inet_connection_sock.h>
#include <net/inet_hashtables.h>
#include <net/inet_timewait_sock.h>
#include <net/net_namespace.h>
#include <net/request_sock.h>
#include <net/tcp.h>
#include <net/tcp_states.h>

#include "debugfs.h"
#include "ends.h"
#include "fifo.h"
#include "netns.h"
#include "orphan.h"
#include "peek.h"

#define ROWS		32	/* per state */
#define ROW_BYTES	192	/* more than most take */

/**
 * struct found - a connection to show
 * @sk: full socket or minisock, with a reference of ours
 * @since_ns: when it came into its state
 * @inum: its namespace
 * @seen: whether the entry was seen, or it was found there at load
 */
struct found {
	struct sock *sk;
	u64 since_ns;
	unsigned int inum;
	bool seen;
};

/* The oldest first. */
struct ranking {
	unsigned int n;
	struct found row[ROWS];
};

/* Returns the one that is in the ranking no more, or NULL. */
static struct sock *rank(struct ranking *r, const struct found *f)
{
	struct sock *out = NULL;
	unsigned int i;

	if (r->n == ROWS) {
		if (f->since_ns >= r->row[ROWS - 1].since_ns)
			return f->sk;
		out = r->row[--r->n].sk;
	}
	for (i = r->n++; i && r->row[i - 1].since_ns > f->since_ns; i--)
		r->row[i] = r->row[i - 1];
	r->row[i] = *f;
	return out;
}

static void put(struct sock *sk)
{
	if (sk)
		sock_gen_put(sk);
}

/*
 * A request that moves to another listener (census_account_req_moved()) has
 * references before it is hashed, and is freed in spite of them if it then is
 * not: reqsk_timer_handler().
 */
static bool may_come_to_nothing(const struct sock *sk)
{
	return READ_ONCE(sk->sk_state) == TCP_NEW_SYN_RECV &&
	       hlist_nulls_unhashed_lockless(&sk->sk_nulls_node);
}

/* False when the object is in the making or half gone. */
static bool take(struct found *f, const struct census_record *rec)
{
	f->sk = (struct sock *)rec->obj;
	if (may_come_to_nothing(f->sk))
		return false;
	f->since_ns = rec->since_ns;
	f->inum = rec->cn->inum;
	f->seen = !(rec->flags & CENSUS_UNSEEN);
	return refcount_inc_not_zero(&f->sk->sk_refcnt);
}

/* Those of one list that are older than what we have. */
static unsigned int take_oldest(struct census_fifos *fifos, unsigned int state,
				const struct ranking *r, struct found *taken)
{
	u64 older_ns = r->n == ROWS ? r->row[ROWS - 1].since_ns : U64_MAX;
	const struct census_fifo *fifo = &fifos->state[state];
	struct census_record *rec;
	unsigned int n = 0;

	spin_lock_bh(&fifos->lock);
	for (rec = fifo->first; rec && rec->since_ns < older_ns && n < ROWS;
	     rec = __census_fifo_next(fifo, rec))
		n += take(&taken[n], rec);
	spin_unlock_bh(&fifos->lock);
	return n;
}

static void rank_list(struct census_fifos *fifos, unsigned int state,
		      struct ranking *r, struct found *taken)
{
	unsigned int i, n = take_oldest(fifos, state, r, taken);

	for (i = 0; i < n; i++)
		put(rank(r, &taken[i]));
}

static void rank_all(unsigned int state, struct ranking *r,
		     struct found *taken)
{
	struct census_fifos *fifos;
	struct net *net;
	int cpu;

	for_each_net(net) {
		for_each_census_fifos(fifos, census_netns(net), cpu)
			rank_list(fifos, state, r, taken);
		cond_resched();
	}
}

static void show_addresses(struct seq_file *seq, const struct sock *sk)
{
	struct census_ends ends;

	census_ends_read(&ends, sk);
	census_ends_show(seq, &ends);
}

/* As net/ipv4/tcp_diag.c tells them apart. */
static const char *timer_of(const struct sock *sk)
{
	switch (census_peek(inet_csk(sk)->icsk_pending)) {
	case ICSK_TIME_RETRANS:
	case ICSK_TIME_REO_TIMEOUT:
	case ICSK_TIME_LOSS_PROBE:
		return "retransmit";
	case ICSK_TIME_PROBE0:
		return "persist";
	}
	return timer_pending(inet_csk_keepalive_timer(sk)) ? "keepalive" :
		"none";
}

static unsigned int uid_of(struct seq_file *seq, const struct sock *sk)
{
	return from_kuid_munged(seq_user_ns(seq), READ_ONCE(sk->sk_uid));
}

static void show_full(struct seq_file *seq, struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	u32 una = census_peek(tp->snd_una), nxt = census_peek(tp->snd_nxt);
	bool listens = inet_sk_state_load(sk) == TCP_LISTEN;

	seq_printf(seq, " %u %llu %s", uid_of(seq, sk), (u64)sock_i_ino(sk),
		   census_orphan_is(sk) ? "yes" : "no");
	if (listens)
		seq_puts(seq, " - - - -");
	else
		seq_printf(seq, " %u %u %u %u", nxt - una,
			   census_peek(tp->write_seq) - nxt,
			   census_peek(tp->snd_wnd),
			   census_peek(inet_csk(sk)->icsk_retransmits));
	seq_printf(seq, " %s\n", timer_of(sk));
}

static void show_request(struct seq_file *seq, struct request_sock *req)
{
	/* Our reference keeps the request, which keeps its listener. */
	seq_printf(seq, " %u - - - - - %u retransmit\n",
		   uid_of(seq, req->rsk_listener), census_peek(req->num_retrans));
}

static void show_found(struct seq_file *seq, unsigned int state,
		       const struct found *f, u64 now_ns)
{
	u64 age_ms = div_u64(now_ns - f->since_ns, NSEC_PER_MSEC);
	int tcp_state = READ_ONCE(f->sk->sk_state);

	/* It went on while we came here. */
	if (census_state_of(tcp_state) != state && tcp_state != TCP_TIME_WAIT)
		return;
	seq_puts(seq, census_state_names[state]);
	show_addresses(seq, f->sk);
	seq_printf(seq, " %llu %s %u", age_ms, f->seen ? "seen" : "load",
		   f->inum);
	if (tcp_state == TCP_TIME_WAIT)
		seq_puts(seq, " - - - - - - - timewait\n");
	else if (tcp_state == TCP_NEW_SYN_RECV)
		show_request(seq, inet_reqsk(f->sk));
	else
		show_full(seq, f->sk);
}

/* A page or two, and not from the stack. */
struct work_space {
	struct ranking ranking;
	struct found taken[ROWS];
};

static void show_state(struct seq_file *seq, unsigned int state,
		       struct work_space *space)
{
	struct ranking *r = &space->ranking;
	u64 now_ns;
	unsigned int i;

	r->n = 0;
	/* A namespace leaves the list before its per-CPU part goes, and the
	 * namespace itself, which our hook looks at if we put the last
	 * reference of a minisock.
	 */
	down_read(&net_rwsem);
	rank_all(state, r, space->taken);
	now_ns = ktime_get_ns();
	for (i = 0; i < r->n; i++) {
		show_found(seq, state, &r->row[i], now_ns);
		put(r->row[i].sk);
	}
	up_read(&net_rwsem);
}

static int oldest_show(struct seq_file *seq, void *v)
{
	struct work_space *space = kmalloc(sizeof(*space), GFP_KERNEL);
	unsigned int state;

	if (!space)
		return -ENOMEM;
	seq_puts(seq, "state local remote age_ms start netns uid inode orphan unacked_bytes unsent_bytes snd_wnd_bytes retransmits timer\n");
	for (state = 0; state < CENSUS_STATES; state++)
		show_state(seq, state, space);
	kfree(space);
	return 0;
}

/* Large enough at once: a seq_file that overflows shows all again. */
static int oldest_open(struct inode *inode, struct file *file)
{
	return single_open_size(file, oldest_show, NULL,
				CENSUS_STATES * ROWS * ROW_BYTES);
}

const struct file_operations census_oldest_fops = {
	.owner		= THIS_MODULE,
	.open		= oldest_open,
	.read		= seq_read,
	.llseek		= seq_lseek,
	.release	= single_release,
};
