// SPDX-License-Identifier: GPL-2.0
/*
 * Says what looks wrong: the number that is seen, the threshold it has
 * reached, and what that usually means. The thresholds are those that people
 * commonly alert on, not limits of the kernel.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "findings.h"
#include "values.h"

/* As many that stay too long in FIN_WAIT1. */
#define WORTH_REAPING 100

/* Of several lines for one state the first that is reached counts. */
static const struct {
	const char *state;
	uint64_t at_least;
	const char *level;
	const char *meaning;
} pile_ups[] = {
	{ "SYN_RECV", 256, "warning",
	  "handshakes wait for their last ACK; usually a SYN flood, lost ACKs, or a full accept queue" },
	{ "FIN_WAIT1", 1000, "warning",
	  "closed here, and peers have not acknowledged all of it; usually peers that are gone or keep their window closed" },
	{ "CLOSE_WAIT", 1000, "critical",
	  "peers have closed and a local program has not; usually a program that forgets to close()" },
	{ "CLOSE_WAIT", 100, "warning",
	  "peers have closed and a local program has not; usually a program that forgets to close()" },
};

/* Numbers of the summary that should be zero. */
static const struct {
	const char *name;
	const char *meaning;
} flaws[] = {
	{ "hooks_missing",
	  "so many of the module's hooks are not attached; the kernel log and /sys/kernel/debug/tcp_census/hooks name them" },
	{ "unexpected",
	  "so many transitions are not in the table of those that Linux makes; 'tcpcensus transitions' shows them" },
};

static int print_pile_ups(const struct census_table *states)
{
	const struct census_cell *cell;
	const char *last = "";
	int found = 0;
	size_t i;

	for (i = 0; i < CENSUS_ARRAY_SIZE(pile_ups); i++) {
		if (!strcmp(pile_ups[i].state, last))
			continue;
		cell = census_table_find(states, pile_ups[i].state, "current");
		if (!cell || cell->number < pile_ups[i].at_least)
			continue;
		printf("%s: %" PRIu64 " in %s (%" PRIu64 " or more): %s\n",
		       pile_ups[i].level, cell->number, pile_ups[i].state,
		       pile_ups[i].at_least, pile_ups[i].meaning);
		last = pile_ups[i].state;
		found++;
	}
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

/* One line for all states. A timeout can be 0 by now. */
static int print_overdue(const struct census_table *states,
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

static int print_flaw(const struct census_table *summary, size_t i)
{
	const struct census_cell *cell;
	uint64_t number;

	cell = census_table_find(summary, flaws[i].name, "value");
	if (!cell)
		return 0;
	if (!census_table_parse_number(cell->text, &number)) {
		warnx("%s: %s is '%.32s', not a number of 64 bits",
		      summary->path, flaws[i].name, cell->text);
		return -1;
	}
	if (!number)
		return 0;
	printf("warning: %s is %" PRIu64 ": %s\n", flaws[i].name, number,
	       flaws[i].meaning);
	return 1;
}

static int print_inexact(const struct census_table *summary)
{
	const struct census_cell *cell;

	cell = census_table_find(summary, "inexact", "value");
	if (!cell || !strcmp(cell->text, "none"))
		return 0;
	printf("warning: inexact is %s: the module cannot see every change there, so these rows may be wrong\n",
	       cell->text);
	return 1;
}

/**
 * census_findings_print() - print a line for each thing that looks wrong
 * @states: the states
 * @timeouts: the timeouts, or NULL if nothing is overdue
 * @summary: the summary
 * @reaper: what the reaper does, or NULL if nobody needs it
 *
 * Return: 0, or -1 after a sentence if the summary cannot be understood.
 */
int census_findings_print(const struct census_table *states,
			  const struct census_table *timeouts,
			  const struct census_table *summary,
			  const struct census_table *reaper)
{
	int found, flaw;
	size_t i;

	found = print_pile_ups(states) + print_overdue(states, timeouts) +
		print_reaper(states, reaper) + print_inexact(summary);
	for (i = 0; i < CENSUS_ARRAY_SIZE(flaws); i++) {
		flaw = print_flaw(summary, i);
		if (flaw < 0)
			return -1;
		found += flaw;
	}
	if (!found)
		puts("nothing looks wrong");
	return 0;
}
