#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: tcpcensus diagnose names what is wrong on a live kernel (ss is the witness), its
# limits are those after which the kernel does give up, and --prometheus and report
# say what the files say, in this namespace and in others.
. "$(dirname "$0")/lib/census.sh"
. "$(dirname "$0")/lib/orphans.sh"
reader=$here/../../tools/tcpcensus

diagnose() { # STATUS ARGS...
	wanted=$1
	shift
	"$reader" diagnose "$@" > /tmp/said 2> /tmp/error
	[ $? -eq "$wanted" ] && [ ! -s /tmp/error ] && return
	sed 's/^/# /' /tmp/said /tmp/error
	return 1
}

says() { grep -qE -- "$1" /tmp/said || { sed 's/^/# /' /tmp/said; return 1; }; } # PATTERN

# The cell of the limits' table.
limit_is() { # STATE LIMIT WHEN
	awk -v s="$1" -v l="$2" -v w="$3" '$1 == s && index($0, w) { found = 1; ok = $2 == l }
		END { exit !(found && ok) }' /tmp/said || says "^$1 +$2 "
}

quiet() { diagnose 0 -i 0.2 && says '^OK: nothing looks wrong$'; }

# As many as ss sees, and the program that holds them.
close_wait() {
	diagnose 1 -i 0.2 --warning close_wait=20 && says '^warning: 20 in CLOSE_WAIT \(20 or more\):' &&
	[ "$(ss -Htan state close-wait | wc -l)" -eq 20 ] &&
	says 'programs?: traffic \[pid [0-9]+\] \(20, one for [0-9.]+(ms|s)\)'
}

# traffic does not accept() these; of the others it holds each.
not_accepted() {
	for _ in $(seq 25); do
		bash -c ': <> /dev/tcp/127.0.0.1/8300' || return
	done
	poll 10 closed 45 && diagnose 1 -i 0.2 --warning close_wait=45 &&
	says ' 25 of them: the peers have closed while their connections waited in an accept queue' &&
	says ' 20 of them: the peers have closed, and the program that holds the sockets has not' &&
	[ "$(ss -Htane state close-wait | grep -c 'ino:0 ')" -eq 25 ]
}

closed() { [ "$(ss -Htan state close-wait | wc -l)" -eq "$1" ]; } # NUMBER

# hold_rules() drops the last ACKs to one port.
lost_acks() {
	diagnose 1 -i 0.2 --warning syn_recv=20 && says '^WARNING: .*syn_recv/lost_acks' &&
	says 'evidence +1 local port: 8301 \(20\)'
}

fin_wait2() {
	held=$(ss -Htane state fin-wait-2 | grep -vc 'ino:0 ')
	[ "$held" -ge 20 ] && diagnose 1 -i 0.2 --warning fin_wait2=20 &&
	says "^warning: $held in FIN_WAIT2 .*: a program has called shutdown\(\) but not close\(\)" &&
	says "program: traffic \[pid [0-9]+\] \($held"
}

# Whatever connect() says, as long as there is $connecting. On a slow machine a fork for
# each pause would leave hardly one attempt in a second; nobody ever writes to the pipe.
connects() { # ADDRESS PORT
	[ -p $silence ] || mkfifo $silence
	for _ in 1 2 3 4 5 6 7 8; do
		bash -c "exec 8<> $silence
			while [ -e $connecting ]; do : <> /dev/tcp/$1/$2; read -rt 0.3 -u 8; done" 2> /dev/null &
	done
	wait
}

connecting=/tmp/connecting
silence=/tmp/silence

have_failed() { [ "$(edge SYN_SENT CLOSE)" -ge "$1" ]; } # TIMES

# From before it looks for the first time until it has looked twice.
failing() { # ADDRESS PORT CAUSE
	touch $connecting
	enough=$(($(edge SYN_SENT CLOSE) + 16))
	connects "$1" "$2" &
	connecters=$!
	poll 60 have_failed $enough && diagnose 1 -i 4 --warning refused=5
	status=$?
	rm $connecting
	wait $connecters
	says "^WARNING: .*refused/$3\$" && return $status
}

refused() { failing 127.0.0.1 9300 refused; }

# Without a delay the ICMP error comes while connect() holds the socket, and is only remembered.
unreachable() {
	tc qdisc add dev lo root netem delay 20ms &&
	nft 'add table inet away; add chain inet away in { type filter hook input priority 0; };
		add rule inet away in tcp dport 9301 reject with icmpx type host-unreachable' &&
	failing 127.0.0.1 9301 unreachable && failing ::1 9301 unreachable
	status=$?
	nft delete table inet away
	tc qdisc del dev lo root
	return $status
}

# 100 ports: what ss counts is the percentage.
ports() {
	old=$(cat /proc/sys/net/ipv4/ip_local_port_range)
	echo 40000 40099 > /proc/sys/net/ipv4/ip_local_port_range
	"$bin/traffic" churn -6 -j 1 -n 120 -p 9400 > /dev/null
	used=$(ss -Htan | grep -c ' \[::1\]:9400 *$')
	note "$used ports"
	[ "$used" -ge 5 ] && diagnose 1 -i 0.2 --warning ports=5 &&
	says "^warning: $used % of the local ports towards one destination .* in TIME_WAIT" &&
	says 'evidence +1 destination: \[::1\]:9400 from \[?::1\]? '
	status=$?
	echo "$old" > /proc/sys/net/ipv4/ip_local_port_range
	return $status
}

critical() { diagnose 2 -i 0.2 --critical close_wait=20; }

overdue() { [ "$(cell FIN_WAIT1 overdue)" -ge "$1" ]; } # NUMBER

# Nobody holds them, and the persist timer is armed.
closed_window() {
	timeouts 1 && orphans_start -n 30 -p 9100 && poll 20 overdue 30 && all_timers persist 30 &&
	diagnose 1 -i 0.2 --warning fin_wait1_overdue=30 &&
	says '^WARNING: 1 warning: fin_wait1_overdue/closed_window$' &&
	says 'evidence +1 peer: 127.0.0.1 \(30\)'
	status=$?
	"$reader" report > /tmp/page && grep -q 'data-overdue>30<' /tmp/page || status=1
	orphans_end && timeouts 0 && return $status
}

# Two SYNs into the dark, the second after 1 s; it ends 2 s later, at 3 s.
syn_limit() {
	old=$(cat /proc/sys/net/ipv4/tcp_syn_retries)
	linear=/proc/sys/net/ipv4/tcp_syn_linear_timeouts
	! [ -f $linear ] || echo 0 > $linear
	echo 1 > /proc/sys/net/ipv4/tcp_syn_retries
	nft 'add table inet dark; add chain inet dark in { type filter hook input priority 0; };
		add rule inet dark in tcp dport 9200 drop'
	diagnose 0 -i 0.2 && limit_is SYN_SENT 3 'nobody answers'
	status=$?
	begin=$(uptime_ms)
	bash -c ': < /dev/tcp/127.0.0.1/9200' 2> /dev/null && status=1
	took=$(($(uptime_ms) - begin))
	note "connect() gave up after $took ms"
	[ $took -ge 2900 ] && [ $took -le 6000 ] || status=1
	nft delete table inet dark
	echo "$old" > /proc/sys/net/ipv4/tcp_syn_retries
	! [ -f $linear ] || echo 4 > $linear
	return $status
}

# Sysctls and numbers are those of the other namespace.
elsewhere() {
	ip netns add other && ip -n other link set lo up &&
	ip netns exec other sysctl -q net.ipv4.tcp_fin_timeout=7 &&
	in_ns other other_traffic && diagnose 0 -i 0.2 -N other &&
	limit_is FIN_WAIT2 7 orphan && diagnose 0 -i 0.2 && limit_is FIN_WAIT2 60 orphan
}

other_traffic() { "$bin/traffic" churn -n 60 -p 8200 > /dev/null; }

# Each with the numbers of its own file.
metrics() { # LABELS COMMAND...
	labels=$1
	shift
	"$@" cat $census/states | awk -v l="$labels" 'NR > 1 {
		printf "tcp_census_state_entries_total{state=\"%s\"%s} %s\n", tolower($1), l, $3 }' > /tmp/file
	grep -E '^tcp_census_state_entries_total\{state="[a-z_0-9]+"'"$labels"'}' /tmp/metrics |
		cmp - /tmp/file
}

prometheus() {
	"$reader" --prometheus --all-netns -o /tmp/metrics && metrics '' env &&
	metrics ',netns="other"' ip netns exec other &&
	[ "$(grep -c '^# TYPE' /tmp/metrics)" -eq "$(grep '^# TYPE' /tmp/metrics | sort -u | wc -l)" ]
}

# The module's files come and go with it.
without_module() {
	unload
	"$reader" diagnose > /dev/null 2> /tmp/error
	[ $? -eq 3 ] && grep -q 'modprobe tcp_census' /tmp/error
	status=$?
	load && return $status
}

cases() {
	loaded && unload
	load || return
	timeouts 0
	run quiet quiet
	run closed_window closed_window
	hold_start 8300 -n 20 || return
	run lost_acks lost_acks
	run close_wait poll 10 close_wait
	run fin_wait2 fin_wait2
	run critical critical
	run not_accepted not_accepted
	hold_stop
	forget
	run refused refused
	run unreachable unreachable
	run ports ports
	run syn_limit syn_limit
	run elsewhere elsewhere
	run prometheus poll 10 prometheus
	ip netns del other
	run without_module without_module
}

main cases "$@"
