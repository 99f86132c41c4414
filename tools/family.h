/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_FAMILY_H
#define CENSUS_FAMILY_H

#include <stddef.h>

#include "look.h"

/**
 * struct census_scrape - what is exported of a network namespace
 * @netns: its name, or NULL for the one the reader is in
 * @look: its numbers
 */
struct census_scrape {
	char *netns;
	struct census_look look;
};

int census_family_print(const struct census_scrape *scrapes, size_t nscrapes);

#endif
