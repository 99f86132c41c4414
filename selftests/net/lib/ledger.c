// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger.h"
#include "ss.h"

int ledger_open(struct ledger *l)
{
	return census_read(&l->before);
}

static FILE *why_open(struct ledger *l)
{
	free(l->why);
	l->why = NULL;
	return open_memstream(&l->why, &l->why_len);
}

/* Nothing written is no reason to refuse. */
static bool why_close(struct ledger *l, FILE *why)
{
	fclose(why);
	return !l->why_len;
}

static int want_edge(struct census *want, char *from, char *to, long n)
{
	int f = name_find(state_name, ENDS, from);
	int t = name_find(state_name, ENDS, to);

	if (f < 0 || t < 0)
		return -EINVAL;
	want->edge[f][t] += n;
	return 0;
}

static int want_reason(struct census *want, char *state, char *reason, long n)
{
	int s = name_find(state_name, STATES, state);
	int r = name_find(reason_name, REASONS, reason);

	if (s < 0 || r < 0)
		return -EINVAL;
	want->reason[s][r] += n;
	return 0;
}

static int want_word(struct census *want, char *word)
{
	char *star = strchr(word, '*'), *name = star ? star + 1 : word;
	long n = star ? strtol(word, NULL, 10) : 1;
	char *mark = strpbrk(name, ">:");
	char kind;

	if (!mark)
		return -EINVAL;
	kind = *mark;
	*mark = '\0';
	return kind == '>' ? want_edge(want, name, mark + 1, n) :
			     want_reason(want, name, mark + 1, n);
}

static int want_parse(struct census *want, const char *text)
{
	char *copy = strdup(text), *save, *word;
	int err = 0;

	memset(want, 0, sizeof(*want));
	for (word = strtok_r(copy, " ", &save); word && !err;
	     word = strtok_r(NULL, " ", &save))
		err = want_word(want, word);
	free(copy);
	return err;
}

/*
 * A child is born in SYN_RECV because a listener is in LISTEN; the listener
 * stays there.
 */
static bool is_move(int from, int to)
{
	return !(from == LISTEN && to == SYN_RECV);
}

/* What follows from the edges, by the rules of the books. */
static void want_totals(struct census *want, const struct census *before)
{
	for (int from = 0; from < ENDS; from++)
		for (int to = 0; to < ENDS; to++) {
			if (to < STATES)
				want->entered[to] += want->edge[from][to];
			if (from < STATES && is_move(from, to))
				want->left[from] += want->edge[from][to];
		}
	for (int s = 0; s < STATES; s++)
		want->current[s] = before->current[s] + want->entered[s] -
				   want->left[s];
}

static void compare(FILE *why, const char *what, const char *sub, long got,
		    long want)
{
	if (got != want)
		fprintf(why, "%s %s: %ld, want %ld; ", what, sub, got, want);
}

static void compare_edges(FILE *why, const struct census *now,
			  const struct census *before,
			  const struct census *want)
{
	for (int from = 0; from < ENDS; from++)
		for (int to = 0; to < ENDS; to++)
			compare(why, state_name[from], state_name[to],
				now->edge[from][to] - before->edge[from][to],
				want->edge[from][to]);
	compare(why, "unexpected", "edges", now->unexpected, 0);
}

static void compare_states(FILE *why, const struct census *now,
			   const struct census *before,
			   const struct census *want)
{
	for (int s = 0; s < STATES; s++) {
		const char *name = state_name[s];

		compare(why, name, "current", now->current[s],
			want->current[s]);
		compare(why, name, "entered",
			now->entered[s] - before->entered[s],
			want->entered[s]);
		compare(why, name, "left", now->left[s] - before->left[s],
			want->left[s]);
		for (int r = 0; r < REASONS; r++)
			compare(why, name, reason_name[r],
				now->reason[s][r] - before->reason[s][r],
				want->reason[s][r]);
	}
}

static void compare_ss(FILE *why, const struct census *now)
{
	long count[STATES];
	int err;

	err = ss_count(count);
	if (err)
		fprintf(why, "ss: %s; ", strerror(-err));
	for (int s = 0; !err && s < STATES; s++)
		compare(why, state_name[s], "current, against ss",
			now->current[s], count[s]);
}

bool ledger_shows(struct ledger *l, const char *text)
{
	struct census now, want;
	FILE *why = why_open(l);

	if (want_parse(&want, text)) {
		fprintf(why, "the test cannot be read: %s", text);
		return why_close(l, why);
	}
	want_totals(&want, &l->before);
	if (census_read(&now))
		fprintf(why, "the census cannot be read");
	compare_edges(why, &now, &l->before, &want);
	compare_states(why, &now, &l->before, &want);
	/* Starting ss is slow: only when all else is well. */
	if (!ftell(why))
		compare_ss(why, &now);
	return why_close(l, why);
}

bool ledger_witnessed(struct ledger *l)
{
	FILE *why = why_open(l);
	struct census now;

	if (census_read(&now))
		fprintf(why, "the census cannot be read");
	compare_ss(why, &now);
	return why_close(l, why);
}

bool ledger_empty(struct ledger *l)
{
	FILE *why = why_open(l);
	struct census now;

	if (census_read(&now))
		fprintf(why, "the census cannot be read");
	for (int s = 0; s < STATES; s++)
		compare(why, state_name[s], "current", now.current[s], 0);
	return why_close(l, why);
}
