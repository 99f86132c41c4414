// SPDX-License-Identifier: GPL-2.0
/*
 * A connection that outstays the timeout of its state is overdue until it
 * leaves, and has exceeded the timeout once, whatever happens to the timeout
 * meanwhile.
 *
 * Timeouts are whole seconds, so these tests mostly wait; run.sh runs them
 * beside the others. What must be overdue and what can be is told by a clock
 * in user space, see lib/crowd.h. The tracepoint has a script, for tracing
 * patches code.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "lib/crowd.h"
#include "lib/tcp.h"

#define DEBUGFS		"/sys/kernel/debug/tcp_census/"

static struct crowd crowd;

#define JOINED(who)							\
({									\
	struct waiter *__w = (who);					\
									\
	ASSERT_TRUE(!!__w) {						\
		TH_LOG("%s", crowd.wrong);				\
	}								\
	__w;								\
})

#define JOIN(state) JOINED(crowd_join(&crowd, state))

#define LEAVE(w, script)						\
	ASSERT_EQ(0, crowd_leave(&crowd, w, script)) {			\
		TH_LOG("%s", crowd.wrong);				\
	}

#define LIMIT(state, seconds)						\
	ASSERT_EQ(0, crowd_limit(&crowd, state, seconds)) {		\
		TH_LOG("%s", crowd.wrong);				\
	}

/* Now, not only at last. */
#define ASSERT_FITS()							\
	ASSERT_TRUE(crowd_fits(&crowd)) {				\
		TH_LOG("%s", crowd.wrong);				\
	}

/* At last, and never before their time. */
#define ASSERT_OVERDUE(state, n)					\
do {									\
	bool __has = eventually(crowd_has(&crowd, state, n) ||		\
				*crowd.wrong);				\
									\
	ASSERT_FITS();							\
	ASSERT_TRUE(__has) {						\
		TH_LOG("%s: %ld overdue, want %d", state_name[state],	\
		       crowd.last[state].now, n);			\
	}								\
} while (0)

/* Exactly that many, now and ever. */
#define ASSERT_COUNTS(state, now_, ever_)				\
do {									\
	ASSERT_FITS();							\
	ASSERT_EQ(now_, crowd.last[state].now);				\
	ASSERT_EQ(ever_, crowd.last[state].ever);			\
} while (0)

/*
 * Nobody passes through a state that has its timeout already. SYN_RECV needs
 * the listener.
 */
static const enum state order[STATES] = {
	LISTEN, TIME_WAIT, FIN_WAIT2, CLOSING, LAST_ACK, CLOSE_WAIT,
	FIN_WAIT1, ESTABLISHED, SYN_SENT, SYN_RECV,
};

static const char *const out_of[STATES] = {
	[SYN_SENT]	= "<R.",
	[SYN_RECV]	= "<R",
	[ESTABLISHED]	= "<R",
	[FIN_WAIT1]	= "<R",
	[FIN_WAIT2]	= "<R",
	[CLOSING]	= "<R",
	[TIME_WAIT]	= "<R",
	[CLOSE_WAIT]	= "<R",
	[LAST_ACK]	= "<R",
	[LISTEN]	= "unlisten",
};

static void join_every_state(struct __test_metadata *_metadata,
			     struct peer *p, struct waiter *waiter[STATES])
{
	ASSERT_EQ(0, crowd_init(&crowd, p));
	for (int i = 0; i < STATES; i++) {
		enum state s = order[i];

		LIMIT(s, 1);
		waiter[s] = JOIN(s);
		ASSERT_FITS();
	}
}

/* Both files, and both readers of them. */
static bool states_say_so(void)
{
	struct overdue o[STATES];

	return crowd_fits(&crowd) && !overdue_read(o, "states") &&
	       !memcmp(o, crowd.last, sizeof(o));
}

static void expect_nobody_overdue(struct __test_metadata *_metadata)
{
	struct overdue o[STATES] = {};

	EXPECT_EQ(0, overdue_read(o, "states"));
	for (int s = 0; s < STATES; s++) {
		EXPECT_EQ(0, o[s].now);
		EXPECT_EQ(0, o[s].ever);
	}
}

TEST_F(tcp, every_state)
{
	struct waiter *waiter[STATES];
	int here = ns_save(), elsewhere;

	ASSERT_EQ(0, ns_enter());
	elsewhere = ns_save();
	ASSERT_EQ(0, ns_switch(here));

	join_every_state(_metadata, &self->peer, waiter);
	for (int s = 0; s < STATES; s++)
		ASSERT_OVERDUE(s, 1);
	for (int s = 0; s < STATES; s++)
		ASSERT_COUNTS(s, 1, 1);
	EXPECT_TRUE(eventually(states_say_so()));

	ASSERT_EQ(0, ns_switch(elsewhere));
	expect_nobody_overdue(_metadata);
	ASSERT_EQ(0, ns_switch(here));

	for (int s = 0; s < STATES; s++) {
		LEAVE(waiter[s], out_of[s]);
		ASSERT_COUNTS(s, 0, 1);
	}
	EXPECT_TRUE(eventually(states_say_so()));
}

#define SHUT "connect >S <S. shutdown >F. <."

/* Full socket and minisock are one stay, with one clock and one mark. */
TEST_F(tcp, fin_wait2)
{
	struct waiter *early, *late;

	ASSERT_EQ(0, crowd_init(&crowd, &self->peer));
	early = JOINED(crowd_join_by(&crowd, FIN_WAIT2, SHUT));
	late = JOINED(crowd_join_by(&crowd, FIN_WAIT2, SHUT));
	crowd_age_ms(late, 800);
	PLAY_ON(&early->conn, "close");
	crowd_age_ms(late, 1000);
	/* At once, although the minisock is younger than that. */
	LIMIT(FIN_WAIT2, 1);
	ASSERT_COUNTS(FIN_WAIT2, 2, 2);
	PLAY_ON(&late->conn, "close");
	ASSERT_COUNTS(FIN_WAIT2, 2, 2);
	LIMIT(FIN_WAIT2, 0);
	ASSERT_COUNTS(FIN_WAIT2, 0, 2);
	LIMIT(FIN_WAIT2, 1);
	ASSERT_COUNTS(FIN_WAIT2, 2, 2);
	LEAVE(early, "<F.");
	ASSERT_COUNTS(FIN_WAIT2, 1, 2);
	LEAVE(late, "<R");
	ASSERT_COUNTS(FIN_WAIT2, 0, 2);
}

/* What has no version of IP. */
FIXTURE(ipv4) {
	struct peer peer;
};

FIXTURE_SETUP(ipv4)
{
	ASSERT_EQ(0, ns_enter());
	ASSERT_EQ(0, peer_open(&self->peer, AF_INET, IN_SOFTIRQ));
	ASSERT_EQ(0, crowd_init(&crowd, &self->peer));
}

FIXTURE_TEARDOWN(ipv4)
{
	peer_close(&self->peer);
}

/*
 * Up, down, off: with two that wait for a while already and three that do not
 * yet. The numbers of each are checked by crowd_fits().
 */
TEST_F(ipv4, change)
{
	struct waiter *old[2], *young[3];

	for (int i = 0; i < 2; i++)
		old[i] = JOIN(ESTABLISHED);
	crowd_age_ms(old[1], 1000);
	for (int i = 0; i < 3; i++)
		young[i] = JOIN(ESTABLISHED);
	ASSERT_FITS();

	/* At once the old ones and only they. */
	LIMIT(ESTABLISHED, 1);
	ASSERT_FITS();
	/* None, and the same ones again a second later; once is once. */
	LIMIT(ESTABLISHED, 2);
	ASSERT_FITS();
	ASSERT_OVERDUE(ESTABLISHED, 2);
	/* All, the young ones at once or a little later. */
	LIMIT(ESTABLISHED, 1);
	ASSERT_FITS();
	ASSERT_OVERDUE(ESTABLISHED, 5);
	ASSERT_COUNTS(ESTABLISHED, 5, 5);
	LIMIT(ESTABLISHED, TIMEOUT_MAX_S);
	ASSERT_COUNTS(ESTABLISHED, 0, 5);
	LIMIT(ESTABLISHED, 1);
	ASSERT_COUNTS(ESTABLISHED, 5, 5);
	LIMIT(ESTABLISHED, 0);
	ASSERT_COUNTS(ESTABLISHED, 0, 5);
	LEAVE(old[0], "<R");
	LEAVE(young[2], "<R");
	LIMIT(ESTABLISHED, 1);
	ASSERT_COUNTS(ESTABLISHED, 3, 5);
	LEAVE(young[0], "<R");
	ASSERT_COUNTS(ESTABLISHED, 2, 5);
}

/* The timer that waits for a long timeout does not sleep through a short one. */
TEST_F(ipv4, short_after_long)
{
	struct waiter *patient;

	LIMIT(ESTABLISHED, 1000);
	LIMIT(CLOSE_WAIT, 1);
	patient = JOIN(ESTABLISHED);
	/* Long enough for the timer to have looked at it. */
	crowd_age_ms(patient, 1000);
	JOIN(CLOSE_WAIT);
	ASSERT_OVERDUE(CLOSE_WAIT, 1);
	ASSERT_COUNTS(ESTABLISHED, 0, 0);
}

/* A stay in another state, and another connection's, count for themselves. */
TEST_F(ipv4, again)
{
	struct waiter *first;

	LIMIT(CLOSE_WAIT, 1);
	LIMIT(ESTABLISHED, 1);
	first = JOIN(ESTABLISHED);
	ASSERT_OVERDUE(ESTABLISHED, 1);
	JOINED(crowd_move(&crowd, first, CLOSE_WAIT, "<F."));
	JOIN(ESTABLISHED);
	ASSERT_FITS();
	ASSERT_OVERDUE(CLOSE_WAIT, 1);
	ASSERT_OVERDUE(ESTABLISHED, 1);
	ASSERT_COUNTS(CLOSE_WAIT, 1, 1);
	ASSERT_COUNTS(ESTABLISHED, 1, 2);
}

static void expect_timeout(struct __test_metadata *_metadata, enum state s,
			   long want)
{
	long timeout_s[STATES] = {}, value = -1;

	EXPECT_EQ(0, timeouts_read(timeout_s));
	EXPECT_EQ(want, timeout_s[s]);
	EXPECT_EQ(0, timeout_read(s, &value));
	EXPECT_EQ(want, value);
}

TEST_F(ipv4, values)
{
	static const char *const refused[] = {
		"-1", "31536001", "2147483648", "4294967297",
		"99999999999999999999999", "text", "1s", "1.5", "- 1",
	};

	for (int s = 0; s < STATES; s++) {
		ASSERT_EQ(0, timeout_write(s, "31536000"));
		expect_timeout(_metadata, s, TIMEOUT_MAX_S);
		ASSERT_EQ(0, timeout_write(s, "0"));
		expect_timeout(_metadata, s, 0);
		ASSERT_EQ(0, timeout_write(s, "17\n"));
		for (size_t i = 0; i < sizeof(refused) / sizeof(*refused);
		     i++) {
			EXPECT_EQ(-EINVAL, timeout_write(s, refused[i])) {
				TH_LOG("\"%s\"", refused[i]);
			}
			expect_timeout(_metadata, s, 17);
		}
	}
}

/* A namespace of its own begins with the defaults, whatever others have. */
TEST_F(ipv4, defaults)
{
	static const long want[STATES] = {
		[SYN_SENT] = 10, [SYN_RECV] = 10, [FIN_WAIT1] = 60,
		[FIN_WAIT2] = 120, [CLOSING] = 60, [TIME_WAIT] = 120,
		[CLOSE_WAIT] = 60, [LAST_ACK] = 30,
	};
	int here = ns_save();

	ASSERT_EQ(0, ns_enter());
	for (int s = 0; s < STATES; s++)
		expect_timeout(_metadata, s, want[s]);
	ASSERT_EQ(0, timeout_write(LISTEN, "5"));
	ASSERT_EQ(0, ns_switch(here));
	expect_timeout(_metadata, LISTEN, 0);
}

static bool mentions(const char *path, unsigned long number)
{
	char word[128];
	bool found = false;
	FILE *f;

	f = fopen(path, "r");
	while (f && !found && fscanf(f, "%127s", word) == 1)
		found = strtoul(word, NULL, 10) == number;
	if (f)
		fclose(f);
	return found;
}

/*
 * A namespace ends with minisocks in it, overdue ones and such for which the
 * timer is set. (Full sockets hold their namespace.)
 */
TEST_F_TIMEOUT(ipv4, namespace_exit, 240)
{
	struct stat ns;

	ASSERT_EQ(0, stat("/proc/self/ns/net", &ns));
	LIMIT(FIN_WAIT2, 1);
	LIMIT(TIME_WAIT, 1);
	JOIN(FIN_WAIT2);
	JOIN(TIME_WAIT);
	ASSERT_OVERDUE(FIN_WAIT2, 1);
	ASSERT_OVERDUE(TIME_WAIT, 1);
	JOIN(FIN_WAIT2);
	JOIN(TIME_WAIT);
	EXPECT_TRUE(mentions(DEBUGFS "percpu", ns.st_ino));

	peer_close(&self->peer);
	ASSERT_EQ(0, ns_enter());
	/* One worker of the kernel ends those of all tests, one batch after the other. */
	EXPECT_TRUE(eventually_ms(!mentions(DEBUGFS "percpu", ns.st_ino),
				  180000));
	EXPECT_FALSE(mentions(DEBUGFS "oldest", ns.st_ino));
	expect_nobody_overdue(_metadata);
	ASSERT_EQ(0, peer_open(&self->peer, AF_INET, IN_SOFTIRQ));
}

TEST_HARNESS_MAIN
