// SPDX-License-Identifier: GPL-2.0
/*
 * Why something looks wrong, whose side it is on, and what helps: what an
 * expert would say, and the tests by which the causes are told apart.
 */
#include <netinet/tcp.h>
#include <string.h>

#include "cause.h"
#include "detail.h"
#include "tally.h"

#define BIT(n) (1UL << (n))

static bool uses_port(const struct census_socket *s,
		      const struct census_case *c)
{
	return census_measure_uses_port(c->now, s);
}

/* The port is all that a row and a socket are compared by. */
static bool full_listener(const struct census_socket *s,
			  const struct census_case *c)
{
	return s->state == TCP_LISTEN &&
	       census_detail_has_full_queue(c, s->local.port);
}

/* At least half of them wait where the accept queue is full. */
static bool accept_queue_full(const struct census_case *c)
{
	uint64_t all;

	census_look_number(c->now, CENSUS_STATES, "SYN_RECV", "current", &all);
	return census_detail_at_full_queues(c) * 2 >= all;
}

static bool has_cookies(const struct census_case *c)
{
	return c->before &&
	       (census_fact_growth(&c->before->facts, &c->now->facts,
				   CENSUS_SYNCOOKIES_SENT) ||
		census_fact_growth(&c->before->facts, &c->now->facts,
				   CENSUS_REQ_DROPPED));
}

/*
 * Nearly all of those that begin are completed, also by cookies, and few of them
 * take long. What gets no more than a cookie is not among those that begin.
 */
static bool busy(const struct census_case *c)
{
	uint64_t begun = census_detail_begun(c), all, overdue;

	census_look_number(c->now, CENSUS_STATES, "SYN_RECV", "current", &all);
	census_look_number(c->now, CENSUS_STATES, "SYN_RECV", "overdue",
			   &overdue);
	return begun && census_detail_completed(c) * 10 >= begun * 9 &&
	       census_detail_lost_cookies(c) <= begun / 10 &&
	       overdue * 10 <= all;
}

static bool is_request(const struct census_socket *socket, const void *data)
{
	(void)data;
	return socket->state == TCP_SYN_RECV;
}

/*
 * With one look only, those that have waited for several SYN-ACKs' answers tell; clients
 * that are many do not wait as long.
 */
static bool unanswered(const struct census_case *c)
{
	uint64_t all, overdue;

	census_look_number(c->now, CENSUS_STATES, "SYN_RECV", "current", &all);
	census_look_number(c->now, CENSUS_STATES, "SYN_RECV", "overdue",
			   &overdue);
	return c->before || overdue >= all / 2;
}

/*
 * Nearly every request is of another address, and the queue overflows. Where it
 * does not, those of real clients would be few each, too, but they would be
 * answered. Where no request was seen, the queue alone tells.
 */
static bool flood(const struct census_case *c)
{
	struct census_tally peers = { 0 };

	if (c->walked &&
	    census_tally_peers(&peers, &c->sockets, is_request, NULL))
		return false;
	if (!peers.count)
		return has_cookies(c);
	if (peers.distinct * 2 <= peers.count)
		return false;
	return has_cookies(c) ||
	       (unanswered(c) && census_detail_completed(c) * 2 <=
				 census_detail_begun(c));
}

/* Routers answer instead of the peers; as often as connect() failed, or nearly. */
static bool unreachable(const struct census_case *c)
{
	uint64_t refused;

	return census_measure_refused(c, &refused) && refused &&
	       census_detail_unreachables(c) * 2 >= refused;
}

/* Those that have just been closed get their timer in a moment. */
static bool lacks_timers(const struct census_case *c)
{
	uint64_t n;

	return census_measure_no_timer(c, &n) && n;
}

#define FIN_WAIT1_RULES \
	(BIT(CENSUS_RULE_FIN_WAIT1) | BIT(CENSUS_RULE_FIN_WAIT1_OVERDUE))
#define FIN_WAIT2_RULES \
	(BIT(CENSUS_RULE_FIN_WAIT2) | BIT(CENSUS_RULE_FIN_WAIT2_OVERDUE))

#define PROGRAM "this program"
#define PEER "the peer"
#define NETWORK "the network"
#define ATTACK "an attack"
#define HOST "this host"
#define MODULE "this module"
#define NOT_KNOWN "not known"

const struct census_cause census_causes[] = {
	{
		.name = "not_accepted",
		.rules = BIT(CENSUS_RULE_ACCEPT_QUEUE),
		.picks = full_listener,
		.side = PROGRAM,
		.sentence = "clients are connected and wait for a program that does not accept() them fast enough; the last ACKs of further ones are dropped",
		.detail = census_detail_listeners,
		.evidence = BIT(CENSUS_PROGRAMS),
		.remedy = "find what keeps the program from accept(): too few workers, a lock, no CPU; only then raise its listen() backlog, and net.core.somaxconn with it",
		.avoid = "a longer queue alone makes clients wait longer; tcp_abort_on_overflow=1 turns their waiting into errors",
	}, {
		.name = "accept_queue_full",
		.rules = BIT(CENSUS_RULE_SYN_RECV),
		.holds = accept_queue_full,
		.state = TCP_SYN_RECV,
		.side = PROGRAM,
		.sentence = "most of them wait at a listener whose accept queue is full: their last ACK came, and was dropped",
		.detail = census_detail_listeners,
		.evidence = BIT(CENSUS_LOCALS) | BIT(CENSUS_PEERS),
		.remedy = "as for accept_queue: the program has to accept() faster",
		.avoid = "it is no SYN flood: syncookies and filters do not help",
	}, {
		.name = "busy",
		.rules = BIT(CENSUS_RULE_SYN_RECV),
		.holds = busy,
		.state = TCP_SYN_RECV,
		.side = PROGRAM,
		.sentence = "nearly all handshakes are completed: so many are under way because new clients are many, or far away",
		.detail = census_detail_handshakes,
		.evidence = BIT(CENSUS_LOCALS) | BIT(CENSUS_PEERS),
		.remedy = "nothing is wrong if this is the usual load: raise the threshold with --warning syn_recv=N; the listen() backlog and net.core.somaxconn should be well above the number",
		.avoid = "it is no SYN flood: filters would hit clients",
	}, {
		.name = "flood",
		.rules = BIT(CENSUS_RULE_SYN_RECV),
		.holds = flood,
		.state = TCP_SYN_RECV,
		.side = ATTACK,
		.sentence = "SYNs come from ever new addresses that do not answer our SYN-ACKs: a SYN flood, most likely of forged senders",
		.detail = census_detail_handshakes,
		.evidence = BIT(CENSUS_LOCALS) | BIT(CENSUS_PEERS),
		.remedy = "net.ipv4.tcp_syncookies=1 keeps the service up; filter before this host, or with nftables' synproxy; a larger listen() backlog with net.core.somaxconn lets more in without cookies",
		.avoid = "do not block addresses one by one, they are forged; tcp_synack_retries below 2 ends slow but real clients",
	}, {
		.name = "lost_acks",
		.rules = BIT(CENSUS_RULE_SYN_RECV),
		.holds = unanswered,
		.state = TCP_SYN_RECV,
		.side = NETWORK,
		.sentence = "our SYN-ACKs, or the ACKs that answer them, are lost on the way",
		.detail = census_detail_handshakes,
		.evidence = BIT(CENSUS_LOCALS) | BIT(CENSUS_PEERS),
		.remedy = "look at the way back to these peers: routes, a firewall that sees one direction only, net.ipv4.conf.*.rp_filter; tcpdump here and there shows which segment is missing",
		.avoid = "a larger backlog and syncookies do not help: no queue is full",
	}, {
		.name = "undecided",
		.rules = BIT(CENSUS_RULE_SYN_RECV),
		.state = TCP_SYN_RECV,
		.side = NOT_KNOWN,
		.sentence = "handshakes wait for their last ACK; one look does not tell new clients that are many from a SYN flood or lost ACKs",
		.detail = census_detail_handshakes,
		.evidence = BIT(CENSUS_LOCALS) | BIT(CENSUS_PEERS),
		.remedy = "compare two looks: leave out --path, or save the files twice, some seconds apart, and add --since",
	}, {
		.name = "silence",
		.rules = BIT(CENSUS_RULE_SYN_SENT),
		.state = TCP_SYN_SENT,
		.side = NETWORK,
		.sentence = "SYNs get no answer at all: the destination is down, or a firewall drops them without a word",
		.detail = census_detail_attempts,
		.evidence = BIT(CENSUS_REMOTES) | BIT(CENSUS_PROGRAMS),
		.remedy = "check the destination and the way to it (traceroute -T -p PORT); give the program a timeout of its own for connect()",
		.avoid = "a higher tcp_syn_retries only makes programs wait longer",
	}, {
		.name = "unreachable",
		.rules = BIT(CENSUS_RULE_REFUSED),
		.holds = unreachable,
		.side = NETWORK,
		.sentence = "ICMP errors say that the destinations cannot be reached: no route, or a firewall that rejects",
		.detail = census_detail_attempts,
		.remedy = "'ip route get ADDRESS' shows the way that is taken; ask those who run the router or firewall that answers",
		.avoid = "retrying at once makes load and nothing else: let the program wait longer each time",
	}, {
		.name = "refused",
		.rules = BIT(CENSUS_RULE_REFUSED),
		.side = PEER,
		.sentence = "peers answer SYNs with RST: nothing listens on that port",
		.detail = census_detail_attempts,
		.remedy = "start the service at the destination, or correct the address and port that the program connects to",
		.avoid = "retrying at once makes load and nothing else: let the program wait longer each time",
	}, {
		.name = "closed_window",
		.rules = FIN_WAIT1_RULES,
		.state = TCP_FIN_WAIT1,
		.holder = CENSUS_ORPHANS_ONLY,
		.timers = BIT(CENSUS_TIMER_PROBE),
		.when = "orphan, the window stays closed",
		.side = PEER,
		.sentence = "orphans with data to send whose peers keep their window closed, and answer probes: stuck or hostile readers; each pins its send buffer",
		.detail = census_detail_reaper,
		.evidence = BIT(CENSUS_PEERS) | BIT(CENSUS_LOCALS),
		.remedy = "the reaper of this module: net.tcp_census.fin_wait1_reap=1 reports what it would end, 2 ends it; in the program, a timeout for lingering connections (nginx: reset_timedout_connection)",
		.avoid = "tcp_orphan_retries does not end these, but healthy slow readers when it is small; a higher tcp_max_orphans lets more memory be pinned",
	}, {
		.name = "black_hole",
		.rules = FIN_WAIT1_RULES,
		.state = TCP_FIN_WAIT1,
		.holder = CENSUS_ORPHANS_ONLY,
		.timers = BIT(CENSUS_TIMER_RETRANSMIT),
		.when = "orphan, nobody answers",
		.side = NETWORK,
		.sentence = "orphans whose peers acknowledge nothing: gone without a word, or behind a firewall that has forgotten the connection",
		.detail = census_detail_reaper,
		.evidence = BIT(CENSUS_PEERS) | BIT(CENSUS_LOCALS),
		.remedy = "the kernel ends them in time, see the limit, and the reaper sooner; if they keep coming, look for a firewall, NAT or load balancer with a shorter timeout than the connections; 'ss' at the peer tells what it ate: our FIN if it is ESTABLISHED there, the answer if it is in CLOSE_WAIT",
	}, {
		.name = "no_timer",
		.rules = FIN_WAIT1_RULES | BIT(CENSUS_RULE_NO_TIMER),
		.state = TCP_FIN_WAIT1,
		.holder = CENSUS_ORPHANS_ONLY,
		.timers = BIT(CENSUS_TIMER_NONE),
		.may_hold = lacks_timers,
		.when = "without any timer",
		.side = HOST,
		.sentence = "orphans without any timer, mostly of the kernel's own services (NFS, SMB): nothing in the kernel will ever end them",
		.detail = census_detail_reaper,
		.evidence = BIT(CENSUS_PEERS) | BIT(CENSUS_LOCALS),
		.remedy = "only the reaper ends them, short of a reboot: net.tcp_census.fin_wait1_reap=2; then update the kernel",
		.avoid = "do not wait: no timeout and no sysctl applies to them",
	}, {
		.name = "owned",
		.rules = FIN_WAIT1_RULES,
		.state = TCP_FIN_WAIT1,
		.holder = CENSUS_HELD_ONLY,
		.when = "held by a program",
		.side = PROGRAM,
		.sentence = "a program has called shutdown() but not close(), and waits for peers that do not take what it has sent",
		.evidence = BIT(CENSUS_PROGRAMS) | BIT(CENSUS_PEERS),
		.remedy = "the program needs a timeout after shutdown(), or TCP_USER_TIMEOUT",
		.avoid = "tcp_orphan_retries and the reaper do not apply to sockets that a program holds",
	}, {
		.name = "unacknowledged",
		.rules = FIN_WAIT1_RULES,
		.side = PEER,
		.sentence = "closed here, and peers have not acknowledged all of it: they are gone, or keep their window closed",
		.detail = census_detail_reaper,
		.remedy = "'tcpcensus oldest -s fin_wait1' shows root their timers; net.tcp_census.fin_wait1_reap=1 reports which of them the reaper would end",
		.avoid = "tcp_orphan_retries does not end those with a closed window",
	}, {
		.name = "owned",
		.rules = FIN_WAIT2_RULES,
		.state = TCP_FIN_WAIT2,
		.holder = CENSUS_HELD_ONLY,
		.when = "held by a program",
		.side = PROGRAM,
		.sentence = "a program has called shutdown() but not close(), and waits for peers that do not close; no timer limits that",
		.evidence = BIT(CENSUS_PROGRAMS) | BIT(CENSUS_PEERS),
		.remedy = "the program needs a timeout after shutdown(), and then close(); SO_KEEPALIVE finds the peers that are gone",
		.avoid = "do not lower tcp_fin_timeout: it does not apply to sockets that a program holds",
	}, {
		.name = "orphaned",
		.rules = FIN_WAIT2_RULES,
		.state = TCP_FIN_WAIT2,
		.holder = CENSUS_ORPHANS_ONLY,
		.when = "orphan",
		.side = PEER,
		.sentence = "closed here and acknowledged, but the peers leave their side open",
		.evidence = BIT(CENSUS_PEERS) | BIT(CENSUS_LOCALS),
		.remedy = "harmless: they cost little memory, and end after tcp_fin_timeout; it may be lowered to 15 or so; the peers should close",
		.avoid = "do not let programs keep the sockets open to wait for the peers",
	}, {
		.name = "not_closed",
		.rules = FIN_WAIT2_RULES,
		.side = PEER,
		.sentence = "closed here and acknowledged, but the peers leave their side open",
		.remedy = "'tcpcensus oldest -p -s fin_wait2' shows root whether programs hold them: those need a timeout after shutdown(); the others end after tcp_fin_timeout",
	}, {
		.name = "lost_fins",
		.rules = BIT(CENSUS_RULE_CLOSING),
		.state = TCP_CLOSING,
		.side = NETWORK,
		.sentence = "both ends closed at the same time, and our FINs are not acknowledged",
		.evidence = BIT(CENSUS_PEERS) | BIT(CENSUS_LOCALS),
		.remedy = "look for a firewall that drops what comes after the first FIN (its counter of invalid packets), and for peers that are gone; the kernel ends them in time, see the limit",
	}, {
		.name = "lost_last_ack",
		.rules = BIT(CENSUS_RULE_LAST_ACK),
		.state = TCP_LAST_ACK,
		.side = NETWORK,
		.sentence = "the peers closed first, and do not acknowledge our FIN: they are gone, or a firewall has forgotten the connection",
		.evidence = BIT(CENSUS_PEERS) | BIT(CENSUS_LOCALS),
		.remedy = "look for a firewall or NAT that forgets connections at the first FIN; the kernel ends them in time, see the limit; a program that closes sooner after the peer meets this less",
	}, {
		.name = "not_accepted",
		.rules = BIT(CENSUS_RULE_CLOSE_WAIT),
		.state = TCP_CLOSE_WAIT,
		.holder = CENSUS_UNACCEPTED_ONLY,
		.side = PROGRAM,
		.sentence = "the peers have closed while their connections waited in an accept queue: the program has not even taken them",
		.evidence = BIT(CENSUS_LOCALS) | BIT(CENSUS_PEERS),
		.remedy = "the program that listens on these ports hangs, or is far too slow to accept(): see what it waits for ('ss -tlnp' names it; its stack, its locks, its number of workers)",
		.avoid = "a longer accept queue only collects more of them; no sysctl ends them",
	}, {
		.name = "not_closed",
		.rules = BIT(CENSUS_RULE_CLOSE_WAIT),
		.state = TCP_CLOSE_WAIT,
		.holder = CENSUS_HELD_ONLY,
		.side = PROGRAM,
		.sentence = "the peers have closed, and the program that holds the sockets has not",
		.evidence = BIT(CENSUS_PROGRAMS) | BIT(CENSUS_PEERS) | BIT(CENSUS_LOCALS),
		.remedy = "the program has to close() when read() returns 0: it leaks them, or hangs; 'ls -l /proc/PID/fd' shows them, a restart closes them all",
		.avoid = "no sysctl ends them, tcp_fin_timeout and the reaper neither; 'ss -K' leaves the descriptors in the program",
	}, {
		.name = "short_connections",
		.rules = BIT(CENSUS_RULE_PORTS),
		.holds = census_detail_mostly_time_wait,
		.picks = uses_port,
		.side = PROGRAM,
		.sentence = "a program makes many short connections to one destination, and each leaves its local port in TIME_WAIT for 60 s",
		.detail = census_detail_ports,
		.evidence = BIT(CENSUS_DESTINATIONS),
		.remedy = "keep connections open and use them again (keep-alive, a pool); net.ipv4.tcp_tw_reuse=1 (with tcp_timestamps=1) lets connect() take such ports after a second; a wider ip_local_port_range, or more addresses at either end",
		.avoid = "tcp_fin_timeout does not shorten TIME_WAIT; a low tcp_max_tw_buckets ends the protection against old segments, not the shortage",
	}, {
		.name = "many_connections",
		.rules = BIT(CENSUS_RULE_PORTS),
		.picks = uses_port,
		.side = PROGRAM,
		.sentence = "so many connections to one destination are open at the same time",
		.detail = census_detail_ports,
		.evidence = BIT(CENSUS_DESTINATIONS),
		.remedy = "share connections (a pool, a proxy), or close those that are idle; a wider ip_local_port_range, or more addresses at either end",
		.avoid = "tcp_tw_reuse does not help: they are not in TIME_WAIT",
	}, {
		.name = "tw_buckets",
		.rules = BIT(CENSUS_RULE_TW_BUCKETS),
		.side = HOST,
		.sentence = "beyond tcp_max_tw_buckets the kernel frees connections at once instead of keeping them in TIME_WAIT",
		.detail = census_detail_tw_buckets,
		.remedy = "raise net.ipv4.tcp_max_tw_buckets: one takes 256 bytes; or let the peers close first",
		.avoid = "do not lower it to have fewer TIME_WAITs: old segments would get into new connections",
	}, {
		.name = "orphans",
		.rules = BIT(CENSUS_RULE_ORPHANS),
		.side = PEER,
		.sentence = "connections that programs have closed wait for peers to take their last data; near the limit, the kernel resets them without looking which",
		.detail = census_detail_orphans,
		.remedy = "'tcpcensus oldest' shows root those in FIN_WAIT1, LAST_ACK and CLOSING; net.tcp_census.fin_wait1_reap=1 reports which the reaper would end",
		.avoid = "a higher tcp_max_orphans lets each pin its send buffer, up to megabytes",
	}, {
		.name = "memory",
		.rules = BIT(CENSUS_RULE_TCP_MEM),
		.side = HOST,
		.sentence = "the buffers of TCP are near their limit: windows shrink, and beyond it connections are aborted",
		.detail = census_detail_memory,
		.remedy = "'ss -tmn' shows whose buffers they are: programs that do not read (Recv-Q) or peers that do not (Send-Q); raise net.ipv4.tcp_mem if the host has the memory",
		.avoid = "larger tcp_rmem and tcp_wmem make it worse",
	}, {
		.name = "blind",
		.rules = BIT(CENSUS_RULE_INEXACT) | BIT(CENSUS_RULE_HOOKS_MISSING),
		.side = MODULE,
		.sentence = "the module could not attach to all of the kernel's functions, so the census misses some changes",
		.remedy = "'dmesg | grep tcp_census' and /sys/kernel/debug/tcp_census/hooks name them; kernel.ftrace_enabled must be 1 when the module is loaded",
	}, {
		.name = "unexpected",
		.rules = BIT(CENSUS_RULE_UNEXPECTED),
		.side = MODULE,
		.sentence = "transitions were seen that Linux is not known to make: the kernel is newer than the module, or another module changes states",
		.remedy = "'tcpcensus transitions' shows them: please report them with the version of the kernel",
	},
};

const size_t census_ncauses = sizeof(census_causes) / sizeof(*census_causes);

/**
 * census_cause_has_sockets() - whether sockets tell more of it
 * @cause: the cause
 *
 * Return: whether they do.
 */
bool census_cause_has_sockets(const struct census_cause *cause)
{
	return cause->state || cause->picks;
}

/**
 * census_cause_picks() - whether a socket is of a cause's kind
 * @socket: the socket
 * @data: a struct census_pick
 *
 * Return: whether it is.
 */
bool census_cause_picks(const struct census_socket *socket, const void *data)
{
	const struct census_pick *pick = data;
	const struct census_cause *cause = pick->cause;

	if (cause->picks)
		return cause->picks(socket, pick->c);
	if (cause->state != socket->state ||
	    (cause->timers && !(cause->timers & BIT(socket->timer))))
		return false;
	return cause->holder == CENSUS_ANY_HOLDER ||
	       (cause->holder == CENSUS_HELD_ONLY) == (socket->inode != 0);
}

static bool is_timer(const struct census_cause *cause, const char *name)
{
	static const char *const names[] = {
		[CENSUS_TIMER_NONE] = "none",
		[CENSUS_TIMER_RETRANSMIT] = "retransmit",
		[CENSUS_TIMER_KEEPALIVE] = "keepalive",
		[CENSUS_TIMER_TIME_WAIT] = "timewait",
		[CENSUS_TIMER_PROBE] = "persist",
	};
	size_t i;

	for (i = 0; i < CENSUS_ARRAY_SIZE(names); i++)
		if (cause->timers & BIT(i) && !strcmp(names[i], name))
			return true;
	return !cause->timers;
}

/**
 * census_cause_fits() - whether a row of 'oldest' is of a cause's kind
 * @cause: the cause
 * @oldest: the table
 * @row: of the state in question
 *
 * Return: whether it is, as far as an older module can tell.
 */
bool census_cause_fits(const struct census_cause *cause,
		       const struct census_table *oldest, size_t row)
{
	const struct census_cell *timer, *orphan, *inode;
	bool closed;

	timer = census_table_get(oldest, row, "timer");
	orphan = census_table_get(oldest, row, "orphan");
	if (timer && !is_timer(cause, timer->text))
		return false;
	if (!orphan || orphan->absent || cause->holder == CENSUS_ANY_HOLDER)
		return true;
	closed = strcmp(orphan->text, "no");
	if (closed || cause->holder == CENSUS_ORPHANS_ONLY)
		return closed && cause->holder == CENSUS_ORPHANS_ONLY;
	inode = census_table_get(oldest, row, "inode");
	return (cause->holder == CENSUS_UNACCEPTED_ONLY) == !inode->number;
}
