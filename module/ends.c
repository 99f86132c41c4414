// SPDX-License-Identifier: GPL-2.0
/*
 * ends.c - the two ends of a connection.
 */
#include <linux/seq_file.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "ends.h"

static void read_addresses(struct census_ends *ends, const struct sock *sk)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6) {
		ends->local = sk->sk_v6_rcv_saddr;
		ends->remote = sk->sk_v6_daddr;
		return;
	}
#endif
	ipv6_addr_set_v4mapped(sk->sk_rcv_saddr, &ends->local);
	ipv6_addr_set_v4mapped(sk->sk_daddr, &ends->remote);
}

/**
 * census_ends_read() - who talks to whom
 * @ends: filled
 * @sk: full socket or minisock, which all begin with a sock_common
 *
 * Context: any; the socket does not go meanwhile.
 */
void census_ends_read(struct census_ends *ends, const struct sock *sk)
{
	read_addresses(ends, sk);
	ends->family = sk->sk_family;
	ends->local_port = sk->sk_num;
	ends->remote_port = ntohs(sk->sk_dport);
}

static void show_end(struct seq_file *seq, u16 family,
		     const struct in6_addr *address, u16 port)
{
	if (family == AF_INET6)
		seq_printf(seq, " [%pI6c]:%u", address, port);
	else
		seq_printf(seq, " %pI4:%u", &address->s6_addr32[3], port);
}

/**
 * census_ends_show() - write both ends, each after a blank
 * @seq: where to
 * @ends: the ends
 *
 * Context: process.
 */
void census_ends_show(struct seq_file *seq, const struct census_ends *ends)
{
	show_end(seq, ends->family, &ends->local, ends->local_port);
	show_end(seq, ends->family, &ends->remote, ends->remote_port);
}
