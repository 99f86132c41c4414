/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_OPTIONS_H
#define CENSUS_OPTIONS_H

#include "print.h"
#include "watch.h"

/**
 * struct census_options - what the command line asks for
 * @view: the subcommand, or NULL for the states and what looks wrong
 * @dir: where the module's files are, or NULL for where they always are
 * @debugfs_dir: likewise those that are in debugfs
 * @netns: namespace to enter first, or NULL
 * @watch: interval_s is 0 for a single report
 * @style: how to print
 * @done: --help or --version was asked for and has been answered
 */
struct census_options {
	const struct census_view *view;
	const char *dir;
	const char *debugfs_dir;
	const char *netns;
	struct census_watch watch;
	struct census_style style;
	bool done;
};

int census_options_parse(int argc, char **argv, struct census_options *options);

#endif
