/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What /proc/net/tcp_census/ says about the present network namespace.
 */
#ifndef CENSUS_CENSUS_H
#define CENSUS_CENSUS_H

#ifndef CENSUS_DIR
#define CENSUS_DIR "/proc/net/tcp_census"
#endif

/* CLOSE is the end of an edge only, nothing is counted in it. */
enum state {
	SYN_SENT, SYN_RECV, ESTABLISHED, FIN_WAIT1, FIN_WAIT2,
	CLOSING, TIME_WAIT, CLOSE_WAIT, LAST_ACK, LISTEN,
	STATES,
	CLOSE = STATES,
	ENDS,
};

enum reason { NORMAL, RESET, TIMEOUT, ABORTED, REAPED, REASONS };

struct census {
	long current[STATES];
	long entered[STATES];
	long left[STATES];
	long reason[STATES][REASONS];
	long edge[ENDS][ENDS];
	long unexpected;	/* edges outside the module's table */
};

/* One row of the file `listeners`. */
struct backlog {
	long syn_recv, young, accept_queue, accept_limit;
};

extern const char *const state_name[ENDS];
extern const char *const reason_name[REASONS];

/* The index of @word in @names, or -1. */
int name_find(const char *const *names, int n, const char *word);

/* All return 0, or -errno where the files lack what they must hold. */
int census_read(struct census *c);
int census_summary(const char *name, long *value);
int census_backlog(const char *local, struct backlog *b);

#endif /* CENSUS_CENSUS_H */
