/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fixture of the TCP tests: a network namespace of its own with one
 * crafted peer, over IPv4 and over IPv6, and the census' books opened.
 */
#ifndef CENSUS_TCP_H
#define CENSUS_TCP_H

#include "harness.h"

#include "deadline.h"
#include "ledger.h"
#include "ns.h"
#include "peer.h"
#include "play.h"
#include "ss.h"

FIXTURE(tcp) {
	struct peer peer;
	struct ledger ledger;
	struct conn conn;
};

FIXTURE_VARIANT(tcp) {
	int family;
	enum delivery delivery;
};

/* Two of the four are enough: no path depends on both. */
FIXTURE_VARIANT_ADD(tcp, ipv4_softirq) {
	.family = AF_INET,
	.delivery = IN_SOFTIRQ,
};

FIXTURE_VARIANT_ADD(tcp, ipv6_process) {
	.family = AF_INET6,
	.delivery = IN_PROCESS,
};

FIXTURE_SETUP(tcp)
{
	ASSERT_EQ(0, ns_enter());
	ASSERT_EQ(0, peer_open(&self->peer, variant->family,
			       variant->delivery));
	ASSERT_EQ(0, ledger_open(&self->ledger)) {
		TH_LOG("%s cannot be read: load tcp_census.ko", CENSUS_DIR);
	}
	conn_init(&self->conn, &self->peer);
}

FIXTURE_TEARDOWN(tcp)
{
	peer_close(&self->peer);
}

#define PLAY_ON(c, script)						\
	ASSERT_EQ(0, play(c, script)) { TH_LOG("%s", (c)->failed); }

#define PLAY(script) PLAY_ON(&self->conn, script)

#define EXPECT_BOOKED_MS(want, ms)					\
	EXPECT_TRUE(eventually_ms(ledger_shows(&self->ledger, want), ms)) { \
		TH_LOG("%s", self->ledger.why);				\
	}

#define EXPECT_BOOKED(want) EXPECT_BOOKED_MS(want, DEADLINE_MS)

#endif /* CENSUS_TCP_H */
