/* SPDX-License-Identifier: GPL-2.0 */
/*
 * "workqueue: Add system_percpu_wq and system_dfl_wq" (128ea9f6ccfb, 6.17) gave
 * system_unbound_wq a new name; using the old one is told in the log.
 */
#include_next <linux/workqueue.h>

#ifndef _CENSUS_COMPAT_WORKQUEUE_H
#define _CENSUS_COMPAT_WORKQUEUE_H

#ifndef CENSUS_HAVE_SYSTEM_DFL_WQ
#define system_dfl_wq system_unbound_wq
#endif

#endif
