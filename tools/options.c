// SPDX-License-Identifier: GPL-2.0
/*
 * The command line.
 */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "state.h"
#include "view.h"

#ifndef CENSUS_VERSION
#define CENSUS_VERSION "unknown"
#endif

#define MAX_INTERVAL_S 86400
#define MIN_INTERVAL_S 0.01

enum { OPT_PATH = 256 };

static const struct census_view *const views[] = {
	&census_states_view,
	&census_transitions_view,
	&census_dwell_view,
	&census_timeouts_view,
	&census_listeners_view,
	&census_oldest_view,
	&census_reaper_view,
	&census_summary_view,
};

static const struct option long_options[] = {
	{ "json",	no_argument,		NULL, 'j' },
	{ "interval",	required_argument,	NULL, 'i' },
	{ "count",	required_argument,	NULL, 'c' },
	{ "time",	no_argument,		NULL, 't' },
	{ "zeros",	no_argument,		NULL, 'z' },
	{ "netns",	required_argument,	NULL, 'N' },
	{ "processes",	no_argument,		NULL, 'p' },
	{ "state",	required_argument,	NULL, 's' },
	{ "rows",	required_argument,	NULL, 'n' },
	{ "path",	required_argument,	NULL, OPT_PATH },
	{ "version",	no_argument,		NULL, 'V' },
	{ "help",	no_argument,		NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

static const char usage[] =
	"usage: tcpcensus [-jzt] [-i SEC [-c N]] [-N NAME] [COMMAND]\n"
	"       tcpcensus [-jpt] [-i SEC [-c N]] [-N NAME] [-s STATE] oldest\n"
	"       tcpcensus [-jzt] [-i SEC [-c N]] [-N NAME] [-n ROWS] reaper\n";

static const char option_help[] =
	"  -j, --json          JSON; every row, state names in lower case\n"
	"  -i, --interval SEC  a report every SEC seconds (0.01 to 86400): what only\n"
	"                      grows per second, the rest as it is at the end of the\n"
	"                      interval; the first report comes after the first interval\n"
	"  -c, --count N       end after N reports\n"
	"  -t, --time          with -i, put the time first in each line\n"
	"  -z, --zeros         transitions that never happened too, and the reaper's\n"
	"                      counts that are 0\n"
	"  -N, --netns NAME    in this network namespace: a name of 'ip netns', or a\n"
	"                      path such as /proc/PID/ns/net\n"
	"  -p, --processes     with oldest, the programs that hold each socket\n"
	"  -s, --state STATE   with oldest, the connections in this state only\n"
	"  -n, --rows ROWS     with reaper, list at most so many orphans (20; JSON: all)\n"
	"      --path DIR      read the files in DIR instead of /proc/net/tcp_census,\n"
	"                      and instead of /sys/kernel/debug/tcp_census\n"
	"  -V, --version       print the version\n"
	"  -h, --help          print this\n";

static void print_help(void)
{
	size_t i;

	fputs(usage, stdout);
	puts("\nShows the census of TCP connections that the tcp_census module keeps.\n"
	     "Without a command: the states, and a last line on what looks wrong.\n\n"
	     "Commands (a unique beginning will do):");
	for (i = 0; i < CENSUS_ARRAY_SIZE(views); i++)
		printf("  %-18s  %s\n", views[i]->name, views[i]->help);
	puts("\nOptions:");
	fputs(option_help, stdout);
	puts("\n"
	     "dwell is about stays that are over; with -i about those that ended in the\n"
	     "interval, but for the maximum, which is since load. ~median and ~p99 are\n"
	     "interpolated between bounds that are a factor of 4 apart.\n"
	     "oldest shows all network namespaces unless -N names one. An age like >=2.50h is\n"
	     "of a connection that is older than the module: it is counted from the load.\n"
	     "reaper lists, for root, the orphans of its network namespace that were ended, or\n"
	     "would have been; with -i it does not.");
	puts("\nExit status: 0 done, 1 the census cannot be read or printed, 2 bad arguments.");
}

static int parse_interval(const char *arg, double *interval_s)
{
	char *end;

	*interval_s = strtod(arg, &end);
	/* written so that "nan" fails, too */
	if (end != arg && !*end && *interval_s >= MIN_INTERVAL_S &&
	    *interval_s <= MAX_INTERVAL_S)
		return 0;
	warnx("'%.32s' is not an interval in seconds (0.01 to 86400)", arg);
	return -1;
}

static int parse_count(const char *arg, unsigned long *count)
{
	uint64_t number;

	if (census_table_parse_number(arg, &number) && number) {
		*count = number;
		return 0;
	}
	warnx("'%.32s' is not a number of reports", arg);
	return -1;
}

static int parse_rows(const char *arg, uint64_t *rows)
{
	if (census_table_parse_number(arg, rows) && *rows)
		return 0;
	warnx("'%.32s' is not a number of rows", arg);
	return -1;
}

static int parse_state(const char *arg, const char **state)
{
	if (census_state_is(arg)) {
		*state = arg;
		return 0;
	}
	warnx("there is no state '%.32s': 'tcpcensus states' lists them", arg);
	return -1;
}

static int parse_option(int c, struct census_options *o)
{
	switch (c) {
	case 'j':
		o->style.json = true;
		return 0;
	case 'i':
		return parse_interval(optarg, &o->watch.interval_s);
	case 'c':
		return parse_count(optarg, &o->watch.count);
	case 't':
		o->watch.time = true;
		return 0;
	case 'z':
		o->style.zeros = true;
		return 0;
	case 'N':
		o->netns = optarg;
		return 0;
	case 'p':
		o->style.processes = true;
		return 0;
	case 's':
		return parse_state(optarg, &o->style.state);
	case 'n':
		return parse_rows(optarg, &o->style.rows);
	case OPT_PATH:
		o->dir = optarg;
		return 0;
	case 'V':
		puts("tcpcensus " CENSUS_VERSION);
		o->done = true;
		return 0;
	case 'h':
		print_help();
		o->done = true;
		return 0;
	default:
		return -1;	/* getopt_long() has said what is wrong */
	}
}

static int parse_command(const char *arg, struct census_options *o)
{
	size_t i;

	for (i = 0; i < CENSUS_ARRAY_SIZE(views); i++) {
		if (strncmp(arg, views[i]->name, strlen(arg)))
			continue;
		if (o->view) {
			warnx("the command '%.32s' is ambiguous: %s or %s", arg,
			      o->view->name, views[i]->name);
			return -1;
		}
		o->view = views[i];
	}
	if (o->view)
		return 0;
	warnx("there is no command '%.32s'", arg);
	return -1;
}

/* Some options belong to one command. */
static int check_belongs(const struct census_options *o)
{
	const struct {
		const char *option;
		bool given;
		const struct census_view *view;
	} belongs[] = {
		{ "-p", o->style.processes, &census_oldest_view },
		{ "-s", o->style.state, &census_oldest_view },
		{ "-n", o->style.rows, &census_reaper_view },
	};
	size_t i;

	for (i = 0; i < CENSUS_ARRAY_SIZE(belongs); i++) {
		if (!belongs[i].given || o->view == belongs[i].view)
			continue;
		warnx("%s needs the command '%s'", belongs[i].option,
		      belongs[i].view->name);
		return -1;
	}
	return 0;
}

static int parse(int argc, char **argv, struct census_options *o)
{
	int c;

	while ((c = getopt_long(argc, argv, "ji:c:tzN:ps:n:Vh", long_options,
				NULL)) != -1)
		if (parse_option(c, o))
			return -1;
		else if (o->done)
			return 0;
	if (o->watch.count && !o->watch.interval_s) {
		warnx("-c needs -i");
		return -1;
	}
	if (optind < argc && parse_command(argv[optind++], o))
		return -1;
	if (optind < argc) {
		warnx("one command at a time: '%.32s' is too many",
		      argv[optind]);
		return -1;
	}
	return check_belongs(o);
}

/**
 * census_options_parse() - understand the command line
 * @argc: as main() has it
 * @argv: as main() has it
 * @options: filled in; must be zero before
 *
 * Return: 0, or -1 after a sentence and the usage.
 */
int census_options_parse(int argc, char **argv, struct census_options *options)
{
	if (!parse(argc, argv, options))
		return 0;
	fputs(usage, stderr);
	fputs("'tcpcensus --help' explains the commands and options\n", stderr);
	return -1;
}
