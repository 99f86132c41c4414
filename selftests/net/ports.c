// SPDX-License-Identifier: GPL-2.0
/*
 * The population of watched local ports is what ss counts on these ports: in
 * every state, whichever object a connection lives in, whether it is older than
 * the list of ports or not, and however often the list changes meanwhile. And
 * what can be written into net.tcp_census.ports.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/ports.h"
#include "lib/random.h"
#include "lib/tcp.h"

#define SERVER	PLAY_PORT	/* listens */
#define CLIENT	4000		/* connects from there, by bind() */
#define OTHER	4001		/* likewise */
#define EACH	3
/* ss is run for each comparison, which takes its time on a kernel that checks. */
#define SLOW_S	120

static struct conn conns[2][STATES][EACH];

static bool counted(unsigned int port, const long want[STATES])
{
	long row[STATES], witness[STATES];

	return !ports_row(port, row) && !ss_count_port(port, witness) &&
	       !memcmp(row, witness, sizeof(row)) &&
	       (!want || !memcmp(row, want, sizeof(row)));
}

static void log_counts(struct __test_metadata *_metadata, unsigned int port,
		       const long want[STATES])
{
	long row[STATES] = {}, witness[STATES] = {};
	int err = ports_row(port, row);

	ss_count_port(port, witness);
	TH_LOG("port %u of \"%s\": %s", port, ports_get(), strerror(-err));
	for (int s = 0; s < STATES; s++)
		if (row[s] || witness[s])
			TH_LOG("%s: %ld, ss %ld, made %ld", state_name[s],
			       row[s], witness[s], want ? want[s] : -1L);
}

/* As many as @want, and as ss says. */
#define EXPECT_COUNTED(port, want)					\
	EXPECT_TRUE(eventually(counted(port, want))) {			\
		log_counts(_metadata, port, want);			\
	}

/* At once: nothing may be on its way. */
#define EXPECT_SEEDED(port, want)					\
do {									\
	long row[STATES];						\
	EXPECT_EQ(0, ports_row(port, row));				\
	EXPECT_EQ(0, memcmp(row, want, sizeof(row))) {			\
		log_counts(_metadata, port, want);			\
	}								\
} while (0)

#define WATCH(text)	ASSERT_EQ(0, ports_set(text))

/* One connection in one state on one port. */
#define EXPECT_ONE(port, state)						\
do {									\
	const long one[STATES] = { [state] = 1 };			\
	EXPECT_COUNTED(port, one);					\
} while (0)

#define EXPECT_NONE(port)						\
do {									\
	const long none[STATES] = {};					\
	EXPECT_COUNTED(port, none);					\
} while (0)

static int play_from(struct conn *c, struct peer *p, unsigned int port,
		     const char *script)
{
	char bound[256];

	conn_init(c, p);
	c->flow.kernel_port = port;
	snprintf(bound, sizeof(bound), "bind %s", script);
	return play(c, bound);
}

#define PLAY_FROM(c, port, script)					\
	ASSERT_EQ(0, play_from(c, &self->peer, port, script)) {		\
		TH_LOG("%s: %s", script, (c)->failed);			\
	}

static bool is_client(enum state s)
{
	return s != SYN_RECV && s != LISTEN;
}

/* EACH of every state of a client on two ports, and handshakes on a third. */
static void fill_all(struct __test_metadata *_metadata,
		     struct _test_data_tcp *self)
{
	for (int s = 0; s < STATES; s++)
		for (int i = 0; is_client(s) && i < EACH; i++) {
			PLAY_FROM(&conns[0][s][i], CLIENT, play_into[s]);
			PLAY_FROM(&conns[1][s][i], OTHER, play_into[s]);
		}
	PLAY("listen");
	for (int i = 0; i < EACH; i++) {
		conn_init(&conns[0][SYN_RECV][i], &self->peer);
		PLAY_ON(&conns[0][SYN_RECV][i], play_into[SYN_RECV]);
	}
}

static void expect_filled(struct __test_metadata *_metadata)
{
	const long server[STATES] = { [SYN_RECV] = EACH, [LISTEN] = 1 };
	long client[STATES];

	for (int s = 0; s < STATES; s++)
		client[s] = is_client(s) ? EACH : 0;
	EXPECT_COUNTED(CLIENT, client);
	EXPECT_COUNTED(SERVER, server);
}

TEST_F_TIMEOUT(tcp, every_state, SLOW_S)
{
	long row[STATES];

	WATCH("80,4000,81");
	fill_all(_metadata, self);
	expect_filled(_metadata);
	EXPECT_NONE(81);
	EXPECT_EQ(3, ports_rows());
	EXPECT_EQ(-ENOENT, ports_row(OTHER, row));
}

TEST_F_TIMEOUT(tcp, every_state_seeded, SLOW_S)
{
	const long server[STATES] = { [SYN_RECV] = EACH, [LISTEN] = 1 };
	long client[STATES], none[STATES] = {};

	for (int s = 0; s < STATES; s++)
		client[s] = is_client(s) ? EACH : 0;
	fill_all(_metadata, self);
	ASSERT_TRUE(eventually(ledger_witnessed(&self->ledger)));
	for (int i = 0; i < 3; i++) {
		WATCH("80 4000");
		EXPECT_SEEDED(SERVER, server);
		EXPECT_SEEDED(CLIENT, client);
		WATCH("81 4001");
		EXPECT_SEEDED(OTHER, client);
		EXPECT_SEEDED(81, none);
		EXPECT_EQ(2, ports_rows());
		WATCH(i ? "\n" : "80");
	}
	EXPECT_EQ(0, ports_rows());
	WATCH("80 4000");
	expect_filled(_metadata);
}

/* And go with the connections: full sockets, requests and minisocks. */
TEST_F_TIMEOUT(tcp, all_gone, SLOW_S)
{
	WATCH("80 4000");
	fill_all(_metadata, self);
	expect_filled(_metadata);
	WATCH("80 4000 4001");
	for (int s = 0; s < STATES; s++)
		for (int i = 0; i < EACH; i++) {
			if (is_client(s))
				play(&conns[1][s][i], "<R");
			if (s != LISTEN)
				play(&conns[0][s][i], "<R");
		}
	PLAY("unlisten");
	/* A RST does not end every state; what it does, ss knows. */
	EXPECT_COUNTED(CLIENT, NULL);
	EXPECT_COUNTED(OTHER, NULL);
	EXPECT_NONE(SERVER);
}

/* From the request socket to the TIME_WAIT that a new SYN ends. */
TEST_F_TIMEOUT(tcp, passive, SLOW_S)
{
	static const struct {
		const char *script;
		enum state state;
	} steps[] = {
		{ "<S >S.", SYN_RECV },
		{ "<. accept", ESTABLISHED },
		{ "shutdown >F.", FIN_WAIT1 },
		{ "<.", FIN_WAIT2 },
		{ "close", FIN_WAIT2 },
		{ "<F.", TIME_WAIT },
	};
	long want[STATES];

	WATCH("80");
	PLAY("listen");
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		PLAY(steps[i].script);
		memset(want, 0, sizeof(want));
		want[LISTEN] = want[steps[i].state] = 1;
		EXPECT_COUNTED(SERVER, want);
	}
	self->conn.flow.seq += 100000;
	PLAY("<S >S.");
	want[TIME_WAIT] = 0;
	want[SYN_RECV] = 1;
	EXPECT_COUNTED(SERVER, want);
}

TEST_F(tcp, passive_close)
{
	WATCH("80");
	PLAY("listen <S >S. <. accept unlisten <F.");
	EXPECT_ONE(SERVER, CLOSE_WAIT);
	PLAY("close >F.");
	EXPECT_ONE(SERVER, LAST_ACK);
	PLAY("<.");
	EXPECT_NONE(SERVER);
}

TEST_F(tcp, child_of_fastopen)
{
	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_fastopen", "0x603"));
	WATCH("80");
	PLAY("listen <SD >S. accept unlisten");
	EXPECT_ONE(SERVER, SYN_RECV);
	PLAY("<.");
	EXPECT_ONE(SERVER, ESTABLISHED);
}

TEST_F(tcp, child_of_syncookie)
{
	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_syncookies", "2"));
	WATCH("80");
	PLAY("listen <S >S. <. accept unlisten");
	EXPECT_ONE(SERVER, ESTABLISHED);
}

/* The port is chosen after the state is announced: from the next one on. */
TEST_F(tcp, without_bind)
{
	const long sent[STATES] = { [SYN_SENT] = 1 }, none[STATES] = {};

	ASSERT_EQ(0, ns_sysctl("ipv4/ip_local_port_range", "40000 40000"));
	WATCH("40000");
	PLAY("connect >S");
	EXPECT_SEEDED(40000, none);
	WATCH("40000");
	EXPECT_SEEDED(40000, sent);
	PLAY("<S.");
	EXPECT_ONE(40000, ESTABLISHED);
	PLAY("shutdown >F. <. close <F.");
	EXPECT_ONE(40000, TIME_WAIT);
}

/* The only port there is, which a TIME_WAIT has. */
TEST_F(tcp, time_wait_reused)
{
	struct conn again;

	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_tw_reuse", "1"));
	ASSERT_EQ(0, ns_sysctl("ipv4/ip_local_port_range", "40000 40000"));
	WATCH("40000");
	self->conn.flow.stamp = 1000;
	PLAY("connect >S <S. close >F. <. <F.");
	EXPECT_ONE(40000, TIME_WAIT);

	conn_init(&again, &self->peer);
	again.flow.port = self->conn.flow.port;
	ASSERT_TRUE(eventually(!play(&again, "connect")));
	PLAY_ON(&again, ">S <S.");
	EXPECT_ONE(40000, ESTABLISHED);
}

TEST_F(tcp, listener_without_bind)
{
	const long none[STATES] = {};
	int fd;

	ASSERT_EQ(0, ns_sysctl("ipv4/ip_local_port_range", "40000 40000"));
	WATCH("40000");
	fd = socket(variant->family, SOCK_STREAM, 0);
	ASSERT_EQ(0, listen(fd, 5));
	EXPECT_SEEDED(40000, none);
	WATCH("40000");
	EXPECT_ONE(40000, LISTEN);
	close(fd);
	EXPECT_NONE(40000);
}

/* Another namespace's connections, and its list. */
TEST_F(tcp, elsewhere)
{
	int here = ns_save(), elsewhere;

	WATCH("4000");
	PLAY_FROM(&self->conn, CLIENT, "connect >S <S.");
	ASSERT_EQ(0, ns_enter());
	elsewhere = ns_save();
	EXPECT_STREQ("", ports_get());
	WATCH("4000 4001");
	EXPECT_NONE(CLIENT);
	ASSERT_EQ(0, ns_switch(here));
	EXPECT_STREQ("4000", ports_get());
	EXPECT_ONE(CLIENT, ESTABLISHED);
	WATCH("");
	EXPECT_STREQ("4000", ports_get());
	WATCH("\n");
	EXPECT_STREQ("", ports_get());
	ASSERT_EQ(0, ns_switch(elsewhere));
	EXPECT_STREQ("4000 4001", ports_get());
}

/*
 * Connections go their way while lists come and go, in any order: whatever
 * list they were counted in before, and whether they moved meanwhile.
 */
#define MOVERS	12
#define MOVES	150

static const char *const ways[][7] = {
	{ "connect >S", "<S.", "shutdown >F.", "<.", "close", "<R" },
	{ "connect >S", "<S.", "<F.", "close >F.", "<." },
	{ "connect >S", "<S.", "shutdown >F.", "<F.", "<R" },
	{ "connect >S", "<R" },
};

static struct mover {
	struct conn conn;
	const char *const *next;
} movers[MOVERS];

static void move_on(struct __test_metadata *_metadata, struct peer *p,
		    struct mover *m)
{
	if (m->next && *m->next) {
		/* The end of it, a RST, may find nobody. */
		EXPECT_TRUE(!play(&m->conn, *m->next) || **m->next == '<') {
			TH_LOG("%s: %s", *m->next, m->conn.failed);
		}
		m->next++;
		return;
	}
	if (m->conn.fd > 0)
		close(m->conn.fd);
	m->next = ways[random_below(sizeof(ways) / sizeof(*ways))];
	EXPECT_EQ(0, play_from(&m->conn, p, CLIENT + random_below(2),
			       *m->next++)) {
		TH_LOG("%s", m->conn.failed);
	}
}

TEST_F_TIMEOUT(tcp, any_order, SLOW_S)
{
	static const char *const lists[] = {
		"\n", "4000", "4001", "4000 4001", "1 2 3 4001", "\n",
	};
	static const unsigned int ports[] = { CLIENT, OTHER };
	const char *list = "\n";

	random_seed(variant->family);
	for (int i = 0; i < MOVES; i++) {
		if (!random_below(3)) {
			list = lists[random_below(6)];
			WATCH(list);
		}
		move_on(_metadata, &self->peer,
			&movers[random_below(MOVERS)]);
		for (int p = 0; p < 2; p++) {
			char word[8];

			snprintf(word, sizeof(word), "%u", ports[p]);
			if (i % 5 == 4 && strstr(list, word))
				EXPECT_COUNTED(ports[p], NULL);
		}
	}
}

static char *numbers(int from, int to, const char *between)
{
	static char text[1024];
	int len = 0;

	for (int i = from; i <= to; i++)
		len += snprintf(text + len, sizeof(text) - len, "%s%d",
				i > from ? between : "", i);
	return text;
}

FIXTURE(list) {
};

FIXTURE_SETUP(list)
{
	ASSERT_EQ(0, ns_enter());
}

FIXTURE_TEARDOWN(list)
{
}

TEST_F(list, empty_at_first)
{
	EXPECT_STREQ("", ports_get());
	EXPECT_EQ(0, ports_rows());
}

TEST_F(list, taken)
{
	static const struct {
		const char *written, *read;
	} good[] = {
		{ "80", "80" },
		{ "80\n", "80" },
		{ "1,65535", "1 65535" },
		{ "443 80\t8080\n", "80 443 8080" },
		{ ",, 80 ,\n,81,", "80 81" },
		{ "80 80,80", "80" },
		{ "0080", "80" },
		{ "\n ", "" },
		{ "5", "5" },
		{ ",", "" },
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		EXPECT_EQ(0, ports_set(good[i].written)) {
			TH_LOG("%s", good[i].written);
		}
		EXPECT_STREQ(good[i].read, ports_get());
	}
}

TEST_F(list, refused)
{
	static const char *const bad[] = {
		"0", "65536", "4294967297", "18446744073709551696", "-1", "+80",
		"0x50", "80.", "80;81", "80-90", "soon", "80 x", "80 0", "x80",
		"80,81,65536", "\1", "80\xff", "'80'", "00", "80 -",
	};

	ASSERT_EQ(0, ports_set("22 80"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		EXPECT_EQ(-EINVAL, ports_set(bad[i])) {
			TH_LOG("%s", bad[i]);
		}
		EXPECT_STREQ("22 80", ports_get());
	}
}

/* Columns in the order of the states, rows in that of the ports. */
TEST_F(list, most)
{
	char all[1024];

	snprintf(all, sizeof(all), "%s", numbers(60001, 60064, " "));
	ASSERT_EQ(0, ports_set(numbers(60001, 60064, " , ")));
	EXPECT_STREQ(all, ports_get());
	EXPECT_EQ(64, ports_rows());
	EXPECT_EQ(-EINVAL, ports_set(numbers(60001, 60065, " ")));
	EXPECT_STREQ(all, ports_get());
	strcat(all, " 60001 60064");
	EXPECT_EQ(0, ports_set(all));
	EXPECT_EQ(64, ports_rows());
}

static int pwrite_list(const void *text, size_t len, off_t at)
{
	int fd = open("/proc/sys/net/tcp_census/ports", O_WRONLY | O_CLOEXEC);
	int ret = pwrite(fd, text, len, at) < 0 ? -errno : 0;

	close(fd);
	return ret;
}

/* Half a list is no list. */
TEST_F(list, in_pieces)
{
	ASSERT_EQ(0, ports_set("22"));
	EXPECT_EQ(-EINVAL, pwrite_list("80", 2, 3));
	EXPECT_EQ(-EINVAL, pwrite_list("80\0", 3, 0));
	EXPECT_EQ(0, pwrite_list("", 0, 0));
	EXPECT_STREQ("22", ports_get());
}

TEST_HARNESS_MAIN
