// SPDX-License-Identifier: GPL-2.0
/*
 * How long a connection may stay in each state, and how many stay longer.
 */
#include "state.h"
#include "view.h"

static const struct census_column columns[] = {
	{ "state",	CENSUS_STATE,	false },
	{ "timeout_s",	CENSUS_LIMIT,	false },
	{ "overdue",	CENSUS_GAUGE,	false },
	{ "exceeded",	CENSUS_COUNTER,	false },
};

const struct census_view census_timeouts_view = {
	.name = "timeouts",
	.help = "the timeout of each state, and how many are or were late",
	.columns = columns,
	.ncolumns = CENSUS_ARRAY_SIZE(columns),
	.empty = "no timeouts",
	.check = census_state_check,
};
