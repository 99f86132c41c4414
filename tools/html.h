/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_HTML_H
#define CENSUS_HTML_H

struct census_style;
struct census_table;
struct census_view;

void census_html_text(const char *text);
int census_html_table(const struct census_view *view,
		      const struct census_table *table,
		      const struct census_style *style);

#endif
