// SPDX-License-Identifier: GPL-2.0
/*
 * How often each edge of the TCP state diagram was taken.
 */
#include "view.h"

static const struct census_column columns[] = {
	{ "from",	CENSUS_STATE,	false },
	{ "to",		CENSUS_STATE,	false },
	{ "count",	CENSUS_COUNTER,	false },
	{ "event",	CENSUS_TEXT,	true },
};

const struct census_view census_transitions_view = {
	.name = "transitions",
	.help = "how often each edge of the state diagram was taken",
	.columns = columns,
	.ncolumns = CENSUS_ARRAY_SIZE(columns),
	.empty = "no transition has been counted yet (-z lists them all)",
	.hides_zeros = true,
};
