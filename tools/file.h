/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_FILE_H
#define CENSUS_FILE_H

#include <stdbool.h>
#include <stddef.h>

char *census_file_read(const char *dir, const char *name, char **path);
int census_file_check(const char *path, size_t line, const char *text,
		      size_t size);
bool census_file_is_there(const char *dir, const char *name);
char *census_file_obstacle(const char *dir, const char *name);

#endif
