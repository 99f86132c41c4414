// SPDX-License-Identifier: GPL-2.0
/*
 * The states of the sockets beside those that a director (IPVS) and connection
 * tracking believe connections to be in, with their timeouts: where they differ,
 * one side has forgotten what the other still waits for.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "fact.h"
#include "file.h"
#include "look.h"
#include "options.h"
#include "print.h"
#include "view.h"

#define MAX_STATES 3	/* of ours, for one of theirs */
#define MAX_WORDS 10	/* of a line, as far as it is read */

/* Who follows connections, and where in a line what is. */
enum { IPVS, CONNTRACK, TRACKERS };

static const struct {
	const char *file;
	const char *protocol;
	size_t protocol_place;
	size_t state_place;
	size_t expires_place;
} trackers[TRACKERS] = {
	[IPVS]		= { "ip_vs_conn", "TCP", 0, 7, 8 },
	[CONNTRACK]	= { "nf_conntrack", "tcp", 2, 5, 4 },
};

/* A state of theirs, and ours that are the same; NULL if there is none. */
static const struct {
	const char *name;
	const char *also;	/* what they call it, too */
	const char *states[MAX_STATES];
	const char *timeout;	/* of connection tracking */
} rows[] = {
	{ "SYN_SENT", "SYN_SENT2", { "SYN_SENT" }, "syn_sent" },
	{ "SYN_RECV", "SYNACK", { "SYN_RECV" }, "syn_recv" },
	{ "ESTABLISHED", "", { "ESTABLISHED" }, "established" },
	{ "FIN_WAIT", "", { "FIN_WAIT1", "FIN_WAIT2", "CLOSING" }, "fin_wait" },
	{ "TIME_WAIT", "", { "TIME_WAIT" }, "time_wait" },
	{ "CLOSE_WAIT", "", { "CLOSE_WAIT" }, "close_wait" },
	{ "LAST_ACK", "", { "LAST_ACK" }, "last_ack" },
	{ "LISTEN", "", { "LISTEN" }, NULL },
	{ "CLOSE", "NONE", { NULL }, "close" },
};

#define NROWS CENSUS_ARRAY_SIZE(rows)

static const struct census_column columns[] = {
	{ "state",			CENSUS_STATE,	false },
	{ "sockets",			CENSUS_MAYBE,	false },
	{ "overdue",			CENSUS_MAYBE,	false },
	{ "ipvs",			CENSUS_MAYBE,	false },
	{ "ipvs_expires_s",		CENSUS_MAYBE,	false },
	{ "conntrack",			CENSUS_MAYBE,	false },
	{ "conntrack_expires_s",	CENSUS_MAYBE,	false },
	{ "conntrack_timeout_s",	CENSUS_MAYBE,	false },
};

enum { STATE, SOCKETS, OVERDUE, FIRST_TRACKER, TIMEOUT = 7 };

/* What a tracker says of a state. */
struct tracked {
	uint64_t count;
	uint64_t longest_s;
};

static size_t split(char *line, char *words[static MAX_WORDS])
{
	char *save, *word = strtok_r(line, " \t\n", &save);
	size_t n = 0;

	for (; word && n < MAX_WORDS; word = strtok_r(NULL, " \t\n", &save))
		words[n++] = word;
	return n;
}

/* IPVS remembers where a client's connections go as one of port 0. */
static bool is_template(size_t tracker, char *const words[static MAX_WORDS])
{
	return tracker == IPVS && !strcmp(words[2], "0000");
}

/* Other protocols, and what hardware has taken over, have no such state. */
static void count(size_t tracker, char *line, struct tracked *tracked)
{
	uint64_t expires_s;
	char *words[MAX_WORDS];
	size_t n = split(line, words), i;

	if (n <= trackers[tracker].state_place ||
	    n <= trackers[tracker].expires_place ||
	    strcmp(words[trackers[tracker].protocol_place],
		   trackers[tracker].protocol) ||
	    is_template(tracker, words) ||
	    !census_table_parse_number(words[trackers[tracker].expires_place],
				       &expires_s))
		return;
	for (i = 0; i < NROWS; i++) {
		if (strcmp(rows[i].name, words[trackers[tracker].state_place]) &&
		    strcmp(rows[i].also, words[trackers[tracker].state_place]))
			continue;
		tracked[i].count++;
		if (tracked[i].longest_s < expires_s)
			tracked[i].longest_s = expires_s;
	}
}

/* Returns 1 if there is no such file, and -1 after a sentence. */
static int read_tracker(const char *dir, size_t tracker,
			struct tracked tracked[static NROWS])
{
	char *path, *line = NULL;
	size_t room = 0;
	FILE *file;
	int ret = 0;

	if (!census_file_is_there(dir, trackers[tracker].file))
		return 1;
	if (asprintf(&path, "%s/%s", dir, trackers[tracker].file) < 0) {
		warnx("out of memory");
		return -1;
	}
	file = fopen(path, "re");
	if (file) {
		while (getline(&line, &room, file) > 0)
			count(tracker, line, tracked);
		fclose(file);
	} else {
		/* the director's is for all, the other for root */
		warn("without %s", path);
		ret = 1;
	}
	free(line);
	free(path);
	return ret;
}

static void set(struct census_cell *cell, uint64_t number, bool known)
{
	cell->number = number;
	cell->absent = !known;
}

/* The sum of our states, as far as the module knows them. */
static void add_up(const struct census_look *look, size_t row,
		   const char *column, struct census_cell *cell)
{
	uint64_t sum = 0, n;
	bool known = false;
	size_t i;

	for (i = 0; i < MAX_STATES && rows[row].states[i]; i++) {
		known = census_look_number(look, CENSUS_STATES,
					   rows[row].states[i], column, &n);
		sum += n;
	}
	set(cell, sum, known);
}

static int set_timeout(struct census_cell *cell, const char *sysctl_dir,
		       size_t row)
{
	char name[96];
	int ret;

	cell->absent = true;
	if (!rows[row].timeout)
		return 0;
	snprintf(name, sizeof(name), "netfilter/nf_conntrack_tcp_timeout_%s",
		 rows[row].timeout);
	ret = census_fact_sysctl(sysctl_dir, name, &cell->number);
	cell->absent = ret != 0;
	return ret < 0 ? -1 : 0;
}

static int fill(struct census_table *table, const struct census_look *look,
		const struct census_options *options)
{
	struct tracked tracked[NROWS];
	struct census_cell *cells;
	bool any = false;
	size_t t, row;
	int ret;

	for (t = 0; t < TRACKERS; t++) {
		memset(tracked, 0, sizeof(tracked));
		ret = read_tracker(options->net_dir, t, tracked);
		if (ret < 0)
			return -1;
		any = any || !ret;
		for (row = 0; row < NROWS; row++) {
			cells = census_table_cell(table, row,
						  FIRST_TRACKER + 2 * t);
			set(&cells[0], tracked[row].count, !ret);
			set(&cells[1], tracked[row].longest_s,
			    tracked[row].count);
		}
	}
	for (row = 0; row < NROWS; row++) {
		cells = census_table_cell(table, row, 0);
		cells[STATE].text = rows[row].name;
		add_up(look, row, "current", &cells[SOCKETS]);
		add_up(look, row, "overdue", &cells[OVERDUE]);
		if (set_timeout(&cells[TIMEOUT], options->sysctl_dir, row))
			return -1;
	}
	if (any)
		return 0;
	warnx("there is nothing to compare the sockets with: neither IPVS (modprobe ip_vs) nor connection tracking that shows itself in /proc/net/nf_conntrack (to root) is here");
	return -1;
}

static int show(const struct census_options *options)
{
	struct census_look look = { 0 };
	struct census_table *table;
	int ret = -1;

	table = census_table_new(CENSUS_ARRAY_SIZE(columns), NROWS);
	if (table)
		memcpy(table->columns, columns, sizeof(columns));
	if (table &&
	    !census_look_take(&look, options->dir, options->net_dir,
			      options->sysctl_dir) &&
	    !fill(table, &look, options) &&
	    census_print_table(&census_lvs_view, table, &options->style) >= 0)
		ret = 0;
	census_look_free(&look);
	census_table_free(table);
	return ret;
}

const struct census_view census_lvs_view = {
	.name = "lvs",
	.help = "beside what IPVS and connection tracking believe",
	.show = show,
	.empty = "no states",
};
