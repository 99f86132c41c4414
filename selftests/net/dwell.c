// SPDX-License-Identifier: GPL-2.0
/*
 * How long a connection stayed in each state is what a clock in user space
 * says, too, and is booked once, when it leaves.
 *
 * Each test is the life of one connection with its edges written in
 * (lib/witness.h), so every stay is timed on both sides and must be the only
 * one of its state that `dwell` shows: from a request socket's SYN-ACK to the
 * ACK, whatever comes between (inet_csk_reqsk_queue_hash_add,
 * inet_csk_complete_hashdance, inet_reqsk_clone); from a full socket in
 * FIN_WAIT2 to the end of its minisock (tcp_time_wait); in SYN_RECV not for
 * the child of a syncookie, of whose handshake nobody knows when it began.
 * All else that left a state has been timed: that is checked each time.
 */
#include <netinet/tcp.h>

#include "lib/tcp.h"
#include "lib/witness.h"

#define OPENED		"connect >S CLOSE>SYN_SENT <S. SYN_SENT>ESTABLISHED "
#define LISTENING	"listen CLOSE>LISTEN "
#define ASKED		LISTENING "<S >S. LISTEN>SYN_RECV "
#define ACCEPTED	ASKED "<. SYN_RECV>ESTABLISHED accept "
#define CLOSED		"close >F. ESTABLISHED>FIN_WAIT1 "
#define CLOSED_ACKED	CLOSED "<. FIN_WAIT1>FIN_WAIT2 "
#define SHUT_ACKED	"shutdown >F. ESTABLISHED>FIN_WAIT1 "		\
			"<. FIN_WAIT1>FIN_WAIT2 "
#define BOTH_CLOSED	"<F. FIN_WAIT2>TIME_WAIT "
#define ASSASSINATED	"<R TIME_WAIT>CLOSE "
#define DROPPED		"<R ESTABLISHED>CLOSE "
#define UNLISTENED	"unlisten LISTEN>CLOSE "

#define MIGRATED	8
#define EACH		20	/* of each life in the test crowd */

static struct witness witness;

static long summary(const char *name)
{
	long value;

	return census_summary(name, &value) ? -1 : value;
}

/* In a namespace as old as the test. */
static bool all_timed(void)
{
	struct dwell dwell[STATES];
	struct census census;

	if (dwell_read(dwell) || census_read(&census))
		return false;
	for (int s = 0; s < STATES; s++)
		if (census.left[s] != dwell[s].count +
		    (s == SYN_RECV ? summary("syncookies") : 0))
			return false;
	return true;
}

static void expect_all_timed(struct __test_metadata *_metadata)
{
	struct dwell dwell[STATES] = {};
	struct census census = {};

	EXPECT_TRUE(eventually(all_timed())) {
		dwell_read(dwell);
		census_read(&census);
		for (int s = 0; s < STATES; s++)
			TH_LOG("%s: left %ld, timed %ld", state_name[s],
			       census.left[s], dwell[s].count);
	}
	EXPECT_EQ(0, summary("untracked"));
	EXPECT_EQ(0, summary("seeded"));
}

static void watch(struct __test_metadata *_metadata, struct conn *c)
{
	ASSERT_EQ(0, witness_open(&witness, c));
}

static void live(struct __test_metadata *_metadata, const char *script)
{
	ASSERT_EQ(0, witness_play(&witness, script)) {
		TH_LOG("%s", witness.failed);
	}
}

static void expect_witnessed(struct __test_metadata *_metadata)
{
	EXPECT_TRUE(eventually(witness_agrees(&witness))) {
		TH_LOG("%s", witness.why);
	}
	expect_all_timed(_metadata);
}

#define TEST_DWELL_SYSCTL(name, sysctl, value, script)			\
TEST_F_TIMEOUT(tcp, name, 100)						\
{									\
	const char *const s = sysctl;					\
									\
	if (s)								\
		ASSERT_EQ(0, ns_sysctl(s, value));			\
	watch(_metadata, &self->conn);					\
	live(_metadata, script);					\
	expect_witnessed(_metadata);					\
}

#define TEST_DWELL(name, script)					\
	TEST_DWELL_SYSCTL(name, NULL, NULL, script)

/* A listener, and a child of his that leaves before him. */
TEST_DWELL(listen, LISTENING UNLISTENED)
TEST_DWELL(accepted, ACCEPTED DROPPED UNLISTENED)

/* SYN_RECV as a request socket: the handshake, not the child's moment. */
TEST_DWELL(handshake, ASKED "300ms <. SYN_RECV>ESTABLISHED accept " DROPPED
	   UNLISTENED)
TEST_DWELL(handshake_reset, ASKED "<R SYN_RECV>CLOSE " UNLISTENED)
TEST_DWELL_SYSCTL(handshake_given_up, "ipv4/tcp_synack_retries", "0",
		  ASKED "SYN_RECV>CLOSE " UNLISTENED)
TEST_DWELL(handshake_listener_gone, ASKED UNLISTENED "SYN_RECV>CLOSE")
TEST_DWELL(handshake_listener_gone_ack,
	   ASKED UNLISTENED "<. >R SYN_RECV>CLOSE")

/* As a full socket: Fast Open, crossed SYNs. */
TEST_DWELL_SYSCTL(fastopen, "ipv4/tcp_fastopen", "0x603",
		  LISTENING "<SD >S. LISTEN>SYN_RECV accept read "
		  "<. SYN_RECV>ESTABLISHED " DROPPED UNLISTENED)
TEST_DWELL_SYSCTL(fastopen_closed, "ipv4/tcp_fastopen", "0x603",
		  LISTENING "<SD >S. LISTEN>SYN_RECV accept read "
		  "close >F. SYN_RECV>FIN_WAIT1 <. FIN_WAIT1>FIN_WAIT2 "
		  BOTH_CLOSED ASSASSINATED UNLISTENED)
TEST_DWELL_SYSCTL(fastopen_reset, "ipv4/tcp_fastopen", "0x603",
		  LISTENING "<SD >S. LISTEN>SYN_RECV accept "
		  "<R SYN_RECV>CLOSE " UNLISTENED)
TEST_DWELL(simultaneous_open,
	   "connect >S CLOSE>SYN_SENT <S >S. SYN_SENT>SYN_RECV 100ms "
	   "<. SYN_RECV>ESTABLISHED " DROPPED)
TEST_DWELL(simultaneous_open_reset,
	   "connect >S CLOSE>SYN_SENT <S >S. SYN_SENT>SYN_RECV "
	   "<R SYN_RECV>CLOSE")

/* Nobody knows when the cookie was sent. */
TEST_DWELL_SYSCTL(syncookie, "ipv4/tcp_syncookies", "2",
		  LISTENING "<S >S. 100ms <. CLOSE>ESTABLISHED accept "
		  DROPPED UNLISTENED)

TEST_DWELL(connect, OPENED DROPPED)
TEST_DWELL(connect_refused, "connect >S CLOSE>SYN_SENT <R. SYN_SENT>CLOSE")
TEST_DWELL(connect_given_up, "connect >S CLOSE>SYN_SENT close SYN_SENT>CLOSE")

/* FIN_WAIT2: a minisock at once, a full socket, first one and then the other */
TEST_DWELL(active_close, OPENED CLOSED_ACKED "300ms " BOTH_CLOSED
	   ASSASSINATED)
TEST_DWELL(shutdown, OPENED SHUT_ACKED BOTH_CLOSED ASSASSINATED)
TEST_DWELL(shutdown_close, OPENED SHUT_ACKED "300ms close 100ms "
	   BOTH_CLOSED ASSASSINATED)
TEST_DWELL(shutdown_close_reset, OPENED SHUT_ACKED "100ms close "
	   "<R FIN_WAIT2>CLOSE")
TEST_DWELL(shutdown_reset, OPENED SHUT_ACKED "<R FIN_WAIT2>CLOSE")
TEST_DWELL_SYSCTL(orphan, "ipv4/tcp_fin_timeout", "100",
		  OPENED CLOSED_ACKED BOTH_CLOSED ASSASSINATED)
TEST_DWELL_SYSCTL(orphan_over, "ipv4/tcp_fin_timeout", "1",
		  OPENED CLOSED_ACKED "FIN_WAIT2>CLOSE")
TEST_DWELL_SYSCTL(no_minisock, "ipv4/tcp_max_tw_buckets", "0",
		  OPENED CLOSED "<. FIN_WAIT1>FIN_WAIT2 FIN_WAIT2>CLOSE")
TEST_DWELL(fin_with_ack, OPENED CLOSED
	   "<F. FIN_WAIT1>FIN_WAIT2 FIN_WAIT2>TIME_WAIT " ASSASSINATED)

TEST_DWELL(simultaneous_close, OPENED "close ESTABLISHED>FIN_WAIT1 "
	   "<F. FIN_WAIT1>CLOSING >F. <. CLOSING>TIME_WAIT " ASSASSINATED)
TEST_DWELL(simultaneous_close_reset, OPENED "close ESTABLISHED>FIN_WAIT1 "
	   "<F. FIN_WAIT1>CLOSING <R CLOSING>CLOSE")

TEST_DWELL(passive_close, ACCEPTED "<F. ESTABLISHED>CLOSE_WAIT "
	   "close >F. CLOSE_WAIT>LAST_ACK <. LAST_ACK>CLOSE " UNLISTENED)
TEST_DWELL(passive_close_reset, OPENED "<F. ESTABLISHED>CLOSE_WAIT "
	   "<R CLOSE_WAIT>CLOSE")
TEST_DWELL(passive_close_last_reset, OPENED "<F. ESTABLISHED>CLOSE_WAIT "
	   "close >F. CLOSE_WAIT>LAST_ACK <R LAST_ACK>CLOSE")

/* When all of them have moved. */
static struct moment play_all(struct __test_metadata *_metadata,
			      struct conn *conn, int n, const char *script)
{
	struct moment m = { .before_ns = now_ns() };

	for (int i = 0; i < n; i++) {
		PLAY_ON(&conn[i], script);
	}
	m.after_ns = now_ns();
	return m;
}

/* The clock runs from the first SYN-ACK. */
TEST_F_TIMEOUT(tcp, handshake_repeated, 100)
{
	watch(_metadata, &self->conn);
	live(_metadata, ASKED "100ms");
	self->conn.flow.seq--;
	live(_metadata, "<S >S. 200ms <. SYN_RECV>ESTABLISHED accept " DROPPED
	     UNLISTENED);
	expect_witnessed(_metadata);
}

/* A bare ACK leaves the request where it is. */
TEST_F_TIMEOUT(tcp, handshake_deferred, 100)
{
	watch(_metadata, &self->conn);
	live(_metadata, LISTENING);
	ASSERT_EQ(0, setsockopt(self->conn.listener, IPPROTO_TCP,
				TCP_DEFER_ACCEPT, &(int){ 5 }, sizeof(int)));
	live(_metadata, "<S >S. LISTEN>SYN_RECV 100ms <. 200ms "
	     "<.D SYN_RECV>ESTABLISHED accept " DROPPED UNLISTENED);
	expect_witnessed(_metadata);
}

/* tcp_v4_rcv() on TCP_TW_SYN: the peer uses the port again. */
TEST_F_TIMEOUT(tcp, time_wait_new_syn, 100)
{
	watch(_metadata, &self->conn);
	live(_metadata, ACCEPTED CLOSED_ACKED BOTH_CLOSED "100ms");
	self->conn.flow.seq += 100000;
	live(_metadata, "<S >S. TIME_WAIT>CLOSE");
	expect_witnessed(_metadata);
}

/* Several stays of a state, none shorter or longer than that. */
static void expect_stays(struct __test_metadata *_metadata, enum state s,
			 int n, long least_us, long most_us)
{
	struct dwell now[STATES], *d = &now[s];

	ASSERT_EQ(0, dwell_read(now));
	EXPECT_EQ(n, d->count);
	EXPECT_LE(n * least_us, d->sum_us);
	EXPECT_GE(n * most_us, d->sum_us);
	EXPECT_LE(least_us, d->max_us);
	EXPECT_GE(most_us, d->max_us);
	for (int i = 0; i < DWELL_BUCKETS; i++) {
		if (i < dwell_bucket(least_us) || i > dwell_bucket(most_us))
			EXPECT_EQ(0, d->bucket[i]);
	}
}

/*
 * Requests that move to another listener when the timer finds them without
 * their own. It sends the SYN-ACK again, so that it is known to have run.
 */
TEST_F_TIMEOUT(tcp, handshake_migrated, 100)
{
	struct conn conn[MIGRATED];
	struct moment came, went;
	int first, second;

	if (!ns_can_migrate())
		SKIP(return, "this kernel moves no requests");
	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_migrate_req", "1"));
	first = listen_on(&self->peer, PLAY_PORT, 64, true);
	second = listen_on(&self->peer, PLAY_PORT, 64, true);
	ASSERT_LE(0, first);
	ASSERT_LE(0, second);
	for (int i = 0; i < MIGRATED; i++)
		conn_init(&conn[i], &self->peer);
	came = play_all(_metadata, conn, MIGRATED, "<S >S.");
	close(first);
	play_all(_metadata, conn, MIGRATED, ">S.");
	went = play_all(_metadata, conn, MIGRATED, "<.");
	expect_all_timed(_metadata);
	expect_stays(_metadata, SYN_RECV, MIGRATED,
		     (went.before_ns - came.after_ns) / NS_PER_US,
		     (went.after_ns - came.before_ns) / NS_PER_US);
}

/* Many of every kind: the columns fit each other. */
static void expect_consistent(struct __test_metadata *_metadata,
			      const struct dwell *d, const char *state)
{
	long count = 0, least_us = 0, most_us = 0;

	for (int i = 0; i < DWELL_BUCKETS - 1; i++) {
		count += d->bucket[i];
		most_us += d->bucket[i] * dwell_bound_us(i);
		if (i)
			least_us += d->bucket[i] * dwell_bound_us(i - 1);
	}
	EXPECT_EQ(d->count, count);
	EXPECT_LE(least_us, d->sum_us);
	EXPECT_GE(most_us, d->sum_us);
	EXPECT_LE(d->max_us, d->sum_us);
	EXPECT_LE(d->sum_us, d->max_us * d->count);
	if (count)
		EXPECT_LE(1, d->bucket[dwell_bucket(d->max_us)]);
	for (int i = dwell_bucket(d->max_us) + 1; i < DWELL_BUCKETS; i++) {
		EXPECT_EQ(0, d->bucket[i]) {
			TH_LOG("%s: longer than the longest", state);
		}
	}
}

TEST_F_TIMEOUT(tcp, crowd, 100)
{
	static const char *const lives[] = {
		"<S >S. <R",
		"<S >S. <. accept <F. close >F. <.",
		"<S >S. <. accept close >F. <. <F. <R",
		"connect >S <R.",
		"connect >S <S >S. <. <R",
		"connect >S <S. shutdown >F. <. close <F. <R",
		"connect >S <S. close <F. >F. <. <R",
		"connect >S <S. <F. close >F. <R",
	};
	const int n = sizeof(lives) / sizeof(*lives);
	struct dwell now[STATES];
	struct conn c;

	PLAY("listen");
	for (int i = 0; i < n * EACH; i++) {
		conn_init(&c, &self->peer);
		c.listener = self->conn.listener;
		PLAY_ON(&c, lives[i % n]);
	}
	PLAY("unlisten");
	expect_all_timed(_metadata);
	ASSERT_EQ(0, dwell_read(now));
	for (int s = 0; s < STATES; s++)
		expect_consistent(_metadata, &now[s], state_name[s]);
	EXPECT_EQ(4 * EACH, now[SYN_RECV].count);
	EXPECT_EQ(3 * EACH, now[TIME_WAIT].count);
	EXPECT_EQ(1, now[LISTEN].count);
}

FIXTURE(both) {
	struct peer peer[2];
};

FIXTURE_SETUP(both)
{
	ASSERT_EQ(0, ns_enter());
	ASSERT_EQ(0, peer_open(&self->peer[0], AF_INET, IN_SOFTIRQ));
	ASSERT_EQ(0, peer_open(&self->peer[1], AF_INET6, IN_SOFTIRQ));
}

FIXTURE_TEARDOWN(both)
{
	peer_close(&self->peer[0]);
	peer_close(&self->peer[1]);
}

/* TIME_WAIT to its end (tw_timer_handler), once for both protocols. */
TEST_F_TIMEOUT(both, time_wait_over, 100)
{
	long long end = now_ns() + 80 * NS_PER_S;
	struct dwell now[STATES] = {};
	struct moment came, went;
	struct conn conn[2];

	for (int i = 0; i < 2; i++)
		conn_init(&conn[i], &self->peer[i]);
	came = play_all(_metadata, conn, 2, play_into[TIME_WAIT]);
	went = came;
	while (now[TIME_WAIT].count < 2 && went.after_ns < end) {
		pause_ms(100);
		went.after_ns = now_ns();
		ASSERT_EQ(0, dwell_read(now));
		/* When it was read, neither had gone. */
		if (!now[TIME_WAIT].count)
			went.before_ns = went.after_ns;
	}
	went.after_ns = now_ns();
	expect_all_timed(_metadata);
	expect_stays(_metadata, TIME_WAIT, 2,
		     (went.before_ns - came.after_ns) / NS_PER_US,
		     (went.after_ns - came.before_ns) / NS_PER_US);
}

TEST_HARNESS_MAIN
