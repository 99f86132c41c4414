// SPDX-License-Identifier: GPL-2.0
/*
 * Every attempt to open a connection passively enters SYN_RECV exactly once,
 * whichever object the kernel makes of it, when, and however often it looks.
 *
 * An ordinary SYN makes a request socket (inet_csk_reqsk_queue_hash_add), a
 * SYN cookie nothing at all until the ACK makes a child from it
 * (tcp_get_cookie_sock), Fast Open a child at once (tcp_try_fastopen). And the
 * queues of a listener are shown as they are.
 */
#include <netinet/tcp.h>

#include "lib/tcp.h"

#define MANY	2000
#define FEW	4

static struct conn conns[FEW];

/* One connection for each of @conns to the same listener. */
static void play_all(struct __test_metadata *_metadata, const char *script)
{
	for (int i = 0; i < FEW; i++) {
		PLAY_ON(&conns[i], script);
	}
}

static void init_all(struct peer *p, int listener)
{
	for (int i = 0; i < FEW; i++) {
		conn_init(&conns[i], p);
		conns[i].listener = listener;
	}
}

static const char *local_name(int family)
{
	return family == AF_INET ? "10.0.0.1:80" : "[2001:db8::1]:80";
}

static long summary(const char *name)
{
	long value;

	return census_summary(name, &value) ? -1 : value;
}

TEST_F(tcp, request)
{
	const long cookies = summary("syncookies");
	const long fastopen = summary("fastopen");

	PLAY("listen <S >S. <.");
	EXPECT_BOOKED("CLOSE>LISTEN LISTEN>SYN_RECV SYN_RECV>ESTABLISHED");
	EXPECT_EQ(cookies, summary("syncookies"));
	EXPECT_EQ(fastopen, summary("fastopen"));
}

TEST_F(tcp, retransmitted_syn)
{
	PLAY("listen <S >S.");
	self->conn.flow.seq--;
	PLAY("<S >S.");
	EXPECT_BOOKED("CLOSE>LISTEN LISTEN>SYN_RECV");
	PLAY("<.");
	EXPECT_BOOKED("CLOSE>LISTEN LISTEN>SYN_RECV SYN_RECV>ESTABLISHED");
}

/* tcp_syncookies=2: always. The SYN alone leaves nothing behind. */
TEST_F(tcp, syncookie)
{
	long before;

	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_syncookies", "2"));
	before = summary("syncookies");
	ASSERT_LE(0, before);
	PLAY("listen <S >S.");
	EXPECT_BOOKED("CLOSE>LISTEN");
	PLAY("<. accept");
	EXPECT_BOOKED("CLOSE>LISTEN LISTEN>SYN_RECV SYN_RECV>ESTABLISHED");
	EXPECT_EQ(before + 1, summary("syncookies"));
}

TEST_F(tcp, fastopen)
{
	long before;

	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_fastopen", "0x603"));
	before = summary("fastopen");
	ASSERT_LE(0, before);
	PLAY("listen <SD >S.");
	EXPECT_BOOKED("CLOSE>LISTEN LISTEN>SYN_RECV");
	EXPECT_EQ(before + 1, summary("fastopen"));
	PLAY("<.");
	EXPECT_BOOKED("CLOSE>LISTEN LISTEN>SYN_RECV SYN_RECV>ESTABLISHED");
	EXPECT_EQ(before + 1, summary("fastopen"));
}

/* A bare ACK leaves the request where it is, data complete it. */
TEST_F(tcp, defer_accept)
{
	PLAY("listen");
	ASSERT_EQ(0, setsockopt(self->conn.listener, IPPROTO_TCP,
				TCP_DEFER_ACCEPT, &(int){ 5 }, sizeof(int)));
	PLAY("<S >S. <.");
	EXPECT_BOOKED("CLOSE>LISTEN LISTEN>SYN_RECV");
	PLAY("<.D accept");
	EXPECT_BOOKED("CLOSE>LISTEN LISTEN>SYN_RECV SYN_RECV>ESTABLISHED");
}

/*
 * Four handshakes end while the accept queue takes two (its limit is one, and
 * sk_acceptq_is_full() asks for more than that). The other two stay requests.
 */
static int overflow(struct __test_metadata *_metadata, struct peer *p)
{
	int listener = listen_on(p, PLAY_PORT, 16, false);

	ASSERT_LE(0, listener);
	init_all(p, listener);
	play_all(_metadata, "<S >S.");
	ASSERT_EQ(0, listen(listener, 1));
	play_all(_metadata, "<.");
	return listener;
}

TEST_F(tcp, accept_queue_overflow)
{
	overflow(_metadata, &self->peer);
	EXPECT_BOOKED("CLOSE>LISTEN 4*LISTEN>SYN_RECV 2*SYN_RECV>ESTABLISHED");
	PLAY_ON(&conns[0], "accept");
	PLAY_ON(&conns[1], "accept");
	play_all(_metadata, "<.");
	EXPECT_BOOKED("CLOSE>LISTEN 4*LISTEN>SYN_RECV 4*SYN_RECV>ESTABLISHED");
}

TEST_F(tcp, abort_on_overflow)
{
	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_abort_on_overflow", "1"));
	overflow(_metadata, &self->peer);
	EXPECT_BOOKED("CLOSE>LISTEN 4*LISTEN>SYN_RECV 2*SYN_RECV>ESTABLISHED "
		      "2*SYN_RECV>CLOSE 2*SYN_RECV:aborted");
}

/* SYNs that find the accept queue full are dropped: no attempt at all. */
TEST_F(tcp, accept_queue_full)
{
	struct conn late;

	overflow(_metadata, &self->peer);
	conn_init(&late, &self->peer);
	PLAY_ON(&late, "<S");
	EXPECT_BOOKED("CLOSE>LISTEN 4*LISTEN>SYN_RECV 2*SYN_RECV>ESTABLISHED");
}

TEST_F(tcp, reuseport)
{
	ASSERT_LE(0, listen_on(&self->peer, PLAY_PORT, 16, true));
	ASSERT_LE(0, listen_on(&self->peer, PLAY_PORT, 16, true));
	init_all(&self->peer, -1);
	play_all(_metadata, "<S >S.");
	EXPECT_BOOKED("2*CLOSE>LISTEN 4*LISTEN>SYN_RECV");
	play_all(_metadata, "<.");
	EXPECT_BOOKED("2*CLOSE>LISTEN 4*LISTEN>SYN_RECV "
		      "4*SYN_RECV>ESTABLISHED");
}

/* A flood from as many addresses, and the listener's queue is that long. */
TEST_F_TIMEOUT(tcp, flood, 100)
{
	struct backlog b = {};
	struct conn c;

	PLAY("listen");
	for (int i = 0; i < MANY; i++) {
		conn_init(&c, &self->peer);
		c.flow.host = i;
		PLAY_ON(&c, "<S");
	}
	EXPECT_BOOKED("CLOSE>LISTEN 2000*LISTEN>SYN_RECV");
	ASSERT_EQ(0, census_backlog(local_name(variant->family), &b));
	EXPECT_EQ(MANY, b.syn_recv);
	EXPECT_EQ(0, b.accept_queue);
}

static bool backlog_is(int family, long syn_recv, long young, long accepted)
{
	struct backlog b;

	return !census_backlog(local_name(family), &b) &&
	       b.syn_recv == syn_recv && b.young == young &&
	       b.accept_queue == accepted;
}

/* `listeners` against what was made, and against ss for what ss can see. */
TEST_F(tcp, listeners)
{
	struct backlog b = {};
	long queue, limit;

	int listener = listen_on(&self->peer, PLAY_PORT, 16, false);

	ASSERT_LE(0, listener);
	init_all(&self->peer, listener);
	EXPECT_TRUE(backlog_is(variant->family, 0, 0, 0));
	play_all(_metadata, "<S >S.");
	PLAY_ON(&conns[0], "<.");
	ASSERT_EQ(0, census_backlog(local_name(variant->family), &b));
	EXPECT_EQ(FEW - 1, b.syn_recv);
	EXPECT_EQ(1, b.accept_queue);
	EXPECT_EQ(16, b.accept_limit);
	ASSERT_EQ(0, ss_backlog(PLAY_PORT, &queue, &limit));
	EXPECT_EQ(queue, b.accept_queue);
	EXPECT_EQ(limit, b.accept_limit);
}

/* A request is young until its SYN-ACK is sent again, a second later. */
TEST_F(tcp, young)
{
	long long start = now_ms();
	struct backlog b = {};

	PLAY("listen <S >S.");
	ASSERT_EQ(0, census_backlog(local_name(variant->family), &b));
	if (now_ms() - start < 900)
		EXPECT_EQ(1, b.young);
	EXPECT_TRUE(eventually(backlog_is(variant->family, 1, 0, 0)));
	PLAY("<.");
	EXPECT_TRUE(backlog_is(variant->family, 0, 0, 1));
}

TEST_HARNESS_MAIN
