// SPDX-License-Identifier: GPL-2.0
/*
 * notimer - makes orphans that nothing will ever end.
 *
 * A local port written to /sys/kernel/debug/notimer: the timers of all orphans
 * in FIN_WAIT1 with that port, in the writer's network namespace, are cleared,
 * as sunrpc did to its sockets when it closed them. Writing fails with ENOENT
 * where there is none.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <net/inet_connection_sock.h>
#include <net/inet_hashtables.h>
#include <net/tcp.h>

static struct dentry *file;

static bool is_wanted(const struct sock *sk, const struct net *net, u16 port)
{
	return sk->sk_state == TCP_FIN_WAIT1 && sock_net(sk) == net &&
	       inet_sk(sk)->inet_num == port && sock_flag(sk, SOCK_DEAD);
}

/* Linux 7.2 keeps inet_csk_clear_xmit_timers() to itself. */
#ifdef NOTIMER_CLEARS_ITSELF
static void clear_xmit_timers(struct sock *sk)
{
	struct inet_connection_sock *icsk = inet_csk(sk);

	/* Pairs with the smp_load_acquire() of the timers. */
	smp_store_release(&icsk->icsk_pending, 0);
	/* Likewise. */
	smp_store_release(&icsk->icsk_ack.pending, 0);
	sk_stop_timer(sk, &sk->tcp_retransmit_timer);
	sk_stop_timer(sk, &icsk->icsk_delack_timer);
	sk_stop_timer(sk, &icsk->icsk_keepalive_timer);
}
#else
#define clear_xmit_timers inet_csk_clear_xmit_timers
#endif

/* No process can own an orphan, so holding the spinlock is to lock it. */
static bool clear_timers(struct sock *sk, const struct net *net, u16 port)
{
	bool wanted;

	bh_lock_sock(sk);
	wanted = is_wanted(sk, net, port) && !sock_owned_by_user(sk);
	if (wanted)
		clear_xmit_timers(sk);
	bh_unlock_sock(sk);
	return wanted;
}

static unsigned int clear_chain(struct inet_ehash_bucket *head,
				const struct net *net, u16 port)
{
	struct hlist_nulls_node *node;
	unsigned int cleared = 0;
	struct sock *sk;

	sk_nulls_for_each_rcu(sk, node, &head->chain) {
		/* Request sockets and minisocks have no lock. */
		if (!sk_fullsock(sk) || !refcount_inc_not_zero(&sk->sk_refcnt))
			continue;
		cleared += clear_timers(sk, net, port);
		sock_put(sk);
	}
	return cleared;
}

static int clear(void *data, u64 port)
{
	struct net *net = current->nsproxy->net_ns;
	struct inet_hashinfo *hashinfo = net->ipv4.tcp_death_row.hashinfo;
	unsigned int i, cleared = 0;

	for (i = 0; i <= hashinfo->ehash_mask; i++) {
		rcu_read_lock_bh();
		cleared += clear_chain(&hashinfo->ehash[i], net, port);
		rcu_read_unlock_bh();
	}
	return cleared ? 0 : -ENOENT;
}

DEFINE_DEBUGFS_ATTRIBUTE(fops, NULL, clear, "%llu\n");

static int __init notimer_init(void)
{
	file = debugfs_create_file_unsafe("notimer", 0200, NULL, NULL, &fops);
	return PTR_ERR_OR_ZERO(file);
}

static void __exit notimer_exit(void)
{
	debugfs_remove(file);
}

module_init(notimer_init);
module_exit(notimer_exit);
MODULE_DESCRIPTION("Makes orphans without timers, for a test of tcp_census");
MODULE_LICENSE("GPL");
