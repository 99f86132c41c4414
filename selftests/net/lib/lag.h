/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long the CPUs did not run: those of a virtual machine whose host has
 * something else to do. Whoever promises to be on time is not to blame for it.
 */
#ifndef CENSUS_LAG_H
#define CENSUS_LAG_H

/* Begins to watch, in this process. More than once is once. */
void lag_watch(void);

/* Since then, the sum over all CPUs. */
long lag_ms(void);

#endif /* CENSUS_LAG_H */
