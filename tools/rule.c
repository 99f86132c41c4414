// SPDX-License-Identifier: GPL-2.0
/*
 * What looks wrong, and from which number on. The thresholds are those that
 * people commonly alert on, not limits of the kernel.
 */
#include <err.h>
#include <inttypes.h>
#include <string.h>

#include "measure.h"
#include "rule.h"
#include "table.h"

const char *const census_levels[CENSUS_LEVELS] = {
	[CENSUS_OK] = "ok", [CENSUS_WARNING] = "warning",
	[CENSUS_CRITICAL] = "critical",
};

#define WARNING_AT(n) { [CENSUS_WARNING] = (n) }
#define BOTH_AT(w, c) { [CENSUS_WARNING] = (w), [CENSUS_CRITICAL] = (c) }

const struct census_rule census_rules[CENSUS_RULES] = {
	[CENSUS_RULE_ACCEPT_QUEUE] = {
		"accept_queue", "listeners with a full accept queue", "LISTEN",
		NULL, census_measure_full_queues, WARNING_AT(1),
		"their programs do not accept() fast enough" },
	[CENSUS_RULE_SYN_RECV] = {
		"syn_recv", "in SYN_RECV", "SYN_RECV", "current", NULL,
		WARNING_AT(256),
		"handshakes wait for their last ACK; usually a SYN flood, lost ACKs, or a full accept queue" },
	[CENSUS_RULE_SYN_SENT] = {
		"syn_sent", "overdue in SYN_SENT", "SYN_SENT", "overdue", NULL,
		WARNING_AT(100), "nobody answers them" },
	[CENSUS_RULE_REFUSED] = {
		"refused", "attempts to connect failed at once between two looks",
		"SYN_SENT", NULL, census_measure_refused, WARNING_AT(10),
		"refused, or unreachable" },
	[CENSUS_RULE_FIN_WAIT1] = {
		"fin_wait1", "in FIN_WAIT1", "FIN_WAIT1", "current", NULL,
		WARNING_AT(1000),
		"closed here, and peers have not acknowledged all of it; usually peers that are gone or keep their window closed" },
	[CENSUS_RULE_FIN_WAIT1_OVERDUE] = {
		"fin_wait1_overdue", "overdue in FIN_WAIT1", "FIN_WAIT1",
		"overdue", NULL, WARNING_AT(100),
		"closed here, and peers have not acknowledged all of it" },
	[CENSUS_RULE_NO_TIMER] = {
		"no_timer", "overdue in FIN_WAIT1 without any timer",
		"FIN_WAIT1", NULL, census_measure_no_timer, WARNING_AT(1),
		"nothing will ever end them" },
	[CENSUS_RULE_FIN_WAIT2] = {
		"fin_wait2", "in FIN_WAIT2", "FIN_WAIT2", "current", NULL,
		WARNING_AT(1000),
		"closed here, and the peers have not closed" },
	[CENSUS_RULE_FIN_WAIT2_OVERDUE] = {
		"fin_wait2_overdue", "overdue in FIN_WAIT2", "FIN_WAIT2",
		"overdue", NULL, WARNING_AT(100),
		"closed here, and the peers have not closed" },
	[CENSUS_RULE_CLOSING] = {
		"closing", "overdue in CLOSING", "CLOSING", "overdue", NULL,
		WARNING_AT(100), "both have closed, and an ACK is lost" },
	[CENSUS_RULE_LAST_ACK] = {
		"last_ack", "overdue in LAST_ACK", "LAST_ACK", "overdue", NULL,
		WARNING_AT(100), "both have closed, and the last ACK is lost" },
	[CENSUS_RULE_CLOSE_WAIT] = {
		"close_wait", "in CLOSE_WAIT", "CLOSE_WAIT", "current", NULL,
		BOTH_AT(100, 1000),
		"peers have closed and a local program has not; usually a program that forgets to close()" },
	[CENSUS_RULE_PORTS] = {
		"ports", "% of the local ports towards one destination in use",
		"TIME_WAIT", NULL, census_measure_ports, BOTH_AT(70, 95),
		"soon no more connections can be made to it" },
	[CENSUS_RULE_TW_BUCKETS] = {
		"tw_buckets", "% of tcp_max_tw_buckets in use", "TIME_WAIT",
		NULL, census_measure_tw_buckets, WARNING_AT(90),
		"beyond it, TIME_WAIT is skipped" },
	[CENSUS_RULE_ORPHANS] = {
		"orphans", "% of tcp_max_orphans in use on this host",
		"FIN_WAIT1", NULL, census_measure_orphans, BOTH_AT(25, 50),
		"beyond it, the kernel kills orphans as they come" },
	[CENSUS_RULE_TCP_MEM] = {
		"tcp_mem", "% of the memory of TCP on this host in use", NULL,
		NULL, census_measure_tcp_mem, BOTH_AT(70, 90),
		"buffers shrink, and then connections are aborted" },
	[CENSUS_RULE_INEXACT] = {
		"inexact", NULL, NULL, NULL, census_measure_inexact,
		WARNING_AT(1),
		"the module cannot see every change there, so these rows may be wrong" },
	[CENSUS_RULE_HOOKS_MISSING] = {
		"hooks_missing", NULL, NULL, NULL,
		census_measure_hooks_missing, WARNING_AT(1),
		"so many of the module's hooks are not attached; the kernel log and /sys/kernel/debug/tcp_census/hooks name them" },
	[CENSUS_RULE_UNEXPECTED] = {
		"unexpected", NULL, NULL, NULL, census_measure_unexpected,
		WARNING_AT(1),
		"so many transitions are not in the table of those that Linux makes; 'tcpcensus transitions' shows them" },
};

/**
 * census_rule_defaults() - set the thresholds to what they usually are
 * @thresholds: set
 */
void census_rule_defaults(struct census_thresholds *thresholds)
{
	size_t i;

	for (i = 0; i < CENSUS_RULES; i++)
		memcpy(thresholds->at_least[i], census_rules[i].at_least,
		       sizeof(thresholds->at_least[i]));
}

/* As "close_wait=100/1000". */
static size_t format(char *text, size_t size, enum census_rule_id rule)
{
	const uint64_t *at_least = census_rules[rule].at_least;

	if (!at_least[CENSUS_CRITICAL])
		return snprintf(text, size, "%s=%" PRIu64,
				census_rules[rule].name,
				at_least[CENSUS_WARNING]);
	return snprintf(text, size, "%s=%" PRIu64 "/%" PRIu64,
			census_rules[rule].name, at_least[CENSUS_WARNING],
			at_least[CENSUS_CRITICAL]);
}

static int explain_name(const char *arg, size_t length)
{
	char names[1024] = "";
	size_t used = 0, i;

	for (i = 0; i < CENSUS_RULES && used < sizeof(names) - 2; i++) {
		if (i)
			used += snprintf(names + used, sizeof(names) - used,
					 ", ");
		used += format(names + used, sizeof(names) - used, i);
	}
	warnx("there is no threshold '%.*s': they are %s",
	      (int)(length < 32 ? length : 32), arg, names);
	return -1;
}

/**
 * census_rule_set() - set a threshold
 * @thresholds: the thresholds
 * @level: from which on a rule is of this level
 * @arg: as NAME=NUMBER
 *
 * Return: 0, or -1 after a sentence.
 */
int census_rule_set(struct census_thresholds *thresholds,
		    enum census_level level, const char *arg)
{
	size_t length = strcspn(arg, "="), i;

	for (i = 0; i < CENSUS_RULES; i++)
		if (length == strlen(census_rules[i].name) &&
		    !strncmp(census_rules[i].name, arg, length))
			break;
	if (i == CENSUS_RULES)
		return explain_name(arg, length);
	if (arg[length] &&
	    census_table_parse_number(arg + length + 1,
				      &thresholds->at_least[i][level]))
		return 0;
	warnx("'%.64s' is not a threshold: write %s=NUMBER, 0 for never", arg,
	      census_rules[i].name);
	return -1;
}

/**
 * census_rule_level() - how bad a number is
 * @thresholds: the thresholds
 * @rule: what the number is of
 * @value: the number
 *
 * Return: the level.
 */
enum census_level census_rule_level(const struct census_thresholds *thresholds,
				    enum census_rule_id rule, uint64_t value)
{
	const uint64_t *at_least = thresholds->at_least[rule];
	enum census_level level = CENSUS_LEVELS;

	while (--level > CENSUS_OK)
		if (at_least[level] && value >= at_least[level])
			break;
	return level;
}

/**
 * census_rule_print() - say what was found
 * @file: where to
 * @rule: the rule
 * @value: the number that was found
 * @threshold: the one that it has reached
 */
void census_rule_print(FILE *file, enum census_rule_id rule, uint64_t value,
		       uint64_t threshold)
{
	fprintf(file, "%" PRIu64 " %s (%" PRIu64 " or more)", value,
		census_rules[rule].of, threshold);
}
