// SPDX-License-Identifier: GPL-2.0
/*
 * trace.c - the bodies of our tracepoints.
 */
#include <linux/in6.h>
#include <net/ipv6.h>
#include <net/sock.h>

static void addresses_v6(const struct sock *sk, struct in6_addr *saddr,
			 struct in6_addr *daddr)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6) {
		*saddr = sk->sk_v6_rcv_saddr;
		*daddr = sk->sk_v6_daddr;
		return;
	}
#endif
	ipv6_addr_set_v4mapped(sk->sk_rcv_saddr, saddr);
	ipv6_addr_set_v4mapped(sk->sk_daddr, daddr);
}

/* Zero when there is none, as in the kernel's own tracepoints. */
static void ipv4_part(u16 family, const struct in6_addr *address, u8 *v4)
{
	memset(v4, 0, 4);
	if (family != AF_INET6)
		memcpy(v4, &address->s6_addr32[3], 4);
}

#define CREATE_TRACE_POINTS
#include "trace.h"
