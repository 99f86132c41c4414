#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: a flood of SYNs from as many addresses is counted to the last one, with
# as many request sockets, with a queue that is full, and with SYN cookies; the
# table keeps its limit, and the memory returns (account_req.c, table.c).
# CENSUS_FLOOD: how many SYNs each time; 100000.
. "$(dirname "$0")/../lib/census.sh"
. "$(dirname "$0")/../lib/orphans.sh"
. "$(dirname "$0")/../lib/kernel.sh"
. "$(dirname "$0")/../lib/storm.sh"

syns=${CENSUS_FLOOD:-100000}

# Of this namespace, since it began.
counter() { nstat -asz "TcpExt$1" | awk -v n="TcpExt$1" '$1 == n { print $2 }'; }
attempts() { edge LISTEN SYN_RECV; }
sent() { grep -q sent /tmp/flood || ! kill -0 $flooder; }

flood_start() { # COOKIES BACKLOG FLOOD-ARGS...
	sysctl -q net.ipv4.tcp_syncookies="$1" net.core.somaxconn="$2" net.ipv4.tcp_max_syn_backlog="$2" &&
	sysctl -q net.ipv4.tcp_synack_retries=2 || return 1
	backlog=$2
	shift 2
	: > /tmp/flood
	"$bin/storm/flood" -n "$syns" -b "$backlog" "$@" > /tmp/flood & flooder=$!
	poll 600 sent && grep -q sent /tmp/flood && return
	note "the flood did not end"
	return 1
}

told() {
	note "$(attempts) attempts, $(cell SYN_RECV current) in SYN_RECV, $(counter SyncookiesSent) cookies, $(counter ListenDrops) dropped, $(table records) records, $(value summary untracked) untracked"
}

# Some may have given up, but never is one more there than ss sees.
flood_over() {
	kill $flooder
	wait $flooder 2> /dev/null
	poll 100 none_in_syn_recv && equals_ss && adds_up && healthy
}

none_in_syn_recv() { [ "$(cell SYN_RECV current)" -eq 0 ]; }

# Every SYN is a request; the listener's own count agrees, and some are tracked.
many_requests() { # FLOOD-ARGS...
	flood_start 0 $((syns * 2)) "$@" && told && equals_ss &&
	[ "$(attempts)" -eq "$syns" ] && [ "$(counter ListenDrops)" -eq 0 ] &&
	[ "$(edge CLOSE LISTEN)" -eq 1 ]
	status=$?
	flood_over && return $status
}

# The queue takes 1024; cookies for the others.
cookies_when_full() { # FLOOD-ARGS...
	flood_start 1 1024 "$@" && told && equals_ss &&
	[ "$(counter SyncookiesSent)" -gt 0 ] &&
	[ "$(counter SyncookiesSent)" -eq "$(counter TCPReqQFullDoCookies)" ] &&
	[ $(($(attempts) + $(counter SyncookiesSent))) -eq "$syns" ]
	status=$?
	flood_over && return $status
}

# A cookie is no attempt until it comes back.
cookies_always() { # FLOOD-ARGS...
	flood_start 2 1024 "$@" && told && equals_ss &&
	[ "$(counter SyncookiesSent)" -eq "$syns" ] && [ "$(attempts)" -eq 0 ]
	status=$?
	flood_over && return $status
}

dropped_when_full() { # FLOOD-ARGS...
	flood_start 0 1024 "$@" && told && equals_ss &&
	[ "$(counter ListenDrops)" -gt 0 ] &&
	[ $(($(attempts) + $(counter ListenDrops))) -eq "$syns" ]
	status=$?
	flood_over && return $status
}

# The rest is counted, without times.
limited() { # FLOOD-ARGS...
	limit=$((syns / 10))
	max_tracked $limit && flood_start 0 $((syns * 2)) "$@" && told && equals_ss &&
	[ "$(attempts)" -eq "$syns" ] &&
	[ "$(table records)" -lt $((limit + $(nproc))) ] &&
	[ "$(value summary untracked)" -ge $((syns - limit - $(nproc))) ]
	status=$?
	flood_over && return $status
}

in_new_namespace() { # FUNCTION ARGS...
	ns_add flood && in_ns flood "$@"
	status=$?
	ns_del flood
	max_tracked "$tracked"
	return $status
}

cases() {
	step prepare storm_prepare
	tracked=$(table max_tracked)
	max_tracked 1000000
	for kind in many_requests limited dropped_when_full cookies_when_full cookies_always; do
		step $kind in_new_namespace $kind
	done
	step many_requests_v6 in_new_namespace many_requests -6
	step cookies_when_full_v6 in_new_namespace cookies_when_full -6
	storm_over
}

main cases "$@"
