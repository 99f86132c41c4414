// SPDX-License-Identifier: GPL-2.0
/*
 * Finds what looks wrong, and collects the evidence. The sockets are walked
 * only if something is wrong with those in a state, or may be.
 */
#include <err.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "finding.h"
#include "state.h"

#define BIT(n) (1UL << (n))

/* Which sockets to remember. */
struct walk {
	const struct census_case *c;
	unsigned long states;	/* bits of the kernel's numbers */
	bool ports;
};

/* Returns false if nobody knows. */
static bool measure(const struct census_case *c, enum census_rule_id id,
		    uint64_t *value)
{
	const struct census_rule *rule = &census_rules[id];

	if (rule->measure)
		return rule->measure(c, value);
	return census_look_number(c->now, CENSUS_STATES, rule->state,
				  rule->column, value);
}

static enum census_level judge(const struct census_case *c,
			       enum census_rule_id rule,
			       const struct census_thresholds *thresholds,
			       uint64_t *value)
{
	if (!measure(c, rule, value))
		return CENSUS_OK;
	return census_rule_level(thresholds, rule, *value);
}

static bool explains(const struct census_cause *cause, enum census_rule_id rule)
{
	return cause->rules & BIT(rule);
}

/* Whether sockets tell more of it. */
static bool has_sockets(enum census_rule_id rule)
{
	size_t i;

	for (i = 0; i < census_ncauses; i++)
		if (explains(&census_causes[i], rule) &&
		    census_cause_has_sockets(&census_causes[i]))
			return true;
	return false;
}

/* Whether as many local ports may be in use towards one destination. */
static bool may_lack_ports(const struct census_look *look,
			   const struct census_thresholds *thresholds)
{
	const uint64_t *at_least = thresholds->at_least[CENSUS_RULE_PORTS];
	const struct census_table *states = look->tables[CENSUS_STATES];
	uint64_t ports = census_measure_local_ports(look), n;
	double sum = 0;
	size_t row;

	for (row = 0; row < states->nrows; row++) {
		const char *state = census_table_cell(states, row, 0)->text;

		census_look_number(look, CENSUS_STATES, state, "current", &n);
		if (strcmp(state, "LISTEN") && strcmp(state, "SYN_RECV"))
			sum += (double)n;
	}
	return ports && at_least[CENSUS_WARNING] &&
	       sum * 100 >= (double)at_least[CENSUS_WARNING] * (double)ports;
}

static bool is_wanted(const struct census_socket *socket, const void *data)
{
	const struct walk *walk = data;

	return walk->states & BIT(socket->state) ||
	       (walk->ports && census_measure_uses_port(walk->c->now, socket));
}

static int walk_sockets(struct census_case *c, const char *net_dir,
			const struct census_thresholds *thresholds)
{
	struct walk walk = { .c = c };
	enum census_rule_id rule;
	uint64_t value;

	for (rule = 0; rule < CENSUS_RULES; rule++)
		if (census_rules[rule].state && has_sockets(rule) &&
		    judge(c, rule, thresholds, &value) > CENSUS_OK)
			walk.states |= BIT(census_state_number
					   (census_rules[rule].state));
	/* those without a timer stay for ever, be they ever so few */
	census_look_number(c->now, CENSUS_STATES, "FIN_WAIT1", "overdue",
			   &value);
	if (value)
		walk.states |= BIT(TCP_FIN_WAIT1);
	walk.ports = may_lack_ports(c->now, thresholds);
	if (!walk.states && !walk.ports)
		return 0;
	c->walked = true;
	return census_socket_read(&c->sockets, net_dir, is_wanted, &walk);
}

static uint64_t count_sockets(const struct census_case *c,
			      const struct census_cause *cause)
{
	const struct census_pick pick = { cause, c };
	uint64_t n = 0;
	size_t i;

	if (!census_cause_has_sockets(cause))
		return 0;
	for (i = 0; i < c->sockets.count; i++)
		n += census_cause_picks(&c->sockets.list[i], &pick);
	return n;
}

static int add_tallies(struct census_finding *finding,
		       const struct census_case *c)
{
	static census_tally_counter * const count[CENSUS_EVIDENCE] = {
		[CENSUS_PEERS]		= census_tally_peers,
		[CENSUS_REMOTES]	= census_tally_remotes,
		[CENSUS_DESTINATIONS]	= census_tally_destinations,
		[CENSUS_LOCALS]		= census_tally_locals,
		[CENSUS_PROGRAMS]	= census_tally_programs,
	};
	const struct census_pick pick = { finding->cause, c };
	size_t i;

	for (i = 0; i < CENSUS_EVIDENCE; i++)
		if (finding->cause->evidence & BIT(i) &&
		    count[i](&finding->tallies[i], &c->sockets,
			     census_cause_picks, &pick))
			return -1;
	return 0;
}

static int add_detail(struct census_finding *finding,
		      const struct census_case *c)
{
	size_t size;
	FILE *file;

	if (!finding->cause->detail)
		return 0;
	file = open_memstream(&finding->detail, &size);
	if (file)
		finding->cause->detail(file, c);
	if (file && !fclose(file))
		return 0;
	warnx("out of memory");
	return -1;
}

/* Those that 'oldest' shows of this state and kind. */
static bool is_old(const struct census_case *c,
		   const struct census_finding *finding, size_t row)
{
	const char *state = census_table_cell(c->oldest, row, 0)->text;
	const struct census_cell *netns;

	netns = census_table_get(c->oldest, row, "netns");
	return (!c->netns || netns->number == c->netns) &&
	       !strcmp(state, census_rules[finding->rule].state) &&
	       census_cause_fits(finding->cause, c->oldest, row);
}

static void add_times(struct census_finding *finding,
		      const struct census_case *c)
{
	const char *state = census_rules[finding->rule].state, *start;
	const struct census_cell *age;
	size_t row;

	if (!state)
		return;
	census_look_number(c->now, CENSUS_STATES, state, "overdue",
			   &finding->overdue);
	census_look_number(c->now, CENSUS_TIMEOUTS, state, "timeout_s",
			   &finding->timeout_s);
	for (row = 0; c->oldest && row < c->oldest->nrows; row++) {
		age = census_table_get(c->oldest, row, "age_ms");
		if (!is_old(c, finding, row) ||
		    age->number < finding->oldest_ms)
			continue;
		start = census_table_get(c->oldest, row, "start")->text;
		finding->oldest_ms = age->number;
		finding->at_least = strcmp(start, "seen");
	}
}

/* How long each program has held the oldest that it holds. */
static int add_ages(struct census_finding *finding,
		    const struct census_case *c)
{
	const struct census_table *oldest = c->oldest;
	struct census_sockets sockets = { 0 };
	size_t row;
	int ret;

	if (!oldest || !(finding->cause->evidence & BIT(CENSUS_PROGRAMS)))
		return 0;
	sockets.list = calloc(oldest->nrows + 1, sizeof(*sockets.list));
	if (!sockets.list) {
		warnx("out of memory");
		return -1;
	}
	for (row = 0; row < oldest->nrows; row++) {
		if (!is_old(c, finding, row))
			continue;
		sockets.list[sockets.count].age_ms =
			census_table_get(oldest, row, "age_ms")->number;
		sockets.list[sockets.count++].inode =
			census_table_get(oldest, row, "inode")->number;
	}
	ret = census_tally_ages(&finding->tallies[CENSUS_PROGRAMS], &sockets);
	census_socket_free(&sockets);
	return ret;
}

/* Takes all else of the finding from @found. */
static int add(struct census_findings *findings, const struct census_case *c,
	       struct census_finding found, const struct census_cause *cause)
{
	struct census_finding *grown;

	grown = reallocarray(findings->list, findings->count + 1,
			     sizeof(*grown));
	if (!grown) {
		warnx("out of memory");
		return -1;
	}
	findings->list = grown;
	found.cause = cause;
	found.count = count_sockets(c, cause);
	add_times(&found, c);
	grown += findings->count++;
	*grown = found;
	return add_detail(grown, c) || add_tallies(grown, c) ||
	       add_ages(grown, c) ? -1 : 0;
}

/* Another rule may have found the same: so and so many, and the overdue ones. */
static bool is_explained(const struct census_findings *findings,
			 const struct census_cause *cause,
			 enum census_rule_id rule)
{
	size_t i;

	for (i = 0; i < findings->count; i++)
		if (findings->list[i].cause == cause &&
		    census_cause_has_sockets(cause) &&
		    findings->list[i].rule != rule)
			return true;
	return false;
}

static bool holds(const struct census_cause *cause,
		  const struct census_case *c)
{
	if (cause->may_hold && !cause->may_hold(c))
		return false;
	return cause->holds ? cause->holds(c) : count_sockets(c, cause);
}

/* Adds a finding for each cause that holds. */
static int add_causes(struct census_findings *findings,
		      const struct census_case *c,
		      const struct census_finding *found)
{
	const struct census_cause *cause, *last = NULL;
	bool told = false;
	size_t i;

	for (i = 0; i < census_ncauses; i++) {
		cause = &census_causes[i];
		if (!explains(cause, found->rule))
			continue;
		last = cause;
		if (!holds(cause, c))
			continue;
		told = true;
		if (is_explained(findings, cause, found->rule))
			continue;
		if (add(findings, c, *found, cause))
			return -1;
		if (cause->holds)
			break;
	}
	return told ? 0 : add(findings, c, *found, last);
}

/* Of those that are overdue there is nothing more to tell than of all. */
static bool is_told(const struct census_findings *findings,
		    enum census_rule_id rule, enum census_level level)
{
	const struct census_finding *before;
	size_t i;

	for (i = 0; i < findings->count; i++) {
		before = &findings->list[i];
		if (before->level >= level && census_rules[rule].column &&
		    census_rules[before->rule].column &&
		    !strcmp(census_rules[before->rule].state,
			    census_rules[rule].state))
			return true;
	}
	return false;
}

/**
 * census_finding_find() - find what looks wrong
 * @findings: set to it; free it with census_finding_free()
 * @c: the case; its sockets are filled in
 * @net_dir: where they are
 * @thresholds: from when on something looks wrong
 *
 * Return: 0, or -1 after a sentence.
 */
int census_finding_find(struct census_findings *findings,
			struct census_case *c, const char *net_dir,
			const struct census_thresholds *thresholds)
{
	struct census_finding found = { 0 };
	enum census_rule_id rule;

	*findings = (struct census_findings){ 0 };
	if (walk_sockets(c, net_dir, thresholds))
		return -1;
	for (rule = 0; rule < CENSUS_RULES; rule++) {
		found.rule = rule;
		found.level = judge(c, rule, thresholds, &found.value);
		if (found.level == CENSUS_OK ||
		    is_told(findings, rule, found.level))
			continue;
		found.threshold = thresholds->at_least[rule][found.level];
		if (add_causes(findings, c, &found))
			return -1;
	}
	return 0;
}

/**
 * census_finding_free() - forget what was found
 * @findings: all zero, or what census_finding_find() has filled
 */
void census_finding_free(struct census_findings *findings)
{
	size_t i;

	for (i = 0; i < findings->count; i++)
		free(findings->list[i].detail);
	free(findings->list);
	*findings = (struct census_findings){ 0 };
}
