// SPDX-License-Identifier: GPL-2.0
/*
 * sysctl.c - net.tcp_census: what root of a namespace may tune.
 */
#include <linux/build_bug.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/sysctl.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "netns.h"
#include "portlist.h"
#include "ports.h"
#include "reap.h"
#include "sysctl.h"
#include "table.h"
#include "timeout.h"

static unsigned int sysctl_net_id __read_mostly;

/**
 * struct census_sysctl - the sysctls of one namespace
 * @header: what unregisters them
 * @table: ours to free
 */
struct census_sysctl {
	struct ctl_table_header *header;
	struct ctl_table *table;
};

static int timeout_max_s = CENSUS_TIMEOUT_MAX_S;

/* Less than every setting may be: nothing was written. */
#define NOTHING	(-1)

/*
 * As proc_dointvec_minmax(), but into @value, so that whoever wants to know of
 * a change is told before it is one. Return: 0 after a valid write, 1 after a
 * read, or a write that is taken without effect (empty, or not at the beginning
 * of the file), or an error.
 */
static int read_or_parse(CENSUS_CTL_CONST struct ctl_table *table, int write,
			 void *buffer, size_t *lenp, loff_t *ppos, int *value,
			 const int *least, const int *most)
{
	struct ctl_table copy = {
		.procname	= table->procname,
		.data		= value,
		.maxlen		= sizeof(*value),
		.mode		= table->mode,
		.extra1		= (void *)least,
		.extra2		= (void *)most,
	};
	int err;

	if (write)
		*value = NOTHING;
	err = proc_dointvec_minmax(&copy, write, buffer, lenp, ppos);
	return err ? err : !write || *value == NOTHING;
}

/* @table->extra1 is the namespace's census, @table->data one of its timeouts */
static int change_timeout(CENSUS_CTL_CONST struct ctl_table *table, int write,
			  void *buffer, size_t *lenp, loff_t *ppos)
{
	struct census_net *cn = table->extra1;
	enum census_state state = (unsigned int *)table->data - cn->timeout_s;
	int value = READ_ONCE(cn->timeout_s[state]);
	int err = read_or_parse(table, write, buffer, lenp, ppos, &value,
				SYSCTL_ZERO, &timeout_max_s);

	if (err)
		return min(err, 0);
	return census_timeout_set(cn, state, value);
}

/* Likewise, one of its reaper's settings */
static int change_reap(CENSUS_CTL_CONST struct ctl_table *table, int write,
		       void *buffer, size_t *lenp, loff_t *ppos)
{
	struct census_net *cn = table->extra1;
	enum census_reap_setting what = (int *)table->data - cn->reap.set;
	const struct census_reap_limits *limits = &census_reap_limits[what];
	int value = READ_ONCE(cn->reap.set[what]);
	int err = read_or_parse(table, write, buffer, lenp, ppos, &value,
				&limits->least, &limits->most);

	if (err)
		return min(err, 0);
	return census_reap_set(cn, what, value);
}

static int read_ports(struct census_net *cn, void *buffer, size_t *lenp,
		      loff_t *ppos)
{
	char text[CENSUS_PORTLIST_TEXT];
	struct ctl_table copy = { .data = text, .maxlen = sizeof(text) };
	struct census_portlist list;

	census_ports_read(cn, &list);
	census_portlist_print(&list, text);
	return proc_dostring(&copy, 0, buffer, lenp, ppos);
}

/* Likewise, its list of ports. In one piece, for a piece is a list, too. */
static int change_ports(CENSUS_CTL_CONST struct ctl_table *table, int write,
			void *buffer, size_t *lenp, loff_t *ppos)
{
	struct census_portlist list;
	int err;

	if (!write)
		return read_ports(table->extra1, buffer, lenp, ppos);
	if (*ppos)
		return -EINVAL;
	err = census_portlist_parse(&list, buffer, *lenp);
	if (!err && *lenp)
		err = census_ports_set(table->extra1, &list);
	if (!err)
		*ppos += *lenp;
	return err;
}

static DEFINE_MUTEX(track_lock);

/* Of the module: whoever writes 0 ends all records. */
static int change_track(CENSUS_CTL_CONST struct ctl_table *table, int write,
			void *buffer, size_t *lenp, loff_t *ppos)
{
	int value = READ_ONCE(census_table_track);
	int err = read_or_parse(table, write, buffer, lenp, ppos, &value,
				SYSCTL_ZERO, SYSCTL_ONE);

	if (err)
		return min(err, 0);
	if (mutex_lock_interruptible(&track_lock))
		return -EINTR;
	if (value)
		census_table_drain(false);
	WRITE_ONCE(census_table_track, value);
	if (!value)
		census_netns_untrack();
	mutex_unlock(&track_lock);
	return 0;
}

#define TIMEOUT(_name) {				\
	.procname	= "timeout_" _name,		\
	.maxlen		= sizeof(unsigned int),		\
	.mode		= 0644,				\
	.proc_handler	= change_timeout,		\
}

#define REAP(_name) {					\
	.procname	= _name,			\
	.maxlen		= sizeof(int),			\
	.mode		= 0644,				\
	.proc_handler	= change_reap,			\
}

#define FIRST_REAP	CENSUS_STATES
#define PORTS		(FIRST_REAP + CENSUS_REAP_SETTINGS)
#define SYSCTLS		(PORTS + 1)
/* These in the first namespace only. */
#define MAX_TRACKED	SYSCTLS
#define TRACK		(SYSCTLS + 1)
#define ALL_SYSCTLS	(SYSCTLS + 2)

static const struct ctl_table sysctls[ALL_SYSCTLS] = {
	[CENSUS_SYN_SENT]	= TIMEOUT("syn_sent"),
	[CENSUS_SYN_RECV]	= TIMEOUT("syn_recv"),
	[CENSUS_ESTABLISHED]	= TIMEOUT("established"),
	[CENSUS_FIN_WAIT1]	= TIMEOUT("fin_wait1"),
	[CENSUS_FIN_WAIT2]	= TIMEOUT("fin_wait2"),
	[CENSUS_CLOSING]		= TIMEOUT("closing"),
	[CENSUS_TIME_WAIT]	= TIMEOUT("time_wait"),
	[CENSUS_CLOSE_WAIT]	= TIMEOUT("close_wait"),
	[CENSUS_LAST_ACK]	= TIMEOUT("last_ack"),
	[CENSUS_LISTEN]		= TIMEOUT("listen"),
	[FIRST_REAP + CENSUS_REAP_MODE]		= REAP("fin_wait1_reap"),
	[FIRST_REAP + CENSUS_REAP_TIMEOUT_S]	= REAP("fin_wait1_timeout"),
	[FIRST_REAP + CENSUS_REAP_MIN_BYTES]	= REAP("fin_wait1_min_bytes"),
	[FIRST_REAP + CENSUS_REAP_MAX_AGE_S]	= REAP("fin_wait1_max_age"),
	[FIRST_REAP + CENSUS_REAP_MIN_ORPHANS]	= REAP("fin_wait1_min_orphans"),
	[FIRST_REAP + CENSUS_REAP_BATCH]	= REAP("reap_batch"),
	[PORTS] = {
		.procname	= "ports",
		.mode		= 0644,
		.proc_handler	= change_ports,
	},
	[MAX_TRACKED] = {
		.procname	= "max_tracked",
		.data		= &census_table_max,
		.maxlen		= sizeof(int),
		.mode		= 0644,
		.proc_handler	= proc_dointvec_minmax,
		.extra1		= SYSCTL_ZERO,
		.extra2		= &census_table_limit,
	},
	[TRACK] = {
		.procname	= "track",
		.data		= &census_table_track,
		.maxlen		= sizeof(int),
		.mode		= 0644,
		.proc_handler	= change_track,
	},
};

/* One entry more, which older kernels want empty. */
static struct ctl_table *make_table(struct census_net *cn)
{
	struct ctl_table *table;
	unsigned int i;

	table = kcalloc(ARRAY_SIZE(sysctls) + 1, sizeof(*table), GFP_KERNEL);
	if (!table)
		return NULL;
	memcpy(table, sysctls, sizeof(sysctls));
	for (i = 0; i < CENSUS_STATES; i++)
		table[i].data = &cn->timeout_s[i];
	for (i = 0; i < CENSUS_REAP_SETTINGS; i++)
		table[FIRST_REAP + i].data = &cn->reap.set[i];
	for (i = 0; i < SYSCTLS; i++)
		table[i].extra1 = cn;
	return table;
}

static int __net_init census_sysctl_start(struct net *net)
{
	struct census_sysctl *sysctl = net_generic(net, sysctl_net_id);
	size_t n = net_eq(net, &init_net) ? ALL_SYSCTLS : SYSCTLS;

	sysctl->table = make_table(census_netns(net));
	if (!sysctl->table)
		return -ENOMEM;
	memset(&sysctl->table[n], 0, (ALL_SYSCTLS - n) * sizeof(*sysctl->table));
	sysctl->header = register_net_sysctl_sz(net, "net/tcp_census",
						sysctl->table, n);
	if (sysctl->header)
		return 0;
	kfree(sysctl->table);
	return -ENOMEM;
}

static void __net_exit census_sysctl_stop(struct net *net)
{
	struct census_sysctl *sysctl = net_generic(net, sysctl_net_id);

	unregister_net_sysctl_table(sysctl->header);
	census_reap_net_stop(census_netns(net));
	kfree(sysctl->table);
}

static struct pernet_operations sysctl_ops = {
	.init	= census_sysctl_start,
	.exit	= census_sysctl_stop,
	.id	= &sysctl_net_id,
	.size	= sizeof(struct census_sysctl),
};

/**
 * census_sysctl_init() - show the sysctls in every namespace, now and later
 *
 * After netns.c, so that those of a namespace go before its timeouts, and its
 * reaper stops while what it ends is still counted.
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int census_sysctl_init(void)
{
	return register_pernet_subsys(&sysctl_ops);
}

/**
 * census_sysctl_exit() - remove them
 *
 * Context: process. When it returns nobody is writing one.
 */
void census_sysctl_exit(void)
{
	unregister_pernet_subsys(&sysctl_ops);
}
