/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the BPF programs share that do what the census does, or part of it: at
 * the same tracepoint, by the cheapest way to get there.
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <linux/bpf.h>
#include <linux/in.h>
#include <bpf/bpf_helpers.h>

#define STATES		16
#define CLOSE		7
#define MAX_SOCKETS	65536

struct sock {
	__u16 sk_protocol;
} __attribute__((preserve_access_index));

struct dwell {
	__u64 count, sum_ns;
};

/* Of the tracepoint inet_sock_set_state. */
struct change {
	struct sock *sk;
	__u64 from, to;
};

char gpl[] SEC("license") = "GPL";

#endif /* BENCH_PEER_H */
