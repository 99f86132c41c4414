// SPDX-License-Identifier: GPL-2.0
/*
 * A thousand orphans with closed windows at once: all of them go when their
 * time is over, and with them what they held of the machine.
 *
 * The witness is /proc/net/sockstat, whose orphans and memory are those of all
 * namespaces: run.sh runs this alone.
 */
#include <sys/resource.h>
#include <unistd.h>

#include "lib/kernel.h"
#include "lib/stuck.h"

#define HORDE		1000

/* What each CPU may keep to itself: SK_MEMORY_PCPU_RESERVE. */
#define PCPU_PAGES	256

FIXTURE_VARIANT_ADD(stuck, ipv6) {
	.family = AF_INET6,
};

static struct pair horde[HORDE];

#define for_each_pair(p) for (p = horde; p < horde + HORDE; p++)

struct accounts {
	long orphans, pages, rsts;
};

static struct accounts accounts(void)
{
	return (struct accounts) {
		.orphans = kernel_sockstat("orphan"),
		.pages = kernel_sockstat("mem"),
		.rsts = kernel_snmp("OutRsts"),
	};
}

static void make_horde(struct __test_metadata *_metadata,
		       const struct pair_shape *shape)
{
	const struct rlimit files = { 3 * HORDE, 3 * HORDE };
	struct pair *p;

	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &files));
	for_each_pair(p) {
		PAIR(p, open(p, shape));
		PAIR(p, fill(p));
	}
	for_each_pair(p)
		ASSERT_TRUE(eventually(pair_stuck(p)));
}

/* Others that earlier tests left may go meanwhile. */
static void close_horde(struct __test_metadata *_metadata)
{
	struct pair *p;

	for_each_pair(p) {
		PAIR(p, close(p));
	}
	EXPECT_LE(HORDE, kernel_sockstat("orphan"));
	EXPECT_LE(HORDE, kernel_sockstat("mem"));
}

static void expect_horde_ended(struct __test_metadata *_metadata, long ms)
{
	struct pair *p;

	for_each_pair(p)
		ASSERT_TRUE(pair_ended(p, ms + DEADLINE_MS));
	/* Not before the first one's time, nor long after the last one's. */
	EXPECT_LE(ms, (now_ns() - horde[0].closed.before_ns) / NS_PER_MS);
	EXPECT_GE(ms + REAP_LATE_MS,
		  (now_ns() - horde[HORDE - 1].closed.after_ns) / NS_PER_MS);
	for_each_pair(p)
		expect_cut_off(_metadata, p);
}

static bool given_back(struct accounts before)
{
	struct accounts now = accounts();

	return now.orphans <= before.orphans &&
	       now.pages <= before.pages +
			    PCPU_PAGES * sysconf(_SC_NPROCESSORS_ONLN);
}

TEST_F_TIMEOUT(stuck, thousand, 600)
{
	struct accounts before = accounts();
	struct pair *p;

	REAPER("timeout=3 reap=2");
	make_horde(_metadata, &self->shape);
	ASSERT_EQ(0, ledger_open(&self->ledger));
	close_horde(_metadata);
	expect_horde_ended(_metadata, 3000);
	EXPECT_FIN_WAIT1(0);
	EXPECT_BOOKED("1000*ESTABLISHED>FIN_WAIT1 "
		      "1000*FIN_WAIT1>CLOSE 1000*FIN_WAIT1:reaped "
		      "1000*ESTABLISHED>CLOSE 1000*ESTABLISHED:reset");
	EXPECT_COUNTS("1000*reaped 1000*reaped_closed_window");
	/* An answer to a probe may find nobody any more, and is answered so. */
	EXPECT_LE(before.rsts + HORDE, kernel_snmp("OutRsts"));
	EXPECT_EQ(0, reaper_value("orphans"));

	for_each_pair(p)
		pair_free(p);
	EXPECT_TRUE(eventually(given_back(before))) {
		TH_LOG("orphans %ld, want %ld; pages %ld, want %ld",
		       accounts().orphans, before.orphans, accounts().pages,
		       before.pages);
	}
	TH_LOG("longest run %ld us, longest lock %ld us",
	       reaper_value("max_run_us"), reaper_value("max_lock_us"));
}

TEST_HARNESS_MAIN
