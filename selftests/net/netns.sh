#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: a namespace's census is its own, and goes with it, also while its
# timewait minisocks and orphans are still there (netns.c).
. "$(dirname "$0")/lib/census.sh"

all_zero() {
	awk 'NR > 1 { for (i = 2; i <= NF; i++) sum += $i } END { exit sum != 0 }' $census/states
}

separate() {
	ip netns add apart && ip -n apart link set lo up || return 1
	ip netns add empty || return 1
	in_ns apart inside && in_ns empty all_zero
	status=$?
	ip netns del apart
	ip netns del empty
	return $status
}

inside() {
	"$bin/traffic" churn -n 60 -p 7600 > /dev/null && equals_ss &&
	[ "$(edge CLOSE SYN_SENT)" -eq 60 ]
}

rows() { grep -c . $debug/percpu; }

# A namespace lives until its last orphan is gone.
gone() { [ "$(rows)" -le "$1" ]; }

many() { # NUMBER JOBS
	before=$(rows)
	"$bin/traffic" namespaces -n "$1" -j "$2" || return 1
	[ "$(rows)" -gt "$before" ] || return 1	# they were counted apart
	poll 100 gone "$before"
}

cases() {
	loaded || load || return
	run separate separate
	run two_hundred_with_connections many 200 1
	run twenty_at_once many 60 20
	run exact_afterwards equals_ss
	run healthy_afterwards healthy
}

main cases "$@"
