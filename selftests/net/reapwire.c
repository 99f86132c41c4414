// SPDX-License-Identifier: GPL-2.0
/*
 * The reaper against peers that no kernel would be (lib/peer.h): silent ones,
 * those that answer at the last moment, and connections that get stuck in
 * other states than FIN_WAIT1, which are none of its business.
 */
#include <stdlib.h>

#include "lib/moment.h"
#include "lib/reap.h"
#include "lib/tcp.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP	262
#endif

#define OPEN		0xffff
#define SHUT		0

/* One that ends up in FIN_WAIT1, and the timer that ss shows. */
struct victim {
	const char *name, *timer;
	uint16_t window;	/* that the peer offers all the time */
	const char *script;
	struct conn conn;
	long long reset_ns;
};

static struct victim victims[] = {
	{ "silent, window closed", "persist", SHUT,
	  "connect >S <S. write" },
	{ "silent, window closed, passive", "persist", SHUT,
	  "listen <S >S. <. accept write" },
	{ "data lost", "on", OPEN,
	  "connect >S <S. write" },
	{ "data lost, passive", "on", OPEN,
	  "listen <S >S. <. accept write" },
	{ "data lost after some came", "on", OPEN,
	  "connect >S <S. write >. <. write" },
	{ "FIN lost", "on", OPEN,
	  "connect >S <S." },
	{ "FIN lost, data of the peer read", "on", OPEN,
	  "connect >S <S. <.D read" },
};

#define VICTIMS		((int)(sizeof(victims) / sizeof(*victims)))

static void make_victim(struct __test_metadata *_metadata, struct victim *v,
			struct peer *p)
{
	conn_init(&v->conn, p);
	v->conn.flow.window = v->window;
	if (!strncmp(v->script, "listen", strlen("listen")))
		v->conn.flow.kernel_port = PLAY_PORT + (v - victims);
	PLAY_ON(&v->conn, v->script);
	PLAY_ON(&v->conn, "close");
	v->reset_ns = 0;
}

static struct victim *find_victim(const struct segment *s)
{
	for (int i = 0; i < VICTIMS; i++)
		if (victims[i].conn.flow.port == s->dport)
			return &victims[i];
	return NULL;
}

/* Until as many RSTs have come. */
static void hear_resets(struct __test_metadata *_metadata, struct peer *p,
			int n, int ms)
{
	long long end = now_ms() + ms;
	uint8_t buffer[WIRE_MAX];
	struct victim *v;
	struct segment s;

	while (n) {
		ASSERT_EQ(0, peer_receive(p, &s, buffer, end - now_ms()));
		v = find_victim(&s);
		if (!v || !(s.flags & RST))
			continue;
		EXPECT_EQ(0, v->reset_ns) {
			TH_LOG("%s: twice", v->name);
		}
		v->reset_ns = now_ns();
		n--;
	}
}

static int timers(const char *name)
{
	int n = 0;

	for (int i = 0; i < VICTIMS; i++)
		n += !strcmp(victims[i].timer, name);
	return n;
}

TEST_F(tcp, silent_peers)
{
	struct moment on;

	for (int i = 0; i < VICTIMS; i++)
		make_victim(_metadata, &victims[i], &self->peer);
	/* Starting ss can take long, so no clock runs yet. */
	EXPECT_TRUE(eventually(ss_timers("fin-wait-1", "persist") ==
			       timers("persist")));
	EXPECT_TRUE(eventually(ss_timers("fin-wait-1", "on") == timers("on")));
	on.before_ns = now_ns();
	REAPER("timeout=3 reap=2");
	on.after_ns = now_ns();
	hear_resets(_metadata, &self->peer, VICTIMS, DEADLINE_MS);
	for (int i = 0; i < VICTIMS; i++) {
		struct victim *v = &victims[i];

		EXPECT_LE(3000, (v->reset_ns - on.before_ns) / NS_PER_MS);
		EXPECT_GE(3000 + REAP_LATE_MS,
			  (v->reset_ns - on.after_ns) / NS_PER_MS) {
			TH_LOG("%s", v->name);
		}
	}
	EXPECT_EQ(0, ss_timers("fin-wait-1", NULL));
	EXPECT_COUNTS("7*reaped 2*reaped_closed_window 5*reaped_black_hole");
}

/* Nothing is sent again for a long time. */
static void be_patient(struct __test_metadata *_metadata, int family)
{
	const char *command = family == AF_INET ?
		"ip route change 10.0.0.0/8 dev tun0 src 10.0.0.1 "
		"proto kernel scope link rto_min 20s" :
		"ip -6 route change 2001:db8::/64 dev tun0 "
		"proto kernel metric 256 rto_min 20s";

	ASSERT_EQ(0, system(command));
}

#define FLIGHT_MS	6000	/* the reaper's timeout */

/* Its peer opens the window when half of it is over. Returns when it was closed. */
static struct moment open_late(struct __test_metadata *_metadata,
			       struct conn *c)
{
	struct moment closed;

	be_patient(_metadata, c->flow.peer->family);
	c->flow.window = SHUT;
	PLAY_ON(c, "connect >S <S. write");
	closed.before_ns = now_ns();
	PLAY_ON(c, "close");
	closed.after_ns = now_ns();
	pause_ms(FLIGHT_MS / 2);
	c->flow.window = OPEN;
	PLAY_ON(c, "<. >F.");
	return closed;
}

/* What was sent then is answered when the time is over, by at least two runs. */
TEST_F(tcp, fresh_flight)
{
	REAPER("timeout=6 reap=2");
	open_late(_metadata, &self->conn);
	pause_ms(FLIGHT_MS / 2 + 1500);
	PLAY("<.");
	EXPECT_BOOKED("CLOSE>SYN_SENT SYN_SENT>ESTABLISHED "
		      "ESTABLISHED>FIN_WAIT1 FIN_WAIT1>FIN_WAIT2");
	EXPECT_COUNTS("?spared_progress");
}

/* And if it is not, that helps for as long again. */
TEST_F(tcp, fresh_flight_lost)
{
	struct moment closed;

	REAPER("timeout=6 reap=2");
	closed = open_late(_metadata, &self->conn);
	/* It may take longer than PLAY() waits. */
	pause_ms(FLIGHT_MS);
	PLAY(">R.");
	EXPECT_LE(2 * FLIGHT_MS, (now_ns() - closed.before_ns) / NS_PER_MS);
	EXPECT_GE(2 * FLIGHT_MS + REAP_LATE_MS,
		  (now_ns() - closed.after_ns) / NS_PER_MS);
	EXPECT_COUNTS("reaped reaped_black_hole");
}

/* Stuck as well, but in other states, or with an owner. */
static const struct {
	uint16_t window;
	const char *script;
} neighbours[] = {
	{ OPEN, "connect >S <S. write" },		/* ESTABLISHED */
	{ SHUT, "connect >S <S. write" },
	{ SHUT, "connect >S <S. write shutdown" },	/* FIN_WAIT1 */
	{ OPEN, "connect >S <S. shutdown" },
	{ OPEN, "connect >S <S. shutdown >F. <." },	/* FIN_WAIT2 */
	{ OPEN, "connect >S <S. write close <F." },	/* CLOSING */
	{ SHUT, "connect >S <S. write close <F." },
	{ SHUT, "connect >S <S. <F. write" },		/* CLOSE_WAIT */
	{ OPEN, "connect >S <S. <F. write close" },	/* LAST_ACK */
	{ SHUT, "connect >S <S. <F. write close" },
};

#define NEIGHBOURS	((int)(sizeof(neighbours) / sizeof(*neighbours)))

static struct conn join(struct __test_metadata *_metadata, struct peer *p,
			uint16_t window, const char *script)
{
	struct conn c;

	conn_init(&c, p);
	c.flow.window = window;
	PLAY_ON(&c, script);
	return c;
}

/* FIN_WAIT2 both as a full socket, above 60 s, and as a minisock. */
static void make_neighbours(struct __test_metadata *_metadata, struct peer *p)
{
	for (int i = 0; i < STATES; i++) {
		/* The listener first. */
		enum state s = (i + LISTEN) % STATES;

		if (s != FIN_WAIT1)
			join(_metadata, p, OPEN, play_into[s]);
	}
	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_fin_timeout", "100"));
	join(_metadata, p, OPEN, play_into[FIN_WAIT2]);
	for (int i = 0; i < NEIGHBOURS; i++)
		join(_metadata, p, neighbours[i].window,
		     neighbours[i].script);
}

TEST_F(tcp, neighbours)
{
	make_neighbours(_metadata, &self->peer);
	join(_metadata, &self->peer, OPEN, play_into[FIN_WAIT1]);
	ASSERT_EQ(0, ledger_open(&self->ledger));
	REAPER("timeout=1 max_age=3 min_bytes=1000000 reap=2");
	pause_ms(5000);
	EXPECT_BOOKED("FIN_WAIT1>CLOSE FIN_WAIT1:reaped");
	EXPECT_COUNTS("reaped reaped_black_hole 2*spared_owned");
}

/* Fast Open: closed before the handshake's end. The kernel gives up itself. */
TEST_F(tcp, half_open)
{
	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_fastopen", "0x603"));
	REAPER("timeout=1 max_age=1 reap=2");
	PLAY("listen <SD >S. accept read close >F.");
	pause_ms(4000);
	EXPECT_EQ(1, ss_timers("fin-wait-1", NULL));
	EXPECT_COUNTS("");
	PLAY("<.");
	EXPECT_TRUE(eventually(!ss_timers("fin-wait-1", NULL)));
	EXPECT_COUNTS("");
}

/*
 * The peer does not know MPTCP, so that the only subflow is closed with the
 * connection, which goes on holding it: MPTCP has a timeout of its own.
 */
static void spare_mptcp(struct __test_metadata *_metadata,
			struct _test_data_tcp *self, uint16_t window,
			const char *script, const char *finish)
{
	struct conn *c = &self->conn;

	c->fd = socket(self->peer.family, SOCK_STREAM | SOCK_NONBLOCK,
		       IPPROTO_MPTCP);
	if (c->fd < 0)
		SKIP(return, "this kernel has no MPTCP: %s", strerror(errno));
	REAPER("timeout=1 max_age=2 reap=2");
	c->flow.window = window;
	PLAY(script);
	EXPECT_TRUE(eventually(ss_timers("fin-wait-1", NULL) == 1));
	pause_ms(5000);
	EXPECT_EQ(1, ss_timers("fin-wait-1", NULL));
	EXPECT_COUNTS("spared_owned");
	c->flow.window = OPEN;
	PLAY(finish);
	EXPECT_TRUE(eventually(!ss_timers("fin-wait-1", NULL)));
	EXPECT_COUNTS("spared_owned");
}

TEST_F(tcp, mptcp_black_hole)
{
	spare_mptcp(_metadata, self, OPEN,
		    "connect >S <S. write >. close >F.", "<.");
}

TEST_F(tcp, mptcp_closed_window)
{
	spare_mptcp(_metadata, self, SHUT,
		    "connect >S <S. write close", "<. >F. <.");
}

TEST_HARNESS_MAIN
