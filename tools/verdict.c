// SPDX-License-Identifier: GPL-2.0
/*
 * Says in sentences what the reaper is doing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "print.h"
#include "reaped.h"
#include "values.h"
#include "verdict.h"

#define SYSCTL "net.tcp_census.fin_wait1_reap"

enum { OFF, REPORT, END };

/* The counter of a mode, which begins the names of the counters of each kind. */
static const struct {
	const char *doing;
	const char *total;
	const char *done;
} modes[] = {
	[OFF]	 = { "the reaper is off", NULL, NULL },
	[REPORT] = { "report only", "would_reap", "would have been ended" },
	[END]	 = { "reaping", "reaped", "ended" },
};

/* Numbers that should be zero. */
static const struct {
	const char *name;
	const char *level;
	const char *meaning;
} flaws[] = {
	{ "held_back", "notice",
	  "so many are due, but fin_wait1_min_orphans or reap_batch kept them at the last run" },
	{ "failed", "warning", "the kernel refused to end so many" },
};

static uint64_t total_of(const struct census_table *row, uint64_t mode)
{
	return census_values_number(row, modes[mode].total);
}

/* As "7 closed_window, 1 over_age". */
static void print_kinds(const struct census_table *row, const char *total)
{
	const char *before = ": ", *name;
	size_t length = strlen(total), i;

	for (i = 0; i < row->ncolumns; i++) {
		name = row->columns[i].name;
		if (!row->cells[i].number || strncmp(name, total, length) ||
		    name[length] != '_')
			continue;
		printf("%s%" PRIu64 " %s", before, row->cells[i].number,
		       name + length + 1);
		before = ", ";
	}
}

static void print_done(const struct census_table *row, uint64_t mode)
{
	uint64_t n = total_of(row, mode);

	if (n)
		printf("%" PRIu64, n);
	else
		printf("no");
	printf(" orphan%s %s so far", n == 1 ? "" : "s", modes[mode].done);
	print_kinds(row, modes[mode].total);
}

/* What the next mode would do. */
static void print_next(const struct census_table *row, uint64_t mode)
{
	const struct census_cell *can = census_values_cell(row, "can_reap");

	if (mode == OFF)
		puts("with 1 it reports which orphans it would end, and ends none");
	else if (can && !can->number)
		puts("2 is refused, because this kernel offers no safe way to end them");
	else
		puts("with 2 it ends such orphans");
}

static void print_mode(const struct census_table *row, uint64_t mode)
{
	printf("%s (" SYSCTL " = %" PRIu64 ")", modes[mode].doing, mode);
	if (mode != OFF) {
		printf(": ");
		print_done(row, mode);
	}
	if (mode == END) {
		putchar('\n');
		return;
	}
	printf("; ");
	print_next(row, mode);
}

/* What the mode that is on now does not count. */
static void print_before(const struct census_table *row, uint64_t mode)
{
	uint64_t other;

	for (other = REPORT; other <= END; other++) {
		if (other == mode || !total_of(row, other))
			continue;
		printf("before, with " SYSCTL " = %" PRIu64 ": ", other);
		print_done(row, other);
		putchar('\n');
	}
}

/**
 * census_verdict_print() - print what the reaper is doing, a line for each thing
 * @row: the values of the reaper
 */
void census_verdict_print(const struct census_table *row)
{
	uint64_t mode = census_values_number(row, "mode"), n;
	size_t i;

	if (mode < CENSUS_ARRAY_SIZE(modes))
		print_mode(row, mode);
	else
		printf("this reader does not know " SYSCTL " = %" PRIu64 ": the module is newer\n",
		       mode);
	print_before(row, mode);
	for (i = 0; i < CENSUS_ARRAY_SIZE(flaws); i++) {
		n = census_values_number(row, flaws[i].name);
		if (n)
			printf("%s: %s is %" PRIu64 ": %s\n", flaws[i].level,
			       flaws[i].name, n, flaws[i].meaning);
	}
}

/**
 * census_verdict_wants_list() - whether there can be anything in the list
 * @row: the values of the reaper
 *
 * Return: whether there can.
 */
bool census_verdict_wants_list(const struct census_table *row)
{
	return total_of(row, REPORT) || total_of(row, END);
}

/**
 * census_verdict_print_list() - print what the list lacks
 * @row: the values of the reaper
 * @list: the orphans it ended, or NULL
 * @obstacle: why there is no list
 * @style: how the list was printed
 */
void census_verdict_print_list(const struct census_table *row,
			       const struct census_table *list,
			       const char *obstacle,
			       const struct census_style *style)
{
	size_t n, shown;

	if (!census_verdict_wants_list(row))
		return;
	if (!list) {
		printf("notice: cannot tell which: %s\n", obstacle);
		return;
	}
	n = census_reaped_count(list, style);
	shown = census_reaped_shown(list, style);
	if (!n)
		puts("notice: cannot tell which: the module lists the last of all network namespaces, and others came after these");
	else if (shown < n)
		printf("the last %zu of %zu are shown: -n %zu shows all\n",
		       shown, n, n);
}
