// SPDX-License-Identifier: GPL-2.0
/*
 * nth - one allocation fails, each time another one
 *
 *	nth [-t SECONDS] load FILE.ko
 *	nth [-t SECONDS] netns
 *	nth [-t SECONDS] read FILE
 *	nth [-t SECONDS] write FILE TEXT
 *
 * Does that again and again, with the last allocation of it failing, the one
 * before, and so on to the first or until time is up. It may fail, with ENOMEM
 * (or EFAULT where copying from or to the user fails); then nothing may be left
 * of it. Wants a kernel with /proc/thread-self/fail-nth.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../lib/deadline.h"

#define MORE_THAN_ALL	10000000

static const char *file, *data;
static int home, fail_nth;

static void must(int ok, const char *what)
{
	if (!ok)
		err(1, "%s", what);
}

/* Each returns 0 or -1 with errno set, and has an opposite. */
static int load(void)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), status, error;

	if (fd < 0)
		return -1;
	status = syscall(SYS_finit_module, fd, "", 0);
	error = errno;
	close(fd);
	errno = error;
	return status;
}

static int loaded(void)
{
	struct stat st;

	return !stat("/sys/module/tcp_census", &st);
}

static void unload(void)
{
	must(loaded(), "not loaded");
	must(eventually(!syscall(SYS_delete_module, "tcp_census", O_NONBLOCK)), "delete_module");
}

static void not_loaded(void)
{
	must(!loaded(), "failed, and is loaded");
}

static int enter(void)
{
	return unshare(CLONE_NEWNET);
}

static void leave(void)
{
	must(!setns(home, CLONE_NEWNET), "setns");
}

static int read_all(void)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), error;
	char buf[8192];
	ssize_t n;

	if (fd < 0)
		return -1;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		;
	error = errno;
	close(fd);
	errno = error;
	return n;
}

static int write_all(void)
{
	int fd = open(file, O_WRONLY | O_CLOEXEC), error;
	ssize_t n;

	if (fd < 0)
		return -1;
	n = write(fd, data, strlen(data));
	error = errno;
	close(fd);
	errno = error;
	return n < 0 ? -1 : 0;
}

static void nothing(void)
{
}

static const struct deed {
	const char *name;
	int (*act)(void);
	void (*undo)(void);
	void (*failed)(void);
} deeds[] = {
	{ "load", load, unload, not_loaded },
	{ "netns", enter, leave, nothing },
	{ "read", read_all, nothing, nothing },
	{ "write", write_all, nothing, nothing },
};

/* It may be this that fails, but not twice. */
static void arm(int n)
{
	char buf[16];
	int len = snprintf(buf, sizeof(buf), "%d", n);

	must(pwrite(fail_nth, buf, len, 0) == len || pwrite(fail_nth, buf, len, 0) == len,
	     "fail-nth");
}

/* How many are left until one fails; it does not count any more. */
static int disarm(void)
{
	char buf[16] = "";

	/* Or this; then nothing is left. */
	if (pread(fail_nth, buf, sizeof(buf) - 1, 0) < 0)
		return 0;
	arm(0);
	return atoi(buf);
}

/* Return: how many were left. */
static int try(const struct deed *deed, int n, int *failures)
{
	int status, error, left;

	arm(n);
	status = deed->act();
	error = errno;
	left = disarm();
	if (!status) {
		deed->undo();
		return left;
	}
	(*failures)++;
	if (error != ENOMEM && error != EFAULT)
		errx(1, "%s: with allocation %d failing: %s", deed->name, n, strerror(error));
	deed->failed();
	return left;
}

static void storm(const struct deed *deed, int seconds)
{
	long long end = now_ms() + seconds * 1000LL;
	int n, all, failures = 0;

	try(deed, MORE_THAN_ALL, &failures);	/* what is allocated but once */
	all = MORE_THAN_ALL - try(deed, MORE_THAN_ALL, &failures);
	if (failures)
		errx(1, "%s fails anyhow", deed->name);
	for (n = all; n > 0 && now_ms() < end; n--)
		try(deed, n, &failures);
	printf("# %s%s%s: %d of %d allocations failed, %d times all of it\n", deed->name,
	       file ? " " : "", file ? : "", all - n, all, failures);
}

int main(int argc, char **argv)
{
	int seconds = 60, c;

	while ((c = getopt(argc, argv, "t:")) == 't')
		seconds = atoi(optarg);
	if (c != -1 || optind == argc)
		errx(2, "see the head of nth.c for how to call it");
	file = argv[optind + 1];
	data = file ? argv[optind + 2] : NULL;
	home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	fail_nth = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	must(fail_nth >= 0, "/proc/thread-self/fail-nth");
	for (size_t i = 0; i < sizeof(deeds) / sizeof(*deeds); i++)
		if (!strcmp(argv[optind], deeds[i].name)) {
			storm(&deeds[i], seconds);
			return 0;
		}
	errx(2, "%s?", argv[optind]);
}
