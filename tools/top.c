// SPDX-License-Identifier: GPL-2.0
/*
 * Watches the census: on a terminal as top does, one table at a time, in place;
 * elsewhere as vmstat does, a line for each interval.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "options.h"
#include "print.h"
#include "screen.h"
#include "view.h"
#include "watch.h"

#define INTERVAL_S 1.0		/* unless asked for another */
#define HEADING_LINES 20	/* lines under one heading */

/* The tables, and the keys that show them. */
static const struct {
	char key;
	const struct census_view *view;
} pages[] = {
	{ 's', &census_states_view },
	{ 't', &census_transitions_view },
	{ 'd', &census_dwell_view },
	{ 'o', &census_timeouts_view },
	{ 'l', &census_listeners_view },
	{ 'r', &census_reaper_view },
};

/* What is on the screen. */
struct page {
	const struct census_view *view;
	struct census_table *before;
	struct census_table *now;
	double before_s;
	double now_s;
	bool help;
};

static double clock_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void format_time(char *text, size_t size)
{
	time_t now = time(NULL);
	struct tm tm = { 0 };

	localtime_r(&now, &tm);
	strftime(text, size, "%H:%M:%S", &tm);
}

static void forget(struct page *page)
{
	census_table_free(page->before);
	census_table_free(page->now);
	page->before = NULL;
	page->now = NULL;
}

/* Reads on; what there was before is what it is compared with. */
static int look(struct page *page, const char *dir)
{
	struct census_table *table = census_table_read(dir, page->view);

	if (!table)
		return -1;
	census_table_free(page->before);
	page->before = page->now;
	page->before_s = page->now_s;
	page->now = table;
	page->now_s = clock_s();
	/* the module was loaded anew */
	if (page->before && !census_watch_grow(page->before, table)) {
		census_table_free(page->before);
		page->before = NULL;
	}
	return 0;
}

/* Lines are as in the text: a heading, and a row each. */
static bool is_overdue(size_t line, const void *data)
{
	const struct page *page = data;
	const struct census_cell *cell;

	if (page->help || !line || line > page->now->nrows)
		return false;
	cell = census_table_get(page->now, line - 1, "overdue");
	return cell && cell->number;
}

static const char help[] =
	"\n  s  states\n  t  transitions\n  d  how long connections stay\n"
	"  o  timeouts\n  l  listeners\n  r  the reaper\n\n"
	"  space  look now\n  h  this\n  q  quit\n\n"
	"  What only grows is shown per second (/s), the rest as it is.\n"
	"  States with overdue connections are marked.\n";

static int draw(const struct page *page, double interval_s)
{
	struct census_style style = { .zeros = false };
	char head[160], now[16], *text = NULL;

	format_time(now, sizeof(now));
	snprintf(head, sizeof(head),
		 " tcpcensus  %s  %s  every %gs%s    [s t d o l r] tables  [h] help  [q] quit ",
		 now, page->view->name, interval_s,
		 page->before ? "" : ", since load");
	if (page->before)
		style.elapsed_s = page->now_s - page->before_s;
	if (!page->help &&
	    census_print_string(page->view, page->now, &style, &text))
		return -1;
	census_screen_draw(head, page->help ? help : text, is_overdue, page);
	free(text);
	return census_print_flush();
}

/* Returns false for a key that is none. */
static bool turn_to(struct page *page, int key)
{
	size_t i;

	page->help = key == 'h' || key == '?';
	for (i = 0; i < CENSUS_ARRAY_SIZE(pages); i++) {
		if (pages[i].key != key)
			continue;
		if (pages[i].view != page->view)
			forget(page);
		page->view = pages[i].view;
		return true;
	}
	return key == ' ';
}

/* Until the time for the next look has come. */
static int wait_for(struct page *page, double interval_s)
{
	double left;
	int key;

	while ((left = page->now_s + interval_s - clock_s()) > 0) {
		key = census_screen_wait(left);
		if (key == 'q' || key == CENSUS_KEY_END)
			return CENSUS_KEY_END;
		if (key != CENSUS_KEY_NONE && key != CENSUS_KEY_RESIZED &&
		    turn_to(page, key))
			break;
		if (draw(page, interval_s))
			return CENSUS_KEY_END;
	}
	return CENSUS_KEY_NONE;
}

static int run_screen(const struct census_options *options, double interval_s)
{
	struct page page = { .view = &census_states_view };
	unsigned long done = 0;
	int ret;

	ret = look(&page, options->dir);
	if (ret || census_screen_begin()) {
		forget(&page);
		return -1;
	}
	while (!(ret = draw(&page, interval_s)) &&
	       ++done != options->watch.count &&
	       wait_for(&page, interval_s) != CENSUS_KEY_END &&
	       !(ret = look(&page, options->dir)))
		;
	census_screen_end();
	/* what was said on the screen is gone with it */
	if (ret)
		look(&page, options->dir);
	forget(&page);
	return ret;
}

static const struct census_column more[] = {
	{ "opened",	CENSUS_COUNTER,	false },
	{ "closed",	CENSUS_COUNTER,	false },
	{ "overdue",	CENSUS_GAUGE,	false },
};

enum { OPENED, CLOSED, OVERDUE };

static void add_up(const struct census_table *states, struct census_cell *cells)
{
	const struct census_cell *cell;
	const char *state;
	size_t row, i;

	for (row = 0; row < states->nrows; row++) {
		state = census_table_cell(states, row, 0)->text;
		if (!strcmp(state, "ESTABLISHED"))
			cells[OPENED].growth =
				census_table_get(states, row, "entered")->growth;
		cell = census_table_get(states, row, "overdue");
		cells[OVERDUE].number += cell ? cell->number : 0;
		/* the reasons are the counters that follow those two */
		for (i = 0; i < states->ncolumns; i++)
			if (states->columns[i].kind == CENSUS_COUNTER &&
			    strcmp(states->columns[i].name, "entered") &&
			    strcmp(states->columns[i].name, "left") &&
			    strcmp(states->columns[i].name, "exceeded"))
				cells[CLOSED].growth +=
					census_table_cell(states, row, i)
						->growth;
	}
}

/* One row: a column for each state. */
static struct census_table *lay_down(const struct census_table *states)
{
	struct census_table *out;
	size_t n = states->nrows, row;

	out = census_table_new(n + CENSUS_ARRAY_SIZE(more), 1);
	for (row = 0; out && row < n; row++) {
		out->columns[row].name = census_table_cell(states, row, 0)->text;
		out->columns[row].kind = CENSUS_GAUGE;
		out->cells[row].number =
			census_table_get(states, row, "current")->number;
	}
	if (out) {
		memcpy(out->columns + n, more, sizeof(more));
		add_up(states, out->cells + n);
	}
	return out;
}

static int print_line(const struct page *page, bool heading)
{
	struct census_table *table = lay_down(page->now);
	struct census_style style = { .no_heading = !heading };
	char now[16];
	int ret = -1;

	format_time(now, sizeof(now));
	style.time = now;
	style.elapsed_s = page->now_s - page->before_s;
	if (table && census_print_table(page->view, table, &style) >= 0)
		ret = census_print_flush();
	census_table_free(table);
	return ret;
}

static int run_lines(const struct census_options *options, double interval_s)
{
	struct page page = { .view = &census_states_view };
	unsigned long done = 0;
	int ret;

	ret = look(&page, options->dir);
	while (!ret && (!options->watch.count || done < options->watch.count)) {
		census_watch_sleep(interval_s);
		ret = look(&page, options->dir);
		if (ret)
			break;
		if (page.before)
			ret = print_line(&page, !(done++ % HEADING_LINES));
		else
			warnx("a counter went back, the module was loaded anew: starting over");
	}
	forget(&page);
	return ret;
}

static int show(const struct census_options *options)
{
	double interval_s = options->watch.interval_s;

	if (interval_s <= 0)
		interval_s = INTERVAL_S;
	return (census_screen_is_there() ? run_screen : run_lines)
	       (options, interval_s);
}

const struct census_view census_watch_view = {
	.name = "watch",
	.help = "again and again, in place on a terminal (h: the keys)",
	.show = show,
	.looks = true,
};
