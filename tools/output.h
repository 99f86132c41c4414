/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_OUTPUT_H
#define CENSUS_OUTPUT_H

int census_output_begin(const char *path);
int census_output_end(const char *path, int failed);

#endif
