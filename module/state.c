// SPDX-License-Identifier: GPL-2.0
/*
 * state.c - names and lookups of the tables in state.h.
 */
#include <linux/build_bug.h>
#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <net/tcp_states.h>

#include "state.h"

const char * const census_state_names[CENSUS_ENDS] = {
	[CENSUS_SYN_SENT]	= "SYN_SENT",
	[CENSUS_SYN_RECV]	= "SYN_RECV",
	[CENSUS_ESTABLISHED]	= "ESTABLISHED",
	[CENSUS_FIN_WAIT1]	= "FIN_WAIT1",
	[CENSUS_FIN_WAIT2]	= "FIN_WAIT2",
	[CENSUS_CLOSING]	= "CLOSING",
	[CENSUS_TIME_WAIT]	= "TIME_WAIT",
	[CENSUS_CLOSE_WAIT]	= "CLOSE_WAIT",
	[CENSUS_LAST_ACK]	= "LAST_ACK",
	[CENSUS_LISTEN]		= "LISTEN",
	[CENSUS_CLOSE]		= "CLOSE",
};

const char * const census_reason_names[CENSUS_REASONS] = {
	[CENSUS_NORMAL]		= "normal",
	[CENSUS_RESET]		= "reset",
	[CENSUS_TIMEOUT]	= "timeout",
	[CENSUS_ABORTED]	= "aborted",
	[CENSUS_REAPED]		= "reaped",
};

const char * const census_misc_names[CENSUS_MISCS] = {
	[CENSUS_MISC_SYNCOOKIES]	= "syncookies",
	[CENSUS_MISC_FASTOPEN]		= "fastopen",
	[CENSUS_MISC_TW_REUSED]		= "time_wait_reused",
	[CENSUS_MISC_LOST_NOTES]	= "lost_notes",
	[CENSUS_MISC_UNTRACKED]		= "untracked",
};

/* The arrows of RFC 9293 figure 5 that Linux can take, and those it adds. */
const struct census_edge_info census_edges[] = {
	/* connect() sends a SYN */
	{ CENSUS_CLOSE,		CENSUS_SYN_SENT,	"active-open" },
	/* listen() */
	{ CENSUS_CLOSE,		CENSUS_LISTEN,		"passive-open" },
	/* a SYN arrives: request socket, cookie's ACK, Fast Open child */
	{ CENSUS_LISTEN,	CENSUS_SYN_RECV,	"syn-received" },
	/* SYN-ACK arrives */
	{ CENSUS_SYN_SENT,	CENSUS_ESTABLISHED,	"syn-ack-received" },
	/* SYNs crossed, RFC 9293 3.5 */
	{ CENSUS_SYN_SENT,	CENSUS_SYN_RECV,	"simultaneous-open" },
	/* refused, unreachable, timed out, closed by its owner */
	{ CENSUS_SYN_SENT,	CENSUS_CLOSE,		"open-failed" },
	/* the handshake's last ACK */
	{ CENSUS_SYN_RECV,	CENSUS_ESTABLISHED,	"ack-received" },
	/* Fast Open (RFC 7413): closed here before the last ACK */
	{ CENSUS_SYN_RECV,	CENSUS_FIN_WAIT1,	"active-close" },
	/* RST, SYN-ACK retries exhausted, listener closed */
	{ CENSUS_SYN_RECV,	CENSUS_CLOSE,		"open-failed" },
	/* close() or shutdown(SHUT_WR) sends a FIN */
	{ CENSUS_ESTABLISHED,	CENSUS_FIN_WAIT1,	"active-close" },
	/* the peer's FIN arrives */
	{ CENSUS_ESTABLISHED,	CENSUS_CLOSE_WAIT,	"passive-close" },
	/* RST either way, timer, kill */
	{ CENSUS_ESTABLISHED,	CENSUS_CLOSE,		"abort" },
	/* our FIN is acknowledged */
	{ CENSUS_FIN_WAIT1,	CENSUS_FIN_WAIT2,	"fin-acked" },
	/* the peer's FIN before the ACK of ours */
	{ CENSUS_FIN_WAIT1,	CENSUS_CLOSING,		"simultaneous-close" },
	{ CENSUS_FIN_WAIT1,	CENSUS_CLOSE,		"abort" },
	/* also from the timewait minisock in substate FIN_WAIT2 */
	{ CENSUS_FIN_WAIT2,	CENSUS_TIME_WAIT,	"fin-received" },
	/* tcp_fin_timeout over, or RST */
	{ CENSUS_FIN_WAIT2,	CENSUS_CLOSE,		"abort" },
	{ CENSUS_CLOSING,	CENSUS_TIME_WAIT,	"fin-acked" },
	{ CENSUS_CLOSING,	CENSUS_CLOSE,		"abort" },
	/* 60 s over, reused by a new SYN, RST (RFC 1337), killed */
	{ CENSUS_TIME_WAIT,	CENSUS_CLOSE,		"time-wait-over" },
	/* close() after the peer's FIN */
	{ CENSUS_CLOSE_WAIT,	CENSUS_LAST_ACK,	"passive-close" },
	{ CENSUS_CLOSE_WAIT,	CENSUS_CLOSE,		"abort" },
	{ CENSUS_LAST_ACK,	CENSUS_CLOSE,		"fin-acked" },
	{ CENSUS_LISTEN,	CENSUS_CLOSE,		"listener-closed" },
};

static_assert(ARRAY_SIZE(census_edges) == CENSUS_EDGES);

u8 census_move_at[CENSUS_ENDS][CENSUS_ENDS] __ro_after_init;
u8 census_plain_at[CENSUS_KERNEL_STATES][CENSUS_KERNEL_STATES] __ro_after_init;

const u8 census_state_at[CENSUS_KERNEL_STATES] = {
	[TCP_ESTABLISHED]	= CENSUS_ESTABLISHED + 1,
	[TCP_SYN_SENT]		= CENSUS_SYN_SENT + 1,
	[TCP_SYN_RECV]		= CENSUS_SYN_RECV + 1,
	[TCP_FIN_WAIT1]		= CENSUS_FIN_WAIT1 + 1,
	[TCP_FIN_WAIT2]		= CENSUS_FIN_WAIT2 + 1,
	[TCP_TIME_WAIT]		= CENSUS_TIME_WAIT + 1,
	[TCP_CLOSE]		= CENSUS_CLOSE + 1,
	[TCP_CLOSE_WAIT]	= CENSUS_CLOSE_WAIT + 1,
	[TCP_LAST_ACK]		= CENSUS_LAST_ACK + 1,
	[TCP_LISTEN]		= CENSUS_LISTEN + 1,
	[TCP_CLOSING]		= CENSUS_CLOSING + 1,
	[TCP_NEW_SYN_RECV]	= CENSUS_SYN_RECV + 1,
};

static void __init find_plain(int tcp_from, int tcp_to)
{
	int from = census_state_of(tcp_from), to = census_state_of(tcp_to);

	if (from < 0 || to < 0 ||
	    (from == CENSUS_LISTEN && to == CENSUS_SYN_RECV))
		return;
	census_plain_at[tcp_from][tcp_to] = census_move_at[from][to];
}

/**
 * census_state_init() - number the moves of census_edges[]
 *
 * Context: before anything else.
 * Return: 0, or -EINVAL when the table does not hold CENSUS_MOVES of them.
 */
int __init census_state_init(void)
{
	unsigned int i, n = 0;

	/* The kernel's numbers are ABI (BPF_TCP_*): pin those we rely on. */
	BUILD_BUG_ON(TCP_ESTABLISHED != 1);
	BUILD_BUG_ON(TCP_CLOSING != 11);
	BUILD_BUG_ON(TCP_NEW_SYN_RECV != 12);
	BUILD_BUG_ON((int)CENSUS_ENDS != (int)TCP_CLOSING);

	for (i = 0; i < CENSUS_EDGES; i++)
		if (census_edges[i].to != CENSUS_CLOSE)
			census_move_at[census_edges[i].from][census_edges[i].to] = ++n;
	for (i = 0; i < CENSUS_KERNEL_STATES * CENSUS_KERNEL_STATES; i++)
		find_plain(i / CENSUS_KERNEL_STATES, i % CENSUS_KERNEL_STATES);
	return n == CENSUS_MOVES ? 0 : -EINVAL;
}
