// SPDX-License-Identifier: GPL-2.0
/*
 * The numbers behind a finding, beyond those of its sockets.
 */
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "detail.h"
#include "tally.h"
#include "values.h"

#define MAX_LISTENERS 3		/* told of those with a full queue */

static uint64_t number(const struct census_case *c,
		       enum census_look_table table, const char *key,
		       const char *column)
{
	uint64_t value;

	census_look_number(c->now, table, key, column, &value);
	return value;
}

/* Since the look before, 0 if there was none. */
static uint64_t growth(const struct census_case *c, const char *state,
		       const char *column)
{
	return c->before ? census_look_growth(c->before, c->now, CENSUS_STATES,
					      state, column) : 0;
}

static uint64_t fact_growth(const struct census_case *c, enum census_fact fact)
{
	return c->before ? census_fact_growth(&c->before->facts,
					      &c->now->facts, fact) : 0;
}

static uint64_t number_of(const struct census_table *table, size_t row,
			  const char *column)
{
	const struct census_cell *cell = census_table_get(table, row, column);

	return cell ? cell->number : 0;
}

static unsigned long port_of(const struct census_table *listeners, size_t row)
{
	const char *local = census_table_cell(listeners, row, 0)->text;
	const char *colon = strrchr(local, ':');

	return colon ? strtoul(colon + 1, NULL, 10) : 0;
}

/**
 * census_detail_has_full_queue() - whether a listener's accept queue is full
 * @c: the case
 * @port: of the listener
 *
 * Return: whether there is such a listener.
 */
bool census_detail_has_full_queue(const struct census_case *c, uint16_t port)
{
	const struct census_table *listeners;
	size_t row;

	listeners = c->now->tables[CENSUS_LISTENERS];
	for (row = 0; listeners && row < listeners->nrows; row++)
		if (port_of(listeners, row) == port &&
		    census_measure_is_full(listeners, row))
			return true;
	return false;
}

/**
 * census_detail_at_full_queues() - how many wait at full accept queues
 * @c: the case
 *
 * Return: how many connections in SYN_RECV.
 */
uint64_t census_detail_at_full_queues(const struct census_case *c)
{
	const struct census_table *listeners;
	uint64_t sum = 0;
	size_t row;

	listeners = c->now->tables[CENSUS_LISTENERS];
	for (row = 0; listeners && row < listeners->nrows; row++)
		if (census_measure_is_full(listeners, row))
			sum += number_of(listeners, row, "syn_recv");
	return sum;
}

/**
 * census_detail_begun() - how many handshakes have begun since the look before
 * @c: the case
 *
 * Return: how many.
 */
uint64_t census_detail_begun(const struct census_case *c)
{
	return growth(c, "SYN_RECV", "entered");
}

static uint64_t completed(const struct census_look *look)
{
	const struct census_table *edges = look->tables[CENSUS_TRANSITIONS];
	uint64_t sum = 0;
	size_t row;

	for (row = 0; edges && row < edges->nrows; row++)
		if (!strcmp(census_table_get(edges, row, "from")->text, "SYN_RECV") &&
		    strcmp(census_table_get(edges, row, "to")->text, "CLOSE"))
			sum += number_of(edges, row, "count");
	return sum;
}

/**
 * census_detail_completed() - how many handshakes have been completed since
 *	the look before
 * @c: the case
 *
 * Return: how many.
 */
uint64_t census_detail_completed(const struct census_case *c)
{
	uint64_t before = c->before ? completed(c->before) : 0;
	uint64_t now = completed(c->now);

	return c->before && now > before ? now - before : 0;
}

/* The summary has words. */
static uint64_t cookies_completed(const struct census_look *look)
{
	const struct census_table *summary = look->tables[CENSUS_SUMMARY];
	const struct census_cell *cell = NULL;
	uint64_t n;

	if (summary)
		cell = census_table_find(summary, "syncookies", "value");
	return cell && census_table_parse_number(cell->text, &n) ? n : 0;
}

/* What @to has more than @from, 0 if it has less. */
static uint64_t above(uint64_t from, uint64_t to)
{
	return to > from ? to - from : 0;
}

/**
 * census_detail_lost_cookies() - how many SYNs found no room and were not
 *	completed since the look before
 * @c: the case
 *
 * They never enter SYN_RECV: they got a syncookie, or were dropped.
 *
 * Return: how many.
 */
uint64_t census_detail_lost_cookies(const struct census_case *c)
{
	uint64_t done = c->before ? above(cookies_completed(c->before),
					  cookies_completed(c->now)) : 0;

	return above(done, fact_growth(c, CENSUS_SYNCOOKIES_SENT)) +
	       fact_growth(c, CENSUS_REQ_DROPPED);
}

/**
 * census_detail_unreachables() - how many ICMP and ICMPv6 errors have come since
 *	the look before
 * @c: the case
 *
 * Return: how many.
 */
uint64_t census_detail_unreachables(const struct census_case *c)
{
	return fact_growth(c, CENSUS_UNREACHABLES) +
	       fact_growth(c, CENSUS_UNREACHABLES6);
}

/**
 * census_detail_mostly_time_wait() - whether most local ports that are in use
 *	are in TIME_WAIT
 * @c: the case
 *
 * Return: whether they are.
 */
bool census_detail_mostly_time_wait(const struct census_case *c)
{
	size_t all = 0, over = 0, i;

	for (i = 0; i < c->sockets.count; i++) {
		if (!census_measure_uses_port(c->now, &c->sockets.list[i]))
			continue;
		all++;
		over += c->sockets.list[i].state == TCP_TIME_WAIT;
	}
	return over * 2 > all;
}

/* Not more than a few: the longest line should be one that is read. */
void census_detail_listeners(FILE *file, const struct census_case *c)
{
	const struct census_table *listeners;
	const char *before = "";
	size_t n = 0, row;

	listeners = c->now->tables[CENSUS_LISTENERS];
	for (row = 0; listeners && row < listeners->nrows; row++) {
		if (!census_measure_is_full(listeners, row))
			continue;
		if (n++ == MAX_LISTENERS) {
			fputs(", ...", file);
			break;
		}
		fprintf(file, "%s%s: accept queue %" PRIu64 " of %" PRIu64
			", %" PRIu64 " in SYN_RECV", before,
			census_table_cell(listeners, row, 0)->text,
			number_of(listeners, row, "accept_queue"),
			number_of(listeners, row, "accept_limit"),
			number_of(listeners, row, "syn_recv"));
		before = "; ";
	}
	if (c->now->facts.known[CENSUS_LISTEN_OVERFLOWS])
		fprintf(file, "; %" PRIu64 " ListenOverflows since boot, %"
			PRIu64 " of them since the look before",
			c->now->facts.value[CENSUS_LISTEN_OVERFLOWS],
			fact_growth(c, CENSUS_LISTEN_OVERFLOWS));
}

void census_detail_handshakes(FILE *file, const struct census_case *c)
{
	if (c->before)
		fprintf(file, "since the look before, %" PRIu64
			" began, %" PRIu64 " were completed, %" PRIu64
			" syncookies were sent", census_detail_begun(c),
			census_detail_completed(c),
			fact_growth(c, CENSUS_SYNCOOKIES_SENT));
	else
		fprintf(file, "since load, %" PRIu64 " of %" PRIu64
			" got no answer",
			number(c, CENSUS_STATES, "SYN_RECV", "timeout"),
			number(c, CENSUS_STATES, "SYN_RECV", "entered"));
	if (c->now->facts.known[CENSUS_SYNCOOKIES])
		fprintf(file, "; tcp_syncookies=%" PRIu64,
			c->now->facts.value[CENSUS_SYNCOOKIES]);
}

void census_detail_attempts(FILE *file, const struct census_case *c)
{
	if (c->before)
		fprintf(file, "since the look before, %" PRIu64 " began, %"
			PRIu64 " were refused, %" PRIu64 " timed out, %" PRIu64
			" ICMP errors came",
			growth(c, "SYN_SENT", "entered"),
			growth(c, "SYN_SENT", "reset"),
			growth(c, "SYN_SENT", "timeout"),
			census_detail_unreachables(c));
	else
		fprintf(file, "since load, %" PRIu64 " of %" PRIu64
			" were refused, %" PRIu64 " timed out",
			number(c, CENSUS_STATES, "SYN_SENT", "reset"),
			number(c, CENSUS_STATES, "SYN_SENT", "entered"),
			number(c, CENSUS_STATES, "SYN_SENT", "timeout"));
}

void census_detail_reaper(FILE *file, const struct census_case *c)
{
	static const char *const modes[] = {
		"is off", "reports only", "is on",
	};
	const struct census_table *reaper = c->now->tables[CENSUS_REAPER];
	uint64_t mode;

	if (!reaper)
		return;
	mode = census_values_number(reaper, "mode");
	if (mode < CENSUS_ARRAY_SIZE(modes))
		fprintf(file, "%" PRIu64 " orphans; the reaper %s (fin_wait1_timeout=%"
			PRIu64 ")", census_values_number(reaper, "orphans"),
			modes[mode], census_values_number(reaper, "timeout_s"));
}

void census_detail_ports(FILE *file, const struct census_case *c)
{
	const struct census_facts *facts = &c->now->facts;

	fprintf(file, "ip_local_port_range=%" PRIu64 "-%" PRIu64 ", %" PRIu64
		" ports", facts->value[CENSUS_PORT_FIRST],
		facts->value[CENSUS_PORT_LAST],
		census_measure_local_ports(c->now));
	if (facts->known[CENSUS_TW_REUSE])
		fprintf(file, "; tcp_tw_reuse=%" PRIu64,
			facts->value[CENSUS_TW_REUSE]);
}

void census_detail_tw_buckets(FILE *file, const struct census_case *c)
{
	const struct census_facts *facts = &c->now->facts;

	fprintf(file, "%" PRIu64 " of %" PRIu64 "; %" PRIu64
		" were skipped since boot", facts->value[CENSUS_TW],
		facts->value[CENSUS_MAX_TW_BUCKETS],
		facts->value[CENSUS_TW_OVERFLOWS]);
}

void census_detail_orphans(FILE *file, const struct census_case *c)
{
	const struct census_facts *facts = &c->now->facts;
	const struct census_table *reaper = c->now->tables[CENSUS_REAPER];

	fprintf(file, "%" PRIu64 " of %" PRIu64, facts->value[CENSUS_ORPHANS],
		facts->value[CENSUS_MAX_ORPHANS]);
	if (reaper)
		fprintf(file, ", %" PRIu64 " of them in FIN_WAIT1 of this namespace",
			census_values_number(reaper, "orphans"));
	fprintf(file, "; %" PRIu64 " were killed for memory since boot",
		facts->value[CENSUS_MEMORY_ABORTS]);
}

void census_detail_memory(FILE *file, const struct census_case *c)
{
	const struct census_facts *facts = &c->now->facts;

	fprintf(file, "%" PRIu64 " pages of %" PRIu64 ", pressure begins at %"
		PRIu64 "; %" PRIu64 " were killed for memory since boot",
		facts->value[CENSUS_MEM], facts->value[CENSUS_MEM_MAX],
		facts->value[CENSUS_MEM_PRESSURE],
		facts->value[CENSUS_MEMORY_ABORTS]);
}
