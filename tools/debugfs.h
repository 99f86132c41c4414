/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_DEBUGFS_H
#define CENSUS_DEBUGFS_H

#include <stdbool.h>

#define CENSUS_DEBUGFS_DIR "/sys/kernel/debug/tcp_census"

bool census_debugfs_explain(const char *dir, int error);

#endif
