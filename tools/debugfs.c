// SPDX-License-Identifier: GPL-2.0
/*
 * What can be in the way of the files that are in debugfs.
 */
#include <err.h>
#include <errno.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>

#include "debugfs.h"

#define MOUNTED_AT "/sys/kernel/debug"

static bool is_mounted(void)
{
	struct statfs fs;

	return !statfs(MOUNTED_AT, &fs) && fs.f_type == DEBUGFS_MAGIC;
}

/**
 * census_debugfs_explain() - explain why a file in debugfs cannot be opened
 * @dir: where the file is
 * @error: the errno of opening it
 *
 * Return: whether debugfs was the reason; if so, after a sentence.
 */
bool census_debugfs_explain(const char *dir, int error)
{
	if (strcmp(dir, CENSUS_DEBUGFS_DIR))
		return false;
	if (error == EACCES || error == EPERM)
		warnx("only root may read %s: try again as root, or with sudo",
		      dir);
	else if (error == ENOENT && !is_mounted())
		warnx("debugfs is not mounted: mount it with 'mount -t debugfs none " MOUNTED_AT "'");
	else
		return false;
	return true;
}
