// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <limits.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "deadline.h"
#include "pair.h"

#define CHUNK	16384

/* No two of a connection's first 64 KB blocks are the same, nor any two's. */
static uint8_t byte_at(const struct pair *p, long i)
{
	return (i ^ i >> 8 ^ i >> 16) * 31 + p->seed * 17;
}

static int fail(struct pair *p, const char *what)
{
	snprintf(p->failed, sizeof(p->failed), "%s: %s", what,
		 strerror(errno));
	return -1;
}

static int set(int fd, int level, int option, int value)
{
	return value ? setsockopt(fd, level, option, &value, sizeof(value)) : 0;
}

static socklen_t loopback(const struct pair_shape *shape,
			  struct sockaddr_storage *ss)
{
	struct sockaddr_in6 v6 = {
		.sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};
	struct sockaddr_in v4 = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	if (shape->family == AF_INET) {
		memcpy(ss, &v4, sizeof(v4));
		return sizeof(v4);
	}
	memcpy(ss, &v6, sizeof(v6));
	return sizeof(v6);
}

static int make(const struct pair_shape *shape, int protocol, int option,
		int bytes)
{
	int fd = socket(shape->family, SOCK_STREAM | SOCK_CLOEXEC, protocol);

	if (fd < 0 || (!set(fd, IPPROTO_TCP, TCP_MAXSEG, shape->mss) &&
		       !set(fd, SOL_SOCKET, option, bytes)))
		return fd;
	close(fd);
	return -1;
}

/* On any port, which @ss tells then. */
static int listen_on(const struct pair_shape *shape,
		     struct sockaddr_storage *ss)
{
	socklen_t len = loopback(shape, ss);
	int fd;

	fd = make(shape, shape->reader_protocol, SO_RCVBUF, shape->rcvbuf);
	if (fd < 0)
		return -1;
	if (!bind(fd, (struct sockaddr *)ss, len) && !listen(fd, 1) &&
	    !getsockname(fd, (struct sockaddr *)ss, &len))
		return fd;
	close(fd);
	return -1;
}

static int connect_ends(struct pair *p, const struct pair_shape *shape)
{
	struct sockaddr_storage ss;
	socklen_t len = loopback(shape, &ss);

	p->listener = listen_on(shape, &ss);
	if (p->listener < 0)
		return -1;
	p->writer = make(shape, shape->writer_protocol, SO_SNDBUFFORCE,
			 shape->sndbuf);
	if (p->writer >= 0 && !connect(p->writer, (struct sockaddr *)&ss, len))
		p->reader = accept(p->listener, NULL, NULL);
	return p->reader < 0 ? -1 : 0;
}

int pair_open(struct pair *p, const struct pair_shape *shape)
{
	static unsigned int seeds;

	memset(p, 0, sizeof(*p));
	p->writer = -1;
	p->reader = -1;
	p->seed = ++seeds;
	if (connect_ends(p, shape))
		return fail(p, "open");
	if (!shape->join) {
		close(p->listener);
		p->listener = -1;
	}
	return 0;
}

int pair_fill(struct pair *p)
{
	uint8_t chunk[CHUNK];
	ssize_t n;

	do {
		for (int i = 0; i < CHUNK; i++)
			chunk[i] = byte_at(p, p->written + i);
		n = send(p->writer, chunk, CHUNK,
			 MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n > 0)
			p->written += n;
	} while (n > 0);
	return errno == EAGAIN ? 0 : fail(p, "write");
}

/* It backs off only while there is a window that a probe did not open. */
static bool probed_in_vain(const struct pair *p)
{
	struct tcp_info info = {};
	socklen_t len = sizeof(info);

	return !getsockopt(p->writer, IPPROTO_TCP, TCP_INFO, &info, &len) &&
	       info.tcpi_notsent_bytes && !info.tcpi_unacked &&
	       info.tcpi_backoff;
}

bool pair_stuck(struct pair *p)
{
	long written = p->written;

	return !pair_fill(p) && p->written == written && probed_in_vain(p);
}

int pair_shutdown(struct pair *p)
{
	return shutdown(p->writer, SHUT_WR) ? fail(p, "shutdown") : 0;
}

int pair_close(struct pair *p)
{
	int err;

	p->closed.before_ns = now_ns();
	err = close(p->writer);
	p->closed.after_ns = now_ns();
	p->writer = -1;
	return err ? fail(p, "close") : 0;
}

int pair_unread(const struct pair *p)
{
	int n;

	return ioctl(p->reader, SIOCINQ, &n) ? -1 : n;
}

static bool is_right(const struct pair *p, const uint8_t *data, long len)
{
	for (long i = 0; i < len; i++)
		if (data[i] != byte_at(p, p->read + i))
			return false;
	return true;
}

long pair_read(struct pair *p, long max)
{
	uint8_t chunk[CHUNK];
	ssize_t n;

	/* Once: an error behind the data is told only once. */
	n = recv(p->reader, chunk, max < CHUNK ? max : CHUNK, MSG_DONTWAIT);
	if (n < 0)
		return -errno;
	if (!is_right(p, chunk, n))
		return -EILSEQ;
	p->read += n;
	return n;
}

int pair_drain_to(struct pair *p, long bytes, int timeout_ms)
{
	struct pollfd pfd = { .fd = p->reader, .events = POLLIN };
	long long end = now_ms() + timeout_ms;
	long n;

	while (p->read < bytes) {
		n = pair_read(p, CHUNK);
		if (!n)
			return p->read == p->written ? 0 : -ENODATA;
		if (n > 0)
			continue;
		if (n != -EAGAIN)
			return n;
		if (now_ms() >= end || !poll(&pfd, 1, end - now_ms()))
			return -ETIMEDOUT;
	}
	return 0;
}

int pair_drain(struct pair *p, int timeout_ms)
{
	return pair_drain_to(p, LONG_MAX, timeout_ms);
}

long pair_sip(struct pair *p, long bytes, long every_ms, long for_ms)
{
	long long end = now_ms() + for_ms;
	long n;

	while (now_ms() < end) {
		n = pair_read(p, bytes);
		if (n <= 0 && n != -EAGAIN)
			return n ? n : -ENODATA;
		pause_ms(every_ms);
	}
	return 0;
}

int pair_error(const struct pair *p)
{
	socklen_t len = sizeof(int);
	int err;

	return getsockopt(p->reader, SOL_SOCKET, SO_ERROR, &err, &len) ?
	       errno : err;
}

bool pair_ended(const struct pair *p, int timeout_ms)
{
	struct pollfd pfd = { .fd = p->reader };

	return poll(&pfd, 1, timeout_ms) == 1;
}

void pair_free(struct pair *p)
{
	if (p->writer >= 0)
		close(p->writer);
	if (p->reader >= 0)
		close(p->reader);
	if (p->listener >= 0)
		close(p->listener);
}
