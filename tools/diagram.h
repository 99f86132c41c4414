/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_DIAGRAM_H
#define CENSUS_DIAGRAM_H

#include <stdio.h>

#include "look.h"

int census_diagram_print(FILE *file, const struct census_look *before,
			 const struct census_look *now, double elapsed_s);

#endif
