// SPDX-License-Identifier: GPL-2.0
/*
 * For every state of TCP, and for all at once: the census counts as many
 * connections in it as ss does, and none of them in another namespace.
 *
 * Each connection is brought to its state by segments from a crafted peer, so
 * every kind of object is there: full sockets, request sockets (SYN_RECV),
 * timewait minisocks (TIME_WAIT, FIN_WAIT2 after close()), a Fast Open child
 * and a crossed SYN in SYN_RECV as full sockets, orphans.
 */
#include "lib/tcp.h"

#define EACH		20
#define FIRST_LISTENER	8000

static struct conn conns[STATES][EACH];

static int fill(struct conn *c, struct peer *p, enum state s, int n)
{
	conn_init(c, p);
	if (s == LISTEN)
		c->flow.kernel_port = FIRST_LISTENER + n;
	return play(c, play_into[s]);
}

static void fill_all(struct __test_metadata *_metadata, struct peer *p,
		     enum state s)
{
	for (int n = 0; n < EACH; n++) {
		ASSERT_EQ(0, fill(&conns[s][n], p, s, n)) {
			TH_LOG("%s %d: %s", state_name[s], n,
			       conns[s][n].failed);
		}
	}
}

/* As many in every state as the arguments say, and ss says the same. */
static bool counted(struct ledger *l, const long want[STATES])
{
	struct census now;

	if (!ledger_witnessed(l) || census_read(&now))
		return false;
	return !memcmp(now.current, want, sizeof(now.current));
}

static void expect_counted(struct __test_metadata *_metadata,
			   struct ledger *l, const long want[STATES])
{
	struct census now = {};

	EXPECT_TRUE(eventually(counted(l, want))) {
		census_read(&now);
		for (int s = 0; s < STATES; s++)
			TH_LOG("%s: %ld, made %ld", state_name[s],
			       now.current[s], want[s]);
		TH_LOG("%s", l->why);
	}
}

static void one_state(struct __test_metadata *_metadata, struct peer *p,
		      struct ledger *l, enum state s)
{
	long want[STATES] = {};
	struct conn listening;

	want[s] = EACH;
	if (s == SYN_RECV) {
		conn_init(&listening, p);
		PLAY_ON(&listening, "listen");
		want[LISTEN] = 1;
	}
	fill_all(_metadata, p, s);
	expect_counted(_metadata, l, want);
}

#define TEST_STATE(state)						\
TEST_F(tcp, state)							\
{									\
	one_state(_metadata, &self->peer, &self->ledger, state);	\
}

TEST_STATE(SYN_SENT)
TEST_STATE(SYN_RECV)
TEST_STATE(ESTABLISHED)
TEST_STATE(FIN_WAIT1)
TEST_STATE(FIN_WAIT2)
TEST_STATE(CLOSING)
TEST_STATE(TIME_WAIT)
TEST_STATE(CLOSE_WAIT)
TEST_STATE(LAST_ACK)
TEST_STATE(LISTEN)

/* FIN_WAIT2 is a full socket while a process holds it. */
TEST_F(tcp, FIN_WAIT2_held)
{
	const long want[STATES] = { [FIN_WAIT2] = 1 };

	PLAY("connect >S <S. shutdown >F. <.");
	expect_counted(_metadata, &self->ledger, want);
}

/* And an orphan is one as long as tcp_fin_timeout exceeds TIME_WAIT's 60 s. */
TEST_F(tcp, FIN_WAIT2_orphan)
{
	const long want[STATES] = { [FIN_WAIT2] = 1 };

	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_fin_timeout", "100"));
	PLAY("connect >S <S. close >F. <.");
	expect_counted(_metadata, &self->ledger, want);
}

/* A Fast Open child is in SYN_RECV as a full socket, accepted or not. */
TEST_F(tcp, SYN_RECV_fastopen)
{
	const long want[STATES] = { [SYN_RECV] = 1, [LISTEN] = 1 };

	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_fastopen", "0x603"));
	PLAY("listen <SD >S.");
	expect_counted(_metadata, &self->ledger, want);
	PLAY("accept");
	expect_counted(_metadata, &self->ledger, want);
}

TEST_F(tcp, SYN_RECV_crossed)
{
	const long want[STATES] = { [SYN_RECV] = 1 };

	PLAY("connect >S <S >S.");
	expect_counted(_metadata, &self->ledger, want);
}

TEST_F(tcp, all_at_once)
{
	int here = ns_save(), elsewhere;
	long want[STATES];

	ASSERT_EQ(0, ns_enter());
	elsewhere = ns_save();
	ASSERT_EQ(0, ns_switch(here));

	PLAY("listen");
	for (int s = 0; s < STATES; s++) {
		fill_all(_metadata, &self->peer, s);
		want[s] = EACH;
	}
	want[LISTEN]++;
	expect_counted(_metadata, &self->ledger, want);

	ASSERT_EQ(0, ns_switch(elsewhere));
	EXPECT_TRUE(ledger_empty(&self->ledger)) {
		TH_LOG("%s", self->ledger.why);
	}
}

TEST_HARNESS_MAIN
