// SPDX-License-Identifier: GPL-2.0
/*
 * traffic - makes TCP connections over loopback and ends them in every way.
 *
 *	traffic churn [-6] [-n CONNECTIONS] [-t SECONDS] [-j JOBS] [-p PORT]
 *	traffic hold [-6] [-n EACH] [-p PORT] [-c COMMAND]
 *	traffic timers [-6] [-n EACH] [-p PORT] [-c COMMAND]
 *	traffic inturn [-6] [-n CONNECTIONS] [-p PORT]
 *	traffic crossed [-6] [-n CONNECTIONS] [-p PORT]
 *	traffic namespaces [-6] [-n NAMESPACES] [-j JOBS]
 *
 * -m: v4 addresses on v6 sockets. -u UID: whose sockets they are.
 *
 * churn: each job owns a listener and makes connections to itself one after
 * the other, so that nothing but the kernel decides when it ends. Prints how
 * many connections it made.
 *
 * hold: makes EACH connections per way of standing still, prints "ready" and
 * keeps them until it is killed. PORT is for those that get all they want, on
 * PORT + 1 the last ACK of the handshake should be dropped, on PORT + 2 every
 * SYN, on PORT + 3 everything once COMMAND has been run.
 *
 * timers: likewise, EACH connections per timer that can be armed for good, as
 * an orphan where there are such, and some that wait for accept() on PORT + 4.
 *
 * inturn: likewise, connections to PORT from the ports after PORT + 100, one
 * after the other and each on another CPU, and to PORT + 2 from those after
 * PORT + 1100.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct {
	int family;
	int connections;
	int seconds;
	int jobs;
	int port;
	const char *command;
	bool mapped;
	uid_t uid;
} opt = { AF_INET, 1000, 0, 2, 7000, NULL, false, 0 };

struct address {
	struct sockaddr_storage ss;
	socklen_t len;
};

static struct in6_addr mapped(int host)
{
	struct in6_addr in6 = { .s6_addr = { [10] = 0xff, [11] = 0xff } };

	in6.s6_addr32[3] = htonl(INADDR_LOOPBACK + host);
	return in6;
}

/* 127.0.0.0/8 has room to spread TIME_WAIT over; ::1 is all there is. */
static struct address address(int host, int port)
{
	struct address a = { 0 };

	if (opt.family == AF_INET6) {
		struct sockaddr_in6 *in6 = (void *)&a.ss;

		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		in6->sin6_addr = opt.mapped ? mapped(host) : in6addr_loopback;
		a.len = sizeof(*in6);
	} else {
		struct sockaddr_in *in = (void *)&a.ss;

		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK + host);
		a.len = sizeof(*in);
	}
	return a;
}

static int tcp(int flags)
{
	int fd = socket(opt.family, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);

	if (fd < 0)
		err(1, "socket");
	return fd;
}

static int listener(int host, int port, int backlog)
{
	struct address a = address(host, port);
	int fd = tcp(0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (void *)&a.ss, a.len) || listen(fd, backlog))
		err(1, "listen on port %d", port);
	return fd;
}

static void reset(int fd)
{
	struct linger now = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

static void wait_eof(int fd)
{
	char buf[64];

	while (read(fd, buf, sizeof(buf)) > 0)
		;
}

static void client_first(int client, int server)
{
	close(client);
	wait_eof(server);
	close(server);
}

static void server_first(int client, int server)
{
	client_first(server, client);
}

static void client_resets(int client, int server)
{
	reset(client);
	wait_eof(server);
	close(server);
}

static void server_resets(int client, int server)
{
	client_resets(server, client);
}

static void unread_data(int client, int server)
{
	if (write(server, "data", 4) == 4)
		recv(client, &(char){ 0 }, 1, MSG_PEEK);
	close(client);
	wait_eof(server);
	close(server);
}

static void half_close(int client, int server)
{
	shutdown(client, SHUT_WR);
	wait_eof(server);
	if (write(server, "bye", 3) == 3)
		close(server);
	wait_eof(client);
	close(client);
}

static void reset_in_close_wait(int client, int server)
{
	shutdown(client, SHUT_WR);
	wait_eof(server);
	reset(server);
	wait_eof(client);
	close(client);
}

static void (*const endings[])(int client, int server) = {
	client_first, server_first, client_resets, server_resets,
	unread_data, half_close, reset_in_close_wait,
};

#define ENDINGS	((int)(sizeof(endings) / sizeof(*endings)))

static void refused(int host)
{
	struct address a = address(host, 1);
	int fd = tcp(0);

	if (!connect(fd, (void *)&a.ss, a.len))
		errx(1, "port 1 is open");
	close(fd);
}

/* False when the kernel has run out of ports: TIME_WAIT holds them. */
static bool one_connection(int lfd, int host, int port, int nr)
{
	struct address a = address(host, port);
	int client = tcp(0), server;
	char buf[8];

	if (connect(client, (void *)&a.ss, a.len)) {
		close(client);
		return false;
	}
	server = accept4(lfd, NULL, NULL, SOCK_CLOEXEC);
	if (server < 0)
		err(1, "accept");
	if (write(client, "hello", 5) != 5 || read(server, buf, sizeof(buf)) < 1)
		err(1, "loopback lost data");
	endings[nr % ENDINGS](client, server);
	return true;
}

static int job(int nr, time_t end)
{
	int lfd = listener(nr, opt.port + nr, 16);
	int made = 0;

	while (end ? time(NULL) < end : made < opt.connections / opt.jobs) {
		if (made % 16 == 15)
			refused(nr);
		else if (!one_connection(lfd, nr, opt.port + nr, made))
			errx(1, "out of ports");
		made++;
	}
	return made;
}

static void churn(void)
{
	time_t end = opt.seconds ? time(NULL) + opt.seconds : 0;
	int i, made, status, failed = 0, total = 0, pipefd[2];

	if (pipe(pipefd))
		err(1, "pipe");
	for (i = 0; i < opt.jobs; i++) {
		if (fork())
			continue;
		made = job(i, end);
		if (write(pipefd[1], &made, sizeof(made)) != sizeof(made))
			err(1, "pipe");
		exit(0);
	}
	close(pipefd[1]);
	while (read(pipefd[0], &made, sizeof(made)) == sizeof(made))
		total += made;
	while (wait(&status) > 0)
		failed |= status;
	printf("%d\n", total);
	exit(failed ? 1 : 0);
}

static int start_connect(int port)
{
	struct address a = address(0, port);
	int fd = tcp(SOCK_NONBLOCK);

	if (connect(fd, (void *)&a.ss, a.len) && errno != EINPROGRESS)
		err(1, "connect to port %d", port);
	return fd;
}

static void pair(int lfd, int port, int *client, int *server)
{
	struct address a = address(0, port);

	*client = tcp(0);
	if (connect(*client, (void *)&a.ss, a.len))
		err(1, "connect to port %d", port);
	*server = accept4(lfd, NULL, NULL, SOCK_CLOEXEC);
	if (*server < 0)
		err(1, "accept");
}

/* The peer is in FIN_WAIT2; without its ACK our close() stays in LAST_ACK. */
static int half_closed(int lfd, int port)
{
	int client, server;

	pair(lfd, port, &client, &server);
	shutdown(server, SHUT_WR);
	wait_eof(client);
	return client;
}

static void run_command(void)
{
	if (seteuid(0) || (opt.command && system(opt.command)) ||
	    seteuid(opt.uid))
		errx(1, "command failed: %s", opt.command);
}

static void stay(void)
{
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}

static void hold(void)
{
	int open = listener(0, opt.port, 1024);
	int half = listener(0, opt.port + 1, 1024);
	int doomed = listener(0, opt.port + 3, 1024);
	int i, n = opt.connections, client, server, (*late)[3];

	late = calloc(n, sizeof(*late));
	if (!late || half < 0)
		err(1, "no memory");
	for (i = 0; i < n; i++) {
		late[i][2] = half_closed(doomed, opt.port + 3);
		start_connect(opt.port + 1);		/* SYN_RECV there */
		start_connect(opt.port + 2);		/* SYN_SENT */
		pair(open, opt.port, &client, &server);	/* ESTABLISHED */
		pair(open, opt.port, &client, &server);	/* FIN_WAIT2, ... */
		shutdown(client, SHUT_WR);		/* ... CLOSE_WAIT */
		pair(open, opt.port, &client, &server);
		client_first(client, server);		/* TIME_WAIT */
		pair(doomed, opt.port + 3, &late[i][0], &late[i][1]);
	}
	run_command();
	for (i = 0; i < n; i++) {
		close(late[i][0]);			/* FIN_WAIT1 */
		close(late[i][1]);			/* FIN_WAIT1 */
		close(late[i][2]);			/* LAST_ACK */
	}
	stay();
}

/* More than the peer's buffer takes, and ours. */
static void stuff(int fd)
{
	static const char data[16384];

	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &(int){ 98304 }, sizeof(int));
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (write(fd, data, sizeof(data)) > 0)
		;
	if (errno != EAGAIN)
		err(1, "write");
}

/* The peer, which does not read, stays ESTABLISHED or becomes CLOSE_WAIT. */
static int client_of(int lfd)
{
	int client, server;

	pair(lfd, opt.port, &client, &server);
	return client;
}

static void keep_alive(int fd)
{
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){ 1 }, sizeof(int));
}

/* Longer than a TIME_WAIT lasts: stays a full socket in FIN_WAIT2. */
static void close_slowly(int fd)
{
	setsockopt(fd, IPPROTO_TCP, TCP_LINGER2, &(int){ 110 }, sizeof(int));
	close(fd);
}

static void one_of_each_timer(int lfd)
{
	int orphan;

	client_of(lfd);				/* none */
	keep_alive(client_of(lfd));		/* keepalive */
	close_slowly(client_of(lfd));		/* keepalive, orphan */
	stuff(client_of(lfd));			/* persist */
	orphan = client_of(lfd);
	stuff(orphan);
	close(orphan);				/* persist, orphan */
	close(client_of(lfd));			/* FIN_WAIT2's minisock */
}

static void timers(void)
{
	int open = listener(0, opt.port, 1024);
	int cut = listener(0, opt.port + 3, 1024);
	int ignored = listener(0, opt.port + 4, 1024);
	int i, n = opt.connections, server, *late;

	late = calloc(n, sizeof(*late));
	if (!late || ignored < 0)
		err(1, "no memory");
	for (i = 0; i < n; i++) {
		one_of_each_timer(open);
		pair(cut, opt.port + 3, &late[i], &server);
		start_connect(opt.port + 4);	/* never accepted */
	}
	run_command();
	for (i = 0; i < n; i++)
		stuff(late[i]);			/* retransmit */
	stay();
}

static int bound(int port)
{
	struct address a = address(0, port);
	int fd = tcp(SOCK_NONBLOCK), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (void *)&a.ss, a.len))
		err(1, "bind to port %d", port);
	return fd;
}

static void connect_to(int fd, int port)
{
	struct address a = address(0, port);

	if (connect(fd, (void *)&a.ss, a.len) && errno != EINPROGRESS)
		err(1, "connect to port %d", port);
}

static void on_cpu(int nr)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(nr % sysconf(_SC_NPROCESSORS_ONLN), &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		err(1, "sched_setaffinity");
}

static void inturn(void)
{
	int lfd = listener(0, opt.port, 1024);
	int i;

	for (i = 0; i < opt.connections; i++) {
		on_cpu(i);
		connect_to(bound(opt.port + 100 + i), opt.port);
		if (accept4(lfd, NULL, NULL, SOCK_CLOEXEC) < 0)
			err(1, "accept");
		connect_to(bound(opt.port + 1100 + i), opt.port + 2);
	}
	stay();
}

static void wait_open(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	if (poll(&p, 1, 10000) != 1 || p.revents & POLLERR)
		errx(1, "SYNs did not cross: is lo slow enough?");
	fcntl(fd, F_SETFL, 0);
}

static void crossed(void)
{
	int i, a, b, port = opt.port;

	for (i = 0; i < opt.connections; i++, port += 2) {
		a = bound(port);
		b = bound(port + 1);
		connect_to(a, port + 1);
		connect_to(b, port);
		wait_open(a);
		wait_open(b);
		shutdown(a, SHUT_WR);
		shutdown(b, SHUT_WR);
		wait_eof(a);
		wait_eof(b);
		close(a);
		close(b);
	}
	exit(0);
}

/* Down, lo loses every segment. */
static void loopback(bool up)
{
	struct ifreq ifr = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ifr.ifr_flags = up ? IFF_UP : 0;
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &ifr))
		err(1, "lo");
	close(fd);
}

/* Orphans give up after two tries instead of eight. */
static void impatient(void)
{
	int fd = open("/proc/sys/net/ipv4/tcp_orphan_retries", O_WRONLY);

	if (fd < 0 || write(fd, "1", 1) != 1)
		err(1, "tcp_orphan_retries");
	close(fd);
}

static void one_namespace(void)
{
	int lfd, i, client, server;

	if (unshare(CLONE_NEWNET))
		err(1, "unshare");
	loopback(true);
	impatient();
	lfd = listener(0, opt.port, 16);
	for (i = 0; i < 2 * ENDINGS; i++)
		if (!one_connection(lfd, 0, opt.port, i))
			errx(1, "no connection in a new namespace");
	pair(lfd, opt.port, &client, &server);
	loopback(false);
	exit(0);
}

static void namespaces(void)
{
	int i, status, failed = 0, running = 0;

	for (i = 0; i < opt.connections; i++) {
		if (running++ >= opt.jobs)
			failed |= wait(&status) < 0 ? 1 : status;
		if (!fork())
			one_namespace();
	}
	while (wait(&status) > 0)
		failed |= status;
	exit(failed ? 1 : 0);
}

static void usage(void)
{
	fputs("see the head of traffic.c for how to call it\n", stderr);
	exit(2);
}

static void option(int c)
{
	if (c == '6')
		opt.family = AF_INET6;
	else if (c == 'n')
		opt.connections = atoi(optarg);
	else if (c == 't')
		opt.seconds = atoi(optarg);
	else if (c == 'j')
		opt.jobs = atoi(optarg);
	else if (c == 'p')
		opt.port = atoi(optarg);
	else if (c == 'c')
		opt.command = optarg;
	else if (c == 'u')
		opt.uid = atoi(optarg);
	else if (c == 'm')
		opt.family = AF_INET6, opt.mapped = true;
	else
		usage();
}

int main(int argc, char **argv)
{
	struct rlimit files = { 65536, 65536 };
	int c;

	if (argc < 2)
		usage();
	while ((c = getopt(argc - 1, argv + 1, "6mn:t:j:p:c:u:")) != -1)
		option(c);
	setrlimit(RLIMIT_NOFILE, &files);
	if (seteuid(opt.uid))
		err(1, "uid %u", opt.uid);
	if (!strcmp(argv[1], "churn"))
		churn();
	if (!strcmp(argv[1], "hold"))
		hold();
	if (!strcmp(argv[1], "timers"))
		timers();
	if (!strcmp(argv[1], "inturn"))
		inturn();
	if (!strcmp(argv[1], "crossed"))
		crossed();
	if (!strcmp(argv[1], "namespaces"))
		namespaces();
	usage();
}
