// SPDX-License-Identifier: GPL-2.0
/*
 * Metrics in the text format of Prometheus. All samples of a family stand
 * together, so it is printed for each network namespace in turn.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dwell.h"
#include "family.h"
#include "histogram.h"
#include "measure.h"
#include "sample.h"
#include "values.h"

/* A row for each state. */
static void print_states(struct census_page *page, const struct census_look *look)
{
	const struct census_family *f = page->family;
	const struct census_table *table = look->tables[f->table];
	struct census_label label = { "state", NULL, true };
	const struct census_cell *cell;
	size_t row;

	for (row = 0; row < table->nrows; row++) {
		label.value = census_table_cell(table, row, 0)->text;
		cell = census_table_get(table, row, f->source);
		if (cell)
			census_sample_print(page, &label, cell->number);
	}
}

static void print_closes(struct census_page *page, const struct census_look *look)
{
	static const char *const reasons[] = {
		"normal", "reset", "timeout", "aborted", "reaped",
	};
	const struct census_table *table = look->tables[page->family->table];
	struct census_label labels[] = {
		{ "state", NULL, true }, { "reason", NULL, false },
	};
	const struct census_cell *cell;
	size_t row, i;

	for (row = 0; row < table->nrows; row++) {
		labels[0].value = census_table_cell(table, row, 0)->text;
		for (i = 0; i < CENSUS_ARRAY_SIZE(reasons); i++) {
			labels[1].value = reasons[i];
			cell = census_table_get(table, row, reasons[i]);
			if (!cell)
				continue;
			census_sample_name(page, "", labels, 2);
			printf("%" PRIu64 "\n", cell->number);
		}
	}
}

static void print_edges(struct census_page *page, const struct census_look *look)
{
	const struct census_table *table = look->tables[page->family->table];
	struct census_label labels[] = {
		{ "from", NULL, true }, { "to", NULL, true },
	};
	size_t row;

	for (row = 0; row < table->nrows; row++) {
		labels[0].value = census_table_get(table, row, "from")->text;
		labels[1].value = census_table_get(table, row, "to")->text;
		census_sample_name(page, "", labels, 2);
		printf("%" PRIu64 "\n",
		       census_table_get(table, row, "count")->number);
	}
}

static void print_bucket(struct census_page *page, const char *state, const char *le,
			 uint64_t count)
{
	const struct census_label labels[] = {
		{ "state", state, true }, { "le", le, false },
	};

	census_sample_name(page, "_bucket", labels, 2);
	printf("%" PRIu64 "\n", count);
}

/* The count is that of the buckets: others come while the file is read. */
static void print_histogram(struct census_page *page, const struct census_table *table,
			    size_t row)
{
	const char *state = census_table_cell(table, row, 0)->text;
	struct census_bucket buckets[CENSUS_MAX_COLUMNS];
	const struct census_label label = { "state", state, true };
	uint64_t count = 0, us;
	char le[32];
	size_t n, i;

	n = census_dwell_buckets(table, row, buckets);
	for (i = 0; i < n && buckets[i].le_us != CENSUS_UNBOUNDED; i++) {
		count += buckets[i].count;
		snprintf(le, sizeof(le), "%.10g",
			 (double)buckets[i].le_us / 1e6);
		print_bucket(page, state, le, count);
	}
	for (; i < n; i++)
		count += buckets[i].count;
	print_bucket(page, state, "+Inf", count);
	us = census_table_get(table, row, "sum_us")->number;
	census_sample_name(page, "_sum", &label, 1);
	printf("%" PRIu64 ".%06" PRIu64 "\n", us / 1000000, us % 1000000);
	census_sample_name(page, "_count", &label, 1);
	printf("%" PRIu64 "\n", count);
}

static void print_dwell(struct census_page *page, const struct census_look *look)
{
	const struct census_table *table = look->tables[page->family->table];
	size_t row;

	for (row = 0; row < table->nrows; row++)
		print_histogram(page, table, row);
}

static int compare_locals(const void *a, const void *b)
{
	const struct census_cell *const *left = a, *const *right = b;

	return strcmp((*left)->text, (*right)->text);
}

/* Of a listener: what the column says, or whether its queue is full. */
static uint64_t listener_number(const struct census_page *page,
				const struct census_table *table, size_t row)
{
	const char *column = page->family->source;

	return column ? census_table_get(table, row, column)->number :
			census_measure_is_full(table, row);
}

/* SO_REUSEPORT makes many listeners of one address: they are added up. */
static void print_listeners(struct census_page *page, const struct census_look *look)
{
	const struct census_family *f = page->family;
	const struct census_table *table = look->tables[f->table];
	const struct census_cell *first, **rows;
	struct census_label label = { .name = "local" };
	uint64_t sum = 0;
	size_t row, i;

	if (!table->nrows ||
	    (f->source && !census_table_get(table, 0, f->source)))
		return;
	rows = calloc(table->nrows, sizeof(*rows));
	if (!rows) {
		warnx("out of memory");
		page->failed = true;
		return;
	}
	for (i = 0; i < table->nrows; i++)
		rows[i] = census_table_cell(table, i, 0);
	qsort(rows, table->nrows, sizeof(*rows), compare_locals);
	for (i = 0; i < table->nrows; i++) {
		first = rows[i];
		row = (first - table->cells) / table->ncolumns;
		sum += listener_number(page, table, row);
		if (i + 1 < table->nrows &&
		    !strcmp(first->text, rows[i + 1]->text))
			continue;
		label.value = first->text;
		census_sample_print(page, &label, sum);
		sum = 0;
	}
	free(rows);
}

/* Of each port that is watched: a column for each state. */
static void print_watched(struct census_page *page, const struct census_look *look)
{
	const struct census_table *table = look->tables[page->family->table];
	struct census_label labels[] = {
		{ "port", NULL, false }, { "state", NULL, true },
	};
	const struct census_cell *cell;
	size_t row, i;

	for (row = 0; row < table->nrows; row++) {
		cell = census_table_cell(table, row, 0);
		labels[0].value = cell->text;
		for (i = 1; i < table->ncolumns; i++) {
			labels[1].value = table->columns[i].name;
			census_sample_name(page, "", labels, 2);
			printf("%" PRIu64 "\n", cell[i].number);
		}
	}
}

/* A number of the summary; a word is not one. */
static void print_summary(struct census_page *page, const struct census_look *look)
{
	const struct census_family *f = page->family;
	const struct census_cell *cell;
	uint64_t number;

	cell = census_table_find(look->tables[f->table], f->source, "value");
	if (cell && census_table_parse_number(cell->text, &number))
		census_sample_print(page, NULL, number);
}

static void print_version(struct census_page *page, const struct census_look *look)
{
	struct census_label label = { .name = "version" };
	const struct census_cell *cell;

	cell = census_table_find(look->tables[page->family->table],
				 page->family->source, "value");
	label.value = cell ? cell->text : "unknown";
	census_sample_print(page, &label, 1);
}

/* The states that are not exact, by name. */
static void print_inexact(struct census_page *page, const struct census_look *look)
{
	const struct census_table *states = look->tables[CENSUS_STATES];
	struct census_label label = { "state", NULL, true };
	const struct census_cell *cell;
	char list[CENSUS_MAX_WORD + 3], word[64];
	size_t row;

	cell = census_table_find(look->tables[page->family->table],
				 page->family->source, "value");
	if (!cell)
		return;
	snprintf(list, sizeof(list), ",%s,", cell->text);
	for (row = 0; row < states->nrows; row++) {
		label.value = census_table_cell(states, row, 0)->text;
		snprintf(word, sizeof(word), ",%s,", label.value);
		census_sample_print(page, &label, !!strstr(list, word));
	}
}

static void print_value(struct census_page *page, const struct census_look *look)
{
	const struct census_family *f = page->family;
	const struct census_cell *cell;

	cell = census_values_cell(look->tables[f->table], f->source);
	if (cell)
		census_sample_print(page, NULL, cell->number);
}

/* The values that begin alike; what follows is the label. */
static void print_kinds(struct census_page *page, const struct census_look *look,
			const char *label_name)
{
	const struct census_family *f = page->family;
	const struct census_table *row = look->tables[f->table];
	struct census_label label = { .name = label_name };
	size_t length = strlen(f->source), i;

	for (i = 0; i < row->ncolumns; i++) {
		if (strncmp(row->columns[i].name, f->source, length))
			continue;
		label.value = row->columns[i].name + length;
		census_sample_print(page, &label, row->cells[i].number);
	}
}

static void print_reaped(struct census_page *page, const struct census_look *look)
{
	print_kinds(page, look, "kind");
}

static void print_spared(struct census_page *page, const struct census_look *look)
{
	print_kinds(page, look, "reason");
}

static void print_fact(struct census_page *page, const struct census_look *look,
		       enum census_fact fact)
{
	if (look->facts.known[fact])
		census_sample_print(page, NULL, look->facts.value[fact]);
}

static void print_ports(struct census_page *page, const struct census_look *look)
{
	const uint64_t *value = look->facts.value;

	if (look->facts.known[CENSUS_PORT_LAST] &&
	    value[CENSUS_PORT_LAST] >= value[CENSUS_PORT_FIRST])
		census_sample_print(page, NULL, value[CENSUS_PORT_LAST] -
			     value[CENSUS_PORT_FIRST] + 1);
}

static void print_orphans(struct census_page *page, const struct census_look *look)
{
	print_fact(page, look, CENSUS_ORPHANS);
}

static void print_max_orphans(struct census_page *page, const struct census_look *look)
{
	print_fact(page, look, CENSUS_MAX_ORPHANS);
}

static const struct census_family families[] = {
	{ "info", CENSUS_TYPE_GAUGE, "The version of the module, and 1.",
	  print_version, CENSUS_SUMMARY, "version" },
	{ "connections", CENSUS_TYPE_GAUGE, "TCP connections now, by state.",
	  print_states, CENSUS_STATES, "current" },
	{ "state_entries_total", CENSUS_TYPE_COUNTER,
	  "Connections that came into a state since load.",
	  print_states, CENSUS_STATES, "entered" },
	{ "state_exits_total", CENSUS_TYPE_COUNTER,
	  "Connections that left a state since load.",
	  print_states, CENSUS_STATES, "left" },
	{ "closes_total", CENSUS_TYPE_COUNTER,
	  "Connections that left a state for CLOSE since load, by reason.",
	  print_closes, CENSUS_STATES, NULL },
	{ "transitions_total", CENSUS_TYPE_COUNTER,
	  "How often each edge of the TCP state diagram was taken since load.",
	  print_edges, CENSUS_TRANSITIONS, NULL },
	{ "overdue_connections", CENSUS_TYPE_GAUGE,
	  "Connections that are in a state for longer than its timeout now.",
	  print_states, CENSUS_TIMEOUTS, "overdue" },
	{ "exceeded_total", CENSUS_TYPE_COUNTER,
	  "Stays in a state that became longer than its timeout since load.",
	  print_states, CENSUS_TIMEOUTS, "exceeded" },
	{ "state_timeout_seconds", CENSUS_TYPE_GAUGE,
	  "The timeout of a state, net.tcp_census.timeout_*; 0 is none.",
	  print_states, CENSUS_TIMEOUTS, "timeout_s" },
	{ "state_duration_seconds", CENSUS_TYPE_HISTOGRAM,
	  "How long connections stayed in a state, counted when they left.",
	  print_dwell, CENSUS_DWELL, NULL },
	{ "listener_requests", CENSUS_TYPE_GAUGE,
	  "Handshakes that wait for their last ACK, by listening address.",
	  print_listeners, CENSUS_LISTENERS, "syn_recv" },
	{ "listener_accept_queue", CENSUS_TYPE_GAUGE,
	  "Connections that wait for accept(), by listening address.",
	  print_listeners, CENSUS_LISTENERS, "accept_queue" },
	{ "listener_accept_limit", CENSUS_TYPE_GAUGE,
	  "The limit of the accept queue, by listening address.",
	  print_listeners, CENSUS_LISTENERS, "accept_limit" },
	{ "listener_full_accept_queues", CENSUS_TYPE_GAUGE,
	  "Listeners whose accept queue is full, by listening address.",
	  print_listeners, CENSUS_LISTENERS, NULL },
	{ "port_connections", CENSUS_TYPE_GAUGE,
	  "TCP connections now, by watched local port (net.tcp_census.ports) and state.",
	  print_watched, CENSUS_PORTS, NULL },
	{ "fin_wait1_orphans", CENSUS_TYPE_GAUGE,
	  "Connections in FIN_WAIT1 that no process holds.",
	  print_value, CENSUS_REAPER, "orphans" },
	{ "fin_wait1_stalled", CENSUS_TYPE_GAUGE,
	  "Of these, those that make no progress, after the reaper's last run.",
	  print_value, CENSUS_REAPER, "stalled" },
	{ "reaper_mode", CENSUS_TYPE_GAUGE,
	  "net.tcp_census.fin_wait1_reap: 0 is off, 1 reports only, 2 ends orphans.",
	  print_value, CENSUS_REAPER, "mode" },
	{ "reaped_total", CENSUS_TYPE_COUNTER, "Orphans that the reaper ended, by kind.",
	  print_reaped, CENSUS_REAPER, "reaped_" },
	{ "would_reap_total", CENSUS_TYPE_COUNTER,
	  "Orphans that the reaper would have ended in mode 1, by kind.",
	  print_reaped, CENSUS_REAPER, "would_reap_" },
	{ "spared_total", CENSUS_TYPE_COUNTER, "What the reaper spared, by reason.",
	  print_spared, CENSUS_REAPER, "spared_" },
	{ "reap_failures_total", CENSUS_TYPE_COUNTER,
	  "Orphans that the kernel refused to end.",
	  print_value, CENSUS_REAPER, "failed" },
	{ "hooks_missing", CENSUS_TYPE_GAUGE,
	  "Places in the kernel that could not be watched.",
	  print_summary, CENSUS_SUMMARY, "hooks_missing" },
	{ "inexact", CENSUS_TYPE_GAUGE, "Whether the rows of a state may be wrong.",
	  print_inexact, CENSUS_SUMMARY, "inexact" },
	{ "unexpected_transitions_total", CENSUS_TYPE_COUNTER,
	  "Transitions that Linux is not known to make.",
	  print_summary, CENSUS_SUMMARY, "unexpected" },
	{ "lost_notes_total", CENSUS_TYPE_COUNTER,
	  "Hand-overs to TIME_WAIT that could not be followed.",
	  print_summary, CENSUS_SUMMARY, "lost_notes" },
	{ "untracked_total", CENSUS_TYPE_COUNTER,
	  "Stays in a state that were not timed.",
	  print_summary, CENSUS_SUMMARY, "untracked" },
	{ "syncookies_total", CENSUS_TYPE_COUNTER,
	  "Connections that began with a syncookie.",
	  print_summary, CENSUS_SUMMARY, "syncookies" },
	{ "fastopen_total", CENSUS_TYPE_COUNTER,
	  "Connections that began with TCP Fast Open.",
	  print_summary, CENSUS_SUMMARY, "fastopen" },
	{ "time_wait_reused_total", CENSUS_TYPE_COUNTER,
	  "TIME_WAITs that a new connection ended before their time.",
	  print_summary, CENSUS_SUMMARY, "time_wait_reused" },
	{ "local_ports", CENSUS_TYPE_GAUGE,
	  "Ports that connect() may choose from, ip_local_port_range.",
	  print_ports, CENSUS_STATES, NULL },
	{ "host_orphans", CENSUS_TYPE_GAUGE,
	  "Orphans of all network namespaces, in any state.",
	  print_orphans, CENSUS_STATES, NULL },
	{ "host_orphans_limit", CENSUS_TYPE_GAUGE,
	  "The most orphans of all network namespaces, tcp_max_orphans.",
	  print_max_orphans, CENSUS_STATES, NULL },
};

/**
 * census_family_print() - print all metrics
 * @scrapes: what is known of each namespace
 * @nscrapes: how many namespaces
 *
 * Return: 0, or -1 after a sentence.
 */
int census_family_print(const struct census_scrape *scrapes, size_t nscrapes)
{
	size_t family, i;

	for (family = 0; family < CENSUS_ARRAY_SIZE(families); family++) {
		struct census_page page = { .family = &families[family] };

		for (i = 0; i < nscrapes; i++) {
			page.netns = scrapes[i].netns;
			/* an older module does not have all files */
			if (scrapes[i].look.tables[page.family->table])
				page.family->print(&page, &scrapes[i].look);
		}
		if (page.failed)
			return -1;
	}
	return 0;
}
