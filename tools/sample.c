// SPDX-License-Identifier: GPL-2.0
/*
 * A sample in the text format of Prometheus.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sample.h"

static const char *const types[] = {
	[CENSUS_TYPE_GAUGE] = "gauge", [CENSUS_TYPE_COUNTER] = "counter",
	[CENSUS_TYPE_HISTOGRAM] = "histogram",
};

static void print_head(struct census_page *page)
{
	const struct census_family *f = page->family;

	if (!page->headed)
		printf("# HELP tcp_census_%s %s\n# TYPE tcp_census_%s %s\n",
		       f->name, f->help, f->name, types[f->type]);
	page->headed = true;
}

static void print_label(const struct census_label *label, char before)
{
	const char *c;

	printf("%c%s=\"", before, label->name);
	for (c = label->value; *c; c++) {
		if (strchr("\\\"\n", *c))
			putchar('\\');
		putchar(*c == '\n' ? 'n' : label->is_state ?
			tolower((unsigned char)*c) : *c);
	}
	putchar('"');
}

/**
 * census_sample_name() - print a sample but for its value
 * @page: where we are; what belongs above the first sample is printed, too
 * @suffix: of the metric's name
 * @labels: its labels but for the namespace
 * @nlabels: how many
 */
void census_sample_name(struct census_page *page, const char *suffix,
			const struct census_label *labels, size_t nlabels)
{
	const struct census_label netns = { "netns", page->netns, false };
	char before = '{';
	size_t i;

	print_head(page);
	printf("tcp_census_%s%s", page->family->name, suffix);
	for (i = 0; i < nlabels; i++, before = ',')
		print_label(&labels[i], before);
	if (netns.value) {
		print_label(&netns, before);
		before = ',';
	}
	fputs(before == '{' ? " " : "} ", stdout);
}

/**
 * census_sample_print() - print a sample
 * @page: where we are
 * @label: its label, or NULL
 * @number: its value
 */
void census_sample_print(struct census_page *page,
			 const struct census_label *label, uint64_t number)
{
	census_sample_name(page, "", label, !!label);
	printf("%" PRIu64 "\n", number);
}
