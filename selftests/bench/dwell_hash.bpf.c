// SPDX-License-Identifier: GPL-2.0
/*
 * How long sockets stay in each state, as cheap as it can be had from BPF:
 * a table by socket of when its state began, and sums.
 */
#include "peer.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_SOCKETS);
	__type(key, __u64);
	__type(value, __u64);
} since SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, STATES);
	__type(key, __u32);
	__type(value, struct dwell);
} dwells SEC(".maps");

static void add(__u32 state, __u64 ns)
{
	struct dwell *d = bpf_map_lookup_elem(&dwells, &state);

	if (d) {
		d->count++;
		d->sum_ns += ns;
	}
}

SEC("tp_btf/inet_sock_set_state")
int dwell(struct change *c)
{
	__u64 key = (__u64)c->sk, now, *began;

	if (c->sk->sk_protocol != IPPROTO_TCP)
		return 0;
	now = bpf_ktime_get_ns();
	began = bpf_map_lookup_elem(&since, &key);
	if (began) {
		add(c->from, now - *began);
		*began = now;
	}
	if (c->to == CLOSE)
		bpf_map_delete_elem(&since, &key);
	else if (!began)
		bpf_map_update_elem(&since, &key, &now, BPF_ANY);
	return 0;
}
