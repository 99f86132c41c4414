// SPDX-License-Identifier: GPL-2.0
/*
 * The states of a TCP connection.
 */
#include <ctype.h>
#include <err.h>
#include <netinet/tcp.h>
#include <strings.h>

#include "state.h"
#include "table.h"

static const struct {
	const char *name;
	int number;	/* the kernel's */
} states[] = {
	{ "SYN_SENT", TCP_SYN_SENT }, { "SYN_RECV", TCP_SYN_RECV },
	{ "ESTABLISHED", TCP_ESTABLISHED }, { "FIN_WAIT1", TCP_FIN_WAIT1 },
	{ "FIN_WAIT2", TCP_FIN_WAIT2 }, { "CLOSING", TCP_CLOSING },
	{ "TIME_WAIT", TCP_TIME_WAIT }, { "CLOSE_WAIT", TCP_CLOSE_WAIT },
	{ "LAST_ACK", TCP_LAST_ACK }, { "LISTEN", TCP_LISTEN },
};

/* What ss and RFC 9293 call them, but for case and signs. */
static const struct {
	const char *alias;
	const char *name;
} aliases[] = {
	{ "ESTAB", "ESTABLISHED" }, { "SYNRECEIVED", "SYN_RECV" },
	{ "LISTENING", "LISTEN" },
};

/**
 * census_state_number() - what /proc/net/tcp calls a state
 * @name: in upper or lower case
 *
 * Return: the kernel's number, or 0.
 */
int census_state_number(const char *name)
{
	size_t i;

	for (i = 0; i < CENSUS_ARRAY_SIZE(states); i++)
		if (!strcasecmp(states[i].name, name))
			return states[i].number;
	return 0;
}

/* "fin-wait-1" is "FIN_WAIT1". */
static bool is_alike(const char *a, const char *b)
{
	for (;; a++, b++) {
		while (*a == '-' || *a == '_')
			a++;
		while (*b == '-' || *b == '_')
			b++;
		if (toupper((unsigned char)*a) != toupper((unsigned char)*b))
			return false;
		if (!*a)
			return true;
	}
}

/**
 * census_state_find() - find a state by any of its names
 * @name: the kernel's, that of ss, or that of the RFC
 *
 * Return: the kernel's name, or NULL if there is no such state.
 */
const char *census_state_find(const char *name)
{
	size_t i;

	for (i = 0; i < CENSUS_ARRAY_SIZE(aliases); i++)
		if (is_alike(aliases[i].alias, name))
			return aliases[i].name;
	for (i = 0; i < CENSUS_ARRAY_SIZE(states); i++)
		if (is_alike(states[i].name, name))
			return states[i].name;
	return NULL;
}

/**
 * census_state_check() - check that a table has a row for each state
 * @table: with the states in its first column
 *
 * A state that is not in the file would read as a state without connections.
 *
 * Return: 0, or -1 after a sentence.
 */
int census_state_check(const struct census_table *table)
{
	size_t i;

	for (i = 0; i < CENSUS_ARRAY_SIZE(states); i++) {
		if (census_table_find(table, states[i].name, "state"))
			continue;
		warnx("%s: the state %s is missing", table->path, states[i].name);
		return -1;
	}
	return 0;
}
