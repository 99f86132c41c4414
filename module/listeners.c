// SPDX-License-Identifier: GPL-2.0
/*
 * listeners.c - /proc/net/tcp_census/listeners: both queues of each listener.
 *
 * One step of the iterator is one bucket of the listening hash, so that a
 * reader holds RCU for one bucket only. ss(8) cannot show the request queue.
 */
#include <linux/rcupdate.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>
#include <net/inet_connection_sock.h>
#include <net/inet_hashtables.h>
#include <net/tcp.h>

#include "proc.h"

static struct inet_hashinfo *tables(struct seq_file *seq)
{
	return seq_file_net(seq)->ipv4.tcp_death_row.hashinfo;
}

/* Position 0 is the head line, position n bucket n - 1. */
static void *at(struct seq_file *seq, loff_t *pos)
{
	struct inet_hashinfo *hashinfo = tables(seq);
	struct inet_listen_hashbucket *ilb;

	if (!*pos)
		return SEQ_START_TOKEN;
	for (; *pos <= (loff_t)inet_listen_hash_mask(hashinfo) + 1; (*pos)++) {
		ilb = &inet_listen_hash(hashinfo)[*pos - 1];
		if (!hlist_nulls_empty(&ilb->nulls_head))
			return ilb;
	}
	return NULL;
}

static void *start(struct seq_file *seq, loff_t *pos)
{
	return at(seq, pos);
}

static void *next(struct seq_file *seq, void *v, loff_t *pos)
{
	(*pos)++;
	return at(seq, pos);
}

static void stop(struct seq_file *seq, void *v)
{
}

static void show_address(struct seq_file *seq, const struct sock *sk)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6) {
		seq_printf(seq, "[%pI6c]:%u", &sk->sk_v6_rcv_saddr,
			   inet_sk(sk)->inet_num);
		return;
	}
#endif
	seq_printf(seq, "%pI4:%u", &inet_sk(sk)->inet_rcv_saddr,
		   inet_sk(sk)->inet_num);
}

static void show_listener(struct seq_file *seq, const struct sock *sk)
{
	const struct request_sock_queue *q = &inet_csk(sk)->icsk_accept_queue;

	show_address(seq, sk);
	seq_printf(seq, " %d %d %u %u\n", reqsk_queue_len(q),
		   reqsk_queue_len_young(q), READ_ONCE(sk->sk_ack_backlog),
		   READ_ONCE(sk->sk_max_ack_backlog));
}

static int show(struct seq_file *seq, void *v)
{
	struct inet_listen_hashbucket *ilb = v;
	struct hlist_nulls_node *node;
	struct sock *sk;

	if (v == SEQ_START_TOKEN) {
		seq_puts(seq, "local syn_recv young accept_queue accept_limit\n");
		return 0;
	}
	rcu_read_lock();
	sk_nulls_for_each_rcu(sk, node, &ilb->nulls_head)
		if (net_eq(sock_net(sk), seq_file_net(seq)) &&
		    inet_sk_state_load(sk) == TCP_LISTEN)
			show_listener(seq, sk);
	rcu_read_unlock();
	return 0;
}

const struct seq_operations census_listeners_ops = {
	.start	= start,
	.next	= next,
	.stop	= stop,
	.show	= show,
};
