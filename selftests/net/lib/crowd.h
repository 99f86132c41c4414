/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Connections that wait in their states, and how many of them are overdue by
 * a clock in user space.
 *
 * The clock knows each connection's age within bounds, so it knows how many
 * must be past a timeout and how many can be: the same number on a machine
 * that is not too slow. Must be: those that were so when the timeout was set,
 * for that takes effect at once; the others once the module has told so.
 */
#ifndef CENSUS_CROWD_H
#define CENSUS_CROWD_H

#include <stdbool.h>

#include "moment.h"
#include "overdue.h"
#include "play.h"

#define CROWD_MAX	16

struct waiter {
	struct conn conn;
	enum state state;
	struct moment came;
	bool here;
	bool exceeded;		/* once was overdue */
	bool may_have;		/* can have been */
};

struct crowd {
	struct peer *peer;
	struct waiter waiter[CROWD_MAX];
	int n;
	struct limit {
		long seconds;		/* 0: none */
		struct moment set;
	} limit[STATES];
	struct overdue last[STATES];	/* as read last */
	char wrong[256];		/* the first thing, for the log */
};

/* No state of the present namespace has a timeout. 0, or -errno. */
int crowd_init(struct crowd *c, struct peer *p);

/* Someone is brought into a state, by play_into[]. NULL with @c->wrong set. */
struct waiter *crowd_join(struct crowd *c, enum state s);

/* The same by a script of the test's own. */
struct waiter *crowd_join_by(struct crowd *c, enum state s,
			     const char *script);

/* And out of it. 0; or -1 with @c->wrong set. */
int crowd_leave(struct crowd *c, struct waiter *w, const char *script);

/* And into another state, as a new waiter with the same connection. */
struct waiter *crowd_move(struct crowd *c, struct waiter *w, enum state to,
			  const char *script);

/* 0; or -1 with @c->wrong set. */
int crowd_limit(struct crowd *c, enum state s, long seconds);

/* Sleeps until @w is that old for certain. */
void crowd_age_ms(const struct waiter *w, long ms);

/*
 * True if the census shows as many overdue now and ever as there must be and
 * can be. Once false it stays so, with @c->wrong set.
 */
bool crowd_fits(struct crowd *c);

/* That, and at least @n are overdue: not before their time. */
bool crowd_has(struct crowd *c, enum state s, long n);

#endif /* CENSUS_CROWD_H */
