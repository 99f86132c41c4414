// SPDX-License-Identifier: GPL-2.0
/*
 * Findings as tables for JSON.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "diagnosis.h"
#include "table.h"
#include "view.h"

static const struct census_column status_columns[] = {
	{ "status",	CENSUS_TEXT,	false },
	{ "exit",	CENSUS_GAUGE,	false },
	{ "critical",	CENSUS_GAUGE,	false },
	{ "warning",	CENSUS_GAUGE,	false },
};

/**
 * census_diagnosis_status() - make a table of how bad it is
 * @findings: what was found
 *
 * Return: a table of one row, or NULL after a sentence.
 */
struct census_table *
census_diagnosis_status(const struct census_findings *findings)
{
	struct census_table *table;

	table = census_table_new(CENSUS_ARRAY_SIZE(status_columns), 1);
	if (!table)
		return NULL;
	memcpy(table->columns, status_columns, sizeof(status_columns));
	table->cells[1].number = census_diagnosis_level(findings);
	table->cells[0].text = census_levels[table->cells[1].number];
	table->cells[2].number = census_diagnosis_count(findings, CENSUS_CRITICAL);
	table->cells[3].number = census_diagnosis_count(findings, CENSUS_WARNING);
	return table;
}

/* The first two texts of a row are made for it, see print_texts(). */
enum {
	SENTENCE, LIMIT, LEVEL, RULE, CAUSE, STATE, VALUE, WARNING, CRITICAL,
	COUNT, SIDE, OVERDUE, TIMEOUT, OLDEST, OLDER, DETAIL, PEERS, TO, LOCALS,
	PROGRAMS, REMEDY, AVOID, COLUMNS
};

static const struct census_column columns[COLUMNS] = {
	[SENTENCE]	= { "sentence",		CENSUS_TEXT,	false },
	[LIMIT]		= { "limit",		CENSUS_TEXT,	false },
	[LEVEL]		= { "level",		CENSUS_TEXT,	false },
	[RULE]		= { "rule",		CENSUS_TEXT,	false },
	[CAUSE]		= { "cause",		CENSUS_TEXT,	false },
	[STATE]		= { "state",		CENSUS_STATE,	false },
	[VALUE]		= { "value",		CENSUS_GAUGE,	false },
	[WARNING]	= { "warning_from",	CENSUS_MAYBE,	false },
	[CRITICAL]	= { "critical_from",	CENSUS_MAYBE,	false },
	[COUNT]		= { "count",		CENSUS_MAYBE,	false },
	[SIDE]		= { "side",		CENSUS_TEXT,	false },
	[OVERDUE]	= { "overdue",		CENSUS_GAUGE,	false },
	[TIMEOUT]	= { "timeout_s",	CENSUS_MAYBE,	false },
	[OLDEST]	= { "oldest_ms",	CENSUS_MAYBE,	false },
	[OLDER]		= { "may_be_older",	CENSUS_FLAG,	false },
	[DETAIL]	= { "evidence",		CENSUS_TEXT,	false },
	[PEERS]		= { "peers",		CENSUS_LIST,	false },
	[TO]		= { "destinations",	CENSUS_LIST,	false },
	[LOCALS]	= { "local_ports",	CENSUS_LIST,	false },
	[PROGRAMS]	= { "programs",		CENSUS_LIST,	false },
	[REMEDY]	= { "remedy",		CENSUS_TEXT,	false },
	[AVOID]		= { "avoid",		CENSUS_TEXT,	false },
};

static const struct census_column tally_columns[] = {
	{ "name",	CENSUS_TEXT,	false },
	{ "count",	CENSUS_GAUGE,	false },
	{ "pid",	CENSUS_GAUGE,	false },
	{ "oldest_ms",	CENSUS_MAYBE,	false },
};

static void set(struct census_cell *cell, const char *text)
{
	cell->text = text;
	cell->absent = !text;
}

static void set_number(struct census_cell *cell, uint64_t number)
{
	cell->number = number;
	cell->absent = !number;
}

/* Returns a list that points into the tally, or NULL after a sentence. */
static struct census_table *list_tally(const struct census_tally *tally,
				       bool programs)
{
	struct census_table *list;
	struct census_cell *cells;
	size_t i;

	list = census_table_new(CENSUS_ARRAY_SIZE(tally_columns) -
				(programs ? 0 : 2), tally->ntop);
	for (i = 0; list && i < list->ncolumns; i++)
		list->columns[i] = tally_columns[i];
	for (i = 0; list && i < tally->ntop; i++) {
		cells = census_table_cell(list, i, 0);
		cells[0].text = tally->top[i].name;
		cells[1].number = tally->top[i].count;
		if (!programs)
			continue;
		cells[2].number = tally->top[i].pid;
		set_number(&cells[3], tally->top[i].oldest_ms);
	}
	return list;
}

static int fill_lists(struct census_cell *cells,
		      const struct census_finding *finding)
{
	const struct census_tally *t = finding->tallies;
	bool remotes = t[CENSUS_REMOTES].ntop;

	cells[PEERS].list = list_tally(&t[CENSUS_PEERS], false);
	cells[TO].list = list_tally(&t[remotes ? CENSUS_REMOTES :
						 CENSUS_DESTINATIONS], false);
	cells[LOCALS].list = list_tally(&t[CENSUS_LOCALS], false);
	cells[PROGRAMS].list = list_tally(&t[CENSUS_PROGRAMS], true);
	return cells[PEERS].list && cells[TO].list && cells[LOCALS].list &&
	       cells[PROGRAMS].list ? 0 : -1;
}

static void fill(struct census_cell *cells,
		 const struct census_finding *finding,
		 const uint64_t *at_least)
{
	const struct census_rule *rule = &census_rules[finding->rule];

	set(&cells[LEVEL], census_levels[finding->level]);
	set(&cells[RULE], rule->name);
	set(&cells[CAUSE], finding->cause->name);
	set(&cells[STATE], rule->state);
	cells[VALUE].number = finding->value;
	set_number(&cells[WARNING], at_least[CENSUS_WARNING]);
	set_number(&cells[CRITICAL], at_least[CENSUS_CRITICAL]);
	set_number(&cells[COUNT], finding->count);
	set(&cells[SIDE], finding->cause->side);
	cells[OVERDUE].number = finding->overdue;
	set_number(&cells[TIMEOUT], finding->timeout_s);
	set_number(&cells[OLDEST], finding->oldest_ms);
	set(&cells[OLDER], !finding->oldest_ms ? NULL :
			   finding->at_least ? "yes" : "no");
	set(&cells[DETAIL], finding->detail);
	set(&cells[REMEDY], finding->cause->remedy);
	set(&cells[AVOID], finding->cause->avoid);
}

static char *print_texts(const struct census_case *c,
			 const struct census_findings *findings)
{
	char *text = NULL;
	size_t size, i;
	FILE *file;

	file = open_memstream(&text, &size);
	for (i = 0; file && i < findings->count; i++) {
		census_diagnosis_sentence(file, c, &findings->list[i]);
		fputc('\0', file);
		census_diagnosis_limit(file, c, &findings->list[i]);
		fputc('\0', file);
	}
	if (file && !fclose(file))
		return text;
	warnx("out of memory");
	free(text);
	return NULL;
}

/**
 * census_diagnosis_table() - make a table of what was found
 * @c: the case
 * @findings: what was found; the table points into it
 * @thresholds: from when on something looks wrong
 *
 * Return: a table for JSON, or NULL after a sentence.
 */
struct census_table *
census_diagnosis_table(const struct census_case *c,
		       const struct census_findings *findings,
		       const struct census_thresholds *thresholds)
{
	const struct census_finding *finding;
	struct census_table *table;
	struct census_cell *cells;
	char *text;
	size_t i;

	table = census_table_new(COLUMNS, findings->count);
	text = table ? print_texts(c, findings) : NULL;
	if (!text)
		goto fail;
	table->text = text;
	memcpy(table->columns, columns, sizeof(columns));
	for (i = 0; i < table->nrows; i++) {
		finding = &findings->list[i];
		cells = census_table_cell(table, i, 0);
		set(&cells[SENTENCE], text);
		text += strlen(text) + 1;
		set(&cells[LIMIT], *text ? text : NULL);
		text += strlen(text) + 1;
		fill(cells, finding, thresholds->at_least[finding->rule]);
		if (fill_lists(cells, finding))
			goto fail;
	}
	return table;

fail:
	census_table_free(table);
	return NULL;
}

const struct census_view census_diagnosis_view = {
	.name = "findings",
};

const struct census_view census_diagnosis_status_view = {
	.name = "diagnosis",
};
