/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_GRAPHVIZ_H
#define CENSUS_GRAPHVIZ_H

#include <stdio.h>

#include "look.h"

bool census_graphviz_is_there(void);
int census_graphviz_svg(FILE *to, const struct census_look *before,
			const struct census_look *now, double elapsed_s);

#endif
