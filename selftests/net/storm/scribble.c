// SPDX-License-Identifier: GPL-2.0
/*
 * scribble - writes everything one can think of into net.tcp_census.*
 *
 *	scribble [-t SECONDS] [-n NAMESPACES] [-s SEED] [-u]
 *
 * In the present namespace, and in NAMESPACES - 1 new ones, there are two: one
 * writes valid values in all spellings and sees that they are read back, and
 * that between two of its writes nothing changes, which is all that the other
 * one tries: what is out of range, garbage, nothing, too much, or not at the
 * beginning. -u: the module comes and goes meanwhile, so that files may be
 * missing and values be the first ones again.
 *
 * What they do depends on SEED alone, which is printed. Prints how many writes
 * were made.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../lib/jobs.h"
#include "../lib/random.h"

#define DIR		"/proc/sys/net/tcp_census/"
#define YEAR_S		31536000
#define DAYS_30_S	2592000
#define MEBIBYTE	1048576
#define TOO_LARGE	(8 << 20)	/* the kernel takes less than 4 MiB */

/* By README, and not by the module's source. */
static const struct knob {
	const char *name;
	long least, most;
} knobs[] = {
	{ "timeout_syn_sent", 0, YEAR_S },
	{ "timeout_syn_recv", 0, YEAR_S },
	{ "timeout_established", 0, YEAR_S },
	{ "timeout_fin_wait1", 0, YEAR_S },
	{ "timeout_fin_wait2", 0, YEAR_S },
	{ "timeout_closing", 0, YEAR_S },
	{ "timeout_time_wait", 0, YEAR_S },
	{ "timeout_close_wait", 0, YEAR_S },
	{ "timeout_last_ack", 0, YEAR_S },
	{ "timeout_listen", 0, YEAR_S },
	{ "fin_wait1_reap", 0, 2 },
	{ "fin_wait1_timeout", 1, DAYS_30_S },
	{ "fin_wait1_min_bytes", 1, 1 << 30 },
	{ "fin_wait1_max_age", 0, DAYS_30_S },
	{ "fin_wait1_min_orphans", 0, INT_MAX },
	{ "reap_batch", 1, 65536 },
	{ "max_tracked", 0, 134217728 },	/* first namespace only: the last two */
	{ "track", 0, 1 },
};

#define KNOBS	((int)(sizeof(knobs) / sizeof(*knobs)))

static struct {
	int seconds, namespaces;
	bool comes_and_goes;
	uint64_t seed;
} opt = { 10, 2, false, 0 };

static int usable = KNOBS;
static long long end_ms;
static unsigned long writes;
static char text[TOO_LARGE];
static long expected[KNOBS], first[KNOBS];

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static _Noreturn void fail(const struct knob *k, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("# %s, seed %llu: ", k->name, (unsigned long long)opt.seed);
	vprintf(format, args);
	printf("\n");
	va_end(args);
	fflush(stdout);
	_exit(1);
}

static bool gone(void)
{
	return opt.comes_and_goes && errno == ENOENT;
}

/* -1 where it is gone. */
static int open_knob(const struct knob *k, int flags)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), DIR "%s", k->name);
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0 && !gone())
		fail(k, "open: %s", strerror(errno));
	return fd;
}

/* -1 where it is gone. */
static long value_of(const struct knob *k)
{
	char buf[64], again[64];
	ssize_t n = -1;
	long value;
	int fd = open_knob(k, O_RDONLY);

	if (fd >= 0)
		n = read(fd, buf, sizeof(buf) - 1);
	if (fd >= 0 && n < 0 && !gone())
		fail(k, "read: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	if (n < 0)
		return -1;
	buf[n] = '\0';
	value = strtol(buf, NULL, 10);
	snprintf(again, sizeof(again), "%ld\n", value);
	if (strcmp(buf, again) || value < k->least || value > k->most)
		fail(k, "reads %s", buf);
	return value;
}

/* @want: bytes, or -errno. */
static void expect_written(const struct knob *k, ssize_t n, long want, const char *what)
{
	writes++;
	if (n < 0 && gone())
		return;
	if (n < 0)
		n = -errno;
	if (n != want)
		fail(k, "%s: got %zd, want %ld: %.60s", what, n, want, text);
}

static void put(const struct knob *k, size_t len, off_t at, long want, const char *what)
{
	int fd = open_knob(k, O_WRONLY);

	if (fd < 0)
		return;
	expect_written(k, pwrite(fd, text, len, at), want, what);
	close(fd);
}

static size_t print(const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return n;
}

static long valid_value(const struct knob *k)
{
	switch (random_below(4)) {
	case 0:
		return k->least;
	case 1:
		return k->most;
	case 2:
		return k->least + random_below(k->most - k->least < 100 ? 2 : 100);
	}
	return k->least + random_below(k->most - k->least + 1);
}

static void spelled(const struct knob *k, long value, const char *format)
{
	size_t len = print(format, value);

	put(k, len, 0, len, "a valid value");
}

/* Blanks behind the number, as much as there may be. */
static void before_blanks(const struct knob *k, long value)
{
	size_t len = print("%ld", value), full = random_below(2) ? 4096 : MEBIBYTE;

	memset(text + len, ' ', full - len);
	put(k, full, 0, full, "a value and blanks");
}

/* As every number of the kernel's: the first is taken, and no more. */
static void list(const struct knob *k, long value, const char *more)
{
	size_t len = print("%ld", value) + 1;

	print("%ld%s", value, more);
	put(k, strlen(text), 0, len, "two numbers");
}

static void scattered(const struct knob *k, long value)
{
	size_t len = print("%ld", value);
	struct iovec parts[] = {
		{ text, 1 }, { text + 1, len - 1 }, { "\n", 1 },
	};
	int fd = open_knob(k, O_WRONLY);

	if (fd < 0)
		return;
	expect_written(k, writev(fd, parts, 3), len + 1, "a value in parts");
	close(fd);
}

/* Only the first of these is at the beginning. */
static long byte_by_byte(const struct knob *k)
{
	size_t len = print("1%llu\n", (unsigned long long)random_below(100000)), i;
	int fd = open_knob(k, O_WRONLY);

	for (i = 0; fd >= 0 && i < len; i++)
		expect_written(k, write(fd, text + i, 1), 1, "a byte");
	if (fd >= 0)
		close(fd);
	return 1;
}

static long write_valid(const struct knob *k)
{
	static const char * const spellings[] = {
		"%ld\n", "%ld", " \t\n%ld\t\n\t", "0x%lx", "0%lo\n", "00000%lo",
	};
	static const char * const lists[] = { " 7", "\t7\t8\n", "\nsoon", " \1" };
	long value = valid_value(k);

	switch (random_below(10)) {
	case 0:
		before_blanks(k, value);
		break;
	case 1:
		list(k, value, lists[random_below(4)]);
		break;
	case 2:
		scattered(k, value);
		break;
	case 3:
		return byte_by_byte(k);
	default:
		spelled(k, value, spellings[random_below(6)]);
	}
	return value;
}

static void out_of_range(const struct knob *k)
{
	const long bad[] = {
		k->least - 1, k->most + 1, -k->most - 1, INT_MIN, INT_MAX + 1L, UINT_MAX,
		UINT_MAX + 1L, UINT_MAX + 2L, LONG_MAX, LONG_MIN, LONG_MIN + 1,
		k->most + 1 + random_below(LONG_MAX - k->most - 1),
		-1L - (long)random_below(LONG_MAX),
	};
	size_t len = print("%ld\n", bad[random_below(sizeof(bad) / sizeof(*bad))]);

	put(k, len, 0, -EINVAL, "out of range");
}

static void garbage(const struct knob *k)
{
	static const struct {
		const char *text;
		size_t len;
	} bad[] = {
#define BAD(s)	{ s, sizeof(s) - 1 }
		BAD("soon"), BAD("5x"), BAD("0x"), BAD("0x\n"), BAD("1e3"), BAD("+5"), BAD("--1"),
		BAD("-"), BAD("- 1"), BAD("5,6"), BAD(",5"), BAD("5,"), BAD("5.0"), BAD("1;"),
		BAD("09"), BAD("99999999999999999999"), BAD("18446744073709551616"),
		BAD("18446744073709551621\n"), BAD("-99999999999999999999"),
		BAD("0xfffffffffffffffff"),
		BAD(" "), BAD("\n"), BAD(" \t\n\t"), BAD("\0"), BAD("5\0"), BAD("5\0\n"),
		BAD("\0x5"), BAD("5\r\n6"), BAD("\xff"), BAD("\xd9\xa5"), BAD("%d%n"), BAD("''"),
		BAD("00000000000000000000001"), BAD("0000000000000000000000000000000000000001"),
	};
	int i = random_below(sizeof(bad) / sizeof(*bad));

	memcpy(text, bad[i].text, bad[i].len);
	text[bad[i].len] = '\0';
	put(k, bad[i].len, 0, -EINVAL, "garbage");
}

/* Not even the beginning of a number. */
static void noise(const struct knob *k)
{
	static const char begin[] = "abcxyz.,;:+*/#_(\"'\0\1\177\200\377";
	size_t len = random_below(8) ? 1 + random_below(64) : 4000 + random_below(200), i;

	for (i = 1; i < len; i++)
		text[i] = random_below(256);
	text[0] = begin[random_below(sizeof(begin) - 1)];
	text[len] = '\0';
	put(k, len, 0, -EINVAL, "noise");
}

static void much(const struct knob *k)
{
	static const char of[] = "x90-\n\0\377 ";

	memset(text, of[random_below(sizeof(of) - 1)], MEBIBYTE);
	text[MEBIBYTE] = '\0';
	put(k, MEBIBYTE, 0, -EINVAL, "a mebibyte");
}

static void too_much(const struct knob *k)
{
	memset(text, '1', TOO_LARGE);
	put(k, TOO_LARGE, 0, -ENOMEM, "too much");
}

static void nothing(const struct knob *k)
{
	text[0] = '\0';
	put(k, 0, 0, 0, "nothing");
}

/* Valid values, but too late. */
static void later(const struct knob *k)
{
	size_t len = print("%ld\n", valid_value(k));

	put(k, len, 1 + random_below(random_below(2) ? 8 : MEBIBYTE), len, "not at the beginning");
}

static void unreadable(const struct knob *k)
{
	static void *page;
	int fd = open_knob(k, O_WRONLY);

	if (!page)
		page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (fd < 0)
		return;
	text[0] = '\0';
	expect_written(k, write(fd, page, 4096), -EFAULT, "from nowhere");
	close(fd);
}

static void truncated(const struct knob *k)
{
	int fd = open_knob(k, O_WRONLY | O_TRUNC | O_CREAT | O_APPEND);

	if (fd < 0)
		return;
	if (ftruncate(fd, random_below(2)) && errno != EINVAL && errno != EPERM && !gone())
		fail(k, "ftruncate: %s", strerror(errno));
	close(fd);
}

static void (*const vain[])(const struct knob *k) = {
	out_of_range, out_of_range, out_of_range, garbage, garbage, garbage, noise, noise,
	later, later, later, nothing, nothing, unreadable, truncated, much, too_much,
};

static void write_in_vain(const struct knob *k)
{
	vain[random_below(sizeof(vain) / sizeof(*vain))](k);
}

static void expect_unchanged(int i)
{
	long value = value_of(&knobs[i]);

	if (value >= 0 && value != expected[i] && !opt.comes_and_goes)
		fail(&knobs[i], "is %ld, was %ld", value, expected[i]);
}

static void write_and_see(void)
{
	int i = random_below(usable);

	if (random_below(4)) {
		expected[i] = write_valid(&knobs[i]);
		expect_unchanged(i);
	} else {
		write_in_vain(&knobs[i]);
	}
	expect_unchanged(random_below(usable));
}

/* As it was before: the next test wants that. */
static void restore(void)
{
	int i;

	for (i = 0; i < usable && !opt.comes_and_goes; i++) {
		spelled(&knobs[i], first[i], "%ld\n");
		expected[i] = first[i];
		expect_unchanged(i);
	}
}

static void writer(int pipefd)
{
	int i;

	for (i = 0; i < usable; i++)
		expected[i] = value_of(&knobs[i]);
	memcpy(first, expected, sizeof(first));
	while (now_ms() < end_ms)
		write_and_see();
	restore();
	job_done(pipefd, writes);
	exit(0);
}

static void vain_writer(int pipefd)
{
	while (now_ms() < end_ms)
		write_in_vain(&knobs[random_below(usable)]);
	job_done(pipefd, writes);
	exit(0);
}

/* Both of them are in the namespace. */
static void start(int nr, int pipefd)
{
	if (nr && unshare(CLONE_NEWNET))
		err(1, "unshare");
	if (nr)
		usable = KNOBS - 2;
	if (!fork()) {
		random_seed(opt.seed + 2 * nr + 1);
		vain_writer(pipefd);
	}
	random_seed(opt.seed + 2 * nr);
	writer(pipefd);
}

static void strict_writes(void)
{
	char mode = 0;
	int fd = open("/proc/sys/kernel/sysctl_writes_strict", O_RDONLY);

	if (fd < 0 || read(fd, &mode, 1) != 1 || mode != '1')
		errx(1, "kernel.sysctl_writes_strict is not 1");
	close(fd);
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
			errx(2, "see the head of scribble.c for how to call it");
	}
}

int main(int argc, char **argv)
{
	int pipefd[2];

	opt.seed = time(NULL);
	options(argc, argv);
	strict_writes();
	if (pipe(pipefd))
		err(1, "pipe");
	end_ms = now_ms() + opt.seconds * 1000LL;
	for (int i = 0; i < opt.namespaces; i++)
		if (!fork())
			start(i, pipefd[1]);
	/* Two of each, the second of which is the first one's child. */
	return !jobs_done(pipefd, 2 * opt.namespaces, opt.seed, "writes");
}
