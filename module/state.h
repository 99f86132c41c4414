/* SPDX-License-Identifier: GPL-2.0 */
/*
 * state.h - the states, edges, reasons and counters of the census, as data.
 *
 * To add a counter or a reason: one line in its enum here and one with its
 * name in state.c. To add an edge: one line in census_edges[] there. All else
 * (arrays, sums, files) follows, and the compiler checks that they are whole.
 */
#ifndef _CENSUS_STATE_H
#define _CENSUS_STATE_H

#include <linux/types.h>

/**
 * enum census_state - the states of a connection, in the order of our files
 *
 * The names are the kernel's. %CENSUS_CLOSE is only ever the end of an edge.
 */
enum census_state {
	CENSUS_SYN_SENT,
	CENSUS_SYN_RECV,
	CENSUS_ESTABLISHED,
	CENSUS_FIN_WAIT1,
	CENSUS_FIN_WAIT2,
	CENSUS_CLOSING,
	CENSUS_TIME_WAIT,
	CENSUS_CLOSE_WAIT,
	CENSUS_LAST_ACK,
	CENSUS_LISTEN,
	CENSUS_STATES,			/* states with a population */
	CENSUS_CLOSE = CENSUS_STATES,
	CENSUS_ENDS,			/* everything an edge can touch */
};

/* Why a connection left a state for CLOSE. */
enum census_reason {
	CENSUS_NORMAL,			/* the protocol finished */
	CENSUS_RESET,			/* the peer's RST, or refused */
	CENSUS_TIMEOUT,			/* a kernel timer gave up */
	CENSUS_ABORTED,			/* this host threw it away */
	CENSUS_REAPED,			/* this module did */
	CENSUS_REASONS,
};

/* Counters that belong to no state. */
enum census_misc {
	CENSUS_MISC_SYNCOOKIES,		/* opened by a syncookie's ACK */
	CENSUS_MISC_FASTOPEN,		/* opened by data in the SYN */
	CENSUS_MISC_TW_REUSED,		/* TIME_WAITs a new connection ended */
	CENSUS_MISC_LOST_NOTES,		/* hand-overs that note.c lost */
	CENSUS_MISC_UNTRACKED,		/* stays in a state not timed */
	CENSUS_MISCS,
};

/* Rows of census_edges[]. */
#define CENSUS_EDGES		24

/* Those between two states; the other edges go from each state to CLOSE. */
#define CENSUS_MOVES		(CENSUS_EDGES - CENSUS_STATES)

/*
 * One flat array of counters: moves, then reasons by state. An edge to CLOSE
 * needs none of its own: each has a reason.
 */
#define CENSUS_AT_REASON	CENSUS_MOVES
#define CENSUS_COUNTERS		(CENSUS_AT_REASON + CENSUS_STATES * CENSUS_REASONS)

struct census_edge_info {
	u8 from;
	u8 to;
	const char *event;
};

extern const char * const census_state_names[CENSUS_ENDS];
extern const char * const census_reason_names[CENSUS_REASONS];
extern const char * const census_misc_names[CENSUS_MISCS];
extern const struct census_edge_info census_edges[CENSUS_EDGES];

/* By the kernel's number: ours + 1; 0: not ours. */
#define CENSUS_KERNEL_STATES	16
extern const u8 census_state_at[CENSUS_KERNEL_STATES];

/* Counter + 1 of each move; 0: Linux has no such arrow. */
extern u8 census_move_at[CENSUS_ENDS][CENSUS_ENDS];

/*
 * Likewise, by the kernel's numbers, and only those of a full socket that mean
 * no more than they say, unless the socket is a child that is being born.
 */
extern u8 census_plain_at[CENSUS_KERNEL_STATES][CENSUS_KERNEL_STATES];

int census_state_init(void);

/**
 * census_state_of() - our number of a kernel TCP state
 * @tcp_state: %TCP_ESTABLISHED and so on; a request socket's
 *	%TCP_NEW_SYN_RECV counts as SYN_RECV, as ss(8) shows it
 *
 * Context: any.
 * Return: an enum census_state, or -1 for a state we do not know.
 */
static inline int census_state_of(unsigned int tcp_state)
{
	if (tcp_state >= CENSUS_KERNEL_STATES)
		return -1;
	return (int)census_state_at[tcp_state] - 1;
}

/**
 * census_state_move() - the counter of an edge between two states
 * @from: where it starts
 * @to: where it ends; not CLOSE
 *
 * Context: any.
 * Return: an index below %CENSUS_MOVES, or -1 when Linux has no such arrow.
 */
static inline int census_state_move(enum census_state from,
				    enum census_state to)
{
	return (int)census_move_at[from][to] - 1;
}

#endif
