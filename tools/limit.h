/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_LIMIT_H
#define CENSUS_LIMIT_H

#include <stdbool.h>
#include <stdio.h>

#include "fact.h"

enum census_bound {
	CENSUS_UNKNOWN,
	CENSUS_UNLIMITED,
	CENSUS_EXACT,
	CENSUS_AT_LEAST,
};

struct census_limit {
	enum census_bound bound;
	uint64_t ms;
};

#define CENSUS_LIMIT_FACTS 3

/**
 * struct census_limit_rule - a limit, and when it applies
 * @state: in this state
 * @when: on this condition
 * @find: works it out
 * @nfacts: how many sysctls decide
 * @facts: which
 */
struct census_limit_rule {
	const char *state;
	const char *when;
	struct census_limit (*find)(const struct census_facts *facts);
	size_t nfacts;
	enum census_fact facts[CENSUS_LIMIT_FACTS];
};

/* In the order of the states. */
extern const struct census_limit_rule census_limit_rules[];
extern const size_t census_nlimits;

struct census_table;
struct census_view;

extern const struct census_view census_limits_view;

struct census_table *census_limit_table(const struct census_facts *facts,
					bool json);
void census_limit_print(FILE *file, const struct census_facts *facts,
			const char *state, const char *when);

#endif
