// SPDX-License-Identifier: GPL-2.0
/*
 * hooks.c - all hooks together: attach, detach, tell.
 */
#include <linux/module.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "hooks.h"

static char *skip_hooks = "";
module_param(skip_hooks, charp, 0400);
MODULE_PARM_DESC(skip_hooks,
		 "Functions not to hook, comma separated: for tests, and for kernels where one of them is in trouble");

/**
 * census_hooks_skipped() - did the user ask to leave a hook out?
 * @name: its name
 *
 * Context: process.
 * Return: true if so.
 */
bool census_hooks_skipped(const char *name)
{
	size_t len = strlen(name);
	const char *at = skip_hooks;

	for (; at && *at; at = strchr(at, ','), at += at ? 1 : 0)
		if (!strncmp(at, name, len) && (!at[len] || at[len] == ','))
			return true;
	return false;
}

/**
 * census_hooks_count() - number of hooks, attached or not
 *
 * Context: any.
 * Return: the number.
 */
unsigned int census_hooks_count(void)
{
	return 1 + census_hook_func_count();
}

/**
 * census_hooks_at() - one hook
 * @i: below census_hooks_count()
 *
 * Context: any.
 * Return: the hook.
 */
const struct census_hook *census_hooks_at(unsigned int i)
{
	return i ? census_hook_func_at(i - 1) : &census_hook_sock;
}

/**
 * census_hooks_missing() - number of hooks that are not attached
 *
 * Context: any.
 * Return: the number.
 */
unsigned int census_hooks_missing(void)
{
	unsigned int i, missing = 0;

	for (i = 0; i < census_hooks_count(); i++)
		missing += !census_hooks_at(i)->attached;
	return missing;
}

/**
 * census_hooks_attach() - attach all hooks
 *
 * Without the tracepoint there is no census; without a minisock hook there is
 * one that is inexact and says so.
 *
 * Context: process; the phase is %CENSUS_OFF.
 * Return: 0 or a negative error.
 */
int census_hooks_attach(void)
{
	int err;

	err = census_hook_func_attach();
	if (err)
		return err;
	err = census_hook_sock_attach();
	if (err)
		census_hook_func_detach();
	return err;
}

/**
 * census_hooks_detach() - detach all hooks
 *
 * Context: process. When it returns no hook is running or will run.
 */
void census_hooks_detach(void)
{
	census_hook_sock_detach();
	census_hook_func_detach();
	tracepoint_synchronize_unregister();
}
