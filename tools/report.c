// SPDX-License-Identifier: GPL-2.0
/*
 * All of it as one page of HTML that needs nothing else: no network, no script;
 * light or dark as the reader has it.
 */
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "diagnosis.h"
#include "duration.h"
#include "dwell.h"
#include "graphviz.h"
#include "html.h"
#include "limit.h"
#include "options.h"
#include "view.h"

#define LABEL_BEGIN 2	/* of a line that census_diagnosis_finding() prints */
#define TEXT_BEGIN 12

static const char head[] =
	"<!doctype html>\n<html lang=en><head><meta charset=utf-8>\n"
	"<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
	"<title>TCP census</title>\n<style>\n"
	":root { color-scheme: light dark; --fg: #1d1d20; --bg: #fff; --soft: #f2f1f0;\n"
	"  --line: #d5d4d2; --dim: #6a6969; --bad: #b3141f; --warn: #8f5902; --bar: #1c71d8 }\n"
	"@media (prefers-color-scheme: dark) { :root { --fg: #e9e8e6; --bg: #1b1b1e;\n"
	"  --soft: #28282c; --line: #45454a; --dim: #a3a2a0; --bad: #ff7b7b; --warn: #f5c211;\n"
	"  --bar: #62a0ea } }\n"
	"body { font: 15px/1.5 system-ui, sans-serif; color: var(--fg); background: var(--bg);\n"
	"  max-width: 75rem; margin: 0 auto; padding: 1rem }\n"
	"h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem }\n"
	"p, .dim { color: var(--dim); margin: .2rem 0 } .scroll { overflow-x: auto }\n"
	"table { border-collapse: collapse; font-variant-numeric: tabular-nums }\n"
	"th, td { text-align: left; padding: .15rem .7rem .15rem 0; border-bottom: 1px solid var(--line);\n"
	"  white-space: nowrap } th { color: var(--dim); font-weight: normal }\n"
	".number { text-align: right } [data-overdue] { color: var(--bad); font-weight: bold }\n"
	".status { color: var(--fg); font-weight: bold; padding: .4rem .7rem; border-radius: .4rem; background: var(--soft) }\n"
	".critical { border-left: 4px solid var(--bad) } .warning { border-left: 4px solid var(--warn) }\n"
	"article { background: var(--soft); padding: .5rem .8rem; margin: .6rem 0; border-radius: .4rem }\n"
	"article b { display: block } dl { display: grid; grid-template-columns: 6rem 1fr; margin: .3rem 0 0 }\n"
	"dt { color: var(--dim) } dd { margin: 0 }\n"
	"svg { max-width: 100%; height: auto } svg text { fill: var(--fg) }\n"
	"svg .node path, svg .edge path { stroke: var(--fg) }\n"
	"svg .edge polygon { stroke: var(--fg); fill: var(--fg) }\n"
	"svg .zero { opacity: .4 } svg .overdue text { fill: var(--bad) } svg .overdue path { stroke: var(--bad) }\n"
	".histograms { display: grid; grid-template-columns: repeat(auto-fill, minmax(22rem, 1fr)); gap: 1rem;\n"
	"  margin-top: 1rem }\n"
	"figure { margin: 0 } .bars { display: flex; align-items: flex-end; height: 6rem; gap: 2px;\n"
	"  border-bottom: 1px solid var(--line) } .bars i { flex: 1; background: var(--bar); min-height: 0 }\n"
	".axis { display: flex; justify-content: space-between; font-size: .75rem; color: var(--dim) }\n"
	"</style></head><body>\n";

/* The files that are shown as they are, one after the other. */
static const struct {
	const char *title;
	enum census_look_table table;
	const struct census_view *view;
} sections[] = {
	{ "Transitions", CENSUS_TRANSITIONS, &census_transitions_view },
	{ "Listeners", CENSUS_LISTENERS, &census_listeners_view },
	{ "Watched ports", CENSUS_PORTS, &census_ports_view },
	{ "Timeouts", CENSUS_TIMEOUTS, &census_timeouts_view },
	{ "The reaper", CENSUS_REAPER, &census_reaper_view },
	{ "The census itself", CENSUS_SUMMARY, &census_summary_view },
};

static void print_title(const struct census_options *options)
{
	time_t now = time(NULL);
	struct tm tm = { 0 };
	char text[64], host[256] = "";

	gethostname(host, sizeof(host) - 1);
	localtime_r(&now, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %z", &tm);
	fputs("<h1>TCP on ", stdout);
	census_html_text(host);
	if (options->netns) {
		fputs(", network namespace ", stdout);
		census_html_text(options->netns);
	}
	printf("</h1>\n<p class=time>%s</p>\n", text);
}

static void print_line(char *line)
{
	if (*line != ' ') {
		fputs("<b>", stdout);
		census_html_text(line);
		fputs("</b><dl>\n", stdout);
		return;
	}
	fputs("<dt>", stdout);
	line[TEXT_BEGIN - 1] = '\0';
	census_html_text(line + LABEL_BEGIN);
	fputs("</dt><dd>", stdout);
	census_html_text(line + TEXT_BEGIN);
	fputs("</dd>\n", stdout);
}

static int print_finding(const struct census_case *c,
			 const struct census_finding *finding)
{
	char *text = NULL, *line, *save;
	size_t size;
	FILE *file;

	file = open_memstream(&text, &size);
	if (file)
		census_diagnosis_finding(file, c, finding);
	if (!file || fclose(file)) {
		warnx("out of memory");
		free(text);
		return -1;
	}
	printf("<article class=%s>", census_levels[finding->level]);
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		print_line(line);
	puts("</dl></article>");
	free(text);
	return 0;
}

static int print_diagnosis(const struct census_case *c,
			   const struct census_findings *findings)
{
	size_t i;

	printf("<p class=\"status %s\">",
	       census_levels[census_diagnosis_level(findings)]);
	census_diagnosis_status_line(stdout, findings);
	puts("</p>");
	for (i = 0; i < findings->count; i++)
		if (print_finding(c, &findings->list[i]))
			return -1;
	return 0;
}

static int print_diagram(const struct census_case *c)
{
	puts("<h2>The state diagram</h2>\n"
	     "<p>In a state: the connections in it now. At an arrow: how many went along it since the module\n"
	     "was loaded (/s: while this page was made), the wider the more. Dashed: to CLOSE before the usual end.</p>");
	if (!census_graphviz_is_there()) {
		puts("<p>graphviz is not installed on this host, so it is not drawn.</p>");
		return 0;
	}
	return census_graphviz_svg(stdout, c->before, c->now, c->elapsed_s);
}

static void print_bound(uint64_t us)
{
	char text[32];

	if (us == CENSUS_UNBOUNDED) {
		fputs("longer", stdout);
		return;
	}
	census_duration_format(text, sizeof(text), (double)us);
	printf("up to %s", text);
}

/* A bar for each bucket, the highest as high as there is room. */
static void print_histogram(const char *state,
			    const struct census_bucket *buckets, size_t n)
{
	uint64_t most = 1, sum = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		sum += buckets[i].count;
		if (buckets[i].count > most)
			most = buckets[i].count;
	}
	if (!sum)
		return;
	fputs("<figure><figcaption>", stdout);
	census_html_text(state);
	printf(" <span class=dim>%" PRIu64
	       " stays</span></figcaption><div class=bars>", sum);
	for (i = 0; i < n; i++) {
		printf("<i style=\"height:%.1f%%\" title=\"",
		       (double)buckets[i].count * 100 / (double)most);
		print_bound(buckets[i].le_us);
		printf(": %" PRIu64 "\"></i>", buckets[i].count);
	}
	fputs("</div><div class=axis><span>", stdout);
	print_bound(buckets[0].le_us);
	fputs("</span><span>", stdout);
	print_bound(buckets[n / 2].le_us);
	fputs("</span><span>", stdout);
	print_bound(buckets[n - 1].le_us);
	puts("</span></div></figure>");
}

static int print_dwell(const struct census_look *look,
		       const struct census_style *style)
{
	const struct census_table *table = look->tables[CENSUS_DWELL];
	struct census_bucket buckets[CENSUS_MAX_COLUMNS];
	size_t row, n;

	if (!table)
		return 0;
	puts("<h2>How long connections stay</h2>");
	if (census_html_table(&census_dwell_view, table, style))
		return -1;
	puts("<div class=histograms>");
	for (row = 0; row < table->nrows; row++) {
		n = census_dwell_buckets(table, row, buckets);
		print_histogram(census_table_cell(table, row, 0)->text,
				buckets, n);
	}
	puts("</div>");
	return 0;
}

static int print_sections(const struct census_look *look,
			  const struct census_style *style)
{
	const struct census_table *table;
	size_t i;

	for (i = 0; i < CENSUS_ARRAY_SIZE(sections); i++) {
		table = look->tables[sections[i].table];
		if (!table || !table->nrows)
			continue;
		printf("<h2>%s</h2>\n", sections[i].title);
		if (census_html_table(sections[i].view, table, style))
			return -1;
	}
	return 0;
}

static int print_limits(const struct census_look *look,
			const struct census_style *style)
{
	struct census_table *limits = census_limit_table(&look->facts, false);
	int ret = -1;

	puts("<h2>The kernel's own limits</h2>");
	if (limits)
		ret = census_html_table(&census_limits_view, limits, style);
	census_table_free(limits);
	return ret;
}

static int print_page(const struct census_options *options,
		      const struct census_case *c,
		      const struct census_findings *findings)
{
	const struct census_style *style = &options->style;

	fputs(head, stdout);
	print_title(options);
	if (print_diagnosis(c, findings))
		return -1;
	puts("<h2>The states</h2>");
	if (census_html_table(&census_states_view,
			      c->now->tables[CENSUS_STATES], style) ||
	    print_diagram(c) || print_dwell(c->now, style) ||
	    print_sections(c->now, style) || print_limits(c->now, style))
		return -1;
	puts("</body></html>");
	return 0;
}

static int show(const struct census_options *options)
{
	struct census_diagnosis d = { 0 };
	int ret;

	ret = census_diagnose(&d, options);
	if (!ret)
		ret = print_page(options, &d.c, &d.findings);
	census_diagnose_free(&d);
	return ret;
}

const struct census_view census_report_view = {
	.name = "report",
	.help = "all of it as a page of HTML (root sees more)",
	.show = show,
	.looks = true,
};
