/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_FINDING_H
#define CENSUS_FINDING_H

#include "cause.h"
#include "tally.h"

/**
 * struct census_finding - something that looks wrong, and why
 * @rule: what looks wrong
 * @level: how bad it is
 * @value: the number
 * @threshold: the one it has reached
 * @cause: why
 * @count: how many sockets are of this kind, 0 if they were not counted
 * @detail: more numbers, or NULL
 * @tallies: who has most of them; only those of the cause's evidence
 * @overdue: how many are overdue in this state
 * @timeout_s: after so many seconds
 * @oldest_ms: how long the oldest one has been in this state, 0 if unknown
 * @at_least: it may be longer
 */
struct census_finding {
	enum census_rule_id rule;
	enum census_level level;
	uint64_t value;
	uint64_t threshold;
	const struct census_cause *cause;
	uint64_t count;
	char *detail;
	struct census_tally tallies[CENSUS_EVIDENCE];
	uint64_t overdue;
	uint64_t timeout_s;
	uint64_t oldest_ms;
	bool at_least;
};

/**
 * struct census_findings - all that looks wrong
 * @list: in the order of the rules
 * @count: how many
 */
struct census_findings {
	struct census_finding *list;
	size_t count;
};

int census_finding_find(struct census_findings *findings,
			struct census_case *c, const char *net_dir,
			const struct census_thresholds *thresholds);
void census_finding_free(struct census_findings *findings);

#endif
