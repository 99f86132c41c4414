// SPDX-License-Identifier: GPL-2.0
/*
 * What the reaper must not end, although it looks much like what it ends: an
 * orphan whose peer reads, however slowly, or begins to just in time; a socket
 * that somebody holds; a subflow of MPTCP; another namespace's.
 *
 * Each waits for several times the timeout, and then is allowed to finish:
 * the peer must get every byte, and then the end. States that are not
 * FIN_WAIT1 are in reapwire.c.
 */
#include <netinet/in.h>

#include "lib/stuck.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP	262
#endif

FIXTURE_VARIANT_ADD(stuck, ipv6) {
	.family = AF_INET6,
};

TEST_F(stuck, slow_reader)
{
	struct pair *p;

	self->shape.sndbuf = 1 << 20;
	REAPER("timeout=2 reap=2");
	p = ORPHANS(1);
	EXPECT_EQ(0, pair_sip(p, 8192, 700, 8000));
	EXPECT_FIN_WAIT1(1);
	EXPECT_COUNTS("spared_progress");
	EXPECT_ALL(p);
	EXPECT_FIN_WAIT1(0);
	EXPECT_COUNTS("spared_progress");
}

/* It reads four times as much as is asked. */
TEST_F(stuck, min_bytes)
{
	struct pair *p;

	self->shape.sndbuf = 1 << 20;
	REAPER("timeout=2 min_bytes=20000 reap=2");
	p = ORPHANS(1);
	EXPECT_EQ(0, pair_sip(p, 4096, 100, 6000));
	EXPECT_FIN_WAIT1(1);
	EXPECT_COUNTS("spared_progress");
	EXPECT_ALL(p);
	EXPECT_COUNTS("spared_progress");
}

/* shutdown() without close(): whoever holds it has timeouts of his own. */
TEST_F(stuck, owned)
{
	struct pair *p;

	REAPER("timeout=1 max_age=2 reap=2");
	p = PAIRS_STUCK(1);
	PAIR(p, shutdown(p));
	EXPECT_FALSE(pair_ended(p, 5000));
	EXPECT_FIN_WAIT1(1);
	EXPECT_COUNTS("spared_owned");
	EXPECT_EQ(0, reaper_value("orphans"));
	EXPECT_ALL(p);
	EXPECT_FIN_WAIT1(0);
	EXPECT_EQ(1, ss_timers("fin-wait-2", NULL));
	EXPECT_COUNTS("spared_owned");
}

/* The same as here in another namespace, whose reaper is off. */
TEST_F(stuck, elsewhere)
{
	struct pair *there, *here;
	int home = ns_save(), away;

	ASSERT_EQ(0, ns_enter());
	away = ns_save();
	there = ORPHANS(2);
	ASSERT_EQ(0, ns_switch(home));
	REAPER("timeout=1 reap=2");
	here = ORPHANS(2);
	for (int i = 0; i < 2; i++)
		EXPECT_ENDED(&here[i], here[i].closed, 1000);
	EXPECT_FALSE(pair_ended(there, 3000));
	EXPECT_COUNTS("2*reaped 2*reaped_closed_window");

	ASSERT_EQ(0, ns_switch(away));
	EXPECT_FIN_WAIT1(2);
	EXPECT_COUNTS("");
	for (int i = 0; i < 2; i++)
		EXPECT_ALL(&there[i]);
	EXPECT_FIN_WAIT1(0);
}

static void wait_until(long long ns)
{
	long long now = now_ns();

	if (now < ns)
		pause_ms((ns - now) / NS_PER_MS);
}

/* Half a second before their time they make room. */
TEST_F(stuck, just_in_time)
{
	const int n = 8;
	struct pair *p;

	REAPER("timeout=3 reap=2");
	p = ORPHANS(n);
	wait_until(p[0].closed.before_ns + 2500 * NS_PER_MS);
	for (int i = 0; i < n; i++)
		EXPECT_ALL(&p[i]);
	EXPECT_GT(p[0].closed.before_ns + 3 * NS_PER_S, now_ns());
	EXPECT_COUNTS("");
	EXPECT_FIN_WAIT1(0);
}

#define RACERS		60
#define RACE_STEP_MS	15	/* from 50 ms before to 850 ms after */
/* The news that there is room must have come through. */
#define ON_TIME_MS	50

/* Returns true if it was cut off. */
static bool race(struct __test_metadata *_metadata, struct pair *p,
		 long long due_ns)
{
	bool on_time;
	int err;

	EXPECT_NE(-EILSEQ, pair_read(p, 1024));
	on_time = now_ns() < due_ns - ON_TIME_MS * NS_PER_MS;
	err = pair_drain(p, DEADLINE_MS);
	if (!err) {
		EXPECT_EQ(0, pair_error(p));
		return false;
	}
	EXPECT_FALSE(on_time);
	EXPECT_EQ(-ECONNRESET, err);
	EXPECT_GT(p->written, p->read);
	return true;
}

/*
 * The reaper's time and the reader's are the same: each of them gets all of
 * it, or is cut off. Those that read in time are spared.
 */
TEST_F(stuck, race)
{
	int cut_off = 0;
	struct pair *p;

	REAPER("timeout=2 reap=2");
	p = ORPHANS(RACERS);
	for (int i = 0; i < RACERS; i++) {
		long long due_ns = p[i].closed.before_ns + 2 * NS_PER_S;

		wait_until(due_ns + (i * RACE_STEP_MS - 2 * ON_TIME_MS) *
			   NS_PER_MS);
		cut_off += race(_metadata, &p[i], due_ns);
	}
	TH_LOG("%d of %d were cut off, %ld late", cut_off, RACERS,
	       reaper_value("spared_late"));
	EXPECT_FIN_WAIT1(0);
	EXPECT_TRUE(eventually(reaper_value("reaped") == cut_off));
	EXPECT_EQ(0, reaper_value("failed"));
	/* Nobody who got all of it is told of an error later. */
	for (int i = 0; i < RACERS; i++)
		EXPECT_EQ(0, pair_error(&p[i]));
}

TEST_HARNESS_MAIN
