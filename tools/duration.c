// SPDX-License-Identifier: GPL-2.0
/*
 * Times as people read them: three digits and a unit.
 */
#include <stdio.h>
#include <stdlib.h>

#include "duration.h"
#include "table.h"

/* Timeouts are given in seconds, so one minute is still 60.0s. */
static const struct {
	const char *name;
	double us;
	double below;	/* if not, the next one */
} units[] = {
	{ "us",		1,	1000 },
	{ "ms",		1e3,	1000 },
	{ "s",		1e6,	120 },
	{ "min",	60e6,	120 },
	{ "h",		3600e6,	0 },
};

/* How many digits behind the point make three in all. */
static int decimals(size_t unit, double value)
{
	if (!unit || value >= 99.95)
		return 0;
	return value >= 9.995 ? 1 : 2;
}

/**
 * census_duration_format() - write a time with a unit
 * @text: receives it: "16us", "1.02ms", "60.0s", "12.5min", "312h"
 * @size: of @text
 * @us: microseconds
 */
void census_duration_format(char *text, size_t size, double us)
{
	size_t last = CENSUS_ARRAY_SIZE(units) - 1, i;
	double value;

	for (i = 0; i <= last; i++) {
		value = us / units[i].us;
		snprintf(text, size, "%.*f%s", decimals(i, value), value,
			 units[i].name);
		/* what would be rounded up to 1000ms is 1.00s */
		if (strtod(text, NULL) < units[i].below)
			break;
	}
}
