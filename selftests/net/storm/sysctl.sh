#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: what is written into net.tcp_census.* is taken as README says or changes
# nothing, whoever else writes, also while traffic goes on and the module comes
# and goes (sysctl.c, portlist.c). CENSUS_SEED: the numbers of an earlier run.
. "$(dirname "$0")/../lib/census.sh"
. "$(dirname "$0")/../lib/orphans.sh"
. "$(dirname "$0")/../lib/kernel.sh"
. "$(dirname "$0")/../lib/storm.sh"

seed=${CENSUS_SEED:-$(date +%s)}

scribble() { nice -n 10 "$bin/storm/scribble" -s "$seed" "$@"; } # SCRIBBLE-ARGS...

under_churn() {
	churn_start || return 1
	scribble -n 3 -t $((storm / 2))
	status=$?
	churn_stop && return $status
}

lists() { nice -n 10 "$bin/storm/portlist" -s "$seed" "$@"; } # PORTLIST-ARGS...

lists_under_churn() {
	churn_start || return 1
	lists -n 3 -t $((storm / 2))
	status=$?
	churn_stop && return $status
}

# The files go while somebody writes into them.
while_loading() {
	churn_start || return 1
	scribble -n 2 -u -t $((storm / 2)) & scribbler=$!
	lists -n 2 -u -t $((storm / 2)) & lister=$!
	loads_until_gone $scribbler
	status=$?
	wait $lister || status=1
	churn_stop && return $status
}

cases() {
	step prepare storm_prepare
	step under_churn under_churn
	step lists_under_churn lists_under_churn
	step exact exact_everywhere
	step while_loading while_loading
	storm_over
}

main cases "$@"
