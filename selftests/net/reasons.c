// SPDX-License-Identifier: GPL-2.0
/*
 * Why a connection left its state for CLOSE is booked as what it was: the
 * peer's doing (reset), a timer of the kernel (timeout), this host's
 * (aborted), or the protocol's own end (normal).
 *
 * Those that need nothing but a word from either end are in edges.c, those
 * that take longer than a few seconds in waits.c.
 */
#include <netinet/tcp.h>

#include "lib/tcp.h"

#define LISTENING	"CLOSE>LISTEN "
#define CONNECTED	"CLOSE>SYN_SENT SYN_SENT>ESTABLISHED "
#define ACCEPTED	LISTENING "LISTEN>SYN_RECV SYN_RECV>ESTABLISHED "
#define FIN_SENT	CONNECTED "ESTABLISHED>FIN_WAIT1 "
#define FIN_ACKED	FIN_SENT "FIN_WAIT1>FIN_WAIT2 "

#define TEST_REASON(name, sysctl, value, script, want)			\
TEST_F(tcp, name)							\
{									\
	const char *const s = sysctl;					\
									\
	if (s)								\
		ASSERT_EQ(0, ns_sysctl(s, value));			\
	PLAY(script);							\
	EXPECT_BOOKED(want);						\
}

static int set_tcp(int fd, int option, int value)
{
	return setsockopt(fd, IPPROTO_TCP, option, &value, sizeof(value));
}

static int pending_error(int fd)
{
	socklen_t len = sizeof(int);
	int err = -1;

	getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len);
	return err;
}

/* tcp_reset(): ECONNREFUSED in SYN_SENT. */
TEST_REASON(refused, NULL, NULL, "connect >S <R.",
	    "CLOSE>SYN_SENT SYN_SENT>CLOSE SYN_SENT:reset")

/* tcp_v4_err(), tcp_v6_err(): fatal for a handshake ... */
TEST_REASON(icmp_syn_sent, NULL, NULL, "connect >S <!",
	    "CLOSE>SYN_SENT SYN_SENT>CLOSE SYN_SENT:reset")
TEST_REASON(icmp_syn_recv, NULL, NULL, "listen <S >S. <!",
	    LISTENING "LISTEN>SYN_RECV SYN_RECV>CLOSE SYN_RECV:reset")

/*
 * The first one comes while connect() has the socket, and is only remembered:
 * it is what the timer reports when it gives up, and what the next one says.
 * But where ksoftirqd is at work it comes when connect() already waits, and ends
 * it at once: see TEST_SILENCE.
 */
static int icmp_answers(const char *which, const char *how)
{
	setenv("which", which, 1);
	setenv("how", how, 1);
	return system("echo \"add table inet t\ndelete table inet t\n"
		      "add table inet t\n"
		      "add chain inet t in { type filter hook input priority 0; }\n"
		      "add rule inet t in tcp flags syn $which reject with icmpx type $how\n"
		      "add rule inet t in tcp flags syn drop\" | nft -f -");
}

static int connect_to_itself(int family)
{
	const struct sockaddr_in v4 = {
		.sin_family = AF_INET,
		.sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const struct sockaddr_in6 v6 = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(9),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};
	int fd = socket(family, SOCK_STREAM, 0), err;

	err = family == AF_INET ?
	      connect(fd, (const struct sockaddr *)&v4, sizeof(v4)) :
	      connect(fd, (const struct sockaddr *)&v6, sizeof(v6));
	err = err ? errno : 0;
	close(fd);
	return err;
}

#define OPENED		"CLOSE>SYN_SENT SYN_SENT>CLOSE "
#define REFUSED		OPENED "SYN_SENT:reset"
#define GIVEN_UP	OPENED "SYN_SENT:timeout"
#define FIRST_ONLY	"limit rate 1/hour burst 1 packets"

TEST_F(tcp, icmp_twice)
{
	ASSERT_EQ(0, icmp_answers("", "host-unreachable"));
	EXPECT_EQ(EHOSTUNREACH, connect_to_itself(variant->family));
	EXPECT_BOOKED(REFUSED);
}

/*
 * The clock tells who ended it: an error before the first SYN is sent again,
 * after 1 s; or the timer, which gives up after 2 s or more.
 */
#define TEST_SILENCE(name, how, error)					\
TEST_F(tcp, name)							\
{									\
	int tries = 20;							\
	long long ms;							\
									\
	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_syn_retries", "1"));		\
	do {								\
		ASSERT_LT(0, tries--);					\
		ASSERT_EQ(0, icmp_answers(FIRST_ONLY, how));		\
		ASSERT_EQ(0, ledger_open(&self->ledger));		\
		ms = now_ms();						\
		EXPECT_EQ(error, connect_to_itself(variant->family));	\
		ms = now_ms() - ms;					\
		EXPECT_BOOKED(ms < 1000 ? REFUSED : GIVEN_UP);		\
	} while (ms < 1990);						\
}

TEST_SILENCE(icmp_and_silence, "host-unreachable", EHOSTUNREACH)
TEST_SILENCE(icmp_port_and_silence, "port-unreachable", ECONNREFUSED)

/* ... and else no more than the error that tcp_write_err() reports. */
TEST_F(tcp, icmp_established)
{
	PLAY("connect >S <S. write >. <!");
	/* Now that it has the error, however long that took. */
	ASSERT_EQ(0, set_tcp(self->conn.fd, TCP_USER_TIMEOUT, 300));
	EXPECT_BOOKED(CONNECTED "ESTABLISHED>CLOSE ESTABLISHED:timeout");
	EXPECT_EQ(variant->family == AF_INET ? EHOSTUNREACH : EACCES,
		  pending_error(self->conn.fd));
}

/* An error that nobody has read is none of the protocol's. */
TEST_F(tcp, icmp_unread)
{
	const bool v4 = variant->family == AF_INET;
	int one = 1;

	PLAY("listen <S >S. <. accept");
	ASSERT_EQ(0, setsockopt(self->conn.fd, v4 ? IPPROTO_IP : IPPROTO_IPV6,
				v4 ? IP_RECVERR : IPV6_RECVERR, &one,
				sizeof(one)));
	PLAY("write >. <! <. <F. close >F. <.");
	EXPECT_BOOKED(ACCEPTED "ESTABLISHED>CLOSE_WAIT CLOSE_WAIT>LAST_ACK "
		      "LAST_ACK>CLOSE LAST_ACK:normal");
}

/* tcp_disconnect(), and the branch for unread data in __tcp_close(). */
TEST_REASON(linger_0, NULL, NULL, "connect >S <S. linger0 close >R.",
	    CONNECTED "ESTABLISHED>CLOSE ESTABLISHED:aborted")
TEST_REASON(unread_data, NULL, NULL, "connect >S <S. <.D close >R.",
	    CONNECTED "ESTABLISHED>CLOSE ESTABLISHED:aborted")

/* tcp_write_err() by the retransmit timer: alive, and as an orphan. */
TEST_F(tcp, user_timeout)
{
	PLAY("connect >S <S.");
	ASSERT_EQ(0, set_tcp(self->conn.fd, TCP_USER_TIMEOUT, 300));
	PLAY("write");
	EXPECT_BOOKED(CONNECTED "ESTABLISHED>CLOSE ESTABLISHED:timeout");
}

TEST_REASON(fin_unacked, "ipv4/tcp_orphan_retries", "1",
	    "connect >S <S. close >F.",
	    FIN_SENT "FIN_WAIT1>CLOSE FIN_WAIT1:timeout")
TEST_REASON(last_fin_unacked, "ipv4/tcp_orphan_retries", "1",
	    "connect >S <S. <F. close",
	    CONNECTED "ESTABLISHED>CLOSE_WAIT CLOSE_WAIT>LAST_ACK "
	    "LAST_ACK>CLOSE LAST_ACK:timeout")

/* It must not give up before the peer's FIN comes. */
TEST_F(tcp, closing_unacked)
{
	PLAY("connect >S <S. close <F.");
	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_orphan_retries", "1"));
	EXPECT_BOOKED(FIN_SENT "FIN_WAIT1>CLOSING "
		      "CLOSING>CLOSE CLOSING:timeout");
}

/* tcp_probe_timer(): a closed window, and no answer to the probes. */
TEST_F(tcp, closed_window)
{
	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_orphan_retries", "1"));
	self->conn.flow.window = 0;
	PLAY("connect >S <S. write close");
	EXPECT_BOOKED(FIN_SENT "FIN_WAIT1>CLOSE FIN_WAIT1:timeout");
}

/* tcp_keepalive_timer() */
TEST_F(tcp, keepalive)
{
	PLAY("connect >S <S.");
	ASSERT_EQ(0, set_tcp(self->conn.fd, TCP_KEEPIDLE, 1));
	ASSERT_EQ(0, set_tcp(self->conn.fd, TCP_KEEPINTVL, 1));
	ASSERT_EQ(0, set_tcp(self->conn.fd, TCP_KEEPCNT, 1));
	ASSERT_EQ(0, setsockopt(self->conn.fd, SOL_SOCKET, SO_KEEPALIVE,
				&(int){ 1 }, sizeof(int)));
	EXPECT_BOOKED(CONNECTED "ESTABLISHED>CLOSE ESTABLISHED:timeout");
}

/* tcp_write_timeout() in SYN_SENT. */
TEST_F(tcp, unreachable)
{
	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_syn_retries", "1"));
	self->conn.fd = socket(variant->family, SOCK_STREAM | SOCK_NONBLOCK,
			       0);
	ASSERT_EQ(0, set_tcp(self->conn.fd, TCP_USER_TIMEOUT, 500));
	PLAY("connect >S");
	EXPECT_BOOKED("CLOSE>SYN_SENT SYN_SENT>CLOSE SYN_SENT:timeout");
}

/* reqsk_timer_handler(): no more SYN-ACKs; or the listener is gone. */
TEST_REASON(syn_ack_unacked, "ipv4/tcp_synack_retries", "0",
	    "listen <S >S.",
	    LISTENING "LISTEN>SYN_RECV SYN_RECV>CLOSE SYN_RECV:timeout")
TEST_REASON(listener_gone_request, NULL, NULL, "listen <S >S. unlisten",
	    LISTENING "LISTEN>SYN_RECV LISTEN>CLOSE LISTEN:normal "
	    "SYN_RECV>CLOSE SYN_RECV:aborted")

/* tcp_v4_rcv(): the ACK comes, but the listener is gone. */
TEST_REASON(listener_gone_ack, NULL, NULL, "listen <S >S. unlisten <. >R",
	    LISTENING "LISTEN>SYN_RECV LISTEN>CLOSE LISTEN:normal "
	    "SYN_RECV>CLOSE SYN_RECV:aborted")

/* inet_csk_listen_stop() */
TEST_REASON(listener_gone_accept_queue, NULL, NULL,
	    "listen <S >S. <. unlisten >R.",
	    ACCEPTED "LISTEN>CLOSE LISTEN:normal "
	    "ESTABLISHED>CLOSE ESTABLISHED:aborted")

/* tcp_check_req(): a new SYN in the window makes this host reset. */
TEST_F(tcp, syn_in_window)
{
	PLAY("listen <S >S.");
	self->conn.flow.seq += 100;
	PLAY("<S");
	EXPECT_BOOKED(LISTENING "LISTEN>SYN_RECV "
		      "SYN_RECV>CLOSE SYN_RECV:aborted");
}

/* The timewait timer of a FIN_WAIT2 minisock. */
TEST_REASON(fin_wait2_over, "ipv4/tcp_fin_timeout", "1",
	    "connect >S <S. close >F. <.",
	    FIN_ACKED "FIN_WAIT2>CLOSE FIN_WAIT2:timeout")

/* tcp_timewait_state_process(): data for nobody. */
TEST_REASON(fin_wait2_data, NULL, NULL,
	    "connect >S <S. close >F. <. <.D >R",
	    FIN_ACKED "FIN_WAIT2>CLOSE FIN_WAIT2:aborted")

/* tcp_rcv_state_process(): the peer's data come with the ACK of the FIN. */
TEST_REASON(fin_acked_with_data, NULL, NULL,
	    "connect >S <S. close >F. <.D >R",
	    FIN_ACKED "FIN_WAIT2>CLOSE FIN_WAIT2:aborted")

/* tcp_time_wait() finds no minisock: the connection ends there and then. */
TEST_REASON(no_minisock, "ipv4/tcp_max_tw_buckets", "0",
	    "connect >S <S. close >F. <.",
	    FIN_ACKED "FIN_WAIT2>CLOSE FIN_WAIT2:aborted")

/* TCP_LINGER2 < 0: no waiting in FIN_WAIT2. */
TEST_F(tcp, linger2_none)
{
	PLAY("connect >S <S.");
	ASSERT_EQ(0, set_tcp(self->conn.fd, TCP_LINGER2, -1));
	PLAY("close >F. <.");
	EXPECT_BOOKED(FIN_ACKED "FIN_WAIT2>CLOSE FIN_WAIT2:aborted");
}

/* -1 where the summary has no such line. */
static long summary(const char *name)
{
	long value;

	return census_summary(name, &value) ? -1 : value;
}

/* tcp_v4_rcv() on TCP_TW_SYN: the peer uses the port again. */
TEST_F(tcp, time_wait_new_syn)
{
	PLAY("listen <S >S. <. accept close >F. <. <F.");
	self->conn.flow.seq += 100000;
	PLAY("<S >S.");
	EXPECT_BOOKED(ACCEPTED "LISTEN>SYN_RECV ESTABLISHED>FIN_WAIT1 "
		      "FIN_WAIT1>FIN_WAIT2 FIN_WAIT2>TIME_WAIT "
		      "TIME_WAIT>CLOSE TIME_WAIT:normal");
	EXPECT_EQ(1, summary("time_wait_reused"));
}

/*
 * tcp_twsk_unique(): connect() takes the only local port over, a second after
 * the last segment. Until then every attempt passes through SYN_SENT and back.
 */
TEST_F(tcp, time_wait_reused)
{
	struct conn again;
	int failures = 0;
	char want[512];

	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_tw_reuse", "1"));
	ASSERT_EQ(0, ns_sysctl("ipv4/ip_local_port_range", "40000 40000"));
	self->conn.flow.stamp = 1000;
	PLAY("connect >S <S. close >F. <. <F.");

	conn_init(&again, &self->peer);
	again.flow.port = self->conn.flow.port;
	ASSERT_TRUE(eventually(!play(&again, "connect") || !++failures));
	PLAY_ON(&again, ">S");
	snprintf(want, sizeof(want), FIN_ACKED "FIN_WAIT2>TIME_WAIT "
		 "TIME_WAIT>CLOSE TIME_WAIT:normal CLOSE>SYN_SENT "
		 "%d*CLOSE>SYN_SENT %d*SYN_SENT>CLOSE %d*SYN_SENT:aborted",
		 failures, failures, failures);
	EXPECT_BOOKED(want);
	EXPECT_EQ(1, summary("time_wait_reused"));
}

/* A RST that was ignored (RFC 1337) is not why it ends. */
TEST_F(tcp, time_wait_reused_after_reset)
{
	struct conn again;
	int failures = 0;
	char want[512];

	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_rfc1337", "1"));
	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_tw_reuse", "1"));
	ASSERT_EQ(0, ns_sysctl("ipv4/ip_local_port_range", "40000 40000"));
	self->conn.flow.stamp = 1000;
	PLAY("connect >S <S. close >F. <. <F. <R");

	conn_init(&again, &self->peer);
	again.flow.port = self->conn.flow.port;
	ASSERT_TRUE(eventually(!play(&again, "connect") || !++failures));
	PLAY_ON(&again, ">S");
	snprintf(want, sizeof(want), FIN_ACKED "FIN_WAIT2>TIME_WAIT "
		 "TIME_WAIT>CLOSE TIME_WAIT:normal CLOSE>SYN_SENT "
		 "%d*CLOSE>SYN_SENT %d*SYN_SENT>CLOSE %d*SYN_SENT:aborted",
		 failures, failures, failures);
	EXPECT_BOOKED(want);
}

/* Before 6.0 tcp_abort() has no case for minisocks. */
static bool is_minisock(const char *state)
{
	return !strcmp(state, "fin-wait-2") || !strcmp(state, "time-wait");
}

/* tcp_abort() of each kind of object, by ss -K. */
#define TEST_KILLED(name, script, want)					\
TEST_F(tcp, killed_##name)						\
{									\
	char state[] = #name;						\
	int killed;							\
									\
	for (char *p = state; *p; p++)					\
		if (*p == '_')						\
			*p = '-';					\
	PLAY(script);							\
	killed = ss_kill(state);					\
	if (!killed && is_minisock(state))				\
		SKIP(return, "this kernel kills no minisocks");		\
	ASSERT_EQ(1, killed);						\
	EXPECT_BOOKED(want);						\
	EXPECT_EQ(0, summary("time_wait_reused"));			\
}

TEST_KILLED(syn_sent, "connect >S",
	    "CLOSE>SYN_SENT SYN_SENT>CLOSE SYN_SENT:aborted")
TEST_KILLED(syn_recv, "listen <S >S.",
	    LISTENING "LISTEN>SYN_RECV SYN_RECV>CLOSE SYN_RECV:aborted")
TEST_KILLED(established, "connect >S <S.",
	    CONNECTED "ESTABLISHED>CLOSE ESTABLISHED:aborted")
TEST_KILLED(fin_wait_1, "connect >S <S. shutdown >F.",
	    FIN_SENT "FIN_WAIT1>CLOSE FIN_WAIT1:aborted")
TEST_KILLED(fin_wait_2, "connect >S <S. close >F. <.",
	    FIN_ACKED "FIN_WAIT2>CLOSE FIN_WAIT2:aborted")
TEST_KILLED(closing, "connect >S <S. shutdown <F.",
	    FIN_SENT "FIN_WAIT1>CLOSING CLOSING>CLOSE CLOSING:aborted")
TEST_KILLED(time_wait, "connect >S <S. close >F. <. <F.",
	    FIN_ACKED "FIN_WAIT2>TIME_WAIT "
	    "TIME_WAIT>CLOSE TIME_WAIT:aborted")
TEST_KILLED(close_wait, "connect >S <S. <F.",
	    CONNECTED "ESTABLISHED>CLOSE_WAIT "
	    "CLOSE_WAIT>CLOSE CLOSE_WAIT:aborted")
TEST_KILLED(last_ack, "connect >S <S. <F. shutdown",
	    CONNECTED "ESTABLISHED>CLOSE_WAIT CLOSE_WAIT>LAST_ACK "
	    "LAST_ACK>CLOSE LAST_ACK:aborted")
TEST_KILLED(listening, "listen",
	    LISTENING "LISTEN>CLOSE LISTEN:aborted")

TEST_HARNESS_MAIN
