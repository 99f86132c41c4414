// SPDX-License-Identifier: GPL-2.0
/*
 * Prints findings, as text.
 */
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diagnosis.h"
#include "duration.h"
#include "limit.h"
#include "table.h"
#include "view.h"

static const char *const evidence_names[CENSUS_EVIDENCE] = {
	[CENSUS_PEERS] = "peer", [CENSUS_REMOTES] = "destination",
	[CENSUS_DESTINATIONS] = "destination", [CENSUS_LOCALS] = "local port",
	[CENSUS_PROGRAMS] = "program",
};

/**
 * census_diagnosis_count() - how much is of a level
 * @findings: what was found
 * @level: the level
 *
 * Return: how many findings.
 */
size_t census_diagnosis_count(const struct census_findings *findings,
			      enum census_level level)
{
	size_t n = 0, i;

	for (i = 0; i < findings->count; i++)
		n += findings->list[i].level == level;
	return n;
}

/**
 * census_diagnosis_level() - how bad it is
 * @findings: what was found
 *
 * Return: the worst level, which is the exit status.
 */
enum census_level census_diagnosis_level(const struct census_findings *findings)
{
	enum census_level level = CENSUS_LEVELS;

	while (--level > CENSUS_OK && !census_diagnosis_count(findings, level))
		;
	return level;
}

/**
 * census_diagnosis_status_line() - print how bad it is
 * @file: where to
 * @findings: what was found
 */
void census_diagnosis_status_line(FILE *file,
				  const struct census_findings *findings)
{
	size_t critical = census_diagnosis_count(findings, CENSUS_CRITICAL);
	size_t warnings = census_diagnosis_count(findings, CENSUS_WARNING);
	size_t i;

	if (!findings->count) {
		fputs("OK: nothing looks wrong\n", file);
		return;
	}
	fprintf(file, "%s: ", critical ? "CRITICAL" : "WARNING");
	if (critical)
		fprintf(file, "%zu critical%s", critical, warnings ? ", " : "");
	if (warnings)
		fprintf(file, "%zu warning%s", warnings, warnings > 1 ? "s" : "");
	for (i = 0; i < findings->count; i++)
		fprintf(file, "%s%s/%s", i ? ", " : ": ",
			census_rules[findings->list[i].rule].name,
			findings->list[i].cause->name);
	fputc('\n', file);
}

/**
 * census_diagnosis_sentence() - print what was found in a sentence
 * @file: where to
 * @c: the case
 * @finding: what was found; the summary is told in its own words
 */
void census_diagnosis_sentence(FILE *file, const struct census_case *c,
			       const struct census_finding *finding)
{
	const struct census_rule *rule = &census_rules[finding->rule];
	const struct census_table *summary = c->now->tables[CENSUS_SUMMARY];

	if (!rule->of)
		fprintf(file, "%s is %s", rule->name,
			census_table_find(summary, rule->name, "value")->text);
	else
		census_rule_print(file, finding->rule, finding->value,
				  finding->threshold);
	/* the overdue ones are not told from the others here */
	if (finding->count && rule->column && finding->count < finding->value &&
	    !strcmp(rule->column, "current"))
		fprintf(file, ", %" PRIu64 " of them", finding->count);
	fprintf(file, ": %s", finding->cause->sentence);
}

static void format_age(char *text, size_t size, uint64_t ms)
{
	census_duration_format(text, size, (double)ms * 1000);
}

/* Since when: the oldest one, and how many are overdue. */
static void print_times(FILE *file, const struct census_finding *finding)
{
	char age[32];

	if (!finding->oldest_ms && !finding->overdue)
		return;
	fprintf(file, "  since     ");
	if (finding->oldest_ms) {
		format_age(age, sizeof(age), finding->oldest_ms);
		fprintf(file, "the oldest for %s%s%s",
			finding->at_least ? ">=" : "", age,
			finding->overdue ? "; " : "");
	}
	if (finding->overdue) {
		fprintf(file, "%" PRIu64 " overdue", finding->overdue);
		if (finding->timeout_s)
			fprintf(file, " (timeout %" PRIu64 " s)",
				finding->timeout_s);
	}
	fputc('\n', file);
}

static void print_top(FILE *file, const struct census_tally *tally, size_t i)
{
	char age[32];

	fputs(tally->top[i].name, file);
	if (tally->top[i].pid)
		fprintf(file, " [pid %" PRIu64 "]", tally->top[i].pid);
	fprintf(file, " (%" PRIu64, tally->top[i].count);
	if (tally->top[i].oldest_ms) {
		format_age(age, sizeof(age), tally->top[i].oldest_ms);
		fprintf(file, ", one for %s", age);
	}
	fputc(')', file);
}

/* As "2 peers: 192.0.2.1 (700), 192.0.2.2 (3)". */
static void print_tally(FILE *file, const struct census_tally *tally,
			enum census_evidence evidence)
{
	const char *name = evidence_names[evidence];
	size_t i;

	if (!tally->distinct) {
		fprintf(file, "  evidence  no %s can be seen%s\n", name,
			evidence == CENSUS_PROGRAMS && geteuid() ?
			": root sees those of all users" : "");
		return;
	}
	fprintf(file, "  evidence  %zu %s%s: ", tally->distinct, name,
		tally->distinct == 1 ? "" : "s");
	for (i = 0; i < tally->ntop; i++) {
		fputs(i ? ", " : "", file);
		print_top(file, tally, i);
	}
	fprintf(file, "%s\n", tally->distinct > tally->ntop ? ", ..." : "");
}

static void print_evidence(FILE *file, const struct census_case *c,
			   const struct census_finding *finding)
{
	size_t i;

	if (finding->detail && *finding->detail)
		fprintf(file, "  evidence  %s\n", finding->detail);
	if (!c->walked || !finding->cause->evidence)
		return;
	if (!finding->count)
		fputs("  evidence  none of them was left when their addresses were looked for\n",
		      file);
	for (i = 0; finding->count && i < CENSUS_EVIDENCE; i++)
		if (finding->cause->evidence & 1U << i)
			print_tally(file, &finding->tallies[i], i);
	if (c->sockets.left_out)
		fprintf(file, "  evidence  of the first %zu sockets; %zu more were not looked at\n",
			c->sockets.count, c->sockets.left_out);
}

/**
 * census_diagnosis_limit() - print how long the kernel lets them stay
 * @file: where to
 * @c: the case
 * @finding: what was found; only a state has limits
 */
void census_diagnosis_limit(FILE *file, const struct census_case *c,
			    const struct census_finding *finding)
{
	if (census_rules[finding->rule].column)
		census_limit_print(file, &c->now->facts,
				   census_rules[finding->rule].state,
				   finding->cause->when);
}

/**
 * census_diagnosis_finding() - print a finding
 * @file: where to
 * @c: the case
 * @finding: what was found
 *
 * A line that says what, and indented ones of a word and what it is about.
 */
void census_diagnosis_finding(FILE *file, const struct census_case *c,
			      const struct census_finding *finding)
{
	fprintf(file, "%s: ", census_levels[finding->level]);
	census_diagnosis_sentence(file, c, finding);
	fprintf(file, "\n  whose     %s\n", finding->cause->side);
	print_times(file, finding);
	print_evidence(file, c, finding);
	if (census_rules[finding->rule].column) {
		fprintf(file, "  limit     ");
		census_diagnosis_limit(file, c, finding);
		fputc('\n', file);
	}
	fprintf(file, "  remedy    %s\n", finding->cause->remedy);
	if (finding->cause->avoid)
		fprintf(file, "  but       %s\n", finding->cause->avoid);
}

/**
 * census_diagnosis_print() - print what was found
 * @c: the case
 * @findings: what was found
 */
void census_diagnosis_print(const struct census_case *c,
			    const struct census_findings *findings)
{
	size_t i;

	/* this line is what monitoring systems show */
	census_diagnosis_status_line(stdout, findings);
	for (i = 0; i < findings->count; i++) {
		putchar('\n');
		census_diagnosis_finding(stdout, c, &findings->list[i]);
	}
}
