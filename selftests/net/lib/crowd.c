// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "crowd.h"
#include "deadline.h"

/* The first thing that is wrong is what counts. Always -1. */
#define wrong(c, ...)							\
({									\
	if (!*(c)->wrong)						\
		snprintf((c)->wrong, sizeof((c)->wrong), __VA_ARGS__);	\
	-1;								\
})

static long long limit_ns(const struct crowd *c, enum state s)
{
	return c->limit[s].seconds * NS_PER_S;
}

static bool is_past(const struct crowd *c, const struct waiter *w,
		    long long age_ns)
{
	return c->limit[w->state].seconds && age_ns >= limit_ns(c, w->state);
}

static bool may_be_overdue(const struct crowd *c, const struct waiter *w,
			   long long at_ns)
{
	return w->here && is_past(c, w, at_ns - w->came.before_ns);
}

/* The limit was set when @w was past it. */
static bool must_be_overdue(const struct crowd *c, const struct waiter *w)
{
	return w->here && is_past(c, w, c->limit[w->state].set.before_ns -
				  w->came.after_ns);
}

/* Before a limit changes or somebody goes, and whenever they are counted. */
static void note(struct crowd *c, long long at_ns)
{
	for (struct waiter *w = c->waiter; w < c->waiter + c->n; w++) {
		w->may_have |= may_be_overdue(c, w, at_ns);
		w->exceeded |= must_be_overdue(c, w);
	}
}

static int set_limit(struct crowd *c, enum state s, long seconds)
{
	struct limit *l = &c->limit[s];
	char text[32];
	int err;

	snprintf(text, sizeof(text), "%ld", seconds);
	l->set.before_ns = now_ns();
	err = timeout_write(s, text);
	l->set.after_ns = now_ns();
	/* Until now by the old one. */
	note(c, l->set.after_ns);
	l->seconds = seconds;
	return err;
}

int crowd_init(struct crowd *c, struct peer *p)
{
	int err = 0;

	memset(c, 0, sizeof(*c));
	c->peer = p;
	for (int s = 0; !err && s < STATES; s++)
		err = set_limit(c, s, 0);
	return err;
}

int crowd_limit(struct crowd *c, enum state s, long seconds)
{
	int err = set_limit(c, s, seconds);

	return err ? wrong(c, "timeout of %s: %s", state_name[s],
			   strerror(-err)) : 0;
}

static struct waiter *add(struct crowd *c, enum state s)
{
	struct waiter *w = &c->waiter[c->n];

	if (c->n == CROWD_MAX) {
		wrong(c, "too many in the crowd");
		return NULL;
	}
	c->n++;
	memset(w, 0, sizeof(*w));
	w->state = s;
	w->came.before_ns = now_ns();
	return w;
}

static struct waiter *is_here(struct waiter *w)
{
	w->came.after_ns = now_ns();
	w->here = true;
	return w;
}

struct waiter *crowd_join_by(struct crowd *c, enum state s,
			     const char *script)
{
	struct waiter *w = add(c, s);

	if (!w)
		return NULL;
	conn_init(&w->conn, c->peer);
	if (!play(&w->conn, script))
		return is_here(w);
	wrong(c, "into %s: %s", state_name[s], w->conn.failed);
	return NULL;
}

struct waiter *crowd_join(struct crowd *c, enum state s)
{
	return crowd_join_by(c, s, play_into[s]);
}

static bool has_left(enum state s, long left)
{
	struct census now;

	return !census_read(&now) && now.left[s] > left;
}

int crowd_leave(struct crowd *c, struct waiter *w, const char *script)
{
	struct census before;

	if (census_read(&before))
		return wrong(c, "the census cannot be read");
	if (play(&w->conn, script))
		return wrong(c, "out of %s: %s", state_name[w->state],
			     w->conn.failed);
	if (!eventually(has_left(w->state, before.left[w->state])))
		return wrong(c, "nobody left %s", state_name[w->state]);
	note(c, now_ns());
	w->here = false;
	return 0;
}

struct waiter *crowd_move(struct crowd *c, struct waiter *w, enum state to,
			  const char *script)
{
	struct waiter *next = add(c, to);

	if (!next || crowd_leave(c, w, script))
		return NULL;
	next->conn = w->conn;
	return is_here(next);
}

void crowd_age_ms(const struct waiter *w, long ms)
{
	long long age_ns = now_ns() - w->came.after_ns;

	if (age_ns < ms * NS_PER_MS)
		pause_ms(ms - age_ns / NS_PER_MS);
}

struct bounds {
	long least, most;
};

static void bound(const struct crowd *c, enum state s, long long at_ns,
		  struct bounds *now, struct bounds *ever)
{
	const struct waiter *w;

	memset(now, 0, sizeof(*now));
	memset(ever, 0, sizeof(*ever));
	for (w = c->waiter; w < c->waiter + c->n; w++) {
		if (w->state != s)
			continue;
		now->least += must_be_overdue(c, w);
		now->most += may_be_overdue(c, w, at_ns);
		ever->least += w->exceeded;
		ever->most += w->may_have;
	}
}

static void expect(struct crowd *c, enum state s, const char *column, long got,
		   const struct bounds *want)
{
	if (got < want->least || got > want->most)
		wrong(c, "%s %s: %ld, want %ld to %ld", state_name[s], column,
		      got, want->least, want->most);
}

/* All that can be overdue are: so each of them has exceeded its timeout. */
static void learn(struct crowd *c, enum state s, long long at_ns)
{
	for (struct waiter *w = c->waiter; w < c->waiter + c->n; w++)
		if (w->state == s)
			w->exceeded |= may_be_overdue(c, w, at_ns);
}

static void compare(struct crowd *c, enum state s, long long at_ns)
{
	struct bounds now, ever;

	bound(c, s, at_ns, &now, &ever);
	expect(c, s, "overdue", c->last[s].now, &now);
	expect(c, s, "exceeded", c->last[s].ever, &ever);
	if (c->last[s].now == now.most)
		learn(c, s, at_ns);
}

bool crowd_fits(struct crowd *c)
{
	long long at_ns;

	if (overdue_read(c->last, "timeouts"))
		wrong(c, "timeouts cannot be read");
	at_ns = now_ns();
	note(c, at_ns);
	for (int s = 0; s < STATES; s++)
		compare(c, s, at_ns);
	return !*c->wrong;
}

bool crowd_has(struct crowd *c, enum state s, long n)
{
	return crowd_fits(c) && c->last[s].now >= n;
}
