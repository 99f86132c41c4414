#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What a connection over loopback costs, in the virtual machine, in instructions:
#	connect.sh [quick]
# with nothing loaded, with the census in its forms, and with others that do its job; each for
# IPv4 and IPv6, in turns. Prints a table and what has become of the budgets. quick: only
# nothing, counters and full, as lines "VARIANT FAMILY INSTRUCTIONS".
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
bench=${CENSUS_BENCH:?where the programs were built}
quick=''
[ "${1:-}" != quick ] || quick=yes
rounds=${CENSUS_ROUNDS:-$([ -n "$quick" ] && echo 1 || echo 2)}
connections=${CENSUS_CONNECTIONS:-2000}
spaces=100
results=$(mktemp)
. "$here/peers.sh"

on() { insmod "$CENSUS_KO"; }
off() { rmmod tcp_census; }

# What the kernel keeps of each, and leaves to no other: the two below say it by name.
set_to='' value=''
measure() { # VARIANT
	for family in 4 6; do
		# shellcheck disable=SC2086 # none, or two words
		cost=$("$bench/connect" $family "$connections" 400 $set_to $value)
		echo "$1 v$family ${cost%% *}" >>"$results"
	done
}

nothing() { measure nothing; }
full() { on; measure full; off; }

# Counts without times. A kernel module without the switch gets no records instead.
counters()
{
	on
	set_to=track value=0
	if [ -e /proc/sys/net/tcp_census/$set_to ]; then
		echo 0 >/proc/sys/net/tcp_census/$set_to
	else
		echo "# counters: by max_tracked=0, for there is no sysctl track"
		echo 0 >/proc/sys/net/tcp_census/max_tracked
	fi
	measure counters
	set_to='' value=''
	off
}

crowded()
{
	for i in $(seq $spaces); do ip netns add "bench$i"; done
	on
	measure crowded
	off
	ip -all netns delete
}

empty() { bpf_start empty; measure empty; peer_stop; }
dwell_hash() { bpf_start dwell_hash; measure dwell_hash; peer_stop; }
dwell_local() { bpf_start dwell_local; measure dwell_local; peer_stop; }
dwell_bpftrace() { bpftrace_start dwell.bt; measure dwell_bpftrace; peer_stop; }
states() { tcpstates_start; measure tcpstates; peer_stop; }

variants='nothing counters full'
[ -n "$quick" ] || variants="$variants crowded empty dwell_hash dwell_local dwell_bpftrace states"

echo "# kernel $(uname -r)"
for _ in $(seq "$rounds"); do
	for variant in $variants; do
		"$variant"
	done
done
nothing
[ -z "$quick" ] || { cat "$results"; exit; }
sed 's/^/# /' "$results"
awk -f "$here/connect.awk" "$results"
[ -f "${CENSUS_COST_KO:-}" ] || exit 0
printf '\nBy hook:\n\n'
# shellcheck disable=SC2046 # two words
sh "$here/hooks.sh" $(awk -v variant=full -f "$here/added.awk" "$results")
