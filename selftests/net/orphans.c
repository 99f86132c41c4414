// SPDX-License-Identifier: GPL-2.0
/*
 * orphans - makes orphans in FIN_WAIT1 whose peers have closed their windows.
 *
 *	orphans [-6] [-n NUMBER] [-b BYTES] [-r RCVBUF] [-p PORT]
 *		[-a nothing|read|reset|close|mix] [-w MS] [-j MS]
 *
 * Over loopback, each with about BYTES, and a peer with room for RCVBUF.
 * Listens on PORT and those after it, each for 10,000 connections. Prints
 *
 *	ready NUMBER FIRST LAST
 *
 * where FIRST and LAST are the uptimes in ms at which the first and the last
 * was closed. From -w to -w plus -j ms after its close() each peer does
 * as -a says: it reads all there is and whatever comes, resets the connection,
 * or closes with unread data; mix is these and nothing in turn.
 *
 * SIGTERM: peers that did nothing read; then it tells how the connections
 * ended, and exits with 1 if one did that should not:
 *
 *	outcome complete N	all bytes in order, then EOF
 *	outcome reset N		bytes in order, then ECONNRESET
 *	outcome left N		the peer reset or closed it
 *	outcome open N		neither data nor an end for ten seconds
 *	outcome short N		EOF came early
 *	outcome corrupt N	wrong bytes, or too many
 *	outcome failed N	another error
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/moment.h"

#define PER_PORT	10000
#define PERIOD		251	/* of the data; no power of two divides it */
#define DATA		65536	/* at once */
#define PATIENCE_MS	10000

enum action { NOTHING, READ, RESET, CLOSE, MIX };

static const char *const actions[] = { "nothing", "read", "reset", "close", "mix" };

enum outcome { OPEN, COMPLETE, GOT_RESET, LEFT, SHORT, CORRUPT, FAILED, OUTCOMES };

static const char *const outcomes[] = {
	"open", "complete", "reset", "left", "short", "corrupt", "failed",
};

static struct {
	int family, number, bytes, rcvbuf, port;
	enum action action;
	long wait_ms, jitter_ms;
} opt = { AF_INET, 1000, 32768, 4096, 7000, NOTHING, -1, 0 };

struct peer {
	int fd;
	size_t sent, got;	/* by the orphan; by the peer */
	long long act_ns;	/* when it acts; 0 when it has, or will not */
	enum outcome outcome;
};

static struct peer *peers;
static int waiting, ended;	/* how many peers will act; are no more open */
static int epoll;
static char data[DATA + PERIOD];
static char buf[DATA];

static socklen_t address(struct sockaddr_storage *ss, int port)
{
	if (opt.family == AF_INET6) {
		*(struct sockaddr_in6 *)ss = (struct sockaddr_in6){
			.sin6_family = AF_INET6, .sin6_port = htons(port),
			.sin6_addr = IN6ADDR_LOOPBACK_INIT };
		return sizeof(struct sockaddr_in6);
	}
	*(struct sockaddr_in *)ss = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	return sizeof(struct sockaddr_in);
}

static int tcp(int option, int size)
{
	int fd = socket(opt.family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, option, &size, sizeof(size)))
		err(1, "socket");
	return fd;
}

static int listener(int port)
{
	struct sockaddr_storage ss;
	socklen_t len = address(&ss, port);
	int fd = tcp(SO_SNDBUF, 4 * opt.bytes), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (void *)&ss, len) || listen(fd, 16))
		err(1, "listen on port %d", port);
	return fd;
}

static const char *data_at(int nr, size_t offset)
{
	return data + (nr + offset) % PERIOD;
}

/* As much of BYTES as the buffers take. */
static size_t fill(int fd, int nr)
{
	ssize_t n, sent = 0;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (sent < opt.bytes) {
		n = opt.bytes - sent;
		n = write(fd, data_at(nr, sent), n < DATA ? n : DATA);
		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0)
			err(1, "write");
		sent += n;
	}
	return sent;
}

static enum action action_of(int nr)
{
	return opt.action == MIX ? (enum action)(nr % MIX) : opt.action;
}

static void make(int nr)
{
	struct peer *p = &peers[nr];
	int port = opt.port + nr / PER_PORT;
	struct sockaddr_storage ss;
	socklen_t len = address(&ss, port);
	static int lfd;
	int server;

	if (nr % PER_PORT == 0) {
		if (lfd)
			close(lfd);
		lfd = listener(port);
	}
	p->fd = tcp(SO_RCVBUF, opt.rcvbuf);
	if (connect(p->fd, (void *)&ss, len))
		err(1, "connect to port %d", port);
	server = accept4(lfd, NULL, NULL, SOCK_CLOEXEC);
	if (server < 0)
		err(1, "accept");
	fcntl(p->fd, F_SETFL, O_NONBLOCK);
	p->sent = fill(server, nr);
	close(server);
	if (opt.wait_ms < 0 || action_of(nr) == NOTHING)
		return;
	p->act_ns = now_ns() + opt.wait_ms * NS_PER_MS;
	p->act_ns += random() % (opt.jitter_ms * NS_PER_MS + 1);
	waiting++;
}

static void end(struct peer *p, enum outcome outcome)
{
	p->outcome = outcome;
	ended++;
	close(p->fd);
}

static void receive(struct peer *p)
{
	int nr = p - peers;
	ssize_t n;

	for (;;) {
		n = recv(p->fd, buf, sizeof(buf), 0);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0)
			break;
		if (p->got + n > p->sent ||
		    memcmp(buf, data_at(nr, p->got), n))
			return end(p, CORRUPT);
		p->got += n;
	}
	if (!n)
		return end(p, p->got == p->sent ? COMPLETE : SHORT);
	if (errno == ECONNRESET)
		return end(p, GOT_RESET);
	printf("# connection %d: %s\n", nr, strerror(errno));
	end(p, FAILED);
}

static void start_reading(struct peer *p)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = p };

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, p->fd, &e) && errno != EEXIST)
		err(1, "epoll_ctl");
}

static bool told(void)
{
	sigset_t set;

	sigpending(&set);
	return sigismember(&set, SIGTERM);
}

static void act(struct peer *p)
{
	enum action action = action_of(p - peers);

	p->act_ns = 0;
	waiting--;
	if (action == READ)
		start_reading(p);
	if (action == RESET)
		setsockopt(p->fd, SOL_SOCKET, SO_LINGER,
			   &(struct linger){ .l_onoff = 1 }, sizeof(struct linger));
	if (action == RESET || action == CLOSE)
		end(p, LEFT);
}

/* True if there was something to read. */
static bool attend(int timeout_ms)
{
	struct epoll_event e;

	if (epoll_wait(epoll, &e, 1, timeout_ms) < 1)
		return false;
	receive(e.data.ptr);
	return true;
}

static void act_in_time(void)
{
	long long now = now_ns();
	int i;

	for (i = 0; i < opt.number; i++)
		if (peers[i].act_ns && peers[i].act_ns <= now)
			act(&peers[i]);
}

static int count(enum outcome outcome)
{
	int i, n = 0;

	for (i = 0; i < opt.number; i++)
		n += peers[i].outcome == outcome;
	return n;
}

static void read_all(void)
{
	int i;

	for (i = 0; i < opt.number; i++)
		if (peers[i].outcome == OPEN)
			start_reading(&peers[i]);
	while (ended < opt.number && attend(PATIENCE_MS))
		;
}

static int tell(void)
{
	int i;

	for (i = 0; i < OUTCOMES; i++)
		printf("outcome %s %d\n", outcomes[i], count(i));
	return count(SHORT) || count(CORRUPT) || count(FAILED);
}

static void options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "6n:b:r:p:a:w:j:")) != -1) {
		if (c == '6')
			opt.family = AF_INET6;
		else if (c == 'n')
			opt.number = atoi(optarg);
		else if (c == 'b')
			opt.bytes = atoi(optarg);
		else if (c == 'r')
			opt.rcvbuf = atoi(optarg);
		else if (c == 'p')
			opt.port = atoi(optarg);
		else if (c == 'w')
			opt.wait_ms = atol(optarg);
		else if (c == 'j')
			opt.jitter_ms = atol(optarg);
		else if (c == 'a')
			while (opt.action < MIX &&
			       strcmp(actions[opt.action], optarg))
				opt.action++;
		else
			errx(2, "see the head of orphans.c for how to call it");
	}
}

int main(int argc, char **argv)
{
	long long first = 0;
	sigset_t sigterm;
	int i;

	options(argc, argv);
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 65536, 65536 });
	for (i = 0; i < (int)sizeof(data); i++)
		data[i] = i % PERIOD;
	peers = calloc(opt.number, sizeof(*peers));
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!peers || epoll < 0)
		err(1, "epoll");
	sigemptyset(&sigterm);
	sigaddset(&sigterm, SIGTERM);
	sigprocmask(SIG_BLOCK, &sigterm, NULL);
	for (i = 0; i < opt.number; i++) {
		make(i);
		first = first ?: now_ns();
		if (i % 64 == 0)
			act_in_time();
		while (attend(0))
			;
	}
	printf("ready %d %lld %lld\n", i, first / NS_PER_MS, now_ns() / NS_PER_MS);
	fflush(stdout);
	while (!told()) {
		act_in_time();
		while (attend(waiting ? 5 : 200))
			;
	}
	read_all();
	return tell();
}
