// SPDX-License-Identifier: GPL-2.0
/*
 * The limits of the kernel as a table, or in a line.
 */
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"
#include "table.h"
#include "view.h"

static const char *const bounds[] = {
	[CENSUS_UNKNOWN] = "unknown", [CENSUS_UNLIMITED] = "none",
	[CENSUS_EXACT] = "exact", [CENSUS_AT_LEAST] = "at_least",
};

static const struct census_column text_columns[] = {
	{ "state",	CENSUS_STATE,	false },
	{ "limit",	CENSUS_TEXT,	false },
	{ "when",	CENSUS_TEXT,	false },
	{ "sysctls",	CENSUS_TEXT,	false },
};

static const struct census_column json_columns[] = {
	{ "state",	CENSUS_STATE,	false },
	{ "bound",	CENSUS_TEXT,	false },
	{ "limit_ms",	CENSUS_MAYBE,	false },
	{ "when",	CENSUS_TEXT,	false },
	{ "sysctls",	CENSUS_TEXT,	false },
};

static void print_limit(FILE *file, struct census_limit limit)
{
	if (limit.bound == CENSUS_UNKNOWN || limit.bound == CENSUS_UNLIMITED)
		fputs(bounds[limit.bound], file);
	else
		fprintf(file, "%s%.10g s", limit.bound == CENSUS_AT_LEAST ? ">=" : "",
			(double)limit.ms / 1000);
}

/* As "tcp_syn_retries=6 tcp_syn_linear_timeouts=4". */
static void print_sysctls(FILE *file, const struct census_facts *facts,
			  size_t i)
{
	const char *before = "";
	enum census_fact fact;
	size_t n;

	for (n = 0; n < census_limit_rules[i].nfacts; n++) {
		fact = census_limit_rules[i].facts[n];
		if (!facts->known[fact])
			continue;
		fprintf(file, "%s%s=%" PRIu64, before, census_fact_name(fact),
			facts->value[fact]);
		before = " ";
	}
	if (!*before)
		fputc('-', file);
}

/**
 * census_limit_print() - print how long the kernel lets connections stay
 * @file: where to
 * @facts: the sysctls
 * @state: in this state
 * @when: only the limits whose condition has this part, or NULL
 */
void census_limit_print(FILE *file, const struct census_facts *facts,
			const char *state, const char *when)
{
	const char *before = "";
	size_t i;

	for (i = 0; i < census_nlimits; i++) {
		if (strcmp(census_limit_rules[i].state, state) ||
		    (when && !strstr(census_limit_rules[i].when, when)))
			continue;
		fputs(before, file);
		print_limit(file, census_limit_rules[i].find(facts));
		fprintf(file, " (%s)", census_limit_rules[i].when);
		before = ", ";
	}
}

/* Two texts a row: the limit, and the sysctls. */
static char *print_texts(const struct census_facts *facts)
{
	char *text = NULL;
	size_t size, i;
	FILE *file;

	file = open_memstream(&text, &size);
	for (i = 0; file && i < census_nlimits; i++) {
		print_limit(file, census_limit_rules[i].find(facts));
		fputc('\0', file);
		print_sysctls(file, facts, i);
		fputc('\0', file);
	}
	if (file && !fclose(file))
		return text;
	warnx("out of memory");
	free(text);
	return NULL;
}

static void fill_text(struct census_cell *cells, size_t i, const char *limit)
{
	cells[0].text = census_limit_rules[i].state;
	cells[1].text = limit;
	cells[2].text = census_limit_rules[i].when;
}

static void fill_json(struct census_cell *cells, size_t i, struct census_limit limit)
{
	cells[0].text = census_limit_rules[i].state;
	cells[1].text = bounds[limit.bound];
	cells[2].number = limit.ms;
	cells[2].absent = limit.bound != CENSUS_EXACT && limit.bound != CENSUS_AT_LEAST;
	cells[3].text = census_limit_rules[i].when;
}

/**
 * census_limit_table() - make a table of the limits
 * @facts: the sysctls
 * @json: whether it will be JSON
 *
 * Return: the table, or NULL after a sentence.
 */
struct census_table *census_limit_table(const struct census_facts *facts,
					bool json)
{
	size_t ncolumns = json ? CENSUS_ARRAY_SIZE(json_columns) :
				 CENSUS_ARRAY_SIZE(text_columns);
	struct census_table *table;
	struct census_cell *cells;
	char *text;
	size_t i;

	table = census_table_new(ncolumns, census_nlimits);
	text = table ? print_texts(facts) : NULL;
	if (!text) {
		census_table_free(table);
		return NULL;
	}
	table->text = text;
	memcpy(table->columns, json ? json_columns : text_columns,
	       ncolumns * sizeof(*table->columns));
	for (i = 0; i < table->nrows; i++) {
		cells = census_table_cell(table, i, 0);
		if (json)
			fill_json(cells, i, census_limit_rules[i].find(facts));
		else
			fill_text(cells, i, text);
		text += strlen(text) + 1;
		cells[ncolumns - 1].text = text;
		text += strlen(text) + 1;
	}
	return table;
}

const struct census_view census_limits_view = {
	.name = "limits",
	.empty = "no limits",
};
