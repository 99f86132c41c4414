// SPDX-License-Identifier: GPL-2.0
/*
 * What is wrong, why, whose side it is on, and what helps. It exits as plugins
 * of monitoring systems do.
 */
#include <stdlib.h>

#include "diagnosis.h"
#include "file.h"
#include "findings.h"
#include "limit.h"
#include "options.h"
#include "view.h"

#define EXIT_UNKNOWN 3

/* Who may not read it does without. */
static int read_oldest(const struct census_options *options,
		       struct census_table **oldest)
{
	char *obstacle;

	obstacle = census_file_obstacle(options->debugfs_dir,
					census_oldest_view.name);
	free(obstacle);
	if (obstacle)
		return 0;
	*oldest = census_table_read(options->debugfs_dir, &census_oldest_view);
	return *oldest ? 0 : -1;
}

static int print_text(const struct census_case *c,
		      const struct census_findings *findings,
		      const struct census_style *style)
{
	struct census_table *limits;
	int ret;

	census_diagnosis_print(c, findings);
	if (census_findings_overdue(c->now->tables[CENSUS_STATES])) {
		putchar('\n');
		census_findings_print_overdue(c->now->tables[CENSUS_STATES],
					      c->now->tables[CENSUS_TIMEOUTS]);
	}
	limits = census_limit_table(&c->now->facts, false);
	if (!limits)
		return -1;
	puts("\nthe kernel's own limits here:");
	ret = census_print_table(&census_limits_view, limits, style);
	census_table_free(limits);
	return ret;
}

static int print_json(const struct census_case *c,
		      const struct census_findings *findings,
		      const struct census_thresholds *thresholds,
		      const struct census_style *style)
{
	struct census_table *status = census_diagnosis_status(findings);
	struct census_table *list = census_diagnosis_table(c, findings,
							   thresholds);
	struct census_table *limits = census_limit_table(&c->now->facts, true);
	const struct census_part parts[] = {
		{ &census_diagnosis_status_view, status },
		{ &census_diagnosis_view, list },
		{ &census_limits_view, limits },
	};
	int ret = -1;

	if (status && list && limits)
		ret = census_print_parts(parts, CENSUS_ARRAY_SIZE(parts),
					 style);
	census_table_free(limits);
	census_table_free(list);
	census_table_free(status);
	return ret;
}

/**
 * census_diagnose() - look, and find what is wrong
 * @d: all zero; filled in; free it with census_diagnose_free() in any case
 * @options: what the command line asks for
 *
 * Return: 0, or -1 after a sentence.
 */
int census_diagnose(struct census_diagnosis *d,
		    const struct census_options *options)
{
	d->c.now = &d->now;
	d->c.netns = options->style.netns;
	if (census_options_look(options, &d->before, &d->now,
				&d->c.elapsed_s) ||
	    read_oldest(options, &d->oldest))
		return -1;
	if (d->c.elapsed_s != 0)
		d->c.before = &d->before;
	d->c.oldest = d->oldest;
	return census_finding_find(&d->findings, &d->c, options->net_dir,
				   &options->thresholds);
}

/**
 * census_diagnose_free() - forget what was found
 * @d: all zero, or what census_diagnose() has filled
 */
void census_diagnose_free(struct census_diagnosis *d)
{
	census_finding_free(&d->findings);
	census_socket_free(&d->c.sockets);
	census_table_free(d->oldest);
	census_look_free(&d->now);
	census_look_free(&d->before);
}

static int show(const struct census_options *options)
{
	struct census_diagnosis d = { 0 };
	int ret = -1;

	if (!census_diagnose(&d, options))
		ret = options->style.json ?
		      print_json(&d.c, &d.findings, &options->thresholds,
				 &options->style) :
		      print_text(&d.c, &d.findings, &options->style);
	if (ret >= 0)
		ret = census_diagnosis_level(&d.findings);
	census_diagnose_free(&d);
	return ret;
}

const struct census_view census_diagnose_view = {
	.name = "diagnose",
	.help = "what is wrong, why, and what helps (root sees more)",
	.show = show,
	.looks = true,
	.error_status = EXIT_UNKNOWN,
};
