// SPDX-License-Identifier: GPL-2.0
/*
 * Says what looks wrong in a line each: the number that is seen, the threshold
 * it has reached, and what that usually means.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "findings.h"
#include "rule.h"
#include "table.h"
#include "values.h"

/* As many that stay too long in FIN_WAIT1. */
#define WORTH_REAPING 100

/* Those that are overdue have a line of their own. */
static int print_pile_up(const struct census_table *states,
			 const struct census_thresholds *thresholds,
			 enum census_rule_id id)
{
	const struct census_rule *rule = &census_rules[id];
	const struct census_cell *cell;
	enum census_level level;

	if (!rule->column || strcmp(rule->column, "current"))
		return 0;
	cell = census_table_find(states, rule->state, rule->column);
	level = cell ? census_rule_level(thresholds, id, cell->number) :
		       CENSUS_OK;
	if (level == CENSUS_OK)
		return 0;
	printf("%s: ", census_levels[level]);
	census_rule_print(stdout, id, cell->number,
			  thresholds->at_least[id][level]);
	printf(": %s\n", rule->meaning);
	return 1;
}

static int print_pile_ups(const struct census_table *states)
{
	struct census_thresholds thresholds;
	enum census_rule_id id;
	int found = 0;

	census_rule_defaults(&thresholds);
	for (id = 0; id < CENSUS_RULES; id++)
		found += print_pile_up(states, &thresholds, id);
	return found;
}

static uint64_t overdue_of(const struct census_table *states, const char *state)
{
	const struct census_cell *cell;

	cell = census_table_find(states, state, "overdue");
	return cell ? cell->number : 0;
}

static uint64_t overdue_in(const struct census_table *states, size_t row)
{
	return overdue_of(states, census_table_cell(states, row, 0)->text);
}

/**
 * census_findings_overdue() - whether there are overdue connections
 * @states: the states
 *
 * Return: whether there are, and the module knows.
 */
bool census_findings_overdue(const struct census_table *states)
{
	size_t row;

	for (row = 0; row < states->nrows; row++)
		if (overdue_in(states, row))
			return true;
	return false;
}

/**
 * census_findings_print_overdue() - print a line of those that are overdue
 * @states: the states
 * @timeouts: the timeouts, or NULL if nothing is overdue
 *
 * A timeout can be 0 by now.
 *
 * Return: how many states have some.
 */
int census_findings_print_overdue(const struct census_table *states,
				  const struct census_table *timeouts)
{
	const struct census_cell *timeout;
	const char *state;
	int found = 0;
	size_t row;

	for (row = 0; timeouts && row < states->nrows; row++) {
		if (!overdue_in(states, row))
			continue;
		state = census_table_cell(states, row, 0)->text;
		printf("%s%" PRIu64 " in %s", found++ ? ", " :
		       "notice: overdue: ", overdue_in(states, row), state);
		timeout = census_table_find(timeouts, state, "timeout_s");
		if (timeout && timeout->number)
			printf(" (timeout %" PRIu64 " s)", timeout->number);
	}
	if (found)
		puts("; 'tcpcensus oldest' shows them to root");
	return found;
}

/**
 * census_findings_reaper() - whether what the reaper does is worth a look
 * @states: the states
 *
 * Return: whether it is, for so many are overdue that it could end.
 */
bool census_findings_reaper(const struct census_table *states)
{
	return overdue_of(states, "FIN_WAIT1") >= WORTH_REAPING;
}

static int print_reaper(const struct census_table *states,
			const struct census_table *reaper)
{
	if (!reaper || census_values_number(reaper, "mode"))
		return 0;
	printf("notice: %" PRIu64 " overdue in FIN_WAIT1 (%d or more), and the reaper is off: net.tcp_census.fin_wait1_reap=1 reports which of them it would end, see 'tcpcensus reaper'\n",
	       overdue_of(states, "FIN_WAIT1"), WORTH_REAPING);
	return 1;
}

/* What the summary says of the census itself is told in its own words. */
static int print_flaw(const struct census_table *summary,
		      const struct census_rule *rule)
{
	const struct census_cell *cell;

	if (rule->of)
		return 0;
	cell = census_table_find(summary, rule->name, "value");
	if (!cell || !strcmp(cell->text, "none") || !strcmp(cell->text, "0"))
		return 0;
	printf("warning: %s is %s: %s\n", rule->name, cell->text,
	       rule->meaning);
	return 1;
}

/**
 * census_findings_print() - print a line for each thing that looks wrong
 * @states: the states
 * @timeouts: the timeouts, or NULL if nothing is overdue
 * @summary: the summary
 * @reaper: what the reaper does, or NULL if nobody needs it
 */
void census_findings_print(const struct census_table *states,
			   const struct census_table *timeouts,
			   const struct census_table *summary,
			   const struct census_table *reaper)
{
	int found;
	size_t i;

	found = print_pile_ups(states) +
		census_findings_print_overdue(states, timeouts) +
		print_reaper(states, reaper);
	for (i = 0; i < CENSUS_RULES; i++)
		found += print_flaw(summary, &census_rules[i]);
	if (!found)
		puts("nothing looks wrong");
}
