/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_FACT_H
#define CENSUS_FACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers of the kernel that are known here: see facts[] in fact.c. */
enum census_fact {
	/* sysctls */
	CENSUS_SYN_RETRIES,
	CENSUS_SYN_LINEAR_TIMEOUTS,
	CENSUS_SYNACK_RETRIES,
	CENSUS_RETRIES2,
	CENSUS_ORPHAN_RETRIES,
	CENSUS_RTO_MAX_MS,
	CENSUS_FIN_TIMEOUT,
	CENSUS_KEEPALIVE_TIME,
	CENSUS_KEEPALIVE_INTVL,
	CENSUS_KEEPALIVE_PROBES,
	CENSUS_SYNCOOKIES,
	CENSUS_MAX_TW_BUCKETS,
	CENSUS_TW_REUSE,
	CENSUS_PORT_FIRST,
	CENSUS_PORT_LAST,
	CENSUS_MAX_ORPHANS,
	CENSUS_MEM_PRESSURE,
	CENSUS_MEM_MAX,
	/* counters */
	CENSUS_LISTEN_OVERFLOWS,
	CENSUS_SYNCOOKIES_SENT,
	CENSUS_REQ_DROPPED,
	CENSUS_TW_OVERFLOWS,
	CENSUS_MEMORY_ABORTS,
	CENSUS_UNREACHABLES,
	CENSUS_UNREACHABLES6,
	/* of sockstat */
	CENSUS_ORPHANS,
	CENSUS_TW,
	CENSUS_MEM,

	CENSUS_FACTS
};

/**
 * struct census_facts - what the kernel says of itself at one time
 * @value: the numbers
 * @known: which of them this kernel and namespace have
 */
struct census_facts {
	uint64_t value[CENSUS_FACTS];
	bool known[CENSUS_FACTS];
};

int census_fact_read(struct census_facts *facts, const char *net_dir,
		     const char *sysctl_dir);
int census_fact_sysctl(const char *dir, const char *name, uint64_t *value);
const char *census_fact_name(enum census_fact fact);
uint64_t census_fact_growth(const struct census_facts *before,
			    const struct census_facts *now,
			    enum census_fact fact);

#endif
