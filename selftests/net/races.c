// SPDX-License-Identifier: GPL-2.0
/*
 * What is one segment to the peer reaches the kernel twice, on two CPUs at
 * once, and is still one event of one connection.
 *
 *	process, CPU 0 ---- queue 0 \
 *	                             tun ---- kernel under test
 *	its twin, CPU 1 --- queue 1 /
 *
 * Two SYNs make two request sockets, one of which does not get into the hash
 * (inet_csk_reqsk_queue_hash_add returns false); before "Fix race for duplicate
 * reqsk on identical SYN" (ff46e3b44219, 6.10, and its backports) both do, and
 * ss counts both. Two ACKs make two children, one of which is undone
 * (inet_ehash_nolisten, inet_csk_complete_hashdance). Two FINs move a timewait
 * minisock to TIME_WAIT, where no lock is taken. Two RSTs end it.
 */
#include "lib/harness.h"

#include "lib/deadline.h"
#include "lib/ledger.h"
#include "lib/ns.h"
#include "lib/peer.h"
#include "lib/play.h"
#include "lib/ss.h"

#define ROUNDS	100

FIXTURE(twice) {
	struct peer peer;
	struct ledger ledger;
	int listener;
};

FIXTURE_SETUP(twice)
{
	ASSERT_EQ(0, ns_enter());
	ASSERT_EQ(0, peer_open(&self->peer, AF_INET, WITH_TWIN));
	ASSERT_EQ(0, ledger_open(&self->ledger));
	self->listener = listen_on(&self->peer, PLAY_PORT, 4096, false);
	ASSERT_LE(0, self->listener);
}

FIXTURE_TEARDOWN(twice)
{
	peer_close(&self->peer);
}

static void play_rounds(struct __test_metadata *_metadata, struct peer *p,
			int listener, const char *script)
{
	struct conn c;

	for (int i = 0; i < ROUNDS; i++) {
		conn_init(&c, p);
		c.listener = listener;
		ASSERT_EQ(0, play(&c, script)) {
			TH_LOG("round %d, %s", i, c.failed);
		}
	}
}

/* Requests, as the witness has them. */
static long half_open(void)
{
	long count[STATES];
	int err = ss_count(count);

	return err ? err : count[SYN_RECV];
}

#define N		"100*"
#define CONNECTED	N "CLOSE>SYN_SENT " N "SYN_SENT>ESTABLISHED "
#define ACCEPTED	N "LISTEN>SYN_RECV " N "SYN_RECV>ESTABLISHED "
#define FIN_ACKED	N "ESTABLISHED>FIN_WAIT1 " N "FIN_WAIT1>FIN_WAIT2 "

#define TEST_TWICE(name, script, want)					\
TEST_F_TIMEOUT(twice, name, 100)					\
{									\
	play_rounds(_metadata, &self->peer, self->listener, script);	\
	EXPECT_TRUE(eventually(ledger_shows(&self->ledger,		\
					    "CLOSE>LISTEN " want))) {	\
		TH_LOG("%s", self->ledger.why);				\
	}								\
}

TEST_F_TIMEOUT(twice, syn, 100)
{
	char want[64];
	long open;

	play_rounds(_metadata, &self->peer, self->listener, "<<S >S.");
	open = half_open();
	EXPECT_LE(ROUNDS, open);
	snprintf(want, sizeof(want), "CLOSE>LISTEN %ld*LISTEN>SYN_RECV", open);
	EXPECT_TRUE(eventually(ledger_shows(&self->ledger, want))) {
		TH_LOG("%s", self->ledger.why);
	}
}

TEST_TWICE(syn_ack, "connect >S <<S.", CONNECTED)
TEST_TWICE(handshake_ack, "<S >S. <<. accept", ACCEPTED)
TEST_TWICE(handshake_reset, "<S >S. <<R",
	   N "LISTEN>SYN_RECV " N "SYN_RECV>CLOSE " N "SYN_RECV:reset")
TEST_TWICE(reset, "connect >S <S. <<R",
	   CONNECTED N "ESTABLISHED>CLOSE " N "ESTABLISHED:reset")
TEST_TWICE(fin, "<S >S. <. accept <<F.",
	   ACCEPTED N "ESTABLISHED>CLOSE_WAIT")
TEST_TWICE(last_ack, "<S >S. <. accept <F. close >F. <<.",
	   ACCEPTED N "ESTABLISHED>CLOSE_WAIT " N "CLOSE_WAIT>LAST_ACK "
	   N "LAST_ACK>CLOSE " N "LAST_ACK:normal")
TEST_TWICE(fin_acked, "connect >S <S. close >F. <<.", CONNECTED FIN_ACKED)
TEST_TWICE(fin_wait2_fin, "connect >S <S. close >F. <. <<F.",
	   CONNECTED FIN_ACKED N "FIN_WAIT2>TIME_WAIT")
TEST_TWICE(fin_wait2_reset, "connect >S <S. close >F. <. <<R",
	   CONNECTED FIN_ACKED N "FIN_WAIT2>CLOSE " N "FIN_WAIT2:reset")
TEST_TWICE(closing, "connect >S <S. close <F. >F. <<.",
	   CONNECTED N "ESTABLISHED>FIN_WAIT1 " N "FIN_WAIT1>CLOSING "
	   N "CLOSING>TIME_WAIT")
TEST_TWICE(time_wait_reset, "connect >S <S. close >F. <. <F. <<R",
	   CONNECTED FIN_ACKED N "FIN_WAIT2>TIME_WAIT "
	   N "TIME_WAIT>CLOSE " N "TIME_WAIT:reset")
/*
 * Where both requests are hashed, the ACK may meet the one that it is not for:
 * then it depends on chance how far an attempt comes, and ss is to agree.
 */
TEST_F_TIMEOUT(twice, everything, 100)
{
	const char *script = "<<S >S. <<. accept <<F. close >F. <<.";
	struct conn c;
	bool agrees;

	for (int i = 0; i < ROUNDS; i++) {
		conn_init(&c, &self->peer);
		c.listener = self->listener;
		if (!play(&c, script))
			continue;
		ASSERT_LT(0, half_open()) {
			TH_LOG("round %d, %s", i, c.failed);
		}
		script = "<<S >S. <<.";
	}
	if (half_open())
		agrees = eventually(ledger_witnessed(&self->ledger));
	else
		agrees = eventually(ledger_shows(&self->ledger, "CLOSE>LISTEN "
			ACCEPTED N "ESTABLISHED>CLOSE_WAIT "
			N "CLOSE_WAIT>LAST_ACK "
			N "LAST_ACK>CLOSE " N "LAST_ACK:normal"));
	EXPECT_TRUE(agrees) {
		TH_LOG("%s", self->ledger.why);
	}
}

TEST_HARNESS_MAIN
