// SPDX-License-Identifier: GPL-2.0
/*
 * refusal.c - the last RST that each CPU sent.
 *
 * A request socket does not say why it is dropped. If we answered its peer
 * with a RST (a SYN in the window, tcp_abort_on_overflow), then that comes right
 * before on the same CPU, in tcp_check_req(); so it is enough to remember one.
 */
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <linux/tcp.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>

#include "refusal.h"

/* To whom, for which port of ours, and when. */
struct refusal {
	struct in6_addr to;
	__be16 to_port;
	__be16 port;
	unsigned long when;
};

static DEFINE_PER_CPU(struct refusal, last);

/**
 * census_refusal_note() - a RST is being sent
 * @skb: the segment that it answers
 *
 * Context: softirq or process, BH or preemption off.
 */
void census_refusal_note(const struct sk_buff *skb)
{
	struct refusal *r = this_cpu_ptr(&last);

	/* Which is not answered. */
	if (tcp_hdr(skb)->rst)
		return;
	if (skb->protocol == htons(ETH_P_IP))
		ipv6_addr_set_v4mapped(ip_hdr(skb)->saddr, &r->to);
	else
		r->to = ipv6_hdr(skb)->saddr;
	r->to_port = tcp_hdr(skb)->source;
	r->port = tcp_hdr(skb)->dest;
	r->when = jiffies;
}

static bool is_peer(const struct inet_request_sock *ireq,
		    const struct in6_addr *addr)
{
#if IS_ENABLED(CONFIG_IPV6)
	return ipv6_addr_equal(&ireq->ir_v6_rmt_addr, addr);
#else
	return addr->s6_addr32[3] == ireq->ir_rmt_addr;
#endif
}

/**
 * census_refusal_of() - has this CPU just sent a RST to the peer of a request?
 * @req: the request socket, about to be freed
 *
 * Context: softirq or process, BH or preemption off.
 * Return: true if so.
 */
bool census_refusal_of(const struct request_sock *req)
{
	const struct inet_request_sock *ireq = inet_rsk(req);
	const struct refusal *r = this_cpu_ptr(&last);

	/* A few ticks may pass on contended locks. */
	return r->to_port == ireq->ir_rmt_port &&
	       r->port == htons(ireq->ir_num) && is_peer(ireq, &r->to) &&
	       time_in_range(jiffies, r->when, r->when + HZ / 10);
}
