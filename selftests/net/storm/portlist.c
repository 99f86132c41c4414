// SPDX-License-Identifier: GPL-2.0
/*
 * portlist - writes every list one can think of into net.tcp_census.ports
 *
 *	portlist [-t SECONDS] [-n NAMESPACES] [-s SEED] [-u]
 *
 * In the present namespace, and in NAMESPACES - 1 new ones, there are two: one
 * writes valid lists in all spellings, and sees that each is read back in order
 * and has its rows in the file `ports`; the other one tries, all the time, what
 * must be refused and change nothing. -u: the module comes and goes meanwhile,
 * so that files may be missing and the list be empty again.
 *
 * What they do depends on SEED alone, which is printed. Prints how many writes
 * were made.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../lib/deadline.h"
#include "../lib/jobs.h"
#include "../lib/random.h"

#define SETTING	"/proc/sys/net/tcp_census/ports"
#define ROWS	"/proc/thread-self/net/tcp_census/ports"
#define MOST	64

static struct {
	int seconds, namespaces;
	bool comes_and_goes;
	unsigned long long seed;
} opt = { 10, 2 };

static char text[8192], want[1024];
static size_t len;
static unsigned long writes;
static long long end_ms;

static _Noreturn void fail(const char *what, const char *seen)
{
	printf("# seed %llu: %s: %.*s: saw %s, want %s\n", opt.seed, what, (int)len, text, seen,
	       want);
	fflush(stdout);
	_exit(1);
}

static bool gone(void)
{
	return opt.comes_and_goes && errno == ENOENT;
}

/* False where it is gone. */
static bool slurp(const char *path, char *to, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = -1;

	if (fd >= 0) {
		n = read(fd, to, size - 1);
		close(fd);
	}
	if (n < 0 && !gone() && !(opt.comes_and_goes && errno == EIO))
		fail(path, strerror(errno));
	to[n < 0 ? 0 : n] = '\0';
	return n >= 0;
}

/* @expected: 0, or an errno. */
static void put(off_t at, int expected)
{
	int fd = open(SETTING, O_WRONLY | O_CLOEXEC);
	ssize_t n = -1;

	if (fd >= 0) {
		n = pwrite(fd, text, len, at);
		close(fd);
	}
	writes++;
	if (n < 0 && gone())
		return;
	if (expected ? n >= 0 || errno != expected : n != (ssize_t)len)
		fail("write", n < 0 ? strerror(errno) : "it taken");
}

static void add_separators(size_t least)
{
	size_t n = least + (random_below(4) ? 0 : random_below(4));

	while (n--)
		text[len++] = " ,\t\n"[random_below(4)];
}

static void add_port(unsigned int port)
{
	len += sprintf(text + len, random_below(8) ? "%u" : "%08u", port);
}

static unsigned int some_port(void)
{
	/* Those of traffic.c among them. */
	return random_below(4) ? 1 + random_below(65535) : 7000 + random_below(1000);
}

static int ascending(const void *a, const void *b)
{
	return *(const unsigned int *)a - *(const unsigned int *)b;
}

/* As it must be read: in order, each once. */
static void expect(unsigned int *ports, int n)
{
	size_t used = 0;

	qsort(ports, n, sizeof(*ports), ascending);
	want[0] = '\0';
	for (int i = 0; i < n; i++)
		if (!i || ports[i] != ports[i - 1])
			used += sprintf(want + used, "%s%u", i ? " " : "", ports[i]);
	sprintf(want + used, "\n");
}

static void valid_list(void)
{
	int n = random_below(4) ? random_below(4) : random_below(MOST + 1), i;
	unsigned int ports[MOST];

	len = 0;
	add_separators(0);
	for (i = 0; i < n; i++) {
		ports[i] = i && !random_below(8) ? ports[random_below(i)] : some_port();
		if (i)
			add_separators(1);
		add_port(ports[i]);
	}
	add_separators(!len);
	expect(ports, n);
}

/* The first column of each line after the first. */
static void expect_rows(void)
{
	static char rows[16384];
	char seen[1024] = "", *line, *save;
	size_t used = 0;

	if (!slurp(ROWS, rows, sizeof(rows)))
		return;
	line = strtok_r(rows, "\n", &save);
	while (line && (line = strtok_r(NULL, "\n", &save)))
		used += sprintf(seen + used, "%s%.*s", used ? " " : "", (int)strcspn(line, " "),
				line);
	strcat(seen, "\n");
	if (strcmp(seen, want) && !opt.comes_and_goes)
		fail("rows", seen);
}

static void expect_read(void)
{
	char seen[1024];

	if (slurp(SETTING, seen, sizeof(seen)) && strcmp(seen, want) && !opt.comes_and_goes)
		fail("read", seen);
}

/* One that is valid but for one character. */
static void spoil(void)
{
	static const char bad[] = "x-+.;:/'\"\1\177\377eE#*";

	do
		valid_list();
	while (!len);
	text[random_below(len)] = bad[random_below(sizeof(bad) - 1)];
	put(0, EINVAL);
}

static void out_of_range(void)
{
	static const char *const bad[] = {
		"0", "65536", "99999", "4294967297", "4294967376", "18446744073709551696",
		"-1", "000", "340282366920938463463374607431768211536",
	};

	valid_list();
	add_separators(1);
	len += sprintf(text + len, "%s", bad[random_below(sizeof(bad) / sizeof(*bad))]);
	add_separators(0);
	put(0, EINVAL);
}

static void too_many(void)
{
	unsigned int first = 1 + random_below(60000);

	len = 0;
	for (unsigned int i = 0; i <= MOST; i++) {
		add_port(first + i);
		add_separators(1);
	}
	put(0, EINVAL);
}

static void noise(void)
{
	len = 1 + random_below(sizeof(text) - 1);
	for (size_t i = 1; i < len; i++)
		text[i] = random_below(256);
	text[0] = 'a' + random_below(26);
	put(0, EINVAL);
}

static void nothing(void)
{
	len = 0;
	put(0, 0);
}

static void later(void)
{
	valid_list();
	put(1 + random_below(100), EINVAL);
}

static void write_in_vain(void)
{
	static void (*const vain[])(void) = {
		spoil, spoil, out_of_range, too_many, noise, nothing, later,
	};

	vain[random_below(sizeof(vain) / sizeof(*vain))]();
}

static void writer(int pipefd)
{
	while (now_ms() < end_ms) {
		valid_list();
		put(0, 0);
		expect_read();
		expect_rows();
	}
	len = sprintf(text, "\n");
	put(0, 0);
	job_done(pipefd, writes);
	exit(0);
}

static void vain_writer(int pipefd)
{
	while (now_ms() < end_ms)
		write_in_vain();
	job_done(pipefd, writes);
	exit(0);
}

/* Both of them are in the namespace. */
static void start(int nr, int pipefd)
{
	if (nr && unshare(CLONE_NEWNET))
		err(1, "unshare");
	if (!fork()) {
		random_seed(opt.seed + 2 * nr + 1);
		vain_writer(pipefd);
	}
	random_seed(opt.seed + 2 * nr);
	writer(pipefd);
}

static void options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "t:n:s:u")) != -1) {
		if (c == 't')
			opt.seconds = atoi(optarg);
		else if (c == 'n')
			opt.namespaces = atoi(optarg);
		else if (c == 's')
			opt.seed = strtoull(optarg, NULL, 0);
		else if (c == 'u')
			opt.comes_and_goes = true;
		else
			errx(2, "see the head of portlist.c for how to call it");
	}
}

int main(int argc, char **argv)
{
	int pipefd[2];

	opt.seed = time(NULL);
	options(argc, argv);
	if (pipe(pipefd))
		err(1, "pipe");
	end_ms = now_ms() + opt.seconds * 1000LL;
	for (int i = 0; i < opt.namespaces; i++)
		if (!fork())
			start(i, pipefd[1]);
	/* Two of each, the second of which is the first one's child. */
	return !jobs_done(pipefd, 2 * opt.namespaces, opt.seed, "writes");
}
