/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trace.h - our tracepoints, for perf, bpftrace and trace-cmd.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM tcp_census

#if !defined(_CENSUS_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _CENSUS_TRACE_H

#include <linux/in6.h>
#include <linux/tracepoint.h>
#include <net/sock.h>

#include "state.h"

#define show_census_state(state) __print_symbolic(state,	\
	{ CENSUS_SYN_SENT,	"SYN_SENT" },			\
	{ CENSUS_SYN_RECV,	"SYN_RECV" },			\
	{ CENSUS_ESTABLISHED,	"ESTABLISHED" },		\
	{ CENSUS_FIN_WAIT1,	"FIN_WAIT1" },			\
	{ CENSUS_FIN_WAIT2,	"FIN_WAIT2" },			\
	{ CENSUS_CLOSING,	"CLOSING" },			\
	{ CENSUS_TIME_WAIT,	"TIME_WAIT" },			\
	{ CENSUS_CLOSE_WAIT,	"CLOSE_WAIT" },			\
	{ CENSUS_LAST_ACK,	"LAST_ACK" },			\
	{ CENSUS_LISTEN,	"LISTEN" })

/* Tools outside the kernel see numbers in the format, not names. */
TRACE_DEFINE_ENUM(CENSUS_SYN_SENT);
TRACE_DEFINE_ENUM(CENSUS_SYN_RECV);
TRACE_DEFINE_ENUM(CENSUS_ESTABLISHED);
TRACE_DEFINE_ENUM(CENSUS_FIN_WAIT1);
TRACE_DEFINE_ENUM(CENSUS_FIN_WAIT2);
TRACE_DEFINE_ENUM(CENSUS_CLOSING);
TRACE_DEFINE_ENUM(CENSUS_TIME_WAIT);
TRACE_DEFINE_ENUM(CENSUS_CLOSE_WAIT);
TRACE_DEFINE_ENUM(CENSUS_LAST_ACK);
TRACE_DEFINE_ENUM(CENSUS_LISTEN);

/* Once per stay in a state: it has outlasted the state's timeout. */
TRACE_EVENT(tcp_census_overdue,

	TP_PROTO(const void *obj, unsigned int netns, unsigned int state,
		 u64 age_us),

	TP_ARGS(obj, netns, state, age_us),

	TP_STRUCT__entry(
		__field(const void *, skaddr)
		__field(u64, age_us)
		__field(unsigned int, netns)
		__field(u16, family)
		__field(u16, sport)
		__field(u16, dport)
		__field(u8, state)
		__array(u8, saddr, 4)
		__array(u8, daddr, 4)
		__array(u8, saddr_v6, 16)
		__array(u8, daddr_v6, 16)
	),

	TP_fast_assign(
		/* Full socket or minisock: all begin with a sock_common. */
		const struct sock *sk = obj;

		__entry->skaddr = obj;
		__entry->age_us = age_us;
		__entry->netns = netns;
		__entry->family = sk->sk_family;
		__entry->sport = sk->sk_num;
		__entry->dport = ntohs(sk->sk_dport);
		__entry->state = state;
		memcpy(__entry->saddr, &sk->sk_rcv_saddr, 4);
		memcpy(__entry->daddr, &sk->sk_daddr, 4);
		addresses_v6(sk, (struct in6_addr *)__entry->saddr_v6,
			     (struct in6_addr *)__entry->daddr_v6);
	),

	TP_printk("state=%s age_us=%llu netns=%u family=%u saddr=%pI4 sport=%u daddr=%pI4 dport=%u saddr_v6=%pI6c daddr_v6=%pI6c",
		  show_census_state(__entry->state), __entry->age_us, __entry->netns,
		  __entry->family, __entry->saddr, __entry->sport,
		  __entry->daddr, __entry->dport, __entry->saddr_v6,
		  __entry->daddr_v6)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
