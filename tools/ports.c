// SPDX-License-Identifier: GPL-2.0
/*
 * How many connections of each watched local port are in each state.
 */
#include "view.h"

static const struct census_column columns[] = {
	{ "port",		CENSUS_GAUGE,	false },
	{ "syn_sent",		CENSUS_GAUGE,	false },
	{ "syn_recv",		CENSUS_GAUGE,	false },
	{ "established",	CENSUS_GAUGE,	false },
	{ "fin_wait1",		CENSUS_GAUGE,	false },
	{ "fin_wait2",		CENSUS_GAUGE,	false },
	{ "closing",		CENSUS_GAUGE,	false },
	{ "time_wait",		CENSUS_GAUGE,	false },
	{ "close_wait",		CENSUS_GAUGE,	false },
	{ "last_ack",		CENSUS_GAUGE,	false },
	{ "listen",		CENSUS_GAUGE,	false },
};

const struct census_view census_ports_view = {
	.name = "ports",
	.help = "connections per state of each watched local port",
	.columns = columns,
	.ncolumns = CENSUS_ARRAY_SIZE(columns),
	.empty = "no port is watched: sysctl net.tcp_census.ports=\"80 443\" watches these two",
};
