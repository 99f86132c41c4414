/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_DETAIL_H
#define CENSUS_DETAIL_H

#include <stdio.h>

#include "measure.h"

bool census_detail_has_full_queue(const struct census_case *c, uint16_t port);
uint64_t census_detail_at_full_queues(const struct census_case *c);
uint64_t census_detail_begun(const struct census_case *c);
uint64_t census_detail_completed(const struct census_case *c);
uint64_t census_detail_lost_cookies(const struct census_case *c);
uint64_t census_detail_unreachables(const struct census_case *c);
bool census_detail_mostly_time_wait(const struct census_case *c);

void census_detail_listeners(FILE *file, const struct census_case *c);
void census_detail_handshakes(FILE *file, const struct census_case *c);
void census_detail_attempts(FILE *file, const struct census_case *c);
void census_detail_reaper(FILE *file, const struct census_case *c);
void census_detail_ports(FILE *file, const struct census_case *c);
void census_detail_tw_buckets(FILE *file, const struct census_case *c);
void census_detail_orphans(FILE *file, const struct census_case *c);
void census_detail_memory(FILE *file, const struct census_case *c);

#endif
