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

/* Counter + 1 of each move; 0: Linux has no such arrow. */
static u8 move_at[CENSUS_ENDS][CENSUS_ENDS] __ro_after_init;

/* By the kernel's number: ours + 1; 0: not ours. */
static const u8 state_at[] = {
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

/**
 * census_state_init() - number the moves of census_edges[]
 *
 * Context: before anything else.
 * Return: 0, or -EINVAL when the table does not hold CENSUS_MOVES of them.
 */
int census_state_init(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < CENSUS_EDGES; i++)
		if (census_edges[i].to != CENSUS_CLOSE)
			move_at[census_edges[i].from][census_edges[i].to] = ++n;
	return n == CENSUS_MOVES ? 0 : -EINVAL;
}

/**
 * census_state_of() - our number of a kernel TCP state
 * @tcp_state: %TCP_ESTABLISHED and so on; a request socket's
 *	%TCP_NEW_SYN_RECV counts as SYN_RECV, as ss(8) shows it
 *
 * Context: any.
 * Return: an enum census_state, or -1 for a state we do not know.
 */
int census_state_of(int tcp_state)
{
	/* The kernel's numbers are ABI (BPF_TCP_*): pin those we rely on. */
	BUILD_BUG_ON(TCP_ESTABLISHED != 1);
	BUILD_BUG_ON(TCP_CLOSING != 11);
	BUILD_BUG_ON(TCP_NEW_SYN_RECV != 12);
	BUILD_BUG_ON((int)CENSUS_ENDS != (int)TCP_CLOSING);

	if (tcp_state < 0 || tcp_state >= (int)ARRAY_SIZE(state_at))
		return -1;
	return (int)state_at[tcp_state] - 1;
}

/**
 * census_state_move() - the counter of an edge between two states
 * @from: where it starts
 * @to: where it ends; not CLOSE
 *
 * Context: any.
 * Return: an index below %CENSUS_MOVES, or -1 when Linux has no such arrow.
 */
int census_state_move(enum census_state from, enum census_state to)
{
	return (int)move_at[from][to] - 1;
}
