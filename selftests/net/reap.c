// SPDX-License-Identifier: GPL-2.0
/*
 * An orphan in FIN_WAIT1 that makes no progress is ended when its time is
 * over: not before, and soon after.
 *
 * Both ends are real (lib/pair.h): the peer itself says when it was cut off,
 * that it had all that was sent until then, and that nothing of it was wrong;
 * ss what is left, /proc/net/snmp that there was one RST for each. Peers that
 * no kernel would be are in reapwire.c, those that must be spared in spare.c.
 */
#include <stdio.h>
#include <sys/stat.h>

#include "lib/kernel.h"
#include "lib/stuck.h"
#include "lib/table.h"

#define REAPED	"/sys/kernel/debug/tcp_census/reaped"

FIXTURE_VARIANT_ADD(stuck, ipv6) {
	.family = AF_INET6,
};

#define CUT_OFF(n)							\
	n "*ESTABLISHED>FIN_WAIT1 "					\
	n "*FIN_WAIT1>CLOSE " n "*FIN_WAIT1:reaped "			\
	n "*ESTABLISHED>CLOSE " n "*ESTABLISHED:reset"

/* tcp_probe_timer() would go on for minutes: the peer answers. */
TEST_F(stuck, closed_window)
{
	long rsts = kernel_snmp("OutRsts");
	struct moment on;
	struct pair *p;

	p = ORPHANS(3);
	/*
	 * Starting ss can take long, so no clock runs yet. It may see a timer that has just
	 * expired, and is about to be armed again.
	 */
	EXPECT_FIN_WAIT1(3);
	EXPECT_TRUE(eventually(ss_timers("fin-wait-1", "persist") == 3));
	on.before_ns = now_ns();
	REAPER("timeout=2 reap=2");
	on.after_ns = now_ns();
	for (int i = 0; i < 3; i++)
		EXPECT_ENDED(&p[i], on, 2000);
	EXPECT_FIN_WAIT1(0);
	EXPECT_BOOKED(CUT_OFF("3"));
	EXPECT_COUNTS("3*reaped 3*reaped_closed_window");
	/* An answer to a probe may find nobody any more, and is answered so. */
	EXPECT_LE(rsts + 3, kernel_snmp("OutRsts"));
	EXPECT_REAPER("orphans", 0);
	EXPECT_REAPER("stalled", 0);
}

/* The module's row about a connection of this namespace; or -1. */
static int find_row(const struct table *t)
{
	struct stat ns;
	long inode;

	if (stat("/proc/self/ns/net", &ns))
		return -1;
	for (int row = 0; row < t->rows; row++)
		if (!table_value(t, row, "netns", &inode) &&
		    inode == (long)ns.st_ino)
			return row;
	return -1;
}

static long cell(const struct table *t, int row, const char *column)
{
	long value;

	return table_value(t, row, column, &value) ? -1 : value;
}

/* What is told of it in the end. */
TEST_F(stuck, told)
{
	static struct table t;
	struct pair *p;
	long sent;
	int row;

	REAPER("timeout=1 reap=2");
	p = ORPHANS(1);
	sent = pair_unread(p);
	EXPECT_ENDED(p, p->closed, 1000);
	EXPECT_COUNTS("reaped reaped_closed_window");
	if (table_read(&t, REAPED))
		SKIP(return, "debugfs is not mounted, or too much was ended");
	row = find_row(&t);
	ASSERT_LE(0, row);
	EXPECT_STREQ("reaped", table_cell(&t, row, "action"));
	EXPECT_STREQ("closed_window", table_cell(&t, row, "kind"));
	EXPECT_LE(1000, cell(&t, row, "age_ms"));
	EXPECT_GE(1000 + REAP_LATE_MS, cell(&t, row, "age_ms"));
	EXPECT_LE(1000, cell(&t, row, "stalled_ms"));
	EXPECT_LE(cell(&t, row, "stalled_ms"), cell(&t, row, "age_ms"));
	EXPECT_GE(REAP_LATE_MS, cell(&t, row, "ago_ms"));
	EXPECT_EQ(0, cell(&t, row, "unacked_bytes"));
	/* The FIN takes a number, too. */
	EXPECT_EQ(p->written - sent + 1, cell(&t, row, "unsent_bytes"));
}

/* Its clock begins with close(), whatever was before. */
TEST_F(stuck, held_before)
{
	struct pair *p;

	REAPER("timeout=2 reap=2");
	p = PAIRS_STUCK(1);
	PAIR(p, shutdown(p));
	EXPECT_FALSE(pair_ended(p, 3000));
	EXPECT_FIN_WAIT1(1);
	PAIR(p, close(p));
	EXPECT_ENDED(p, p->closed, 2000);
	EXPECT_COUNTS("reaped reaped_closed_window spared_owned");
	EXPECT_FIN_WAIT1(0);
}

/* It progressed and then did no more: the clock begins where it stopped. */
TEST_F(stuck, progress_before)
{
	struct moment stopped;
	struct pair *p;

	self->shape.sndbuf = 1 << 20;
	REAPER("timeout=4 reap=2");
	p = ORPHANS(1);
	EXPECT_EQ(0, pair_sip(p, 8192, 200, 6000));
	/* The last probe may still find a little room. */
	stopped.before_ns = p->closed.before_ns;
	stopped.after_ns = now_ns() + NS_PER_S;
	EXPECT_ENDED(p, stopped, 4000);
	EXPECT_COUNTS("reaped reaped_closed_window spared_progress");
}

/* A reader that goes on reading; the writer has more than it can read. */
static void expect_sips_until(struct __test_metadata *_metadata,
			      struct _test_data_stuck *self, long least_ms,
			      long most_ms)
{
	struct pair *p = &self->pair[self->n - 1];

	EXPECT_EQ(-ECONNRESET, pair_sip(p, 4096, 100, most_ms + DEADLINE_MS));
	expect_lasted(_metadata, p->closed, least_ms, most_ms);
	EXPECT_GT(p->written, p->read);
	EXPECT_FIN_WAIT1(0);
}

TEST_F(stuck, over_age)
{
	self->shape.sndbuf = 1 << 20;
	REAPER("timeout=4 max_age=7 reap=2");
	ORPHANS(1);
	expect_sips_until(_metadata, self, 7000, 7000);
	EXPECT_BOOKED(CUT_OFF("1"));
	EXPECT_COUNTS("reaped reaped_over_age spared_progress");
}

/* What it reads makes room for a fresh flight, which is given that time again. */
TEST_F(stuck, min_bytes)
{
	self->shape.sndbuf = 1 << 20;
	REAPER("timeout=2 min_bytes=500000 reap=2");
	ORPHANS(1);
	expect_sips_until(_metadata, self, 2000, 2 * 2000);
	EXPECT_BOOKED(CUT_OFF("1"));
	EXPECT_COUNTS("reaped ?reaped_closed_window ?reaped_black_hole");
	EXPECT_EQ(1, reaper_value("reaped_closed_window") +
		     reaper_value("reaped_black_hole"));
}

TEST_HARNESS_MAIN
