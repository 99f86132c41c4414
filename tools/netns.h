/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_NETNS_H
#define CENSUS_NETNS_H

int census_netns_enter(const char *name);

#endif
