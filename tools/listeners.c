// SPDX-License-Identifier: GPL-2.0
/*
 * The request queue and the accept queue of each listening socket.
 */
#include "view.h"

static const struct census_column columns[] = {
	{ "local",		CENSUS_TEXT,	false },
	{ "syn_recv",		CENSUS_GAUGE,	false },
	{ "young",		CENSUS_GAUGE,	true },
	{ "accept_queue",	CENSUS_GAUGE,	false },
	{ "accept_limit",	CENSUS_GAUGE,	true },
};

const struct census_view census_listeners_view = {
	.name = "listeners",
	.help = "the queues of each listening socket",
	.columns = columns,
	.ncolumns = CENSUS_ARRAY_SIZE(columns),
	.empty = "no socket is listening",
};
