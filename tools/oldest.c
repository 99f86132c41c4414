// SPDX-License-Identifier: GPL-2.0
/*
 * The connections that are in each state for longest, and who holds them.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "print.h"
#include "process.h"
#include "view.h"

static const struct census_column columns[] = {
	{ "state",		CENSUS_STATE,	false },
	{ "age_ms",		CENSUS_MS,	false },
	{ "local",		CENSUS_TEXT,	false },
	{ "remote",		CENSUS_TEXT,	false },
	{ "netns",		CENSUS_GAUGE,	false },
	{ "inode",		CENSUS_MAYBE,	false },
	{ "uid",		CENSUS_MAYBE,	true },
	{ "orphan",		CENSUS_FLAG,	true },
	{ "unacked_bytes",	CENSUS_MAYBE,	true },
	{ "unsent_bytes",	CENSUS_MAYBE,	true },
	{ "snd_wnd_bytes",	CENSUS_MAYBE,	true },
	{ "retransmits",	CENSUS_MAYBE,	true },
	{ "timer",		CENSUS_TEXT,	true },
	{ "start",		CENSUS_TEXT,	false },
};

/* Where the first ones are in a table; none is optional. "start" is the last. */
enum { STATE, AGE, LOCAL, REMOTE, NETNS, INODE };

static const struct census_column holder_columns[] = {
	{ "program",	CENSUS_TEXT,	false },
	{ "pid",	CENSUS_GAUGE,	false },
	{ "fd",		CENSUS_GAUGE,	false },
};

static bool is_wanted(const struct census_cell *row,
		      const struct census_style *style)
{
	if (style->netns && row[NETNS].number != style->netns)
		return false;
	return !style->state || !strcasecmp(row[STATE].text, style->state);
}

/* Copies the first @ncolumns of the wanted rows; @nmore are left free. */
static struct census_table *select_rows(const struct census_table *table,
					const struct census_style *style,
					size_t ncolumns, size_t nmore)
{
	struct census_table *out = census_table_new(ncolumns + nmore,
						    table->nrows);
	const struct census_cell *from;
	struct census_cell *to;
	size_t row;

	if (!out)
		return NULL;
	memcpy(out->columns, table->columns, ncolumns * sizeof(*out->columns));
	out->nrows = 0;
	for (row = 0; row < table->nrows; row++) {
		from = census_table_cell(table, row, 0);
		if (!is_wanted(from, style))
			continue;
		to = census_table_cell(out, out->nrows++, 0);
		memcpy(to, from, ncolumns * sizeof(*to));
		/* found when the module was loaded: nobody knows since when */
		to[AGE].at_least = strcmp(from[table->ncolumns - 1].text,
					  "seen");
	}
	return out;
}

static struct census_cell *last_cell(const struct census_table *out,
				     size_t row)
{
	return census_table_cell(out, row, out->ncolumns - 1);
}

/* Inode 0 stands for a socket that no process holds. */
static const struct census_holder *
holders_of(const struct census_table *out, size_t row,
	   const struct census_holders *holders, size_t *n)
{
	return census_process_of(holders,
				 census_table_cell(out, row, INODE)->number, n);
}

static int find_holders(const struct census_table *table,
			struct census_holders *holders)
{
	uint64_t *inodes = calloc(table->nrows + 1, sizeof(*inodes));
	const struct census_cell *cell;
	size_t n = 0, row;
	int ret;

	if (!inodes) {
		warnx("out of memory");
		return -1;
	}
	for (row = 0; row < table->nrows; row++) {
		cell = census_table_cell(table, row, INODE);
		if (cell->number)
			inodes[n++] = cell->number;
	}
	ret = census_process_find(holders, inodes, n);
	free(inodes);
	return ret;
}

/* As ss -p shows them: users:(("nginx",pid=12,fd=3),("nginx",pid=13,fd=3)) */
static void print_holders(FILE *file, const struct census_holder *holder,
			  size_t n)
{
	size_t i;

	fputs(n ? "users:(" : "-", file);
	for (i = 0; i < n; i++)
		fprintf(file, "%s(\"%s\",pid=%" PRIu64 ",fd=%" PRIu64 ")",
			i ? "," : "", holder[i].program, holder[i].pid,
			holder[i].fd);
	fprintf(file, "%s%c", n ? ")" : "", '\0');
}

/* Fills the last column with text, which the table will own. */
static int name_holders(struct census_table *out,
			const struct census_holders *holders)
{
	const struct census_holder *holder;
	size_t size, row, n;
	char *text = NULL;
	FILE *file;

	file = open_memstream(&text, &size);
	if (!file)
		goto no_memory;
	for (row = 0; row < out->nrows; row++) {
		holder = holders_of(out, row, holders, &n);
		last_cell(out, row)->number = ftell(file);
		print_holders(file, holder, n);
	}
	if (fclose(file))
		goto no_memory;
	out->text = text;
	for (row = 0; row < out->nrows; row++)
		last_cell(out, row)->text = text + last_cell(out, row)->number;
	return 0;

no_memory:
	warnx("out of memory");
	free(text);
	return -1;
}

static struct census_table *new_list(const struct census_holder *holder,
				     size_t n)
{
	struct census_table *list;
	struct census_cell *cells;
	char *program;
	size_t i;

	list = census_table_new(CENSUS_ARRAY_SIZE(holder_columns), n);
	if (!list)
		return NULL;
	list->text = calloc(n + 1, sizeof(holder->program));
	if (!list->text) {
		warnx("out of memory");
		census_table_free(list);
		return NULL;
	}
	memcpy(list->columns, holder_columns, sizeof(holder_columns));
	for (i = 0; i < n; i++) {
		cells = census_table_cell(list, i, 0);
		program = list->text + i * sizeof(holder->program);
		memcpy(program, holder[i].program, sizeof(holder->program));
		cells[0].text = program;
		cells[1].number = holder[i].pid;
		cells[2].number = holder[i].fd;
	}
	return list;
}

/* Fills the last column with lists. */
static int list_holders(struct census_table *out,
			const struct census_holders *holders)
{
	const struct census_holder *holder;
	struct census_table *list;
	size_t row, n;

	for (row = 0; row < out->nrows; row++) {
		holder = holders_of(out, row, holders, &n);
		list = new_list(holder, n);
		if (!list)
			return -1;
		last_cell(out, row)->list = list;
	}
	return 0;
}

/* Takes the table, and returns it with its last column filled, or NULL. */
static struct census_table *add_holders(struct census_table *out,
					const struct census_style *style)
{
	static const struct census_column processes[] = {
		{ "process",	CENSUS_TEXT,	false },
		{ "processes",	CENSUS_LIST,	false },
	};
	struct census_holders holders = { 0 };
	int ret;

	if (!out)
		return NULL;
	out->columns[out->ncolumns - 1] = processes[style->json];
	ret = find_holders(out, &holders);
	if (!ret)
		ret = style->json ? list_holders(out, &holders) :
				    name_holders(out, &holders);
	census_process_free(&holders);
	if (!ret)
		return out;
	census_table_free(out);
	return NULL;
}

static struct census_table *to_text(const struct census_table *table,
				    const struct census_style *style)
{
	struct census_table *out;

	/* the age says what the start is */
	out = select_rows(table, style, table->ncolumns - 1, style->processes);
	if (out)
		out->columns[AGE].name = "age";
	return style->processes ? add_holders(out, style) : out;
}

static struct census_table *to_json(const struct census_table *table,
				    const struct census_style *style)
{
	struct census_table *out;

	out = select_rows(table, style, table->ncolumns, style->processes);
	return style->processes ? add_holders(out, style) : out;
}

const struct census_view census_oldest_view = {
	.name = "oldest",
	.help = "the connections that stay in each state for longest (root)",
	.columns = columns,
	.ncolumns = CENSUS_ARRAY_SIZE(columns),
	.empty = "no such connection",
	.to_text = to_text,
	.to_json = to_json,
	.in_debugfs = true,
};
