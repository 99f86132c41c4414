// SPDX-License-Identifier: GPL-2.0
/*
 * Attempts that move from a closed listener to another one of its
 * SO_REUSEPORT group (net.ipv4.tcp_migrate_req) are counted once, and go on
 * being counted.
 *
 * The kernel makes a copy of the request socket (inet_reqsk_clone) and frees
 * the first: when the ACK comes (inet_csk_complete_hashdance), when the
 * SYN-ACK is to be sent again (reqsk_timer_handler, which puts the copy into
 * the hash in the place of the first), or when the listener is closed while
 * the connection waits to be accepted (inet_csk_listen_stop).
 */
#include "lib/tcp.h"

#define EACH	8

#define OPENED	"2*CLOSE>LISTEN 8*LISTEN>SYN_RECV "
#define CLOSED	"LISTEN>CLOSE LISTEN:normal "
#define DONE	"8*SYN_RECV>ESTABLISHED "

static struct conn conns[EACH];
static int first, second;

static void play_all(struct __test_metadata *_metadata, const char *script)
{
	for (int i = 0; i < EACH; i++) {
		PLAY_ON(&conns[i], script);
	}
}

/* Requests with two listeners, spread by the hash of their ports. */
static void open_all(struct __test_metadata *_metadata, struct peer *p)
{
	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_migrate_req", "1"));
	first = listen_on(p, PLAY_PORT, 64, true);
	second = listen_on(p, PLAY_PORT, 64, true);
	ASSERT_LE(0, first);
	ASSERT_LE(0, second);
	for (int i = 0; i < EACH; i++) {
		conn_init(&conns[i], p);
		conns[i].listener = second;
	}
	play_all(_metadata, "<S >S.");
}

TEST_F(tcp, by_ack)
{
	if (!ns_can_migrate())
		SKIP(return, "this kernel moves no requests");
	open_all(_metadata, &self->peer);
	close(first);
	EXPECT_BOOKED(OPENED CLOSED);
	play_all(_metadata, "<. accept");
	EXPECT_BOOKED(OPENED CLOSED DONE);
}

TEST_F(tcp, by_accept_queue)
{
	if (!ns_can_migrate())
		SKIP(return, "this kernel moves no requests");
	open_all(_metadata, &self->peer);
	play_all(_metadata, "<.");
	close(first);
	EXPECT_BOOKED(OPENED CLOSED DONE);
	play_all(_metadata, "accept");
	EXPECT_BOOKED(OPENED CLOSED DONE);
}

/* The SYN-ACK sent again tells that the timer has run. */
TEST_F(tcp, by_timer)
{
	if (!ns_can_migrate())
		SKIP(return, "this kernel moves no requests");
	open_all(_metadata, &self->peer);
	close(first);
	for (int i = 0; i < EACH; i++) {
		PLAY_ON(&conns[i], ">S.");
	}
	EXPECT_BOOKED(OPENED CLOSED);
	play_all(_metadata, "<. accept");
	EXPECT_BOOKED(OPENED CLOSED DONE);
}

/* And a copy that is never acknowledged ends as any other does. */
TEST_F(tcp, by_timer_reset)
{
	if (!ns_can_migrate())
		SKIP(return, "this kernel moves no requests");
	open_all(_metadata, &self->peer);
	close(first);
	play_all(_metadata, ">S.");
	play_all(_metadata, "<R");
	EXPECT_BOOKED(OPENED CLOSED "8*SYN_RECV>CLOSE 8*SYN_RECV:reset");
}

TEST_HARNESS_MAIN
