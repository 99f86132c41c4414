/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_DEBUGFS_H
#define CENSUS_DEBUGFS_H

#define CENSUS_DEBUGFS_DIR "/sys/kernel/debug/tcp_census"

const char *census_debugfs_obstacle(const char *dir, int error);

#endif
