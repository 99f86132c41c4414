// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deadline.h"
#include "witness.h"

int witness_open(struct witness *w, struct conn *c)
{
	memset(w, 0, sizeof(*w));
	w->conn = c;
	return dwell_read(w->before);
}

static int fail(struct witness *w, const char *word, const char *why)
{
	snprintf(w->failed, sizeof(w->failed), "%s: %s", word, why);
	return -1;
}

static bool edge_parse(const char *word, int *from, int *to)
{
	char name[32];

	if (sscanf(word, "%31[A-Z_0-9]>", name) != 1)
		return false;
	*from = name_find(state_name, ENDS, name);
	*to = name_find(state_name, ENDS, word + strcspn(word, ">") + 1);
	return *from >= 0 && *to >= 0;
}

/* A dwell is booked last of all that belongs to an edge. */
static bool is_booked(const struct witness *w, int state)
{
	struct dwell now[STATES];

	return !dwell_read(now) &&
	       now[state].count > w->before[state].count;
}

static int leave(struct witness *w, const char *word, int from)
{
	struct stay *s = &w->stay[from];

	if (s->over)
		return fail(w, word, "left before");
	if (!eventually(is_booked(w, from)))
		return fail(w, word, "no dwell was counted");
	s->over = true;
	s->went.before_ns = w->step_ns;
	s->went.after_ns = now_ns();
	return 0;
}

/* The listener goes on listening when a SYN comes. */
static bool leaves(int from, int to)
{
	return from < STATES && !(from == LISTEN && to == SYN_RECV);
}

static int book(struct witness *w, const char *word, int from, int to)
{
	/* By itself, since the last edge. */
	if (!w->step_ns)
		w->step_ns = w->last.before_ns;
	if (leaves(from, to) && leave(w, word, from))
		return -1;
	w->last.before_ns = w->step_ns;
	w->last.after_ns = now_ns();
	if (to < STATES)
		w->stay[to].came = w->last;
	return 0;
}

static int step(struct witness *w, const char *word)
{
	if (!w->step_ns) {
		/* What is stayed in is to last longer than the next thing. */
		nap();
		w->step_ns = now_ns();
	}
	if (play(w->conn, word))
		return fail(w, w->conn->failed, "not played");
	return 0;
}

static int play_word(struct witness *w, const char *word, bool *edges)
{
	int from, to;
	char unit;
	long ms;

	if (edge_parse(word, &from, &to)) {
		*edges = true;
		return book(w, word, from, to);
	}
	if (*edges)
		w->step_ns = 0;
	*edges = false;
	if (sscanf(word, "%ldm%c", &ms, &unit) != 2 || unit != 's')
		return step(w, word);
	w->step_ns = 0;
	pause_ms(ms);
	return 0;
}

int witness_play(struct witness *w, const char *script)
{
	char line[512], *save, *word;
	bool edges = true;
	int err = 0;

	snprintf(line, sizeof(line), "%s", script);
	for (word = strtok_r(line, " ", &save); word && !err;
	     word = strtok_r(NULL, " ", &save))
		err = play_word(w, word, &edges);
	return err;
}

static long least_us(const struct stay *s)
{
	long long ns = s->went.before_ns - s->came.after_ns;

	return ns > 0 ? ns / NS_PER_US : 0;
}

static long most_us(const struct stay *s)
{
	return (s->went.after_ns - s->came.before_ns) / NS_PER_US;
}

static void refuse(FILE *why, int state, const char *what, long got,
		   long least, long most)
{
	if (got < least || got > most)
		fprintf(why, "%s %s: %ld, want %ld to %ld; ",
			state_name[state], what, got, least, most);
}

static void compare(FILE *why, const struct witness *w, int s,
		    const struct dwell *now)
{
	const struct dwell *before = &w->before[s];
	const struct stay *stay = &w->stay[s];
	long us = now->sum_us - before->sum_us;
	long max = us > before->max_us ? us : before->max_us;

	refuse(why, s, "count", now->count - before->count, stay->over,
	       stay->over);
	refuse(why, s, "sum_us", us, stay->over ? least_us(stay) : 0,
	       stay->over ? most_us(stay) : 0);
	refuse(why, s, "max_us", now->max_us, max, max);
	for (int i = 0; i < DWELL_BUCKETS; i++) {
		long want = stay->over && i == dwell_bucket(us);

		refuse(why, s, "bucket", now->bucket[i] - before->bucket[i],
		       want, want);
	}
}

bool witness_agrees(struct witness *w)
{
	struct dwell now[STATES];
	FILE *why;
	int err;

	free(w->why);
	w->why = NULL;
	why = open_memstream(&w->why, &w->why_len);
	err = dwell_read(now);
	if (err)
		fprintf(why, "dwell cannot be read: %s", strerror(-err));
	for (int s = 0; !err && s < STATES; s++)
		compare(why, w, s, &now[s]);
	fclose(why);
	return !w->why_len;
}
