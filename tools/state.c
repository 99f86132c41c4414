// SPDX-License-Identifier: GPL-2.0
/*
 * The states of a TCP connection.
 */
#include <err.h>
#include <strings.h>

#include "state.h"
#include "table.h"

static const char *const names[] = {
	"SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2",
	"CLOSING", "TIME_WAIT", "CLOSE_WAIT", "LAST_ACK", "LISTEN",
};

/**
 * census_state_is() - whether there is such a state
 * @name: in upper or lower case
 *
 * Return: whether there is.
 */
bool census_state_is(const char *name)
{
	size_t i;

	for (i = 0; i < CENSUS_ARRAY_SIZE(names); i++)
		if (!strcasecmp(names[i], name))
			return true;
	return false;
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

	for (i = 0; i < CENSUS_ARRAY_SIZE(names); i++) {
		if (census_table_find(table, names[i], "state"))
			continue;
		warnx("%s: the state %s is missing", table->path, names[i]);
		return -1;
	}
	return 0;
}
