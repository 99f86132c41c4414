/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A user-space clock that times a connection beside the census.
 *
 * It plays scripts (play.h) in which the edges that the connection takes are
 * written down, as in the ledger:
 *
 *	connect >S CLOSE>SYN_SENT <S. SYN_SENT>ESTABLISHED ...
 *
 * Edges happen while the words before them are played, back to the last edge
 * or pause ("300ms"), or later by themselves. Every state is left once at most.
 */
#ifndef CENSUS_WITNESS_H
#define CENSUS_WITNESS_H

#include <stdbool.h>
#include <stddef.h>

#include "dwell.h"
#include "moment.h"
#include "play.h"

struct stay {
	struct moment came, went;
	bool over;
};

struct witness {
	struct conn *conn;
	struct dwell before[STATES];
	struct stay stay[STATES];
	struct moment last;	/* of the last edge */
	long long step_ns;	/* when the words being played began; or 0 */
	char failed[128];
	char *why;		/* the last refusal, for the log */
	size_t why_len;
};

/* From now on. 0, or -errno where the census cannot be read. */
int witness_open(struct witness *w, struct conn *c);

/* 0; or -1 with @w->failed set. On return the census has booked it all. */
int witness_play(struct witness *w, const char *script);

/*
 * True if since witness_open() exactly the stays that were seen to end are in
 * `dwell`, each as long as the witness's clock allows, in the bucket that its
 * length belongs to, and in the maximum.
 */
bool witness_agrees(struct witness *w);

#endif /* CENSUS_WITNESS_H */
