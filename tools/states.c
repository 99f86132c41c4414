// SPDX-License-Identifier: GPL-2.0
/*
 * How many connections are in each state, came and went, why they closed, and
 * how many of them stay too long.
 */
#include "state.h"
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
	{ "reaped",	CENSUS_COUNTER,	true },
	{ "overdue",	CENSUS_GAUGE,	true },
	{ "exceeded",	CENSUS_COUNTER,	true },
};

const struct census_view census_states_view = {
	.name = "states",
	.help = "connections per state, and why they left for CLOSE",
	.columns = columns,
	.ncolumns = CENSUS_ARRAY_SIZE(columns),
	.empty = "no states",
	.check = census_state_check,
};
