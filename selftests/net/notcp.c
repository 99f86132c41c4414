// SPDX-License-Identifier: GPL-2.0
/*
 * What is not TCP is not counted, although it passes through the same
 * tracepoint, inet_sock_set_state: SCTP and DCCP associations, and the MPTCP
 * socket above its subflows. The subflows are TCP and are counted; ss -t is
 * the judge.
 */
#include "lib/harness.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "lib/deadline.h"
#include "lib/ledger.h"
#include "lib/ns.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP	262
#endif

#define PORT		80
#define DCCP_SERVICE	2	/* DCCP_SOCKOPT_SERVICE */

FIXTURE(notcp) {
	struct ledger ledger;
	int listener, client, server;
};

FIXTURE_VARIANT(notcp) {
	int type, protocol;
};

FIXTURE_VARIANT_ADD(notcp, mptcp) {
	.type = SOCK_STREAM,
	.protocol = IPPROTO_MPTCP,
};

FIXTURE_VARIANT_ADD(notcp, sctp) {
	.type = SOCK_STREAM,
	.protocol = IPPROTO_SCTP,
};

FIXTURE_VARIANT_ADD(notcp, dccp) {
	.type = SOCK_DCCP,
	.protocol = IPPROTO_DCCP,
};

static int loopback(int fd, int (*call)(int, const struct sockaddr *,
					socklen_t))
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	return call(fd, (const struct sockaddr *)&address, sizeof(address));
}

/* DCCP wants a service code at either end, others refuse the option. */
static int make(int type, int protocol)
{
	int fd = socket(AF_INET, type, protocol);

	if (protocol == IPPROTO_DCCP && fd >= 0)
		setsockopt(fd, SOL_DCCP, DCCP_SERVICE, &(int){ htonl(1) },
			   sizeof(int));
	return fd;
}

FIXTURE_SETUP(notcp)
{
	ASSERT_EQ(0, ns_enter());
	ASSERT_EQ(0, ledger_open(&self->ledger));
	self->listener = make(variant->type, variant->protocol);
	if (self->listener < 0)
		SKIP(return, "no such protocol: %s", strerror(errno));
	self->client = make(variant->type, variant->protocol);
	ASSERT_LE(0, self->client);

	ASSERT_EQ(0, loopback(self->listener, bind));
	ASSERT_EQ(0, listen(self->listener, 8));
	ASSERT_EQ(0, loopback(self->client, connect));
	self->server = accept(self->listener, NULL, NULL);
	ASSERT_LE(0, self->server);
}

FIXTURE_TEARDOWN(notcp)
{
}

static void expect_witnessed(struct __test_metadata *_metadata,
			     struct ledger *l)
{
	EXPECT_TRUE(eventually(ledger_witnessed(l))) {
		TH_LOG("%s", l->why);
	}
}

static void expect_nothing(struct __test_metadata *_metadata,
			   struct ledger *l)
{
	EXPECT_TRUE(ledger_shows(l, "")) {
		TH_LOG("%s", l->why);
	}
}

/* Two subflow ends and the listener's; the MPTCP sockets above are three. */
static bool is_mptcp_open(struct ledger *l)
{
	return ledger_shows(l, "CLOSE>LISTEN CLOSE>SYN_SENT "
			       "SYN_SENT>ESTABLISHED LISTEN>SYN_RECV "
			       "SYN_RECV>ESTABLISHED");
}

TEST_F(notcp, open)
{
	if (variant->protocol != IPPROTO_MPTCP) {
		expect_nothing(_metadata, &self->ledger);
		return;
	}
	EXPECT_TRUE(eventually(is_mptcp_open(&self->ledger))) {
		TH_LOG("%s", self->ledger.why);
	}
}

TEST_F(notcp, closed)
{
	close(self->client);
	close(self->server);
	close(self->listener);
	if (variant->protocol == IPPROTO_MPTCP)
		expect_witnessed(_metadata, &self->ledger);
	else
		expect_nothing(_metadata, &self->ledger);
}

TEST_HARNESS_MAIN
