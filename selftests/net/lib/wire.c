// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <string.h>

#include "wire.h"

#define STAMP_LEN	12	/* NOP NOP kind length tsval tsecr */

static uint32_t sum_bytes(uint32_t sum, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? p[i] : p[i] << 8;
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum);
}

static size_t addr_len(int family)
{
	return family == AF_INET ? 4 : 16;
}

/* With the pseudo header of TCP, UDP and ICMPv6. */
static uint16_t checksum(const struct segment *s, uint8_t protocol,
			 const uint8_t *p, size_t len)
{
	uint32_t sum = protocol + len;

	sum = sum_bytes(sum, s->src, addr_len(s->family));
	sum = sum_bytes(sum, s->dst, addr_len(s->family));
	return fold(sum_bytes(sum, p, len));
}

static void put_stamp(uint8_t *p, const struct segment *s)
{
	const uint32_t val = htonl(s->tsval), ecr = htonl(s->tsecr);

	p[0] = TCPOPT_NOP;
	p[1] = TCPOPT_NOP;
	p[2] = TCPOPT_TIMESTAMP;
	p[3] = TCPOLEN_TIMESTAMP;
	memcpy(p + 4, &val, 4);
	memcpy(p + 8, &ecr, 4);
}

static size_t put_tcp(const struct segment *s, uint8_t *p)
{
	size_t header = sizeof(struct tcphdr) + (s->stamped ? STAMP_LEN : 0);
	struct tcphdr th = {
		.th_sport = htons(s->sport),
		.th_dport = htons(s->dport),
		.th_seq = htonl(s->seq),
		.th_ack = htonl(s->ack),
		.th_off = header / 4,
		.th_flags = s->flags,
		.th_win = htons(s->window),
	};

	memcpy(p, &th, sizeof(th));
	if (s->stamped)
		put_stamp(p + sizeof(th), s);
	if (s->len)
		memcpy(p + header, s->data, s->len);
	th.th_sum = checksum(s, IPPROTO_TCP, p, header + s->len);
	memcpy(p, &th, sizeof(th));
	return header + s->len;
}

static size_t put_ipv4(const struct segment *s, uint8_t protocol, size_t len,
		       uint8_t *p)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = sizeof(ip) / 4,
		.tot_len = htons(sizeof(ip) + len),
		.ttl = 64,
		.protocol = protocol,
	};

	memcpy(&ip.saddr, s->src, 4);
	memcpy(&ip.daddr, s->dst, 4);
	ip.check = fold(sum_bytes(0, (const uint8_t *)&ip, sizeof(ip)));
	memcpy(p, &ip, sizeof(ip));
	return sizeof(ip) + len;
}

static size_t put_ipv6(const struct segment *s, uint8_t protocol, size_t len,
		       uint8_t *p)
{
	struct ip6_hdr ip = {
		.ip6_flow = htonl(6U << 28),
		.ip6_plen = htons(len),
		.ip6_nxt = protocol,
		.ip6_hlim = 64,
	};

	memcpy(&ip.ip6_src, s->src, 16);
	memcpy(&ip.ip6_dst, s->dst, 16);
	memcpy(p, &ip, sizeof(ip));
	return sizeof(ip) + len;
}

static size_t ip_len(int family)
{
	return family == AF_INET ? sizeof(struct iphdr) :
				   sizeof(struct ip6_hdr);
}

static size_t put_ip(const struct segment *s, uint8_t protocol, size_t len,
		     uint8_t *p)
{
	return s->family == AF_INET ? put_ipv4(s, protocol, len, p) :
				      put_ipv6(s, protocol, len, p);
}

size_t wire_encode(const struct segment *s, uint8_t *packet)
{
	size_t len = put_tcp(s, packet + ip_len(s->family));

	return put_ip(s, IPPROTO_TCP, len, packet);
}

size_t wire_encode_udp(const struct segment *s, uint8_t *packet)
{
	struct udphdr uh = {
		.uh_sport = htons(s->sport),
		.uh_dport = htons(s->dport),
		.uh_ulen = htons(sizeof(uh)),
	};

	uh.uh_sum = checksum(s, IPPROTO_UDP, (uint8_t *)&uh, sizeof(uh));
	memcpy(packet + ip_len(s->family), &uh, sizeof(uh));
	return put_ip(s, IPPROTO_UDP, sizeof(uh), packet);
}

/* The two protocols' error messages have the same shape. */
size_t wire_encode_unreachable(const struct segment *s, uint8_t *packet)
{
	bool v4 = s->family == AF_INET;
	struct segment back = { .family = s->family };
	uint8_t protocol = v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	uint8_t *icmp = packet + ip_len(s->family);
	size_t len = sizeof(struct icmp6_hdr);
	uint16_t sum;

	memcpy(back.src, s->dst, sizeof(back.src));
	memcpy(back.dst, s->src, sizeof(back.dst));
	memset(icmp, 0, len);
	icmp[0] = v4 ? ICMP_DEST_UNREACH : ICMP6_DST_UNREACH;
	icmp[1] = v4 ? ICMP_HOST_UNREACH : ICMP6_DST_UNREACH_ADMIN;
	len += wire_encode(s, icmp + len);
	sum = v4 ? fold(sum_bytes(0, icmp, len)) :
		   checksum(&back, protocol, icmp, len);
	memcpy(icmp + 2, &sum, sizeof(sum));
	return put_ip(&back, protocol, len, packet);
}

/* Each returns the length of the IP header, or 0 where this is not TCP. */
static size_t get_ipv4(struct segment *s, const uint8_t *p, size_t len)
{
	struct iphdr ip;

	if (len < sizeof(ip))
		return 0;
	memcpy(&ip, p, sizeof(ip));
	s->family = AF_INET;
	memcpy(s->src, &ip.saddr, 4);
	memcpy(s->dst, &ip.daddr, 4);
	return ip.protocol == IPPROTO_TCP ? ip.ihl * 4 : 0;
}

static size_t get_ipv6(struct segment *s, const uint8_t *p, size_t len)
{
	struct ip6_hdr ip;

	if (len < sizeof(ip))
		return 0;
	memcpy(&ip, p, sizeof(ip));
	s->family = AF_INET6;
	memcpy(s->src, &ip.ip6_src, 16);
	memcpy(s->dst, &ip.ip6_dst, 16);
	return ip.ip6_nxt == IPPROTO_TCP ? sizeof(ip) : 0;
}

static void get_stamp(struct segment *s, const uint8_t *p, const uint8_t *end)
{
	uint32_t val;

	while (p < end && *p != TCPOPT_EOL) {
		if (*p == TCPOPT_NOP) {
			p++;
			continue;
		}
		if (p + 2 > end || p[1] < 2 || p + p[1] > end)
			return;
		if (*p == TCPOPT_TIMESTAMP && p[1] == TCPOLEN_TIMESTAMP) {
			memcpy(&val, p + 2, 4);
			s->tsval = ntohl(val);
			s->stamped = true;
		}
		p += p[1];
	}
}

bool wire_decode(struct segment *s, const uint8_t *packet, size_t len)
{
	const uint8_t *end = packet + len;
	struct tcphdr th;
	size_t ip;

	memset(s, 0, sizeof(*s));
	ip = len && packet[0] >> 4 == 4 ? get_ipv4(s, packet, len) :
					  get_ipv6(s, packet, len);
	if (!ip || len < ip + sizeof(th))
		return false;
	memcpy(&th, packet + ip, sizeof(th));
	packet += ip;
	if (th.th_off * 4 < sizeof(th) || packet + th.th_off * 4 > end)
		return false;

	s->sport = ntohs(th.th_sport);
	s->dport = ntohs(th.th_dport);
	s->seq = ntohl(th.th_seq);
	s->ack = ntohl(th.th_ack);
	s->flags = th.th_flags;
	s->window = ntohs(th.th_win);
	s->data = packet + th.th_off * 4;
	s->len = end - packet - th.th_off * 4;
	get_stamp(s, packet + sizeof(th), s->data);
	return true;
}

uint32_t wire_seq_len(const struct segment *s)
{
	return s->len + !!(s->flags & SYN) + !!(s->flags & FIN);
}
