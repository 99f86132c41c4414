// SPDX-License-Identifier: GPL-2.0
/*
 * reaped.c - debugfs "reaped": the last orphans that were ended, or would have
 * been.
 */
#include <linux/cred.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/tcp.h>
#include <net/inet_connection_sock.h>
#include <net/sock.h>

#include "peek.h"
#include "reaped.h"
#include "trace.h"

#define ROWS		256
#define ROW_BYTES	192	/* more than most take */

/* Row n is in place n % ROWS until row n + ROWS comes. */
static struct census_reaped ring[ROWS];
static u64 rows;

/* Protects: @ring and @rows. Ordering: innermost; BH off. */
static DEFINE_SPINLOCK(ring_lock);

/**
 * census_reaped_read() - what there is to be told of an orphan
 * @reaped: filled, all but @netns, @ended, @kind and @times
 * @sk: the orphan, kept alive by the caller
 *
 * Context: any.
 */
void census_reaped_read(struct census_reaped *reaped, const struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	u32 una = census_peek(tp->snd_una), nxt = census_peek(tp->snd_nxt);

	census_ends_read(&reaped->ends, sk);
	reaped->when_ns = ktime_get_ns();
	reaped->unacked = nxt - una;
	reaped->unsent = census_peek(tp->write_seq) - nxt;
	reaped->snd_wnd = census_peek(tp->snd_wnd);
	reaped->retransmits = census_peek(inet_csk(sk)->icsk_retransmits);
	reaped->uid = READ_ONCE(sk->sk_uid);
}

/**
 * census_reaped_report() - tell of it: tracepoint and debugfs
 * @reaped: whole
 *
 * Context: any but hard interrupt and NMI.
 */
void census_reaped_report(const struct census_reaped *reaped)
{
	trace_tcp_census_reap(reaped);
	spin_lock_bh(&ring_lock);
	ring[rows % ROWS] = *reaped;
	WRITE_ONCE(rows, rows + 1);	/* read without the lock, to begin with */
	spin_unlock_bh(&ring_lock);
}

/* False when it is overwritten already. */
static bool get(u64 row, struct census_reaped *reaped)
{
	bool there;

	spin_lock_bh(&ring_lock);
	there = row + ROWS >= rows;
	*reaped = ring[row % ROWS];
	spin_unlock_bh(&ring_lock);
	return there;
}

static void show(struct seq_file *seq, const struct census_reaped *reaped,
		 u64 now_ns)
{
	u64 ago_ns = now_ns - min(now_ns, reaped->when_ns);

	seq_printf(seq, "%llu %u %s %s", div_u64(ago_ns, NSEC_PER_MSEC),
		   reaped->netns, reaped->ended ? "reaped" : "would_reap",
		   census_orphan_kind_names[reaped->kind]);
	census_ends_show(seq, &reaped->ends);
	seq_printf(seq, " %llu %u %u %u %u %u %u\n", reaped->times.age_ms,
		   reaped->times.stalled_ms, reaped->unacked, reaped->unsent,
		   reaped->snd_wnd, reaped->retransmits,
		   from_kuid_munged(seq_user_ns(seq), reaped->uid));
}

static int reaped_show(struct seq_file *seq, void *v)
{
	u64 newest = READ_ONCE(rows), now_ns = ktime_get_ns(), i;
	struct census_reaped reaped;

	seq_puts(seq, "ago_ms netns action kind local remote age_ms stalled_ms unacked_bytes unsent_bytes snd_wnd_bytes retransmits uid\n");
	for (i = 1; i <= min_t(u64, newest, ROWS); i++)
		if (get(newest - i, &reaped))
			show(seq, &reaped, now_ns);
	return 0;
}

/* Large enough at once: a seq_file that overflows shows all again. */
static int reaped_open(struct inode *inode, struct file *file)
{
	return single_open_size(file, reaped_show, NULL, ROWS * ROW_BYTES);
}

const struct file_operations census_reaped_fops = {
	.owner		= THIS_MODULE,
	.open		= reaped_open,
	.read		= seq_read,
	.llseek		= seq_lseek,
	.release	= single_release,
};
