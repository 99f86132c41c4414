/* SPDX-License-Identifier: GPL-2.0 */
/*
 * buckets.h - the hash table of table.c.
 */
#ifndef _CENSUS_BUCKETS_H
#define _CENSUS_BUCKETS_H

#include <linux/types.h>

struct census_record;

/* As many as a directory of two levels can hold. */
#define CENSUS_BUCKETS_MAX	134217728

struct census_record *census_buckets_find(const void *obj);
struct census_record *census_buckets_add(struct census_record *rec);
bool census_buckets_move(struct census_record *rec, const void *obj);
void census_buckets_del(struct census_record *rec);
unsigned int census_buckets_records(void);
unsigned int census_buckets_count(void);
size_t census_buckets_bytes(void);
int census_buckets_init(void);
void census_buckets_exit(void);

#endif
