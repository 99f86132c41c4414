// SPDX-License-Identifier: GPL-2.0
/*
 * How long the kernel itself lets a connection stay in each state, worked out
 * from the sysctls of its namespace as net/ipv4/tcp_timer.c does it. Where a
 * first timeout that the path decides (RTO) is doubled, there is only a lower
 * bound: the kernel's is for the shortest RTO, and takes effect at the first
 * timer that expires after it.
 */
#include "limit.h"
#include "table.h"

#define SYN_RTO_MS 1000		/* TCP_TIMEOUT_INIT */
#define MIN_RTO_MS UINT64_C(200)	/* TCP_RTO_MIN */
#define MAX_RTO_MS 120000	/* TCP_RTO_MAX, where it is not a sysctl */
#define TIME_WAIT_MS 60000	/* TCP_TIMEWAIT_LEN */
#define MOST_RETRIES 255	/* of any sysctl that counts retries */
#define ORPHAN_RETRIES 8	/* in the place of 0: tcp_orphan_retries() */

static uint64_t min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t max_rto_ms(const struct census_facts *facts)
{
	uint64_t ms = facts->value[CENSUS_RTO_MAX_MS];

	if (!facts->known[CENSUS_RTO_MAX_MS] || ms < SYN_RTO_MS)
		return MAX_RTO_MS;
	return min(ms, MAX_RTO_MS);
}

static bool get_retries(const struct census_facts *facts, enum census_fact fact,
			uint64_t *retries)
{
	*retries = facts->value[fact];
	return facts->known[fact] && *retries <= MOST_RETRIES;
}

/* The sum of so many timeouts, each twice the one before. */
static uint64_t backed_off_ms(uint64_t rto_ms, uint64_t timeouts,
			      uint64_t max_ms)
{
	uint64_t sum = 0;

	for (; timeouts; timeouts--, rto_ms = min(2 * rto_ms, max_ms))
		sum += rto_ms;
	return sum;
}

/*
 * tcp_model_timeout(): one more than the retries, for it begins with the first
 * transmission. The limit is on the last doubled one, not on the sum: ilog2().
 */
static uint64_t model_ms(uint64_t retries, uint64_t rto_ms, uint64_t max_ms)
{
	uint64_t doubled = 0, sum = rto_ms;

	while (2 * rto_ms <= max_ms && doubled < retries) {
		rto_ms *= 2;
		sum += rto_ms;
		doubled++;
	}
	return sum + (retries - doubled) * max_ms;
}

/*
 * tcp_write_timeout() in SYN_SENT, and how tcp_retransmit_timer() backs off:
 * the first tcp_syn_linear_timeouts do not. 6 retries: 127 s, or 131 s with 4
 * linear ones.
 */
static struct census_limit syn_sent(const struct census_facts *facts)
{
	uint64_t linear = 0, retries, done = 0, at_ms = 0, rto_ms = SYN_RTO_MS;
	uint64_t max_ms = max_rto_ms(facts), model;

	if (!get_retries(facts, CENSUS_SYN_RETRIES, &retries))
		return (struct census_limit){ CENSUS_UNKNOWN, 0 };
	/* older kernels have none */
	if (!get_retries(facts, CENSUS_SYN_LINEAR_TIMEOUTS, &linear))
		linear = 0;
	model = model_ms(retries, SYN_RTO_MS, max_ms);
	for (;; done++) {
		at_ms += rto_ms;
		if (done >= retries + linear || (done && at_ms >= model))
			return (struct census_limit){ CENSUS_EXACT, at_ms };
		if (done >= linear)
			rto_ms = min(2 * rto_ms, max_ms);
	}
}

/* reqsk_timer_handler(): 5 retries: 63 s. Less when the queue is half full. */
static struct census_limit syn_recv(const struct census_facts *facts)
{
	uint64_t retries;

	if (!get_retries(facts, CENSUS_SYNACK_RETRIES, &retries))
		return (struct census_limit){ CENSUS_UNKNOWN, 0 };
	return (struct census_limit){
		CENSUS_EXACT, backed_off_ms(SYN_RTO_MS, retries + 1, max_rto_ms(facts))
	};
}

/* tcp_write_timeout(): 15 retries: 924.6 s */
static struct census_limit unanswered(const struct census_facts *facts)
{
	uint64_t retries;

	if (!get_retries(facts, CENSUS_RETRIES2, &retries))
		return (struct census_limit){ CENSUS_UNKNOWN, 0 };
	return (struct census_limit){
		CENSUS_AT_LEAST, model_ms(retries, MIN_RTO_MS, max_rto_ms(facts))
	};
}

/* The same with tcp_orphan_retries(): 8 retries: 102.2 s */
static struct census_limit orphan_unanswered(const struct census_facts *facts)
{
	uint64_t retries;

	if (!get_retries(facts, CENSUS_ORPHAN_RETRIES, &retries))
		return (struct census_limit){ CENSUS_UNKNOWN, 0 };
	return (struct census_limit){
		CENSUS_AT_LEAST, model_ms(retries ?: ORPHAN_RETRIES, MIN_RTO_MS,
				   max_rto_ms(facts))
	};
}

/*
 * tcp_probe_timer(): answers reset the number of probes, but not the backoff.
 * When that makes the interval the longest there is, the orphan is no longer
 * "alive" and may only have as many backoffs as tcp_orphan_retries says; there
 * are never more than tcp_retries2. One probe is enough to lose an orphan with
 * one retry, as the peer need not answer two within half a second.
 */
static struct census_limit orphan_closed_window(const struct census_facts *facts)
{
	uint64_t most, retries, backoff = 0, max_ms = max_rto_ms(facts);

	if (!get_retries(facts, CENSUS_ORPHAN_RETRIES, &retries) ||
	    !get_retries(facts, CENSUS_RETRIES2, &most))
		return (struct census_limit){ CENSUS_UNKNOWN, 0 };
	while (MIN_RTO_MS << backoff < max_ms)
		backoff++;
	if (retries == 1 || backoff < retries)
		backoff = retries;
	if (backoff > most)
		return (struct census_limit){ CENSUS_UNLIMITED, 0 };
	return (struct census_limit){
		CENSUS_AT_LEAST, backed_off_ms(MIN_RTO_MS, backoff + 1, max_ms)
	};
}

static struct census_limit keepalive(const struct census_facts *facts)
{
	uint64_t probes, s;

	if (!get_retries(facts, CENSUS_KEEPALIVE_PROBES, &probes) ||
	    !facts->known[CENSUS_KEEPALIVE_TIME] ||
	    !facts->known[CENSUS_KEEPALIVE_INTVL])
		return (struct census_limit){ CENSUS_UNKNOWN, 0 };
	s = facts->value[CENSUS_KEEPALIVE_TIME] +
	    facts->value[CENSUS_KEEPALIVE_INTVL] * probes;
	return (struct census_limit){ CENSUS_EXACT, s * 1000 };
}

static struct census_limit fin_timeout(const struct census_facts *facts)
{
	if (!facts->known[CENSUS_FIN_TIMEOUT])
		return (struct census_limit){ CENSUS_UNKNOWN, 0 };
	return (struct census_limit){
		CENSUS_EXACT, facts->value[CENSUS_FIN_TIMEOUT] * 1000
	};
}

static struct census_limit fixed(const struct census_facts *facts)
{
	(void)facts;
	return (struct census_limit){ CENSUS_EXACT, TIME_WAIT_MS };
}

static struct census_limit none(const struct census_facts *facts)
{
	(void)facts;
	return (struct census_limit){ CENSUS_UNLIMITED, 0 };
}

const struct census_limit_rule census_limit_rules[] = {
	{ "SYN_SENT", "nobody answers", syn_sent, 3,
	  { CENSUS_SYN_RETRIES, CENSUS_SYN_LINEAR_TIMEOUTS,
	    CENSUS_RTO_MAX_MS } },
	{ "SYN_RECV", "nobody answers", syn_recv, 2,
	  { CENSUS_SYNACK_RETRIES, CENSUS_RTO_MAX_MS } },
	{ "ESTABLISHED", "sent data is not acknowledged", unanswered, 2,
	  { CENSUS_RETRIES2, CENSUS_RTO_MAX_MS } },
	{ "ESTABLISHED", "idle, with SO_KEEPALIVE", keepalive, 3,
	  { CENSUS_KEEPALIVE_TIME, CENSUS_KEEPALIVE_INTVL,
	    CENSUS_KEEPALIVE_PROBES } },
	{ "ESTABLISHED", "idle, without", none, 0, { 0 } },
	{ "FIN_WAIT1", "orphan, nobody answers", orphan_unanswered, 2,
	  { CENSUS_ORPHAN_RETRIES, CENSUS_RTO_MAX_MS } },
	{ "FIN_WAIT1", "orphan, the window stays closed", orphan_closed_window,
	  3, { CENSUS_ORPHAN_RETRIES, CENSUS_RETRIES2, CENSUS_RTO_MAX_MS } },
	{ "FIN_WAIT1", "orphan without any timer", none, 0, { 0 } },
	{ "FIN_WAIT1", "the peer answers, and reads a little now and then",
	  none, 0, { 0 } },
	{ "FIN_WAIT1", "held by a program, nobody answers", unanswered, 2,
	  { CENSUS_RETRIES2, CENSUS_RTO_MAX_MS } },
	{ "FIN_WAIT1", "held by a program, the window stays closed", none, 0,
	  { 0 } },
	{ "FIN_WAIT2", "orphan", fin_timeout, 1, { CENSUS_FIN_TIMEOUT } },
	{ "FIN_WAIT2", "held by a program", none, 0, { 0 } },
	{ "CLOSING", "orphan, nobody answers", orphan_unanswered, 2,
	  { CENSUS_ORPHAN_RETRIES, CENSUS_RTO_MAX_MS } },
	{ "TIME_WAIT", "always", fixed, 0, { 0 } },
	{ "CLOSE_WAIT", "until the program closes", none, 0, { 0 } },
	{ "LAST_ACK", "orphan, nobody answers", orphan_unanswered, 2,
	  { CENSUS_ORPHAN_RETRIES, CENSUS_RTO_MAX_MS } },
	{ "LISTEN", "until the program closes", none, 0, { 0 } },
};

const size_t census_nlimits = CENSUS_ARRAY_SIZE(census_limit_rules);
