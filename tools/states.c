// SPDX-License-Identifier: GPL-2.0
/*
 * How many connections are in each state, came and went, and why they closed.
 */
#include <err.h>

#include "view.h"

static const struct census_column columns[] = {
	{ "state",	CENSUS_STATE,	false },
	{ "current",	CENSUS_GAUGE,	false },
	{ "entered",	CENSUS_COUNTER,	false },
	{ "left",	CENSUS_COUNTER,	false },
	{ "normal",	CENSUS_COUNTER,	true },
	{ "reset",	CENSUS_COUNTER,	true },
	{ "timeout",	CENSUS_COUNTER,	true },
	{ "aborted",	CENSUS_COUNTER,	true },
};

static const char *const names[] = {
	"SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2",
	"CLOSING", "TIME_WAIT", "CLOSE_WAIT", "LAST_ACK", "LISTEN",
};

/* A state that is not in the file would read as a state without connections. */
static int check(const struct census_table *table)
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

const struct census_view census_states_view = {
	.name = "states",
	.help = "connections per state, and why they left for CLOSE",
	.columns = columns,
	.ncolumns = CENSUS_ARRAY_SIZE(columns),
	.empty = "no states",
	.check = check,
};
