/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_OPTIONS_H
#define CENSUS_OPTIONS_H

#include "look.h"
#include "print.h"
#include "rule.h"
#include "watch.h"

/**
 * struct census_options - what the command line asks for
 * @view: the subcommand, or NULL for the states and what looks wrong
 * @dir: where the module's files are, or NULL for where they always are
 * @debugfs_dir: likewise those that are in debugfs
 * @net_dir: where the kernel's files are that /proc/net has
 * @sysctl_dir: where those are that /proc/sys/net has
 * @saved: all these are one directory, which --path has named
 * @since: likewise, of an earlier time, or NULL
 * @netns: namespace to enter first, or NULL
 * @all_netns: those of all names after the one we are in
 * @output: the file to write, or NULL for standard output
 * @svg: the diagram drawn
 * @watch: interval_s is 0 for a single report
 * @style: how to print
 * @thresholds: from when on something looks wrong
 * @has_thresholds: some of them were asked for
 * @done: --help or --version was asked for and has been answered
 */
struct census_options {
	const struct census_view *view;
	const char *dir;
	const char *debugfs_dir;
	const char *net_dir;
	const char *sysctl_dir;
	bool saved;
	const char *since;
	const char *netns;
	bool all_netns;
	const char *output;
	bool svg;
	struct census_watch watch;
	struct census_style style;
	struct census_thresholds thresholds;
	bool has_thresholds;
	bool done;
};

int census_options_look(const struct census_options *options,
			struct census_look *before, struct census_look *now,
			double *elapsed_s);
int census_options_parse(int argc, char **argv, struct census_options *options);

#endif
