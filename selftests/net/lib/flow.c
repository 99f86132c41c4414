// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "deadline.h"
#include "flow.h"

static const char zeroes[WIRE_DATA_MAX];

void flow_init(struct flow *f, struct peer *p)
{
	memset(f, 0, sizeof(*f));
	f->peer = p;
	f->port = p->next_port++;
	f->seq = f->port << 16;
	f->window = 65535;
}

static struct segment make(struct flow *f, uint8_t flags, size_t len)
{
	struct segment s = {
		.family = f->peer->family,
		.sport = f->port,
		.dport = f->kernel_port,
		.seq = f->seq,
		.ack = flags & ACK ? f->ack : 0,
		.flags = flags,
		.window = f->window,
		.stamped = f->stamp,
		.tsval = f->stamp,
		.tsecr = f->last.tsval,
		.data = zeroes,
		.len = len,
	};

	peer_host_addr(f->peer, f->host, s.src);
	peer_kernel_addr(f->peer, s.dst);
	f->seq += wire_seq_len(&s);
	return s;
}

int flow_send(struct flow *f, uint8_t flags, size_t len)
{
	struct segment s = make(f, flags, len);

	return peer_send(f->peer, &s);
}

int flow_send_twice(struct flow *f, uint8_t flags, size_t len)
{
	struct segment s = make(f, flags, len);

	return peer_send_twice(f->peer, &s);
}

int flow_send_unreachable(struct flow *f)
{
	return peer_send_unreachable(f->peer, &f->last);
}

/* An active open's SYN tells the port that the kernel chose. */
static bool is_mine(const struct flow *f, const struct segment *s)
{
	return s->dport == f->port &&
	       (!f->kernel_port || s->sport == f->kernel_port);
}

static bool is_wanted(const struct flow *f, const struct segment *s,
		      uint8_t flags)
{
	return is_mine(f, s) && (s->flags & ~PSH) == flags &&
	       (flags & SYN || s->seq == f->ack);
}

int flow_expect(struct flow *f, uint8_t flags)
{
	long long end = now_ms() + DEADLINE_MS;
	uint8_t buffer[WIRE_MAX];
	struct segment s;
	int err;

	do {
		err = peer_receive(f->peer, &s, buffer, end - now_ms());
		if (err)
			return err;
	} while (!is_wanted(f, &s, flags));
	f->kernel_port = s.sport;
	f->ack = s.seq + wire_seq_len(&s);
	f->last = s;
	f->last.len = 0;
	return 0;
}
