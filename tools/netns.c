// SPDX-License-Identifier: GPL-2.0
/*
 * Finds a network namespace, and moves the reader into it. /proc needs no new
 * mount: /proc/thread-self/net belongs to the namespace of the thread that
 * opens it.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
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

/* Returns a descriptor, and the path in @path, or -1 after a sentence. */
static int open_netns(const char *name, char path[static PATH_MAX])
{
	int fd;

	snprintf(path, PATH_MAX, "%s%s",
		 strchr(name, '/') ? "" : CENSUS_NETNS_DIR "/", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		explain_open(name, path);
	return fd;
}

/**
 * census_netns_find() - find the inode by which a network namespace is known
 * @name: as 'ip netns' knows it, or the path of a namespace file such as
 *	/proc/PID/ns/net
 * @inode: set on success
 *
 * Return: 0, or -1 after a sentence.
 */
int census_netns_find(const char *name, uint64_t *inode)
{
	char path[PATH_MAX];
	struct stat st;
	int fd, ret;

	fd = open_netns(name, path);
	if (fd < 0)
		return -1;
	ret = fstat(fd, &st);
	if (ret)
		warn("cannot read the network namespace %s", path);
	else
		*inode = st.st_ino;
	if (!ret && ioctl(fd, NS_GET_NSTYPE) != CLONE_NEWNET) {
		warnx("%s is not a network namespace", path);
		ret = -1;
	}
	close(fd);
	return ret;
}

/**
 * census_netns_enter() - enter a network namespace
 * @name: see census_netns_find()
 *
 * Return: 0, or -1 after a sentence.
 */
int census_netns_enter(const char *name)
{
	char path[PATH_MAX];
	int fd, ret;

	fd = open_netns(name, path);
	if (fd < 0)
		return -1;
	ret = setns(fd, CLONE_NEWNET);
	if (ret)
		explain_enter(path);
	close(fd);
	return ret;
}
