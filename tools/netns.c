// SPDX-License-Identifier: GPL-2.0
/*
 * Moves the reader into another network namespace. /proc needs no new mount:
 * /proc/thread-self/net belongs to the namespace of the thread that opens it.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netns.h"

static void explain_open(const char *name, const char *path)
{
	if (errno == ENOENT)
		warnx("there is no network namespace '%s' (no %s): 'ip netns' lists their names",
		      name, path);
	else
		warn("cannot open the network namespace %s", path);
}

static void explain_enter(const char *path)
{
	if (errno == EPERM)
		warnx("entering the network namespace %s needs root (CAP_SYS_ADMIN)",
		      path);
	else if (errno == EINVAL)
		warnx("%s is not a network namespace", path);
	else
		warn("cannot enter the network namespace %s", path);
}

/**
 * census_netns_enter() - enter a network namespace
 * @name: as 'ip netns' knows it, or the path of a namespace file such as
 *	/proc/PID/ns/net
 *
 * Return: 0, or -1 after a sentence.
 */
int census_netns_enter(const char *name)
{
	char path[PATH_MAX];
	int fd, ret;

	snprintf(path, sizeof(path), "%s%s",
		 strchr(name, '/') ? "" : "/run/netns/", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		explain_open(name, path);
		return -1;
	}
	ret = setns(fd, CLONE_NEWNET);
	if (ret)
		explain_enter(path);
	close(fd);
	return ret;
}
