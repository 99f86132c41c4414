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

#include "ends.h"
#include "reaped.h"
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

/* Addresses and ports, named as in the kernel's own tracepoints. */
#define CENSUS_ENDS_FIELDS			\
	__field(u16, family)			\
	__field(u16, sport)			\
	__field(u16, dport)			\
	__array(u8, saddr, 4)			\
	__array(u8, daddr, 4)			\
	__array(u8, saddr_v6, 16)		\
	__array(u8, daddr_v6, 16)

#define CENSUS_ENDS_ASSIGN(ends)					\
do {									\
	__entry->family = (ends)->family;				\
	__entry->sport = (ends)->local_port;				\
	__entry->dport = (ends)->remote_port;				\
	memcpy(__entry->saddr_v6, &(ends)->local, 16);			\
	memcpy(__entry->daddr_v6, &(ends)->remote, 16);			\
	ipv4_part((ends)->family, &(ends)->local, __entry->saddr);	\
	ipv4_part((ends)->family, &(ends)->remote, __entry->daddr);	\
} while (0)

#define CENSUS_ENDS_FORMAT						\
	"family=%u saddr=%pI4 sport=%u daddr=%pI4 dport=%u saddr_v6=%pI6c daddr_v6=%pI6c"

#define CENSUS_ENDS_ARGS						\
	__entry->family, __entry->saddr, __entry->sport,		\
	__entry->daddr, __entry->dport, __entry->saddr_v6,		\
	__entry->daddr_v6

/* Once per stay in a state: it has outlasted the state's timeout. */
TRACE_EVENT(tcp_census_overdue,

	TP_PROTO(const void *obj, unsigned int netns, unsigned int state,
		 u64 age_us),

	TP_ARGS(obj, netns, state, age_us),

	TP_STRUCT__entry(
		__field(const void *, skaddr)
		__field(u64, age_us)
		__field(unsigned int, netns)
		__field(u8, state)
		CENSUS_ENDS_FIELDS
	),

	TP_fast_assign(
		struct census_ends ends;

		__entry->skaddr = obj;
		__entry->age_us = age_us;
		__entry->netns = netns;
		__entry->state = state;
		census_ends_read(&ends, obj);
		CENSUS_ENDS_ASSIGN(&ends);
	),

	TP_printk("state=%s age_us=%llu netns=%u " CENSUS_ENDS_FORMAT,
		  show_census_state(__entry->state), __entry->age_us,
		  __entry->netns, CENSUS_ENDS_ARGS)
);

#define show_census_orphan_kind(kind) __print_symbolic(kind,	\
	{ CENSUS_CLOSED_WINDOW,	"closed_window" },		\
	{ CENSUS_BLACK_HOLE,	"black_hole" },			\
	{ CENSUS_NO_TIMER,	"no_timer" },			\
	{ CENSUS_OVER_AGE,	"over_age" })

TRACE_DEFINE_ENUM(CENSUS_CLOSED_WINDOW);
TRACE_DEFINE_ENUM(CENSUS_BLACK_HOLE);
TRACE_DEFINE_ENUM(CENSUS_NO_TIMER);
TRACE_DEFINE_ENUM(CENSUS_OVER_AGE);

/* Once per orphan in FIN_WAIT1 that was ended, or would have been. */
TRACE_EVENT(tcp_census_reap,

	TP_PROTO(const struct census_reaped *reaped),

	TP_ARGS(reaped),

	TP_STRUCT__entry(
		__field(u64, age_ms)
		__field(unsigned int, netns)
		__field(u32, stalled_ms)
		__field(u32, unacked)
		__field(u32, unsent)
		__field(u8, kind)
		__field(bool, ended)
		CENSUS_ENDS_FIELDS
	),

	TP_fast_assign(
		__entry->age_ms = reaped->times.age_ms;
		__entry->netns = reaped->netns;
		__entry->stalled_ms = reaped->times.stalled_ms;
		__entry->unacked = reaped->unacked;
		__entry->unsent = reaped->unsent;
		__entry->kind = reaped->kind;
		__entry->ended = reaped->ended;
		CENSUS_ENDS_ASSIGN(&reaped->ends);
	),

	TP_printk("action=%s kind=%s netns=%u age_ms=%llu stalled_ms=%u unacked=%u unsent=%u "
		  CENSUS_ENDS_FORMAT,
		  __entry->ended ? "reaped" : "would_reap",
		  show_census_orphan_kind(__entry->kind), __entry->netns,
		  __entry->age_ms, __entry->stalled_ms, __entry->unacked,
		  __entry->unsent, CENSUS_ENDS_ARGS)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
