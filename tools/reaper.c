// SPDX-License-Identifier: GPL-2.0
/*
 * What the reaper may do and has done, and to whom.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cell.h"
#include "file.h"
#include "options.h"
#include "reaped.h"
#include "values.h"
#include "verdict.h"
#include "view.h"

static const struct census_column columns[] = {
	{ "name",	CENSUS_TEXT,	false },
	{ "value",	CENSUS_TEXT,	false },
};

/* Only counters are left out of the text when they are 0. */
static const struct census_column values[] = {
	{ "mode",			CENSUS_GAUGE,	false },
	{ "timeout_s",			CENSUS_GAUGE,	true },
	{ "min_bytes",			CENSUS_GAUGE,	true },
	{ "max_age_s",			CENSUS_LIMIT,	true },
	{ "min_orphans",		CENSUS_GAUGE,	true },
	{ "batch",			CENSUS_GAUGE,	true },
	{ "can_reap",			CENSUS_GAUGE,	true },
	{ "orphans",			CENSUS_GAUGE,	true },
	{ "stalled",			CENSUS_GAUGE,	true },
	{ "held_back",			CENSUS_GAUGE,	true },
	{ "runs",			CENSUS_COUNTER,	true },
	{ "scanned",			CENSUS_COUNTER,	true },
	{ "reaped",			CENSUS_COUNTER,	true },
	{ "reaped_closed_window",	CENSUS_COUNTER,	true },
	{ "reaped_black_hole",		CENSUS_COUNTER,	true },
	{ "reaped_no_timer",		CENSUS_COUNTER,	true },
	{ "reaped_over_age",		CENSUS_COUNTER,	true },
	{ "would_reap",			CENSUS_COUNTER,	true },
	{ "would_reap_closed_window",	CENSUS_COUNTER,	true },
	{ "would_reap_black_hole",	CENSUS_COUNTER,	true },
	{ "would_reap_no_timer",	CENSUS_COUNTER,	true },
	{ "would_reap_over_age",	CENSUS_COUNTER,	true },
	{ "spared_progress",		CENSUS_COUNTER,	true },
	{ "spared_owned",		CENSUS_COUNTER,	true },
	{ "spared_mptcp",		CENSUS_COUNTER,	true },
	{ "spared_late",		CENSUS_COUNTER,	true },
	{ "failed",			CENSUS_COUNTER,	true },
	{ "last_run_us",		CENSUS_US,	true },
	{ "max_run_us",			CENSUS_US,	true },
	{ "max_lock_us",		CENSUS_US,	true },
};

/* What fits into a line of text for each interval. */
static const struct {
	const char *value;
	const char *heading;
} watched[] = {
	{ "orphans",		"orphans" },
	{ "stalled",		"stalled" },
	{ "held_back",		"held_back" },
	{ "scanned",		"scanned" },
	{ "would_reap",		"would_reap" },
	{ "reaped",		"reaped" },
	{ "spared_progress",	"spared_progress" },
	{ "failed",		"failed" },
	{ "last_run_us",	"last_run" },
};

static struct census_table *turn(struct census_table *table)
{
	struct census_table *turned;

	turned = census_values_turn(table, values, CENSUS_ARRAY_SIZE(values));
	if (turned) {
		turned->path = table->path;
		turned->text = table->text;
		table->path = NULL;
		table->text = NULL;
	}
	census_table_free(table);
	return turned;
}

static struct census_table *select_watched(const struct census_table *row)
{
	const struct census_cell *cell;
	struct census_table *out;
	size_t i, n = 0;

	out = census_table_new(CENSUS_ARRAY_SIZE(watched), 1);
	for (i = 0; out && i < CENSUS_ARRAY_SIZE(watched); i++) {
		cell = census_values_cell(row, watched[i].value);
		if (!cell)
			continue;
		out->cells[n] = *cell;
		out->columns[n] = row->columns[cell - row->cells];
		out->columns[n++].name = watched[i].heading;
	}
	if (out)
		out->ncolumns = n;
	return out;
}

static bool is_hidden(const struct census_table *row, size_t i,
		      const struct census_style *style)
{
	return !style->zeros && row->columns[i].kind == CENSUS_COUNTER &&
	       !row->cells[i].number;
}

/* A line of text: times say their unit themselves. */
static int add_line(FILE *text, const struct census_table *row, size_t i,
		    const struct census_style *style)
{
	const struct census_column *column = &row->columns[i];
	int length = strlen(column->name);
	char room[CENSUS_MAX_WORD + 1];

	if (column->kind == CENSUS_US)
		length -= strlen("_us");
	return fprintf(text, "%.*s%c%s%c", length, column->name, '\0',
		       census_cell_text(&row->cells[i], column, style, room),
		       '\0');
}

/* The cells point into one text after the other. */
static struct census_table *point(char *text, size_t nrows)
{
	struct census_table *out;
	size_t i;

	out = census_table_new(CENSUS_ARRAY_SIZE(columns), nrows);
	if (!out) {
		free(text);
		return NULL;
	}
	memcpy(out->columns, columns, sizeof(columns));
	out->text = text;
	for (i = 0; i < nrows * out->ncolumns; i++) {
		out->cells[i].text = text;
		text += strlen(text) + 1;
	}
	return out;
}

static struct census_table *list_values(const struct census_table *row,
					const struct census_style *style)
{
	size_t size, nrows = 0, i;
	char *text = NULL;
	FILE *file;

	file = open_memstream(&text, &size);
	for (i = 0; file && i < row->ncolumns; i++)
		if (!is_hidden(row, i, style) &&
		    add_line(file, row, i, style) > 0)
			nrows++;
	if (file && !fclose(file))
		return point(text, nrows);
	warnx("out of memory");
	free(text);
	return NULL;
}

static struct census_table *to_text(const struct census_table *row,
				    const struct census_style *style)
{
	return style->elapsed_s > 0 ? select_watched(row) :
				      list_values(row, style);
}

static int print_text(const struct census_table *row,
		      const struct census_table *list, const char *obstacle,
		      const struct census_style *style)
{
	if (census_print_table(&census_reaper_view, row, style) < 0)
		return -1;
	if (list && census_reaped_count(list, style)) {
		putchar('\n');
		if (census_print_table(&census_reaped_view, list, style) < 0)
			return -1;
		putchar('\n');
	}
	census_verdict_print(row);
	census_verdict_print_list(row, list, obstacle, style);
	return 0;
}

static int print_json(const struct census_table *row,
		      const struct census_table *list, const char *obstacle,
		      const struct census_style *style)
{
	const struct census_part parts[] = {
		{ &census_reaper_view, row },
		{ &census_reaped_view, list },
	};

	if (!list && census_verdict_wants_list(row))
		warnx("no 'reaped': %s", obstacle);
	return census_print_parts(parts, CENSUS_ARRAY_SIZE(parts), style);
}

static int show(const struct census_options *options)
{
	const char *list_name = census_reaped_view.name;
	struct census_table *row, *list = NULL;
	char *obstacle;
	int ret = -1;

	row = census_table_read(options->dir, &census_reaper_view);
	if (!row)
		return -1;
	obstacle = census_file_obstacle(options->debugfs_dir, list_name);
	if (!obstacle)
		list = census_table_read(options->debugfs_dir,
					 &census_reaped_view);
	if (list || obstacle)
		ret = (options->style.json ? print_json : print_text)
		      (row, list, obstacle, &options->style);
	free(obstacle);
	census_table_free(list);
	census_table_free(row);
	return ret;
}

const struct census_view census_reaper_view = {
	.name = "reaper",
	.help = "the orphans that were ended, or would be (root: which)",
	.columns = columns,
	.ncolumns = CENSUS_ARRAY_SIZE(columns),
	.turn = turn,
	.empty = "the file is empty",
	.to_text = to_text,
	.show = show,
};
