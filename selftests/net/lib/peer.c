// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/ipv6.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "deadline.h"
#include "peer.h"

#define FIRST_PORT	2000
#define QUEUE_PACKETS	8192	/* a whole SYN flood's answers */
#define MARKER_PORT	9
#define TUN		"/dev/net/tun"

static void prefix(const struct peer *p, uint8_t addr[16])
{
	static const uint8_t v6[16] = { 0x20, 0x01, 0x0d, 0xb8 };

	memset(addr, 0, 16);
	if (p->family == AF_INET)
		addr[0] = 10;
	else
		memcpy(addr, v6, sizeof(v6));
}

void peer_kernel_addr(const struct peer *p, uint8_t addr[16])
{
	prefix(p, addr);
	addr[p->family == AF_INET ? 3 : 15] = 1;
}

void peer_host_addr(const struct peer *p, unsigned int host, uint8_t addr[16])
{
	uint32_t low = htonl(0x10000 + host);

	prefix(p, addr);
	memcpy(addr + (p->family == AF_INET ? 1 : 13), (uint8_t *)&low + 1, 3);
}

static socklen_t to_sockaddr(const struct peer *p, const uint8_t *addr,
			     uint16_t port, struct sockaddr_storage *ss)
{
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ss;
	struct sockaddr_in *v4 = (struct sockaddr_in *)ss;

	memset(ss, 0, sizeof(*ss));
	ss->ss_family = p->family;
	if (p->family == AF_INET) {
		v4->sin_port = htons(port);
		memcpy(&v4->sin_addr, addr, 4);
		return sizeof(*v4);
	}
	v6->sin6_port = htons(port);
	memcpy(&v6->sin6_addr, addr, 16);
	return sizeof(*v6);
}

socklen_t peer_kernel_sockaddr(const struct peer *p, uint16_t port,
			       struct sockaddr_storage *ss)
{
	uint8_t addr[16];

	peer_kernel_addr(p, addr);
	return to_sockaddr(p, addr, port, ss);
}

socklen_t peer_host_sockaddr(const struct peer *p, unsigned int host,
			     uint16_t port, struct sockaddr_storage *ss)
{
	uint8_t addr[16];

	peer_host_addr(p, host, addr);
	return to_sockaddr(p, addr, port, ss);
}

static int set_ipv4(const struct peer *p, int ctl, struct ifreq *ifr)
{
	struct sockaddr_storage ss;

	peer_kernel_sockaddr(p, 0, &ss);
	memcpy(&ifr->ifr_addr, &ss, sizeof(ifr->ifr_addr));
	if (ioctl(ctl, SIOCSIFADDR, ifr))
		return -1;
	((struct sockaddr_in *)&ifr->ifr_netmask)->sin_addr.s_addr =
		htonl(0xff000000);
	return ioctl(ctl, SIOCSIFNETMASK, ifr);
}

static int set_ipv6(const struct peer *p, int ctl, struct ifreq *ifr)
{
	struct in6_ifreq req = { .ifr6_prefixlen = 64 };

	if (ioctl(ctl, SIOCGIFINDEX, ifr))
		return -1;
	req.ifr6_ifindex = ifr->ifr_ifindex;
	peer_kernel_addr(p, req.ifr6_addr.s6_addr);
	return ioctl(ctl, SIOCSIFADDR, &req);
}

/* Packets that wait to be merged with others would come late. */
static int gro_off(int ctl, struct ifreq *ifr)
{
	struct ethtool_value off = { .cmd = ETHTOOL_SGRO, .data = 0 };

	ifr->ifr_data = (void *)&off;
	return ioctl(ctl, SIOCETHTOOL, ifr);
}

static int configure(const struct peer *p, struct ifreq *ifr)
{
	int ctl, err = 0;

	ctl = socket(p->family, SOCK_DGRAM, 0);
	if (ctl < 0)
		return -errno;
	if (gro_off(ctl, ifr))
		err = -errno;
	ifr->ifr_qlen = QUEUE_PACKETS;
	if (!err && ioctl(ctl, SIOCSIFTXQLEN, ifr))
		err = -errno;
	ifr->ifr_flags = IFF_UP | IFF_RUNNING;
	if (!err && ioctl(ctl, SIOCSIFFLAGS, ifr))
		err = -errno;
	if (!err && (p->family == AF_INET ? set_ipv4(p, ctl, ifr) :
					    set_ipv6(p, ctl, ifr)))
		err = -errno;
	close(ctl);
	return err;
}

static int send_packet(struct peer *p, const uint8_t *packet, size_t len)
{
	return write(p->fd, packet, len) == (ssize_t)len ? 0 : -errno;
}

/* A mark is known by its source port: an earlier one may come late. */
static int receive_mark(struct peer *p)
{
	struct sockaddr_storage ss;
	char byte;

	do {
		socklen_t len = sizeof(ss);

		if (recvfrom(p->marker, &byte, sizeof(byte), 0,
			     (struct sockaddr *)&ss, &len) < 0)
			return -errno;
	} while (((struct sockaddr_in *)&ss)->sin_port != htons(p->marks));
	return 0;
}

/* The device's packets are processed in order: the last one is through. */
static int mark(struct peer *p)
{
	struct segment s = {
		.family = p->family,
		.sport = ++p->marks ? : ++p->marks,
		.dport = MARKER_PORT,
	};
	uint8_t packet[WIRE_MAX];
	int err;

	peer_host_addr(p, 0, s.src);
	peer_kernel_addr(p, s.dst);
	err = send_packet(p, packet, wire_encode_udp(&s, packet));
	return err ? err : receive_mark(p);
}

/*
 * IPv6's duplicate address detection has nothing to do here, but does it in a
 * work of its own: the address can be bound a little later, and a little later
 * than that it can be reached.
 */
static int open_marker(struct peer *p)
{
	struct timeval patience = { .tv_usec = 200000 };
	struct sockaddr_storage ss;
	socklen_t len;

	len = peer_kernel_sockaddr(p, MARKER_PORT, &ss);
	p->marker = socket(p->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (p->marker < 0)
		return -errno;
	if (setsockopt(p->marker, SOL_SOCKET, SO_RCVTIMEO, &patience,
		       sizeof(patience)))
		return -errno;
	if (!eventually(!bind(p->marker, (struct sockaddr *)&ss, len)) ||
	    !eventually(!mark(p)))
		return -EADDRNOTAVAIL;
	patience.tv_sec = DEADLINE_MS / 1000;
	return setsockopt(p->marker, SOL_SOCKET, SO_RCVTIMEO, &patience,
			  sizeof(patience)) ? -errno : 0;
}

/* The device's second queue. Returns -1 with errno set where it fails. */
static int open_twin(struct peer *p, struct ifreq ifr)
{
	int fd = open(TUN, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -1;
	errno = ioctl(fd, TUNSETIFF, &ifr) ? errno : -twin_start(&p->twin, fd);
	if (!errno)
		return 0;
	close(fd);
	p->twin.fd = -1;
	return -1;
}

static int setup(struct peer *p)
{
	struct ifreq ifr = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int err;

	if (p->delivery == IN_SOFTIRQ)
		ifr.ifr_flags |= IFF_NAPI;
	if (p->delivery == WITH_TWIN)
		ifr.ifr_flags |= IFF_MULTI_QUEUE;
	if (ioctl(p->fd, TUNSETIFF, &ifr))
		return -errno;
	if (p->delivery == WITH_TWIN && open_twin(p, ifr))
		return -errno;
	err = configure(p, &ifr);
	return err ? err : open_marker(p);
}

int peer_open(struct peer *p, int family, enum delivery delivery)
{
	int err;

	p->family = family;
	p->delivery = delivery;
	p->marker = -1;
	p->marks = 0;
	p->twin.fd = -1;
	p->next_port = FIRST_PORT;
	p->fd = open(TUN, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (p->fd < 0)
		return -errno;
	err = setup(p);
	if (err)
		peer_close(p);
	return err;
}

void peer_close(struct peer *p)
{
	if (p->twin.fd >= 0)
		twin_stop(&p->twin);
	close(p->marker);
	close(p->fd);
}

static int deliver(struct peer *p, const uint8_t *packet, size_t len)
{
	int err = send_packet(p, packet, len);

	return err || p->delivery != IN_SOFTIRQ ? err : mark(p);
}

int peer_send(struct peer *p, const struct segment *s)
{
	uint8_t packet[WIRE_MAX];

	return deliver(p, packet, wire_encode(s, packet));
}

int peer_send_twice(struct peer *p, const struct segment *s)
{
	uint8_t packet[WIRE_MAX];

	if (p->twin.fd < 0)
		return -EBADF;
	return twin_write(&p->twin, p->fd, packet, wire_encode(s, packet));
}

int peer_send_unreachable(struct peer *p, const struct segment *s)
{
	uint8_t packet[WIRE_MAX];

	return deliver(p, packet, wire_encode_unreachable(s, packet));
}

/* From either queue: the kernel answers on that of the last segment. */
static ssize_t read_queues(struct peer *p, uint8_t *buffer)
{
	ssize_t n = read(p->fd, buffer, WIRE_MAX);

	if (n < 0 && errno == EAGAIN && p->twin.fd >= 0)
		n = read(p->twin.fd, buffer, WIRE_MAX);
	return n;
}

int peer_receive(struct peer *p, struct segment *s, uint8_t *buffer,
		 int timeout_ms)
{
	struct pollfd pfd[] = {
		{ .fd = p->fd, .events = POLLIN },
		{ .fd = p->twin.fd, .events = POLLIN },
	};
	long long end = now_ms() + timeout_ms;
	ssize_t n;

	for (;;) {
		n = read_queues(p, buffer);
		if (n > 0 && wire_decode(s, buffer, n))
			return 0;
		if (n > 0)
			continue;
		if (errno != EAGAIN)
			return -errno;
		if (now_ms() >= end || !poll(pfd, 2, end - now_ms()))
			return -ETIMEDOUT;
	}
}
