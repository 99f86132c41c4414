// SPDX-License-Identifier: GPL-2.0
/*
 * Sends standard output to a file, which appears when it is whole: who reads it
 * meanwhile sees the one before. One that is there keeps its mode.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"
#include "print.h"

static char *target;	/* the file, not a link to it */
static char *temporary;	/* beside it, to take its place; NULL: none does */
static mode_t mode;	/* of the one before, or as a shell would make it */

static void forget(void)
{
	free(target);
	free(temporary);
	target = NULL;
	temporary = NULL;
}

/* Who was started without standard output gets this one. */
static int redirect(int fd)
{
	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
		return -1;
	if (fd != STDOUT_FILENO)
		close(fd);
	return 0;
}

/* A device or a pipe stays what it is. */
static int begin_there(const char *path)
{
	if (!redirect(open(path, O_WRONLY | O_CLOEXEC)))
		return 0;
	warn("cannot write %s", path);
	return -1;
}

static int begin_beside(const char *path)
{
	target = realpath(path, NULL);
	if (!target)
		target = strdup(path);
	if (!target || asprintf(&temporary, "%s.XXXXXX", target) < 0) {
		temporary = NULL;
		warnx("out of memory");
	} else if (redirect(mkstemp(temporary))) {
		warn("cannot write beside %s", path);
	} else {
		return 0;
	}
	forget();
	return -1;
}

/**
 * census_output_begin() - from now on, write to a file
 * @path: the file
 *
 * Return: 0, or -1 after a sentence.
 */
int census_output_begin(const char *path)
{
	mode_t mask = umask(0);
	struct stat st;

	umask(mask);
	mode = 0666 & ~mask;
	if (!stat(path, &st)) {
		if (!S_ISREG(st.st_mode))
			return begin_there(path);
		mode = st.st_mode & 0777;
	}
	return begin_beside(path);
}

static int publish(const char *path)
{
	if (!temporary ||
	    (!fchmod(STDOUT_FILENO, mode) && !rename(temporary, target)))
		return 0;
	warn("cannot write %s", path);
	return -1;
}

/**
 * census_output_end() - put the file in its place
 * @path: the file
 * @failed: what was written is not worth it
 *
 * Return: 0, or -1 after a sentence.
 */
int census_output_end(const char *path, int failed)
{
	int ret = failed;

	if (!ret)
		ret = census_print_flush();
	if (!ret)
		ret = publish(path);
	if (ret && temporary)
		unlink(temporary);
	forget();
	return ret;
}
