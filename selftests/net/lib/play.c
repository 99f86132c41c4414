// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "census.h"
#include "deadline.h"
#include "play.h"

#define BACKLOG		4096
#define OPENED		"connect >S <S."

const char *const play_into[STATES] = {
	[SYN_SENT]	= "connect >S",
	[SYN_RECV]	= "<S >S.",
	[ESTABLISHED]	= OPENED,
	[FIN_WAIT1]	= OPENED " close >F.",
	[FIN_WAIT2]	= OPENED " close >F. <.",
	[CLOSING]	= OPENED " close <F.",
	[TIME_WAIT]	= OPENED " close >F. <. <F.",
	[CLOSE_WAIT]	= OPENED " <F.",
	[LAST_ACK]	= OPENED " <F. close",
	[LISTEN]	= "listen",
};

void conn_init(struct conn *c, struct peer *p)
{
	memset(c, 0, sizeof(*c));
	flow_init(&c->flow, p);
	c->fd = -1;
	c->listener = -1;
}

int listen_on(const struct peer *p, uint16_t port, int backlog, bool reuseport)
{
	int fd, opt = reuseport ? SO_REUSEPORT : SO_REUSEADDR;
	struct sockaddr_storage ss;
	socklen_t len;

	len = peer_kernel_sockaddr(p, port, &ss);
	fd = socket(p->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (!setsockopt(fd, SOL_SOCKET, opt, &(int){ 1 }, sizeof(int)) &&
	    !bind(fd, (struct sockaddr *)&ss, len) && !listen(fd, backlog))
		return fd;
	close(fd);
	return -errno;
}

/* Every listening connection but the first takes a port of its own. */
static int do_listen(struct conn *c)
{
	uint16_t port = c->flow.kernel_port ? : PLAY_PORT;

	c->flow.kernel_port = port;
	c->listener = listen_on(c->flow.peer, port, BACKLOG, false);
	return c->listener < 0 ? c->listener : 0;
}

static int do_unlisten(struct conn *c)
{
	int err = close(c->listener);

	c->listener = -1;
	return err ? -errno : 0;
}

static int try_accept(struct conn *c)
{
	c->fd = accept4(c->listener, NULL, NULL, SOCK_NONBLOCK);
	return c->fd;
}

static int do_accept(struct conn *c)
{
	return eventually(try_accept(c) >= 0) ? 0 : -errno;
}

/* To the port of the flow, which others may be bound to, too. */
static int do_bind(struct conn *c)
{
	struct sockaddr_storage ss;
	socklen_t len;

	len = peer_kernel_sockaddr(c->flow.peer, c->flow.kernel_port, &ss);
	c->fd = socket(ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (c->fd < 0 ||
	    setsockopt(c->fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int)) ||
	    bind(c->fd, (struct sockaddr *)&ss, len))
		return -errno;
	return 0;
}

static int do_connect(struct conn *c)
{
	struct sockaddr_storage ss;
	socklen_t len;

	len = peer_host_sockaddr(c->flow.peer, c->flow.host, c->flow.port,
				 &ss);
	if (c->fd < 0)
		c->fd = socket(ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (c->fd < 0)
		return -errno;
	if (!connect(c->fd, (struct sockaddr *)&ss, len))
		return -EISCONN;
	return errno == EINPROGRESS ? 0 : -errno;
}

static int do_write(struct conn *c)
{
	return send(c->fd, "", 1, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

static int do_read(struct conn *c)
{
	char byte;

	return recv(c->fd, &byte, 1, 0) == 1 ? 0 : -errno;
}

static int do_shutdown(struct conn *c)
{
	return shutdown(c->fd, SHUT_WR) ? -errno : 0;
}

static int do_close(struct conn *c)
{
	int err = close(c->fd);

	c->fd = -1;
	return err ? -errno : 0;
}

static int do_linger0(struct conn *c)
{
	static const struct linger off = { .l_onoff = 1, .l_linger = 0 };

	return setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &off, sizeof(off)) ?
	       -errno : 0;
}

static const struct {
	const char *word;
	int (*act)(struct conn *c);
} words[] = {
	{ "listen",	do_listen },
	{ "unlisten",	do_unlisten },
	{ "accept",	do_accept },
	{ "bind",	do_bind },
	{ "connect",	do_connect },
	{ "write",	do_write },
	{ "read",	do_read },
	{ "shutdown",	do_shutdown },
	{ "close",	do_close },
	{ "linger0",	do_linger0 },
};

static uint8_t flags_of(const char *letters)
{
	uint8_t flags = 0;

	for (; *letters; letters++)
		flags |= *letters == 'S' ? SYN : *letters == 'F' ? FIN :
			 *letters == 'R' ? RST : *letters == '.' ? ACK : 0;
	return flags;
}

static int play_word(struct conn *c, const char *word)
{
	uint8_t flags = flags_of(word);
	size_t len = !!strchr(word, 'D');

	if (!strcmp(word, "<!"))
		return flow_send_unreachable(&c->flow);
	if (!strncmp(word, "<<", 2))
		return flow_send_twice(&c->flow, flags, len);
	if (*word == '<')
		return flow_send(&c->flow, flags, len);
	if (*word == '>')
		return flow_expect(&c->flow, flags);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(words[i].word, word))
			return words[i].act(c);
	return -ENOENT;
}

int play(struct conn *c, const char *script)
{
	char line[256], *save, *word;
	int err = 0;

	snprintf(line, sizeof(line), "%s", script);
	if (!c->flow.kernel_port && *line == '<')
		c->flow.kernel_port = PLAY_PORT;
	for (word = strtok_r(line, " ", &save); word && !err;
	     word = strtok_r(NULL, " ", &save)) {
		err = play_word(c, word);
		if (err)
			snprintf(c->failed, sizeof(c->failed), "%s: %s", word,
				 strerror(-err));
	}
	return err ? -1 : 0;
}
