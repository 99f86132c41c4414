/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_NETNS_H
#define CENSUS_NETNS_H

#include <stdint.h>

int census_netns_enter(const char *name);
int census_netns_find(const char *name, uint64_t *inode);

#endif
