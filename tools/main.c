// SPDX-License-Identifier: GPL-2.0
/*
 * tcpcensus - shows what the tcp_census module counts.
 *
 *   options.c    the command line and the list of commands
 *   netns.c      enters another network namespace
 *   file.c       a file of the module -> text
 *   table.c      text -> struct census_table, columns found by name
 *   states.c transitions.c dwell.c timeouts.c listeners.c ports.c oldest.c
 *   reaper.c summary.c
 *                what each command reads: a struct census_view
 *   lvs.c        the states beside those of IPVS and connection tracking
 *   values.c     lines of a name and a value -> a table of one row
 *   reaped.c     the orphans that the reaper ended
 *   verdict.c    what the reaper is doing, in sentences
 *   state.c      the names of the states
 *   histogram.c  quantiles of a histogram
 *   process.c    who has a socket open
 *   debugfs.c    why a file in debugfs cannot be read
 *   findings.c   what looks wrong, in a line each
 *   diagnose.c   what is wrong and why:
 *     rule.c measure.c     numbers that must not become too large
 *     cause.c detail.c     why they do, and what helps
 *     finding.c diagnosis.c diagnosis_json.c
 *                          what was found, and how it is printed
 *     limit.c limits.c     how long the kernel lets connections stay
 *   diagram.c graphviz.c
 *                the state diagram
 *   report.c html.c
 *                all of it as a page of HTML
 *   look.c twice.c
 *                everything that can be read at one time, or two
 *   fact.c       sysctls and other numbers of the kernel
 *   socket.c tally.c
 *                all sockets, and who has most of them
 *   prometheus.c family.c sample.c
 *                metrics, of one or all network namespaces
 *   output.c     a file that appears when it is whole
 *   watch.c      again and again, counters per second
 *   top.c screen.c
 *                likewise, in place on a terminal
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
#include "output.h"
#include "view.h"

#define EXIT_USAGE 2

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
	    !read_more(options, &census_summary_view, true, &summary)) {
		census_findings_print(states, timeouts, summary, reaper);
		ret = 0;
	}
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
	const char *dir = options->netns ? CENSUS_DIR_ENTERED : CENSUS_DIR_HERE;
	const char *net_dir = options->netns ? CENSUS_NET_ENTERED : CENSUS_NET_HERE;

	options->saved = options->dir;
	options->debugfs_dir = options->dir ?: CENSUS_DEBUGFS_DIR;
	options->net_dir = options->dir ?: net_dir;
	options->sysctl_dir = options->dir ?: CENSUS_SYSCTL_DIR;
	if (options->view && options->view->in_debugfs)
		dir = CENSUS_DEBUGFS_DIR;
	if (!options->dir)
		options->dir = dir;
}

/* Returns the exit status, or -1 after a sentence. */
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
	if (options->watch.interval_s && !view->looks)
		return census_watch_run(options->dir, view, &options->watch,
					options->style);
	return show(options, view);
}

static int error_status(const struct census_options *options, int usual)
{
	const struct census_view *view = options->view;

	return view && view->error_status ? view->error_status : usual;
}

int main(int argc, char **argv)
{
	struct census_options options = { 0 };
	int status = EXIT_SUCCESS;

	/* getopt_long() complains in this name, and warnx() in the short one */
	argv[0] = program_invocation_short_name;
	/* a closed pipe is then an error like any other */
	signal(SIGPIPE, SIG_IGN);

	if (census_options_parse(argc, argv, &options))
		return error_status(&options, EXIT_USAGE);
	if (options.output && census_output_begin(options.output))
		return error_status(&options, EXIT_FAILURE);
	if (!options.done)
		status = run(&options);
	if (options.output) {
		if (census_output_end(options.output, status < 0 ? status : 0))
			status = -1;
	} else if ((status >= 0 || !options.watch.interval_s) &&
		   census_print_flush()) {
		status = -1;
	}
	return status < 0 ? error_status(&options, EXIT_FAILURE) : status;
}
