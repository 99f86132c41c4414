/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_SCREEN_H
#define CENSUS_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

/* What may happen while we wait. A key is its character. */
enum { CENSUS_KEY_NONE = -1, CENSUS_KEY_RESIZED = -2, CENSUS_KEY_END = -3 };

int census_screen_begin(void);
void census_screen_end(void);
bool census_screen_is_there(void);
void census_screen_draw(const char *head, const char *text,
			bool (*is_marked)(size_t line, const void *data),
			const void *data);
int census_screen_wait(double s);

#endif
