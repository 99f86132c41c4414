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
#include <stdio.h>
#include <stdlib.h>

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
	REAPER("timeout=5 reap=2");
	p = ORPHANS(1);
	EXPECT_EQ(0, pair_sip(p, 8192, 700, 15000));
	EXPECT_GT(p->written, p->read);
	EXPECT_ALL(p);
	EXPECT_FIN_WAIT1(0);
	EXPECT_COUNTS("spared_progress");
}

/* It reads more as is asked. */
TEST_F(stuck, min_bytes)
{
	struct pair *p;

	self->shape.sndbuf = 1 << 20;
	REAPER("timeout=5 min_bytes=20000 reap=2");
	p = ORPHANS(1);
	EXPECT_EQ(0, pair_sip(p, 4096, 100, 12000));
	EXPECT_GT(p->written, p->read);
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
	EXPECT_REAPER("orphans", 0);
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

static bool has_mptcp(int family)
{
	int fd = socket(family, SOCK_STREAM, IPPROTO_MPTCP);

	close(fd);
	return fd >= 0;
}

/* A shell command; $a is the second subflow's address, $len its length. */
static int with_address(int family, const char *command)
{
	setenv("a", family == AF_INET ? "10.0.0.2" : "2001:db8::2", 1);
	setenv("len", family == AF_INET ? "32" : "128", 1);
	return system(command);
}

/*
 * What was sent on the subflow that is gone is sent again on the other, after
 * a timeout of MPTCP's own, and that one probes a window that was closed for
 * seconds: each as late as its backoff says.
 */
#define MPTCP_MS	60000

/* With two subflows and no more to be written. */
static struct pair *make_mptcp(struct __test_metadata *_metadata,
			       struct _test_data_stuck *self)
{
	struct pair *p;
	long written;

	ASSERT_EQ(0, with_address(self->shape.family,
				  "ip addr add $a/$len dev lo && "
				  "ip mptcp limits set subflow 1 && "
				  "ip mptcp endpoint add $a id 9 subflow"));
	self->shape.mss = 0;
	self->shape.writer_protocol = IPPROTO_MPTCP;
	self->shape.reader_protocol = IPPROTO_MPTCP;
	self->shape.join = true;
	p = pair_add(_metadata, self);
	PAIR(p, fill(p));
	/* Both ends of each are here. */
	EXPECT_TRUE(eventually(ss_timers("established", NULL) == 4));
	/* A subflow that is not full would end at once. */
	for (int quiet = 0; quiet < 4; quiet++) {
		written = p->written;
		PAIR(p, fill(p));
		if (p->written > written)
			quiet = 0;
		pause_ms(500);
	}
	return p;
}

/*
 * MPTCP looks after its subflows: those that stay ESTABLISHED until the other
 * side has all data, and both ends of one that it closed when its address had
 * gone.
 */
TEST_F_TIMEOUT(stuck, mptcp, 160)
{
	struct pair *p;

	if (!has_mptcp(variant->family))
		SKIP(return, "this kernel has no MPTCP");
	REAPER("timeout=1 max_age=2 reap=2");
	p = make_mptcp(_metadata, self);
	ASSERT_EQ(0, with_address(variant->family,
				  "ip addr del $a/$len dev lo && "
				  "ip mptcp endpoint delete id 9"));
	EXPECT_TRUE(eventually(ss_timers("fin-wait-1", NULL) == 2));
	PAIR(p, close(p));
	EXPECT_FALSE(pair_ended(p, 5000));
	EXPECT_FIN_WAIT1(2);
	EXPECT_COUNTS("2*spared_mptcp");
	EXPECT_ALL_WITHIN(p, MPTCP_MS);
	EXPECT_COUNTS("2*spared_mptcp");
}

static void wait_until(long long ns)
{
	long long now = now_ns();

	if (now < ns)
		pause_ms((ns - now) / NS_PER_MS);
}

/* Shortly before their time they make room. */
TEST_F(stuck, just_in_time)
{
	const int n = 8;
	struct pair *p;

	REAPER("timeout=8 reap=2");
	p = ORPHANS(n);
	wait_until(p[0].closed.before_ns + 4 * NS_PER_S);
	for (int i = 0; i < n; i++)
		EXPECT_NE(-EILSEQ, pair_drain(&p[i], 0));
	EXPECT_GT(p[0].closed.before_ns + 8 * NS_PER_S, now_ns()) {
		TH_LOG("the CPUs did not run for %ld ms", lag_ms());
	}
	for (int i = 0; i < n; i++)
		EXPECT_ALL(&p[i]);
	EXPECT_COUNTS("");
	EXPECT_FIN_WAIT1(0);
}

#define RACERS		60
#define RACE_FROM_MS	(-100)
#define RACE_STEP_MS	15	/* to 800 ms after */

/*
 * Whoever wins: all of it and no error, or an error in the middle. More than was there
 * comes when the writer has heard of the room, however long that took.
 */
static bool is_cut_off(struct __test_metadata *_metadata, struct pair *p,
		       long long due_ns)
{
	long there = p->read + pair_unread(p);
	bool on_time;
	int err;

	err = pair_drain_to(p, there + 1, DEADLINE_MS);
	on_time = !err && now_ns() < due_ns;
	if (!err)
		err = pair_drain(p, DEADLINE_MS);
	if (!err)
		return false;
	EXPECT_FALSE(on_time);
	EXPECT_EQ(-ECONNRESET, err);
	EXPECT_GT(p->written, p->read);
	return true;
}

static void expect_race_over(struct __test_metadata *_metadata,
			     const struct pair *p, int cut_off)
{
	EXPECT_FIN_WAIT1(0);
	EXPECT_TRUE(eventually(reaper_value("reaped") == cut_off));
	EXPECT_EQ(0, reaper_value("failed"));
	/* Nobody who got all of it is told of an error later. */
	for (int i = 0; i < RACERS; i++)
		EXPECT_EQ(0, pair_error(&p[i]));
	TH_LOG("%d of %d were cut off, %ld spared at last", cut_off, RACERS,
	       reaper_value("spared_late"));
}

/* The reaper's time and the readers' are the same. */
TEST_F(stuck, race)
{
	int cut_off = 0;
	struct pair *p;

	REAPER("timeout=2 reap=2");
	p = ORPHANS(RACERS);
	for (int i = 0; i < RACERS; i++) {
		long long due_ns = p[i].closed.before_ns + 2 * NS_PER_S;

		wait_until(due_ns + (RACE_FROM_MS + i * RACE_STEP_MS) *
			   NS_PER_MS);
		cut_off += is_cut_off(_metadata, &p[i], due_ns);
	}
	expect_race_over(_metadata, p, cut_off);
}

/* While it ends one after the other, they begin to read from the other end. */
TEST_F(stuck, collision)
{
	int cut_off = 0;
	struct pair *p;

	REAPER("timeout=1 reap=2");
	p = ORPHANS(RACERS);
	ASSERT_TRUE(pair_ended(p, DEADLINE_MS));
	for (int i = RACERS - 1; i >= 0; i--)
		cut_off += is_cut_off(_metadata, &p[i], 0);
	expect_race_over(_metadata, p, cut_off);
}

TEST_HARNESS_MAIN
