/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ends.h - the two ends of a connection.
 */
#ifndef _CENSUS_ENDS_H
#define _CENSUS_ENDS_H

#include <linux/in6.h>
#include <linux/types.h>

struct seq_file;
struct sock;

/**
 * struct census_ends - addresses and ports
 * @local: our address; one of IPv4 is mapped
 * @remote: the peer's, likewise
 * @family: %AF_INET or %AF_INET6
 * @local_port: host order
 * @remote_port: host order
 */
struct census_ends {
	struct in6_addr local;
	struct in6_addr remote;
	u16 family;
	u16 local_port;
	u16 remote_port;
};

void census_ends_read(struct census_ends *ends, const struct sock *sk);
void census_ends_show(struct seq_file *seq, const struct census_ends *ends);

#endif
