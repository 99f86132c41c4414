// SPDX-License-Identifier: GPL-2.0
/*
 * For libFuzzer: the parser of every file that the reader reads, and what prints
 * it. The first byte says which file, the rest is what it holds. See fuzz.sh.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diagnosis.h"
#include "family.h"
#include "html.h"
#include "limit.h"
#include "options.h"
#include "print.h"
#include "reaped.h"
#include "view.h"

/* Tables, and then what the kernel says of itself. */
static const struct census_view *const views[] = {
	&census_states_view, &census_transitions_view, &census_dwell_view,
	&census_timeouts_view, &census_listeners_view, &census_oldest_view,
	&census_reaper_view, &census_summary_view, &census_reaped_view,
	&census_ports_view,
};

static const char *const others[] = {
	"netstat", "snmp", "sockstat", "tcp", "tcp6", "ipv4/ip_local_port_range",
	"ip_vs_conn", "nf_conntrack", "snmp6",
};

static char dir[64];	/* of this process, see LLVMFuzzerInitialize() */

static void save(const char *name, const uint8_t *data, size_t size)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
}

static void remove_saved(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	unlink(path);
}

static void print(const struct census_view *view)
{
	struct census_table *table = census_table_read(dir, view);
	struct census_style style = { 0 };

	if (!table)
		return;
	census_print_table(view, table, &style);
	if (view->to_text)
		census_html_table(view, table, &style);
	style.json = true;
	census_print_table(view, table, &style);
	census_table_free(table);
}

static bool is_wanted(const struct census_socket *socket, const void *data)
{
	(void)data;
	return socket->state;
}

static void read_sockets(void)
{
	struct census_sockets sockets;
	struct census_tally tally;

	if (census_socket_read(&sockets, dir, is_wanted, NULL))
		return;
	census_tally_peers(&tally, &sockets, is_wanted, NULL);
	census_tally_destinations(&tally, &sockets, is_wanted, NULL);
	census_socket_free(&sockets);
}

/* Everything there is, if the states are among it. */
static void read_all(void)
{
	struct census_scrape scrape = { 0 };
	struct census_thresholds thresholds;
	struct census_findings findings;
	struct census_case c = { .now = &scrape.look };

	census_rule_defaults(&thresholds);
	if (census_look_take(&scrape.look, dir, dir, dir))
		return;
	census_family_print(&scrape, 1);
	if (!census_finding_find(&findings, &c, dir, &thresholds))
		census_diagnosis_print(&c, &findings);
	census_finding_free(&findings);
	census_socket_free(&c.sockets);
	census_look_free(&scrape.look);
}

static void compare(void)
{
	const struct census_options options = {
		.dir = dir, .net_dir = dir, .sysctl_dir = dir,
	};

	census_lvs_view.show(&options);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char path[sizeof(dir) + 8];

	(void)argc;
	(void)argv;
	snprintf(dir, sizeof(dir), "/tmp/tcpcensus-fuzz.XXXXXX");
	if (!mkdtemp(dir))
		abort();
	snprintf(path, sizeof(path), "%s/ipv4", dir);
	return mkdir(path, 0700);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t nviews = CENSUS_ARRAY_SIZE(views);
	const char *name;
	size_t which;

	if (!size)
		return 0;
	which = data[0] % (nviews + CENSUS_ARRAY_SIZE(others));
	name = which < nviews ? views[which]->name : others[which - nviews];
	save(name, data + 1, size - 1);
	if (which < nviews)
		print(views[which]);
	else
		read_sockets();
	read_all();
	compare();
	/* states stay, so that there are some */
	if (which)
		remove_saved(name);
	return 0;
}
