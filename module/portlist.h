/* SPDX-License-Identifier: GPL-2.0 */
/*
 * portlist.h - a list of ports, and how it is written.
 */
#ifndef _CENSUS_PORTLIST_H
#define _CENSUS_PORTLIST_H

#include <linux/types.h>

#define CENSUS_PORTS_MAX	64

/* What is read of a list: up to five digits and a blank each, and a NUL. */
#define CENSUS_PORTLIST_TEXT	(CENSUS_PORTS_MAX * 6 + 1)

/**
 * struct census_portlist - some ports
 * @n: how many
 * @port: ascending, none of them twice
 */
struct census_portlist {
	unsigned int n;
	u16 port[CENSUS_PORTS_MAX];
};

int census_portlist_parse(struct census_portlist *list, const char *text,
			  size_t len);
void census_portlist_print(const struct census_portlist *list,
			   char text[CENSUS_PORTLIST_TEXT]);
int census_portlist_find(const struct census_portlist *list, u16 port);

#endif
