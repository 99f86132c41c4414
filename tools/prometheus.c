// SPDX-License-Identifier: GPL-2.0
/*
 * All numbers in the text format of Prometheus, for the textfile collector of
 * its node exporter: of one network namespace, or of all that have a name.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "family.h"
#include "netns.h"
#include "options.h"
#include "view.h"

struct scrapes {
	struct census_scrape *list;
	size_t count;
};

/* Takes a look at the namespace we are in; @netns is what to call it. */
static int scrape(struct scrapes *scrapes, const char *netns, const char *dir,
		  const char *net_dir, const char *sysctl_dir)
{
	struct census_scrape *grown, new = { 0 };

	if (census_look_take(&new.look, dir, net_dir, sysctl_dir))
		return -1;
	new.netns = netns ? strdup(netns) : NULL;
	grown = reallocarray(scrapes->list, scrapes->count + 1,
			     sizeof(*grown));
	if (!grown || (netns && !new.netns)) {
		warnx("out of memory");
		census_look_free(&new.look);
		free(new.netns);
		return -1;
	}
	scrapes->list = grown;
	grown[scrapes->count++] = new;
	return 0;
}

static int is_name(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* A namespace that has gone meanwhile, or never was one, does not stop us. */
static int scrape_named(struct scrapes *scrapes)
{
	struct dirent **names;
	int n, i, ret = 0;

	n = scandir(CENSUS_NETNS_DIR, &names, is_name, alphasort);
	if (n < 0 && errno == ENOENT)
		return 0;
	if (n < 0) {
		warn("cannot list the network namespaces in " CENSUS_NETNS_DIR);
		return -1;
	}
	for (i = 0; i < n; i++) {
		if (!ret && !census_netns_enter(names[i]->d_name))
			ret = scrape(scrapes, names[i]->d_name,
				     CENSUS_DIR_ENTERED, CENSUS_NET_ENTERED,
				     CENSUS_SYSCTL_DIR);
		free(names[i]);
	}
	free(names);
	return ret;
}

static const char *label_of(const char *netns)
{
	const char *slash = netns ? strrchr(netns, '/') : NULL;

	return slash && !strncmp(netns, CENSUS_NETNS_DIR "/",
				 sizeof(CENSUS_NETNS_DIR)) ? slash + 1 : netns;
}

static int show(const struct census_options *options)
{
	struct scrapes scrapes = { 0 };
	size_t i;
	int ret;

	ret = scrape(&scrapes, label_of(options->netns), options->dir,
		     options->net_dir, options->sysctl_dir);
	if (!ret && options->all_netns)
		ret = scrape_named(&scrapes);
	if (!ret)
		ret = census_family_print(scrapes.list, scrapes.count);
	for (i = 0; i < scrapes.count; i++) {
		census_look_free(&scrapes.list[i].look);
		free(scrapes.list[i].netns);
	}
	free(scrapes.list);
	return ret;
}

const struct census_view census_prometheus_view = {
	.name = "--prometheus",
	.show = show,
};
