/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The timeouts of the present network namespace, and who outstays them.
 */
#ifndef CENSUS_OVERDUE_H
#define CENSUS_OVERDUE_H

#include "census.h"

#define TIMEOUT_MAX_S	31536000

struct overdue {
	long now, ever;		/* columns overdue and exceeded */
};

/* From the file "states" or "timeouts", which both have them. 0, or -errno. */
int overdue_read(struct overdue o[STATES], const char *file);

/* Column timeout_s. 0, or -errno. */
int timeouts_read(long timeout_s[STATES]);

/* The sysctl of a state. 0, or -errno. */
int timeout_write(enum state s, const char *text);
int timeout_read(enum state s, long *timeout_s);

#endif /* CENSUS_OVERDUE_H */
