/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_DURATION_H
#define CENSUS_DURATION_H

#include <stddef.h>

void census_duration_format(char *text, size_t size, double us);

#endif
