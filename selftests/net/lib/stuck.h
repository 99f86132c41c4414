/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fixture of the tests of the reaper, over IPv4, and another version where
 * a test adds it: a network namespace of its own in
 * which connections over lo get stuck, with the writer's end full, the
 * reader's window closed, and the kernel probing it in vain.
 */
#ifndef CENSUS_STUCK_H
#define CENSUS_STUCK_H

#include "harness.h"

#include <sys/socket.h>

#include "deadline.h"
#include "ledger.h"
#include "ns.h"
#include "pair.h"
#include "reap.h"
#include "ss.h"

#define STUCK_MAX	64

FIXTURE(stuck) {
	struct pair_shape shape;
	struct pair pair[STUCK_MAX];
	int n;
	struct ledger ledger;
};

FIXTURE_VARIANT(stuck) {
	int family;
};

FIXTURE_VARIANT_ADD(stuck, ipv4) {
	.family = AF_INET,
};

FIXTURE_SETUP(stuck)
{
	ASSERT_EQ(0, ns_enter());
	self->shape = (struct pair_shape) {
		.family = variant->family,
		.sndbuf = 16384,
		.rcvbuf = 8192,
		.mss = 1400,
	};
	ASSERT_EQ(0, ledger_open(&self->ledger)) {
		TH_LOG("%s cannot be read: load tcp_census.ko", CENSUS_DIR);
	}
}

FIXTURE_TEARDOWN(stuck)
{
	for (int i = 0; i < self->n; i++)
		pair_free(&self->pair[i]);
}

#define PAIR(p, call)							\
	ASSERT_EQ(0, pair_##call) { TH_LOG("%s", (p)->failed); }

#define EXPECT_BOOKED(want)						\
	EXPECT_TRUE(eventually(ledger_shows(&self->ledger, want))) {	\
		TH_LOG("%s", self->ledger.why);				\
	}

static inline struct pair *pair_add(struct __test_metadata *_metadata,
				    struct _test_data_stuck *self)
{
	struct pair *p = &self->pair[self->n];

	ASSERT_GT(STUCK_MAX, self->n);
	PAIR(p, open(p, &self->shape));
	self->n++;
	return p;
}

/* @n more; what is booked from now on counts. */
static inline struct pair *pairs_stuck(struct __test_metadata *_metadata,
				       struct _test_data_stuck *self, int n)
{
	struct pair *first = &self->pair[self->n], *p;

	for (int i = 0; i < n; i++) {
		p = pair_add(_metadata, self);
		PAIR(p, fill(p));
	}
	for (p = first; p < first + n; p++)
		ASSERT_TRUE(eventually(pair_stuck(p)));
	ASSERT_EQ(0, ledger_open(&self->ledger));
	return first;
}

/* And closes them: the clocks of @n orphans begin. */
static inline struct pair *orphans(struct __test_metadata *_metadata,
				   struct _test_data_stuck *self, int n)
{
	struct pair *first = pairs_stuck(_metadata, self, n);

	for (struct pair *p = first; p < first + n; p++) {
		PAIR(p, close(p));
	}
	return first;
}

#define PAIRS_STUCK(n) pairs_stuck(_metadata, self, n)
#define ORPHANS(n) orphans(_metadata, self, n)

/* It is over: not before @least_ms since then, and soon after @most_ms. */
static inline void expect_lasted(struct __test_metadata *_metadata,
				 struct moment since, long least_ms,
				 long most_ms)
{
	long long now = now_ns();

	EXPECT_LE(least_ms, (now - since.before_ns) / NS_PER_MS);
	EXPECT_GE(most_ms + REAP_LATE_MS,
		  (now - since.after_ns) / NS_PER_MS) {
		TH_LOG("the CPUs did not run for %ld ms", lag_ms());
	}
}

/* The reader has a reset behind what it was sent, which was not all. */
static inline void expect_cut_off(struct __test_metadata *_metadata,
				  struct pair *p)
{
	EXPECT_EQ(-ECONNRESET, pair_drain(p, 0));
	EXPECT_LT(0, p->read);
	EXPECT_GT(p->written, p->read);
}

/* @ms after that moment, and not before. */
static inline void expect_ended(struct __test_metadata *_metadata,
				struct pair *p, struct moment since, long ms)
{
	ASSERT_TRUE(pair_ended(p, ms + DEADLINE_MS));
	expect_lasted(_metadata, since, ms, ms);
	expect_cut_off(_metadata, p);
}

/* Nothing happened to it: all that was written comes, and then the end. */
static inline void expect_all(struct __test_metadata *_metadata,
			      struct pair *p, int timeout_ms)
{
	EXPECT_EQ(0, pair_drain(p, timeout_ms));
	EXPECT_EQ(p->written, p->read);
	EXPECT_EQ(0, pair_error(p));
}

#define EXPECT_ENDED(p, since, ms) expect_ended(_metadata, p, since, ms)
#define EXPECT_ALL_WITHIN(p, ms) expect_all(_metadata, p, ms)
#define EXPECT_ALL(p) EXPECT_ALL_WITHIN(p, DEADLINE_MS)

/*
 * With owners and without. The peer may see the end before the last segment has
 * reached the orphan; one that is stuck stays for longer than this waits.
 */
#define EXPECT_FIN_WAIT1(n)						\
do {									\
	int __found;							\
									\
	EXPECT_TRUE(eventually((__found =				\
				ss_timers("fin-wait-1", NULL)) == (n))) { \
		TH_LOG("%d in FIN_WAIT1, want %d", __found, n);		\
	}								\
} while (0)

#endif /* CENSUS_STUCK_H */
