/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_CAUSE_H
#define CENSUS_CAUSE_H

#include <stdbool.h>
#include <stdio.h>

#include "measure.h"
#include "rule.h"

/* What the sockets are counted by. */
enum census_evidence {
	CENSUS_PEERS,
	CENSUS_REMOTES,
	CENSUS_DESTINATIONS,
	CENSUS_LOCALS,
	CENSUS_PROGRAMS,

	CENSUS_EVIDENCE
};

/* Orphans have no inode, and neither has who still waits for accept(). */
enum census_holding {
	CENSUS_ANY_HOLDER,
	CENSUS_ORPHANS_ONLY,
	CENSUS_UNACCEPTED_ONLY,
	CENSUS_HELD_ONLY,
};

/**
 * struct census_cause - why a rule is broken, as an expert would say it
 * @name: of the cause
 * @rules: bits of the rules that it can explain
 * @state: sockets in this state are of its kind, by the kernel's number, or 0;
 *	it holds if there is one
 * @holder: only orphans, or only those that a process holds
 * @timers: bits of the timers that they may have, or 0
 * @picks: says which sockets are of its kind, in the place of all these, or NULL
 * @may_hold: a test that it has to pass besides, or NULL
 * @holds: a test, or NULL; what passes it is the only cause. If no cause holds,
 *	it is the last of the rule's.
 * @side: whose side it is on
 * @sentence: what happens
 * @when: which limits of the state apply, a part of their text, or NULL: all
 * @detail: prints more numbers, or NULL
 * @evidence: bits of what the sockets are to be counted by
 * @remedy: what to do
 * @avoid: what not to do, or NULL
 */
struct census_cause {
	const char *name;
	unsigned long rules;
	int state;
	enum census_holding holder;
	unsigned int timers;
	bool (*picks)(const struct census_socket *socket,
		      const struct census_case *c);
	bool (*may_hold)(const struct census_case *c);
	bool (*holds)(const struct census_case *c);
	const char *side;
	const char *sentence;
	const char *when;
	void (*detail)(FILE *file, const struct census_case *c);
	unsigned int evidence;
	const char *remedy;
	const char *avoid;
};

/* For census_cause_picks(). */
struct census_pick {
	const struct census_cause *cause;
	const struct census_case *c;
};

bool census_cause_has_sockets(const struct census_cause *cause);
bool census_cause_picks(const struct census_socket *socket, const void *data);
bool census_cause_fits(const struct census_cause *cause,
		       const struct census_table *oldest, size_t row);

extern const struct census_cause census_causes[];
extern const size_t census_ncauses;

#endif
