// SPDX-License-Identifier: GPL-2.0
/*
 * tcpcensus - shows what the tcp_census module counts.
 *
 *   options.c    the command line and the list of commands
 *   netns.c      enters another network namespace
 *   file.c       a file of the module -> text
 *   table.c      text -> struct census_table, columns found by name
 *   states.c transitions.c dwell.c timeouts.c listeners.c oldest.c reaper.c
 *   summary.c    what each command reads: a struct census_view
 *   values.c     lines of a name and a value -> a table of one row
 *   reaped.c     the orphans that the reaper ended
 *   verdict.c    what the reaper is doing, in sentences
 *   state.c      the names of the states
 *   histogram.c  quantiles of a histogram
 *   process.c    who has a socket open
 *   debugfs.c    why a file in debugfs cannot be read
 *   findings.c   what looks wrong
 *   watch.c      again and again, counters per second
 *   print.c      struct census_table -> columns or JSON (libsmartcols)
 *   cell.c duration.c
 *                how a cell, and a time in it, is shown
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "debugfs.h"
#include "file.h"
#include "findings.h"
#include "netns.h"
#include "options.h"
#include "view.h"

#define EXIT_USAGE 2

/* /proc/net is the namespace of the process; they are the same until setns() */
#define DIR_HERE "/proc/net/tcp_census"
#define DIR_ENTERED "/proc/thread-self/net/tcp_census"
#define NETNS_ENTERED "/proc/thread-self/ns/net"

static int show(const struct census_options *options,
		const struct census_view *view)
{
	struct census_table *table;
	int ret = -1;

	if (view->show)
		return view->show(options);
	table = census_table_read(options->dir, view);
	if (table && census_print_table(view, table, &options->style) >= 0)
		ret = 0;
	census_table_free(table);
	return ret;
}

/* Reads a file that is only sometimes needed. Returns -1 after a sentence. */
static int read_more(const struct census_options *options,
		     const struct census_view *view, bool needed,
		     struct census_table **table)
{
	if (!needed)
		return 0;
	*table = census_table_read(options->dir, view);
	return *table ? 0 : -1;
}

/* An older module has no reaper. */
static bool needs_reaper(const struct census_options *options,
			 const struct census_table *states)
{
	char *obstacle;

	if (!census_findings_reaper(states))
		return false;
	obstacle = census_file_obstacle(options->dir, census_reaper_view.name);
	free(obstacle);
	return !obstacle;
}

static int show_overview(const struct census_options *options)
{
	struct census_table *timeouts = NULL, *summary = NULL, *reaper = NULL;
	struct census_table *states;
	int ret = -1;

	states = census_table_read(options->dir, &census_states_view);
	if (!states)
		return -1;
	if (census_print_table(&census_states_view, states,
			       &options->style) < 0)
		goto out;
	if (!read_more(options, &census_timeouts_view,
		       census_findings_overdue(states), &timeouts) &&
	    !read_more(options, &census_reaper_view,
		       needs_reaper(options, states), &reaper) &&
	    !read_more(options, &census_summary_view, true, &summary))
		ret = census_findings_print(states, timeouts, summary, reaper);
out:
	census_table_free(reaper);
	census_table_free(summary);
	census_table_free(timeouts);
	census_table_free(states);
	return ret;
}

/*
 * Files of one namespace are read within it, those of all are searched. A view
 * that has both searches for the namespace it is in, but what --path names may
 * be of any.
 */
static int find_netns(struct census_options *options)
{
	const struct census_view *view = options->view;
	uint64_t *inode = &options->style.netns;

	if (options->netns && view && view->in_debugfs)
		return census_netns_find(options->netns, inode);
	if (options->netns && census_netns_enter(options->netns))
		return -1;
	if (view && view->show && (options->netns || !options->dir))
		return census_netns_find(NETNS_ENTERED, inode);
	return 0;
}

static void find_dirs(struct census_options *options)
{
	const char *dir = options->netns ? DIR_ENTERED : DIR_HERE;

	options->debugfs_dir = options->dir ?: CENSUS_DEBUGFS_DIR;
	if (options->view && options->view->in_debugfs)
		dir = CENSUS_DEBUGFS_DIR;
	if (!options->dir)
		options->dir = dir;
}

static int run(struct census_options *options)
{
	const struct census_view *view = options->view;

	if (find_netns(options))
		return -1;
	find_dirs(options);

	/* the findings are for people: JSON has the states only */
	if (!view && !options->style.json && !options->watch.interval_s)
		return show_overview(options);
	if (!view)
		view = &census_states_view;
	if (options->watch.interval_s)
		return census_watch_run(options->dir, view, &options->watch,
					options->style);
	return show(options, view);
}

int main(int argc, char **argv)
{
	struct census_options options = { 0 };
	int failed = 0;

	/* getopt_long() complains in this name, and warnx() in the short one */
	argv[0] = program_invocation_short_name;
	/* a closed pipe is then an error like any other */
	signal(SIGPIPE, SIG_IGN);

	if (census_options_parse(argc, argv, &options))
		return EXIT_USAGE;
	if (!options.done)
		failed = run(&options);
	if (!failed || !options.watch.interval_s)
		failed |= census_print_flush();
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
