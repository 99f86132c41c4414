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

enum {
	OPT_PATH = 256,
	OPT_SINCE,
	OPT_WARNING,
	OPT_CRITICAL,
	OPT_PROMETHEUS,
	OPT_ALL_NETNS,
	OPT_SVG,
};

static const struct census_view *const views[] = {
	&census_states_view,
	&census_transitions_view,
	&census_dwell_view,
	&census_timeouts_view,
	&census_listeners_view,
	&census_ports_view,
	&census_oldest_view,
	&census_reaper_view,
	&census_summary_view,
	&census_diagnose_view,
	&census_diagram_view,
	&census_report_view,
	&census_watch_view,
	&census_lvs_view,
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
	{ "prometheus",	no_argument,		NULL, OPT_PROMETHEUS },
	{ "all-netns",	no_argument,		NULL, OPT_ALL_NETNS },
	{ "output",	required_argument,	NULL, 'o' },
	{ "svg",	no_argument,		NULL, OPT_SVG },
	{ "since",	required_argument,	NULL, OPT_SINCE },
	{ "warning",	required_argument,	NULL, OPT_WARNING },
	{ "critical",	required_argument,	NULL, OPT_CRITICAL },
	{ "version",	no_argument,		NULL, 'V' },
	{ "help",	no_argument,		NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

static const char options_help[] =
	"  -j, --json          JSON                 -V, --version      -h, --help\n"
	"  -i, --interval SEC  rates, every SEC s   -c, --count N      end after N\n"
	"  -z, --zeros  what is 0   -t, --time  time first   -o, --output FILE  in there\n"
	"  -N, --netns NAME    of this namespace    -p, --processes    oldest: whose\n"
	"  -s, --state STATE   oldest: of this one  -n, --rows ROWS    reaper: so many\n"
	"  --warning RULE=N    diagnose: from N on  --critical RULE=N  0 is never\n"
	"  --path DIR          read saved files     --since DIR        compare with\n"
	"  --prometheus        text format of it    --all-netns        of all with a name\n";

/* One screen; tcpcensus(8) has the rest. */
static void print_help(void)
{
	size_t i;

	puts("usage: tcpcensus [OPTION]... [COMMAND]       (without one: what looks wrong)");
	for (i = 0; i < CENSUS_ARRAY_SIZE(views); i++)
		printf("  %-18s  %s\n", views[i]->name, views[i]->help);
	fputs(options_help, stdout);
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
	*state = census_state_find(arg);
	if (*state)
		return 0;
	warnx("there is no state '%.32s': 'tcpcensus states' lists them", arg);
	return -1;
}

static int parse_threshold(int c, const char *arg, struct census_options *o)
{
	o->has_thresholds = true;
	return census_rule_set(&o->thresholds, c == OPT_WARNING ?
			       CENSUS_WARNING : CENSUS_CRITICAL, arg);
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
	case OPT_PROMETHEUS:
		o->view = &census_prometheus_view;
		return 0;
	case OPT_ALL_NETNS:
		o->all_netns = true;
		return 0;
	case 'o':
		o->output = optarg;
		return 0;
	case OPT_SVG:
		o->svg = true;
		return 0;
	case OPT_SINCE:
		o->since = optarg;
		return 0;
	case OPT_WARNING:
	case OPT_CRITICAL:
		return parse_threshold(c, optarg, o);
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
		{ "--all-netns", o->all_netns, &census_prometheus_view },
		{ "--svg", o->svg, &census_diagram_view },
		{ "--warning and --critical", o->has_thresholds &&
		  o->view != &census_report_view, &census_diagnose_view },
	};
	size_t i;

	if (o->since && (!o->view || !o->view->looks ||
			 o->view == &census_watch_view)) {
		warnx("--since needs the command 'diagnose', 'diagram' or 'report'");
		return -1;
	}
	for (i = 0; i < CENSUS_ARRAY_SIZE(belongs); i++) {
		if (!belongs[i].given || o->view == belongs[i].view)
			continue;
		warnx("%s need%s %s'%s'", belongs[i].option,
		      strchr(belongs[i].option, ' ') ? "" : "s",
		      belongs[i].view->name[0] == '-' ? "" : "the command ",
		      belongs[i].view->name);
		return -1;
	}
	return 0;
}

static int check_fits(const struct census_options *o)
{
	const struct {
		const char *option;
		const char *other;
		bool both;
	} excluded[] = {
		{ "-j", "--prometheus", o->style.json &&
		  o->view == &census_prometheus_view },
		{ "-j", "diagram", o->style.json &&
		  o->view == &census_diagram_view },
		{ "-j", "watch", o->style.json &&
		  o->view == &census_watch_view },
		{ "-o", "watch", o->output && o->view == &census_watch_view },
		{ "-j", "report", o->style.json &&
		  o->view == &census_report_view },
		{ "-i", "lvs", o->watch.interval_s &&
		  o->view == &census_lvs_view },
		{ "-i", "--prometheus", o->watch.interval_s &&
		  o->view == &census_prometheus_view },
		{ "-c", o->view ? o->view->name : "", o->watch.count && o->view &&
		  o->view->looks && o->view != &census_watch_view },
		{ "-o", "-i", o->output && o->watch.interval_s &&
		  !(o->view && o->view->looks) },
		{ "--all-netns", "-N", o->all_netns && o->netns },
		{ "--all-netns", "--path", o->all_netns && o->dir },
	};
	size_t i;

	for (i = 0; i < CENSUS_ARRAY_SIZE(excluded); i++) {
		if (!excluded[i].both)
			continue;
		warnx("%s and %s do not go together", excluded[i].option,
		      excluded[i].other);
		return -1;
	}
	return 0;
}

static int parse(int argc, char **argv, struct census_options *o)
{
	int c;

	census_rule_defaults(&o->thresholds);
	while ((c = getopt_long(argc, argv, "ji:c:tzN:o:ps:n:Vh", long_options,
				NULL)) != -1)
		if (parse_option(c, o))
			return -1;
		else if (o->done)
			return 0;
	if (o->watch.count && !o->watch.interval_s) {
		warnx("-c needs -i");
		return -1;
	}
	if (optind < argc && !o->view && parse_command(argv[optind++], o))
		return -1;
	if (optind < argc) {
		warnx("one command at a time: '%.32s' is too many",
		      argv[optind]);
		return -1;
	}
	return check_belongs(o) || check_fits(o) ? -1 : 0;
}

/**
 * census_options_parse() - understand the command line
 * @argc: as main() has it
 * @argv: as main() has it
 * @options: filled in; must be zero before
 *
 * Return: 0, or -1 after a sentence.
 */
int census_options_parse(int argc, char **argv, struct census_options *options)
{
	int i;

	if (!parse(argc, argv, options))
		return 0;
	/* which has an exit status of its own for bad arguments */
	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], census_diagnose_view.name))
			options->view = &census_diagnose_view;
	fputs("'tcpcensus --help' explains the commands and options\n", stderr);
	return -1;
}
