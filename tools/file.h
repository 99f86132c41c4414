/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_FILE_H
#define CENSUS_FILE_H

char *census_file_read(const char *dir, const char *name, char **path);
char *census_file_obstacle(const char *dir, const char *name);

#endif
