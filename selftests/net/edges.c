// SPDX-License-Identifier: GPL-2.0
/*
 * Every edge of the state diagram that Linux can take is booked once, as the
 * edge it is, and nothing else is booked with it.
 *
 * Each test is the life of one connection (lib/play.h) and the complete list
 * of what the census must book for it. Two edges of the module's table are
 * here although they are rare: SYN_RECV > FIN_WAIT1 needs a Fast Open child
 * (tcp_close_state() before the handshake's ACK), SYN_SENT > SYN_RECV crossed
 * SYNs. SYN_RECV > CLOSE_WAIT is missing: tcp_rcv_state_process() discards a
 * SYN with FIN in LISTEN, and any other FIN needs an ACK, which moves the
 * child to ESTABLISHED first; fastopen_fin shows it.
 */
#include "lib/tcp.h"

#define LISTENING	"CLOSE>LISTEN "
#define CONNECTED	"CLOSE>SYN_SENT SYN_SENT>ESTABLISHED "
#define ACCEPTED	LISTENING "LISTEN>SYN_RECV SYN_RECV>ESTABLISHED "

#define TEST_EDGES(name, script, want)					\
TEST_F(tcp, name)							\
{									\
	PLAY(script);							\
	EXPECT_BOOKED(want);						\
}

#define TEST_FASTOPEN(name, script, want)				\
TEST_F(tcp, name)							\
{									\
	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_fastopen", "0x603"));		\
	PLAY(script);							\
	EXPECT_BOOKED(want);						\
}

/* Opening and closing a listener. */
TEST_EDGES(listen, "listen unlisten",
	   LISTENING "LISTEN>CLOSE LISTEN:normal")

/* Opening. */
TEST_EDGES(active_open, "connect >S",
	   "CLOSE>SYN_SENT")
TEST_EDGES(active_open_answered, "connect >S <S.",
	   CONNECTED)
TEST_EDGES(active_open_given_up, "connect >S close",
	   "CLOSE>SYN_SENT SYN_SENT>CLOSE SYN_SENT:aborted")
TEST_EDGES(passive_open, "listen <S >S.",
	   LISTENING "LISTEN>SYN_RECV")
TEST_EDGES(passive_open_acked, "listen <S >S. <.",
	   ACCEPTED)
TEST_EDGES(passive_open_reset, "listen <S >S. <R",
	   LISTENING "LISTEN>SYN_RECV SYN_RECV>CLOSE SYN_RECV:reset")
TEST_EDGES(simultaneous_open, "connect >S <S >S.",
	   "CLOSE>SYN_SENT SYN_SENT>SYN_RECV")
TEST_EDGES(simultaneous_open_acked, "connect >S <S >S. <.",
	   "CLOSE>SYN_SENT SYN_SENT>SYN_RECV SYN_RECV>ESTABLISHED")
TEST_EDGES(simultaneous_open_reset, "connect >S <S >S. <R",
	   "CLOSE>SYN_SENT SYN_SENT>SYN_RECV SYN_RECV>CLOSE SYN_RECV:reset")
TEST_EDGES(simultaneous_open_closed, "connect >S <S >S. close",
	   "CLOSE>SYN_SENT SYN_SENT>SYN_RECV SYN_RECV>FIN_WAIT1")

/* Fast Open: the child is there, and may be closed, before the ACK. */
TEST_FASTOPEN(fastopen, "listen <SD >S. accept read",
	      LISTENING "LISTEN>SYN_RECV")
TEST_FASTOPEN(fastopen_acked, "listen <SD >S. accept read <.",
	      ACCEPTED)
TEST_FASTOPEN(fastopen_closed, "listen <SD >S. accept read close >F.",
	      LISTENING "LISTEN>SYN_RECV SYN_RECV>FIN_WAIT1")
TEST_FASTOPEN(fastopen_closed_acked,
	      "listen <SD >S. accept read close >F. <. <F.",
	      LISTENING "LISTEN>SYN_RECV SYN_RECV>FIN_WAIT1 "
	      "FIN_WAIT1>FIN_WAIT2 FIN_WAIT2>TIME_WAIT")
TEST_FASTOPEN(fastopen_shutdown, "listen <SD >S. accept read shutdown <. >F.",
	      ACCEPTED "ESTABLISHED>FIN_WAIT1")
TEST_FASTOPEN(fastopen_fin, "listen <SD >S. <F.",
	      ACCEPTED "ESTABLISHED>CLOSE_WAIT")
TEST_FASTOPEN(fastopen_syn_fin, "listen <SFD",
	      LISTENING)
TEST_FASTOPEN(fastopen_reset, "listen <SD >S. accept <R",
	      LISTENING "LISTEN>SYN_RECV SYN_RECV>CLOSE SYN_RECV:reset")
TEST_FASTOPEN(fastopen_unread, "listen <SD >S. accept close",
	      LISTENING "LISTEN>SYN_RECV SYN_RECV>CLOSE SYN_RECV:aborted")
TEST_FASTOPEN(fastopen_unaccepted, "listen <SD >S. unlisten",
	      LISTENING "LISTEN>SYN_RECV SYN_RECV>CLOSE SYN_RECV:aborted "
	      "LISTEN>CLOSE LISTEN:normal")

/* This end closes first. */
TEST_EDGES(active_close, "connect >S <S. close >F.",
	   CONNECTED "ESTABLISHED>FIN_WAIT1")
TEST_EDGES(active_close_reset, "connect >S <S. close >F. <R",
	   CONNECTED "ESTABLISHED>FIN_WAIT1 FIN_WAIT1>CLOSE FIN_WAIT1:reset")
TEST_EDGES(active_close_acked, "connect >S <S. close >F. <.",
	   CONNECTED "ESTABLISHED>FIN_WAIT1 FIN_WAIT1>FIN_WAIT2")
TEST_EDGES(active_close_acked_reset, "connect >S <S. close >F. <. <R",
	   CONNECTED "ESTABLISHED>FIN_WAIT1 FIN_WAIT1>FIN_WAIT2 "
	   "FIN_WAIT2>CLOSE FIN_WAIT2:reset")
TEST_EDGES(active_close_done, "connect >S <S. close >F. <. <F.",
	   CONNECTED "ESTABLISHED>FIN_WAIT1 FIN_WAIT1>FIN_WAIT2 "
	   "FIN_WAIT2>TIME_WAIT")
TEST_EDGES(active_close_done_at_once, "connect >S <S. close >F. <F.",
	   CONNECTED "ESTABLISHED>FIN_WAIT1 FIN_WAIT1>FIN_WAIT2 "
	   "FIN_WAIT2>TIME_WAIT")

/* The same while a process holds the socket: no minisock in FIN_WAIT2. */
TEST_EDGES(shutdown_done, "connect >S <S. shutdown >F. <. <F.",
	   CONNECTED "ESTABLISHED>FIN_WAIT1 FIN_WAIT1>FIN_WAIT2 "
	   "FIN_WAIT2>TIME_WAIT")
TEST_EDGES(shutdown_reset, "connect >S <S. shutdown >F. <. <R",
	   CONNECTED "ESTABLISHED>FIN_WAIT1 FIN_WAIT1>FIN_WAIT2 "
	   "FIN_WAIT2>CLOSE FIN_WAIT2:reset")
/* close() after shutdown(): the event FIN_WAIT2 > FIN_WAIT2 is no edge. */
TEST_EDGES(shutdown_close, "connect >S <S. shutdown >F. <. close",
	   CONNECTED "ESTABLISHED>FIN_WAIT1 FIN_WAIT1>FIN_WAIT2")
TEST_EDGES(shutdown_close_done, "connect >S <S. shutdown >F. <. close <F.",
	   CONNECTED "ESTABLISHED>FIN_WAIT1 FIN_WAIT1>FIN_WAIT2 "
	   "FIN_WAIT2>TIME_WAIT")

/* Both ends close at once. */
TEST_EDGES(simultaneous_close, "connect >S <S. close <F.",
	   CONNECTED "ESTABLISHED>FIN_WAIT1 FIN_WAIT1>CLOSING")
TEST_EDGES(simultaneous_close_acked, "connect >S <S. close <F. >F. <.",
	   CONNECTED "ESTABLISHED>FIN_WAIT1 FIN_WAIT1>CLOSING "
	   "CLOSING>TIME_WAIT")
TEST_EDGES(simultaneous_close_reset, "connect >S <S. close <F. <R",
	   CONNECTED "ESTABLISHED>FIN_WAIT1 FIN_WAIT1>CLOSING "
	   "CLOSING>CLOSE CLOSING:reset")

/* The peer closes first. */
TEST_EDGES(passive_close, "listen <S >S. <. accept <F.",
	   ACCEPTED "ESTABLISHED>CLOSE_WAIT")
TEST_EDGES(passive_close_reset, "listen <S >S. <. accept <F. <R",
	   ACCEPTED "ESTABLISHED>CLOSE_WAIT CLOSE_WAIT>CLOSE CLOSE_WAIT:reset")
TEST_EDGES(passive_close_closed, "listen <S >S. <. accept <F. close",
	   ACCEPTED "ESTABLISHED>CLOSE_WAIT CLOSE_WAIT>LAST_ACK")
TEST_EDGES(passive_close_done, "listen <S >S. <. accept <F. close >F. <.",
	   ACCEPTED "ESTABLISHED>CLOSE_WAIT CLOSE_WAIT>LAST_ACK "
	   "LAST_ACK>CLOSE LAST_ACK:normal")
TEST_EDGES(passive_close_last_reset,
	   "listen <S >S. <. accept <F. close >F. <R",
	   ACCEPTED "ESTABLISHED>CLOSE_WAIT CLOSE_WAIT>LAST_ACK "
	   "LAST_ACK>CLOSE LAST_ACK:reset")

/* The last edge of TIME_WAIT, assassinated by a RST (RFC 1337). */
TEST_EDGES(time_wait_over, "connect >S <S. close >F. <. <F. <R",
	   CONNECTED "ESTABLISHED>FIN_WAIT1 FIN_WAIT1>FIN_WAIT2 "
	   "FIN_WAIT2>TIME_WAIT TIME_WAIT>CLOSE TIME_WAIT:reset")
TEST_EDGES(established_reset, "connect >S <S. <R",
	   CONNECTED "ESTABLISHED>CLOSE ESTABLISHED:reset")

TEST_HARNESS_MAIN
