// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers of the kernel itself, those of sysctls and of the files in /proc/net.
 * What a kernel or a namespace does not have is not known: tcp_max_orphans and
 * tcp_mem, for example, can be seen in the first namespace only.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fact.h"
#include "file.h"
#include "table.h"

enum form {
	SYSCTL,		/* numbers on one line */
	TWO_LINES,	/* "Tcp: Name Name", "Tcp: 1 2" */
	ONE_LINE,	/* "TCP: name 1 name 2" */
	LINE_EACH,	/* "Name 1" */
};

/*
 * Of a sysctl: no section and name, and where in the line its number is. Where each
 * line has one number, its name is the section.
 */
static const struct {
	enum form form;
	const char *file;
	const char *section;
	const char *name;
	unsigned int place;
} facts[CENSUS_FACTS] = {
#define IPV4(fact, sysctl, place) \
	[fact] = { SYSCTL, "ipv4/" sysctl, "", NULL, place }
	IPV4(CENSUS_SYN_RETRIES, "tcp_syn_retries", 0),
	IPV4(CENSUS_SYN_LINEAR_TIMEOUTS, "tcp_syn_linear_timeouts", 0),
	IPV4(CENSUS_SYNACK_RETRIES, "tcp_synack_retries", 0),
	IPV4(CENSUS_RETRIES2, "tcp_retries2", 0),
	IPV4(CENSUS_ORPHAN_RETRIES, "tcp_orphan_retries", 0),
	IPV4(CENSUS_RTO_MAX_MS, "tcp_rto_max_ms", 0),
	IPV4(CENSUS_FIN_TIMEOUT, "tcp_fin_timeout", 0),
	IPV4(CENSUS_KEEPALIVE_TIME, "tcp_keepalive_time", 0),
	IPV4(CENSUS_KEEPALIVE_INTVL, "tcp_keepalive_intvl", 0),
	IPV4(CENSUS_KEEPALIVE_PROBES, "tcp_keepalive_probes", 0),
	IPV4(CENSUS_SYNCOOKIES, "tcp_syncookies", 0),
	IPV4(CENSUS_MAX_TW_BUCKETS, "tcp_max_tw_buckets", 0),
	IPV4(CENSUS_TW_REUSE, "tcp_tw_reuse", 0),
	IPV4(CENSUS_PORT_FIRST, "ip_local_port_range", 0),
	IPV4(CENSUS_PORT_LAST, "ip_local_port_range", 1),
	IPV4(CENSUS_MAX_ORPHANS, "tcp_max_orphans", 0),
	IPV4(CENSUS_MEM_PRESSURE, "tcp_mem", 1),
	IPV4(CENSUS_MEM_MAX, "tcp_mem", 2),
#undef IPV4
#define COUNTER(fact, file, section, name) \
	[fact] = { TWO_LINES, file, section ":", name, 0 }
	COUNTER(CENSUS_LISTEN_OVERFLOWS, "netstat", "TcpExt", "ListenOverflows"),
	COUNTER(CENSUS_SYNCOOKIES_SENT, "netstat", "TcpExt", "SyncookiesSent"),
	COUNTER(CENSUS_REQ_DROPPED, "netstat", "TcpExt", "TCPReqQFullDrop"),
	COUNTER(CENSUS_TW_OVERFLOWS, "netstat", "TcpExt", "TCPTimeWaitOverflow"),
	COUNTER(CENSUS_MEMORY_ABORTS, "netstat", "TcpExt", "TCPAbortOnMemory"),
	COUNTER(CENSUS_UNREACHABLES, "snmp", "Icmp", "InDestUnreachs"),
#undef COUNTER
	[CENSUS_UNREACHABLES6] = { LINE_EACH, "snmp6", "Icmp6InDestUnreachs",
				   "Icmp6InDestUnreachs", 0 },
	[CENSUS_ORPHANS] = { ONE_LINE, "sockstat", "TCP:", "orphan", 0 },
	[CENSUS_TW]	 = { ONE_LINE, "sockstat", "TCP:", "tw", 0 },
	[CENSUS_MEM]	 = { ONE_LINE, "sockstat", "TCP:", "mem", 0 },
};

/**
 * census_fact_name() - what the kernel calls it
 * @fact: the number
 *
 * Return: its name.
 */
const char *census_fact_name(enum census_fact fact)
{
	return facts[fact].name ?: strchr(facts[fact].file, '/') + 1;
}

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return *line ? line + 1 : line;
}

/* Returns the rest of the first line that begins with the section, or NULL. */
static const char *find_section(const char *line, const char *section)
{
	size_t length = strlen(section);

	for (; *line; line = next_line(line))
		if (!strncmp(line, section, length))
			return line + length;
	return NULL;
}

/* Returns the next word of a line and its length, or NULL at the end of it. */
static const char *next_word(const char *from, size_t *length)
{
	from += strspn(from, " \t");
	*length = strcspn(from, " \t\n");
	return *length ? from : NULL;
}

static const char *find_place(const char *line, unsigned int place)
{
	size_t length;

	while ((line = next_word(line, &length)) && place--)
		line += length;
	return line;
}

/* Returns the place of a word in a line, or -1. */
static int find_name(const char *line, const char *name)
{
	size_t length;
	int place = 0;

	for (; (line = next_word(line, &length)); line += length, place++)
		if (length == strlen(name) && !strncmp(line, name, length))
			return place;
	return -1;
}

/* Returns where the number begins, or NULL if this kernel has none. */
static const char *find_number(enum census_fact fact, const char *text)
{
	const char *line = find_section(text, facts[fact].section);
	int place = facts[fact].place;

	if (!line || facts[fact].form == SYSCTL ||
	    facts[fact].form == LINE_EACH)
		return line ? find_place(line, place) : NULL;
	place = find_name(line, facts[fact].name);
	if (place < 0)
		return NULL;
	if (facts[fact].form == ONE_LINE)
		return find_place(line, place + 1);
	line = find_section(next_line(line), facts[fact].section);
	return line ? find_place(line, place) : NULL;
}

static int read_fact(struct census_facts *out, enum census_fact fact,
		     const char *text, const char *path)
{
	const char *word = find_number(fact, text);
	char *end;

	if (!word)
		return 0;
	errno = 0;
	out->value[fact] = strtoull(word, &end, 10);
	/* strtoull() would take a sign */
	if (!isdigit((unsigned char)*word) || errno || !strchr(" \t\n", *end)) {
		warnx("%s: %s is '%.*s', not a number of 64 bits", path,
		      census_fact_name(fact), (int)strcspn(word, " \t\n"), word);
		return -1;
	}
	out->known[fact] = true;
	return 0;
}

/* Reads a file once for all the facts in a row that are in it. */
static int read_file(struct census_facts *out, enum census_fact *fact,
		     const char *dir)
{
	const char *file = facts[*fact].file;
	char *path, *text = NULL;
	int ret = 0;

	if (census_file_is_there(dir, file)) {
		text = census_file_read(dir, file, &path);
		if (!text)
			return -1;
	}
	for (; *fact < CENSUS_FACTS && !strcmp(facts[*fact].file, file);
	     ++*fact)
		if (text && !ret)
			ret = read_fact(out, *fact, text, path);
	if (text)
		free(path);
	free(text);
	return ret;
}

/**
 * census_fact_read() - read what the kernel says of itself
 * @out: filled in
 * @net_dir: where netstat, snmp, snmp6 and sockstat are
 * @sysctl_dir: where ipv4/tcp_syn_retries and the like are
 *
 * Return: 0, or -1 after a sentence.
 */
int census_fact_read(struct census_facts *out, const char *net_dir,
		     const char *sysctl_dir)
{
	enum census_fact fact = 0;

	*out = (struct census_facts){ 0 };
	while (fact < CENSUS_FACTS)
		if (read_file(out, &fact, facts[fact].form == SYSCTL ?
					  sysctl_dir : net_dir))
			return -1;
	return 0;
}

/**
 * census_fact_sysctl() - read one more sysctl
 * @dir: where they are
 * @name: the file in it
 * @value: set if it is there
 *
 * Return: 0, 1 if there is none, or -1 after a sentence.
 */
int census_fact_sysctl(const char *dir, const char *name, uint64_t *value)
{
	char *path, *text;
	int ret = 0;

	if (!census_file_is_there(dir, name))
		return 1;
	text = census_file_read(dir, name, &path);
	if (!text)
		return -1;
	text[strcspn(text, "\n")] = '\0';
	if (!census_table_parse_number(text, value)) {
		warnx("%s: '%.32s' is not a number of 64 bits", path, text);
		ret = -1;
	}
	free(path);
	free(text);
	return ret;
}

/**
 * census_fact_growth() - how much a counter has grown
 * @before: an earlier look
 * @now: this one
 * @fact: the counter
 *
 * Return: how much, 0 if that is not known.
 */
uint64_t census_fact_growth(const struct census_facts *before,
			    const struct census_facts *now,
			    enum census_fact fact)
{
	if (!before->known[fact] || !now->known[fact] ||
	    now->value[fact] < before->value[fact])
		return 0;
	return now->value[fact] - before->value[fact];
}
