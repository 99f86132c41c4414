// SPDX-License-Identifier: GPL-2.0
/*
 * The state diagram of TCP with the numbers of this host, for graphviz: it has
 * its beginning at the top, as in RFC 9293, and its end at the bottom. Other ways to
 * CLOSE are dashed arrows to nowhere, or they would cross all the rest.
 */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "diagram.h"
#include "graphviz.h"
#include "options.h"
#include "view.h"

#define WIDTH_PER_DIGIT 0.8
#define MAX_WIDTH 6.0
#define GREY ", class=\"zero\", color=\"#9a9996\", fontcolor=\"#9a9996\""
#define RED ", class=\"overdue\", color=\"#c01c28\", fontcolor=\"#c01c28\", penwidth=2"
#define TOP "BEGIN"		/* the node that connections come from */
#define BOTTOM "END"		/* and the one they go to, both are CLOSE */

/* Nodes beside each other, from the top to the bottom. */
static const char *const ranks[] = {
	TOP, "LISTEN SYN_SENT", "SYN_RECV", "ESTABLISHED",
	"FIN_WAIT1 CLOSE_WAIT", "FIN_WAIT2 CLOSING", "TIME_WAIT LAST_ACK",
	BOTTOM,
};

/* Where connections end when all goes well. */
static const char *const lasts[] = { "TIME_WAIT", "LAST_ACK" };

struct edge {
	const char *from;
	const char *to;
	const char *event;
	uint64_t count;
	uint64_t more;		/* of it, since an earlier look */
	double rate;		/* per second; without an earlier look, the count */
	double elapsed_s;	/* 0: none, NAN: not known */
};

static void print_ranks(FILE *file)
{
	size_t i;

	for (i = 0; i < CENSUS_ARRAY_SIZE(ranks); i++)
		fprintf(file, "\t{ rank=same; %s }\n", ranks[i]);
}

/* Whatever a file has for a name, it is one here. */
static void print_word(FILE *file, const char *word)
{
	for (; *word; word++)
		fputc(isalnum((unsigned char)*word) || *word == '-' ? *word : '_', file);
}

/* Graphviz takes no other letters outside of quotes, and no digit first. */
static void print_id(FILE *file, const char *word)
{
	if (isdigit((unsigned char)*word))
		fputc('_', file);
	for (; *word; word++)
		fputc(isalnum((unsigned char)*word) ? *word : '_', file);
}

static void print_node(FILE *file, const struct census_look *look,
		       const struct census_table *states, size_t row)
{
	const char *state = census_table_cell(states, row, 0)->text;
	uint64_t current, overdue;

	census_look_number(look, CENSUS_STATES, state, "current", &current);
	census_look_number(look, CENSUS_STATES, state, "overdue", &overdue);
	fputc('\t', file);
	print_id(file, state);
	fputs(" [label=\"", file);
	print_word(file, state);
	fprintf(file, "\\n%" PRIu64, current);
	if (overdue)
		fprintf(file, "\\n%" PRIu64 " overdue", overdue);
	fprintf(file, "\"%s%s]\n", overdue ? RED : "",
		current ? "" : ", style=\"rounded,dashed\"");
}

static bool ends_early(const struct edge *edge)
{
	size_t i;

	for (i = 0; i < CENSUS_ARRAY_SIZE(lasts); i++)
		if (!strcmp(lasts[i], edge->from))
			return false;
	return !strcmp(edge->to, "CLOSE");
}

/* As wide as the rate has digits; without one, as the count. */
static double width(double rate)
{
	double pen = 1 + WIDTH_PER_DIGIT * log10(1 + rate);

	return pen < MAX_WIDTH ? pen : MAX_WIDTH;
}

/* An edge that was not there before began at zero. */
static uint64_t growth(const struct census_look *before, const char *from,
		       const char *to, uint64_t count)
{
	const struct census_table *edges = before->tables[CENSUS_TRANSITIONS];
	uint64_t old;
	size_t row;

	for (row = 0; edges && row < edges->nrows; row++) {
		if (strcmp(census_table_get(edges, row, "from")->text, from) ||
		    strcmp(census_table_get(edges, row, "to")->text, to))
			continue;
		old = census_table_get(edges, row, "count")->number;
		return count > old ? count - old : 0;
	}
	return count;
}

/* The event, how often, and how much of it in between. @gap keeps it off the arrow. */
static void print_label(FILE *file, const struct edge *edge, const char *gap)
{
	fprintf(file, "label=\"%s", gap);
	print_word(file, edge->event);
	if (*edge->event)
		fprintf(file, "\\n%s", gap);
	fprintf(file, "%" PRIu64, edge->count);
	if (isnan(edge->elapsed_s))
		fprintf(file, "\\n%s+%" PRIu64, gap, edge->more);
	else if (edge->elapsed_s > 0)
		fprintf(file, "\\n%s%.1f/s", gap, edge->rate);
	fputc('"', file);
}

/* An arrow to a text beside the state. */
static void print_aside(FILE *file, const struct edge *edge)
{
	const char *grey = edge->count ? "" : GREY;

	fputs("\t{ rank=same; ", file);
	print_id(file, edge->from);
	fputs("; ", file);
	print_id(file, edge->from);
	fputs("_" BOTTOM " [shape=plaintext, fontsize=9, ", file);
	print_label(file, edge, "");
	fprintf(file, "%s] }\n\t", grey);
	print_id(file, edge->from);
	fputs(" -> ", file);
	print_id(file, edge->from);
	fprintf(file, "_" BOTTOM " [style=dashed, penwidth=%.1f%s]\n",
		width(edge->rate), grey);
}

static void print_edge(FILE *file, const struct edge *edge)
{
	fputc('\t', file);
	print_id(file, strcmp(edge->from, "CLOSE") ? edge->from : TOP);
	fputs(" -> ", file);
	print_id(file, strcmp(edge->to, "CLOSE") ? edge->to : BOTTOM);
	fputs(" [", file);
	print_label(file, edge, "   ");
	fprintf(file, ", penwidth=%.1f%s%s]\n", width(edge->rate),
		strcmp(edge->event, "unexpected") ? "" :
		", style=dashed, constraint=false",
		edge->count ? "" : GREY);
}

static void print_edges(FILE *file, const struct census_table *edges,
			const struct census_look *before, double elapsed_s)
{
	struct edge edge = { .elapsed_s = before ? elapsed_s : 0 };
	const struct census_cell *event;
	size_t row;

	for (row = 0; row < edges->nrows; row++) {
		event = census_table_get(edges, row, "event");
		edge.event = event ? event->text : "";
		edge.from = census_table_get(edges, row, "from")->text;
		edge.to = census_table_get(edges, row, "to")->text;
		edge.count = census_table_get(edges, row, "count")->number;
		edge.more = before ? growth(before, edge.from, edge.to, edge.count) :
				     edge.count;
		edge.rate = (double)edge.more;
		if (edge.elapsed_s > 0)
			edge.rate /= edge.elapsed_s;
		if (ends_early(&edge))
			print_aside(file, &edge);
		else
			print_edge(file, &edge);
	}
}

/**
 * census_diagram_print() - print the diagram in graphviz's language
 * @file: where to
 * @before: an earlier look, or NULL
 * @now: the look
 * @elapsed_s: seconds between them, NAN if that is not known
 *
 * Return: 0, or -1 after a sentence.
 */
int census_diagram_print(FILE *file, const struct census_look *before,
			 const struct census_look *now, double elapsed_s)
{
	const struct census_table *states = now->tables[CENSUS_STATES];
	const struct census_table *edges = now->tables[CENSUS_TRANSITIONS];
	size_t row;

	fputs("digraph tcp_census {\n"
	      "\tgraph [rankdir=TB, nodesep=0.35, ranksep=0.5, bgcolor=transparent]\n"
	      "\tnode [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=12]\n"
	      "\tedge [fontname=\"sans-serif\", fontsize=9, arrowsize=0.7]\n",
	      file);
	print_ranks(file);
	fputs("\t" TOP " [label=\"CLOSE\"]\n\t" BOTTOM " [label=\"CLOSE\"]\n",
	      file);
	for (row = 0; row < states->nrows; row++)
		print_node(file, now, states, row);
	if (edges)
		print_edges(file, edges, before, elapsed_s);
	fputs("}\n", file);
	return ferror(file) ? -1 : 0;
}

static int show(const struct census_options *options)
{
	struct census_look before = { 0 }, now = { 0 }, *first;
	double elapsed_s = 0;
	int ret;

	ret = census_options_look(options, &before, &now, &elapsed_s);
	first = elapsed_s != 0 ? &before : NULL;
	if (!ret && options->svg)
		ret = census_graphviz_svg(stdout, first, &now, elapsed_s);
	else if (!ret)
		ret = census_diagram_print(stdout, first, &now, elapsed_s);
	census_look_free(&now);
	census_look_free(&before);
	return ret;
}

const struct census_view census_diagram_view = {
	.name = "diagram",
	.help = "the state diagram, for graphviz (--svg: drawn)",
	.show = show,
	.looks = true,
};
