// SPDX-License-Identifier: GPL-2.0
/*
 * Ends that only a long wait brings: run.sh runs this beside the other tests.
 */
#include "lib/tcp.h"

#define OPENED_CLOSED	"CLOSE>SYN_SENT SYN_SENT>ESTABLISHED "		\
			"ESTABLISHED>FIN_WAIT1 FIN_WAIT1>FIN_WAIT2 "

/*
 * TIME_WAIT lasts 60 s: tw_timer_handler(). So does here FIN_WAIT2: what
 * tcp_fin_timeout exceeds 60 s by as a full orphan, and as long again as the
 * minisock that tcp_keepalive_timer() makes of it, which is no edge. One wait
 * is enough for both.
 */
TEST_F_TIMEOUT(tcp, time_wait_and_fin_wait2_over, 100)
{
	struct conn fin_wait2;
	long reused;

	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_fin_timeout", "90"));
	PLAY("connect >S <S. close >F. <. <F.");
	conn_init(&fin_wait2, &self->peer);
	PLAY_ON(&fin_wait2, "connect >S <S. close >F. <.");
	EXPECT_BOOKED(OPENED_CLOSED OPENED_CLOSED "FIN_WAIT2>TIME_WAIT");
	EXPECT_BOOKED_MS(OPENED_CLOSED OPENED_CLOSED "FIN_WAIT2>TIME_WAIT "
			 "TIME_WAIT>CLOSE TIME_WAIT:normal "
			 "FIN_WAIT2>CLOSE FIN_WAIT2:timeout", 80000);
	ASSERT_EQ(0, census_summary("time_wait_reused", &reused));
	EXPECT_EQ(0, reused);
}

/* tcp_fastopen_synack_timer(): nobody acknowledges a Fast Open child. */
TEST_F(tcp, fastopen_unacked)
{
	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_fastopen", "0x603"));
	ASSERT_EQ(0, ns_sysctl("ipv4/tcp_synack_retries", "0"));
	PLAY("listen <SD >S. accept");
	EXPECT_BOOKED_MS("CLOSE>LISTEN LISTEN>SYN_RECV "
			 "SYN_RECV>CLOSE SYN_RECV:timeout", 20000);
}

TEST_HARNESS_MAIN
