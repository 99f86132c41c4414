/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the census has booked since a moment, against what is to be expected.
 */
#ifndef CENSUS_LEDGER_H
#define CENSUS_LEDGER_H

#include <stdbool.h>

#include "census.h"

struct ledger {
	struct census before;
	char *why;		/* the last refusal, for the log */
	size_t why_len;
};

/* The books from now on. 0, or -errno where the census cannot be read. */
int ledger_open(struct ledger *l);

/*
 * True if exactly the edges and reasons in @want were booked since
 * ledger_open(), nothing else moved, entered, left and current follow from
 * them, and ss counts the same as `current` in every state. @want is a list
 * of "FROM>TO" (an edge) and "STATE:reason" (why it left for CLOSE), each
 * with an optional count before it: "20*CLOSE>SYN_SENT".
 */
bool ledger_shows(struct ledger *l, const char *want);

/* True if the census' current and ss agree on every state. */
bool ledger_witnessed(struct ledger *l);

/* True if nothing is current in any state. */
bool ledger_empty(struct ledger *l);

#endif /* CENSUS_LEDGER_H */
