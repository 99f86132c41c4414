// SPDX-License-Identifier: GPL-2.0
/*
 * What can be in the way of the files that are in debugfs.
 */
#include <errno.h>
#include <linux/magic.h>
#include <stdbool.h>
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
 * census_debugfs_obstacle() - why a file in debugfs cannot be opened
 * @dir: where the file is
 * @error: the errno of opening it
 *
 * Return: a sentence, or NULL if debugfs is not the reason.
 */
const char *census_debugfs_obstacle(const char *dir, int error)
{
	if (strcmp(dir, CENSUS_DEBUGFS_DIR))
		return NULL;
	if (error == EACCES || error == EPERM)
		return "only root may read " CENSUS_DEBUGFS_DIR ": try again as root, or with sudo";
	if (error == ENOENT && !is_mounted())
		return "debugfs is not mounted: mount it with 'mount -t debugfs none " MOUNTED_AT "'";
	return NULL;
}
