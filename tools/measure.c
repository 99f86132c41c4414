// SPDX-License-Identifier: GPL-2.0
/*
 * The numbers of rules that are not just a cell of a file.
 */
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "tally.h"

/* A file may have any number, more than what 64 bits hold is as much. */
static uint64_t percent(uint64_t part, uint64_t whole)
{
	double share = (double)part * 100 / (double)whole;

	return share < (double)INT64_MAX ? (uint64_t)share : INT64_MAX;
}

/* Of a fact that has a limit. */
static bool measure_share(const struct census_case *c, enum census_fact part,
			  enum census_fact whole, uint64_t *value)
{
	const struct census_facts *facts = &c->now->facts;

	if (!facts->known[part] || !facts->known[whole] || !facts->value[whole])
		return false;
	*value = percent(facts->value[part], facts->value[whole]);
	return true;
}

/**
 * census_measure_is_full() - whether the accept queue of a listener is full
 * @listeners: the listeners
 * @row: which
 *
 * As sk_acceptq_is_full() sees it: there is room for one more than the limit.
 *
 * Return: whether it is.
 */
bool census_measure_is_full(const struct census_table *listeners, size_t row)
{
	uint64_t queue = 0, limit = UINT64_MAX;
	const struct census_cell *cells;
	size_t i;

	cells = census_table_cell(listeners, row, 0);
	for (i = 0; i < listeners->ncolumns; i++)
		if (!strcmp(listeners->columns[i].name, "accept_queue"))
			queue = cells[i].number;
		else if (!strcmp(listeners->columns[i].name, "accept_limit"))
			limit = cells[i].number;
	return queue > limit;
}

bool census_measure_full_queues(const struct census_case *c, uint64_t *value)
{
	const struct census_table *listeners;
	size_t row;

	listeners = c->now->tables[CENSUS_LISTENERS];
	*value = 0;
	for (row = 0; listeners && row < listeners->nrows; row++)
		*value += census_measure_is_full(listeners, row);
	return listeners;
}

/* Those that were answered with a RST, or an ICMP error, in the meantime. */
bool census_measure_refused(const struct census_case *c, uint64_t *value)
{
	if (!c->before)
		return false;
	*value = census_look_growth(c->before, c->now, CENSUS_STATES,
				    "SYN_SENT", "reset");
	return true;
}

/*
 * One that has just been closed has no timer before its first segment is sent,
 * so no more than are overdue count.
 */
bool census_measure_no_timer(const struct census_case *c, uint64_t *value)
{
	uint64_t overdue, n = 0;
	size_t i;

	if (!c->walked || !census_look_number(c->now, CENSUS_STATES,
					      "FIN_WAIT1", "overdue", &overdue))
		return false;
	for (i = 0; i < c->sockets.count; i++)
		n += c->sockets.list[i].state == TCP_FIN_WAIT1 &&
		     c->sockets.list[i].timer == CENSUS_TIMER_NONE &&
		     !c->sockets.list[i].inode;
	*value = n < overdue ? n : overdue;
	return true;
}

/**
 * census_measure_local_ports() - how many ports connect() may choose from
 * @look: the look
 *
 * Return: how many, 0 if that is not known.
 */
uint64_t census_measure_local_ports(const struct census_look *look)
{
	const struct census_facts *facts = &look->facts;
	uint64_t first = facts->value[CENSUS_PORT_FIRST];
	uint64_t last = facts->value[CENSUS_PORT_LAST];

	if (!facts->known[CENSUS_PORT_FIRST] || last < first || last > 65535)
		return 0;
	return last - first + 1;
}

/**
 * census_measure_uses_port() - whether a socket takes one of these ports
 * @look: the look
 * @socket: the socket
 *
 * Return: whether it does.
 */
bool census_measure_uses_port(const struct census_look *look,
			      const struct census_socket *socket)
{
	const struct census_facts *facts = &look->facts;

	return socket->state != TCP_LISTEN && socket->state != TCP_SYN_RECV &&
	       socket->local.port >= facts->value[CENSUS_PORT_FIRST] &&
	       socket->local.port <= facts->value[CENSUS_PORT_LAST];
}

static bool uses_port(const struct census_socket *socket, const void *look)
{
	return census_measure_uses_port(look, socket);
}

/* A destination is an address and a port, from one address of ours. */
bool census_measure_ports(const struct census_case *c, uint64_t *value)
{
	uint64_t all = census_measure_local_ports(c->now);
	struct census_tally tally = { 0 };

	if (!c->walked || !all)
		return false;
	if (census_tally_destinations(&tally, &c->sockets, uses_port, c->now))
		return false;
	*value = tally.ntop ? percent(tally.top[0].count, all) : 0;
	return true;
}

bool census_measure_tw_buckets(const struct census_case *c, uint64_t *value)
{
	return measure_share(c, CENSUS_TW, CENSUS_MAX_TW_BUCKETS, value);
}

bool census_measure_orphans(const struct census_case *c, uint64_t *value)
{
	return measure_share(c, CENSUS_ORPHANS, CENSUS_MAX_ORPHANS, value);
}

bool census_measure_tcp_mem(const struct census_case *c, uint64_t *value)
{
	return measure_share(c, CENSUS_MEM, CENSUS_MEM_MAX, value);
}

/* The summary has words: what it says is told as it is. */
static const char *summary_word(const struct census_case *c, const char *name)
{
	const struct census_table *summary = c->now->tables[CENSUS_SUMMARY];
	const struct census_cell *cell = NULL;

	if (summary)
		cell = census_table_find(summary, name, "value");
	return cell ? cell->text : NULL;
}

bool census_measure_inexact(const struct census_case *c, uint64_t *value)
{
	const char *word = summary_word(c, "inexact");

	*value = word && strcmp(word, "none");
	return word;
}

static bool measure_flaw(const struct census_case *c, const char *name,
			 uint64_t *value)
{
	const char *word = summary_word(c, name);

	return word && census_table_parse_number(word, value);
}

bool census_measure_hooks_missing(const struct census_case *c, uint64_t *value)
{
	return measure_flaw(c, "hooks_missing", value);
}

bool census_measure_unexpected(const struct census_case *c, uint64_t *value)
{
	return measure_flaw(c, "unexpected", value);
}
