// SPDX-License-Identifier: GPL-2.0
/* As dwell_hash.bpf.c, but when its state began is kept with the socket. */
#include "peer.h"

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
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
	__u64 now, *began;

	if (c->sk->sk_protocol != IPPROTO_TCP)
		return 0;
	now = bpf_ktime_get_ns();
	began = bpf_sk_storage_get(&since, c->sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!began)
		return 0;
	if (*began)
		add(c->from, now - *began);
	/* It goes with the socket. */
	*began = c->to == CLOSE ? 0 : now;
	return 0;
}
