// SPDX-License-Identifier: GPL-2.0
/* census_fifo.c - module/fifo.c as it is. */
#include "fifo.c"
