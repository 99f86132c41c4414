#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: tcpcensus lvs counts what a real IPVS and real connection tracking say of
# connections, beside the sockets.
#
#	client ---> 127.0.0.1:9400, IPVS ---> 127.0.0.1:9401, a socket that listens
. "$(dirname "$0")/lib/census.sh"
reader=$here/../../tools/tcpcensus
clients=4

lvs() { "$reader" lvs > /tmp/said 2> /tmp/error; }

said() { entry /tmp/said "$1" "$2"; } # STATE COLUMN

nothing_there() { ! lvs && grep -q 'there is nothing to compare' /tmp/error; }

# Rule and connections; the server's handshake needs no accept().
direct() {
	modprobe ip_vs && modprobe ip_vs_rr && modprobe nf_conntrack || return
	nft 'add table inet follow; add chain inet follow out { type filter hook output priority 0; };
		add rule inet follow out ct state new accept'
	sysctl -q net.ipv4.vs.conntrack=1
	ipvsadm -A -t 127.0.0.1:9400 -s rr && ipvsadm -a -t 127.0.0.1:9400 -r 127.0.0.1:9401 -m || return
	hold_start 9401 -n 1 || return
	for _ in $(seq $clients); do
		bash -c 'exec 3<> /dev/tcp/127.0.0.1/9400 && sleep 600' &
		held="$held $!"
	done
	poll 10 directed
}

directed() { [ "$(awk '$8 == "ESTABLISHED"' /proc/net/ip_vs_conn | wc -l)" -eq $clients ]; }

# What the file has is what it says, and nobody has forgotten a connection.
ipvs() {
	lvs && [ "$(said ESTABLISHED ipvs)" -eq $clients ] &&
	[ "$(said ESTABLISHED ipvs_expires_s)" -ge 800 ] && [ "$(said ESTABLISHED ipvs_expires_s)" -le 900 ] &&
	[ "$(said ESTABLISHED sockets)" -eq "$(ss -Htan state established | wc -l)" ]
}

conntrack() {
	known=$(awk '$3 == "tcp" && $6 == "ESTABLISHED"' /proc/net/nf_conntrack | wc -l)
	lvs && [ "$known" -ge $clients ] && [ "$(said ESTABLISHED conntrack)" -eq "$known" ] &&
	[ "$(said ESTABLISHED conntrack_timeout_s)" -eq "$(cat /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established)" ]
}

# The clients close: IPVS waits for two minutes, as nobody closes at the other end.
closing() {
	hold_stop
	poll 10 not_established && lvs && [ "$(said ESTABLISHED ipvs)" -eq 0 ] &&
	[ $(($(said FIN_WAIT ipvs) + $(said TIME_WAIT ipvs) + $(said CLOSE ipvs))) -ge 1 ]
}

not_established() { ! awk '$8 == "ESTABLISHED" { found = 1 } END { exit !found }' /proc/net/ip_vs_conn; }

cases() {
	loaded || load || return
	[ -e /proc/net/ip_vs_conn ] || [ -e /proc/net/nf_conntrack ] || run nothing_there nothing_there
	run direct direct
	run ipvs poll 10 ipvs
	run conntrack poll 10 conntrack
	run closing closing
	ipvsadm -C
	nft delete table inet follow
	forget
}

main cases "$@"
