// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "census.h"
#include "table.h"

const char *const state_name[ENDS] = {
	[SYN_SENT] = "SYN_SENT",
	[SYN_RECV] = "SYN_RECV",
	[ESTABLISHED] = "ESTABLISHED",
	[FIN_WAIT1] = "FIN_WAIT1",
	[FIN_WAIT2] = "FIN_WAIT2",
	[CLOSING] = "CLOSING",
	[TIME_WAIT] = "TIME_WAIT",
	[CLOSE_WAIT] = "CLOSE_WAIT",
	[LAST_ACK] = "LAST_ACK",
	[LISTEN] = "LISTEN",
	[CLOSE] = "CLOSE",
};

const char *const reason_name[REASONS] = {
	[NORMAL] = "normal",
	[RESET] = "reset",
	[TIMEOUT] = "timeout",
	[ABORTED] = "aborted",
	[REAPED] = "reaped",
};

static struct table table;

int name_find(const char *const *names, int n, const char *word)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(names[i], word))
			return i;
	return -1;
}

static int read_state(struct census *c, enum state s)
{
	int row = table_find(&table, "state", state_name[s]);

	if (row < 0 ||
	    table_value(&table, row, "current", &c->current[s]) ||
	    table_value(&table, row, "entered", &c->entered[s]) ||
	    table_value(&table, row, "left", &c->left[s]))
		return -EBADMSG;
	for (int r = 0; r < REASONS; r++)
		if (table_value(&table, row, reason_name[r],
				&c->reason[s][r]))
			return -EBADMSG;
	return 0;
}

static int read_states(struct census *c)
{
	int err;

	err = table_read(&table, CENSUS_DIR "/states");
	for (int s = 0; !err && s < STATES; s++)
		err = read_state(c, s);
	return err;
}

static int read_edge(struct census *c, int row)
{
	const char *from = table_cell(&table, row, "from");
	const char *to = table_cell(&table, row, "to");
	const char *event = table_cell(&table, row, "event");
	int f, t;

	if (!from || !to || !event)
		return -EBADMSG;
	f = name_find(state_name, ENDS, from);
	t = name_find(state_name, ENDS, to);
	if (f < 0 || t < 0 ||
	    table_value(&table, row, "count", &c->edge[f][t]))
		return -EBADMSG;
	if (!strcmp(event, "unexpected"))
		c->unexpected += c->edge[f][t];
	return 0;
}

static int read_edges(struct census *c)
{
	int err;

	err = table_read(&table, CENSUS_DIR "/transitions");
	for (int row = 0; !err && row < table.rows; row++)
		err = read_edge(c, row);
	return err;
}

int census_read(struct census *c)
{
	int err;

	memset(c, 0, sizeof(*c));
	err = read_states(c);
	return err ? err : read_edges(c);
}

int census_summary(const char *name, long *value)
{
	int row, err;

	err = table_read(&table, CENSUS_DIR "/summary");
	if (err)
		return err;
	row = table_find(&table, "name", name);
	return row < 0 ? row : table_value(&table, row, "value", value);
}

int census_backlog(const char *local, struct backlog *b)
{
	int row, err;

	err = table_read(&table, CENSUS_DIR "/listeners");
	if (err)
		return err;
	row = table_find(&table, "local", local);
	if (row < 0)
		return row;
	if (table_value(&table, row, "syn_recv", &b->syn_recv) ||
	    table_value(&table, row, "young", &b->young) ||
	    table_value(&table, row, "accept_queue", &b->accept_queue) ||
	    table_value(&table, row, "accept_limit", &b->accept_limit))
		return -EBADMSG;
	return 0;
}
