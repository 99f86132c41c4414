/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_RULE_H
#define CENSUS_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What is asked of a host, in the order in which it is told. */
enum census_rule_id {
	CENSUS_RULE_ACCEPT_QUEUE,
	CENSUS_RULE_SYN_RECV,
	CENSUS_RULE_SYN_SENT,
	CENSUS_RULE_REFUSED,
	CENSUS_RULE_FIN_WAIT1,
	CENSUS_RULE_FIN_WAIT1_OVERDUE,
	CENSUS_RULE_NO_TIMER,
	CENSUS_RULE_FIN_WAIT2,
	CENSUS_RULE_FIN_WAIT2_OVERDUE,
	CENSUS_RULE_CLOSING,
	CENSUS_RULE_LAST_ACK,
	CENSUS_RULE_CLOSE_WAIT,
	CENSUS_RULE_PORTS,
	CENSUS_RULE_TW_BUCKETS,
	CENSUS_RULE_ORPHANS,
	CENSUS_RULE_TCP_MEM,
	CENSUS_RULE_INEXACT,
	CENSUS_RULE_HOOKS_MISSING,
	CENSUS_RULE_UNEXPECTED,

	CENSUS_RULES
};

enum census_level {
	CENSUS_OK,
	CENSUS_WARNING,
	CENSUS_CRITICAL,

	CENSUS_LEVELS
};

/* From which value on a rule is of which level; 0: never. */
struct census_thresholds {
	uint64_t at_least[CENSUS_RULES][CENSUS_LEVELS];
};

struct census_case;

/**
 * struct census_rule - a number that must not become too large
 * @name: of the rule; a name in the summary if it has no @of
 * @of: what there are so many of
 * @state: of which state
 * @column: in the file 'states', or NULL
 * @measure: finds the number if there is no @column; false if nobody knows it
 * @at_least: the thresholds unless others are asked for
 * @meaning: what it usually means, for those who see no more than the states
 */
struct census_rule {
	const char *name;
	const char *of;
	const char *state;
	const char *column;
	bool (*measure)(const struct census_case *c, uint64_t *value);
	uint64_t at_least[CENSUS_LEVELS];
	const char *meaning;
};

extern const struct census_rule census_rules[CENSUS_RULES];
extern const char *const census_levels[CENSUS_LEVELS];

void census_rule_defaults(struct census_thresholds *thresholds);
int census_rule_set(struct census_thresholds *thresholds,
		    enum census_level level, const char *arg);
enum census_level census_rule_level(const struct census_thresholds *thresholds,
				    enum census_rule_id rule, uint64_t value);
void census_rule_print(FILE *file, enum census_rule_id rule, uint64_t value,
		       uint64_t threshold);

#endif
