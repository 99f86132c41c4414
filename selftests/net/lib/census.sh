# SPDX-License-Identifier: GPL-2.0
# For the tests in shell: KTAP, the module, and ss as the witness. Source it.

: "${CENSUS_KO:?run this in the virtual machine: make check}"
here=$(dirname "$0")
bin=${CENSUS_BIN:-$here}
census=/proc/net/tcp_census
debug=/sys/kernel/debug/tcp_census
settings=/proc/sys/net/tcp_census
tests=0
failed=0

report() { # STATUS NAME
	tests=$((tests + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tests $2"
	else
		failed=$((failed + 1))
		echo "not ok $tests $2"
	fi
}

# The plan comes last, so that a test that dies is seen to have died.
finish() {
	echo "1..$tests"
	[ "$failed" -eq 0 ]
	exit
}

# run NAME COMMAND...: a test case.
run() {
	name=$1
	shift
	"$@"
	report $? "$name"
}

note() { echo "# $*"; }

loaded() { [ -d /sys/module/tcp_census ]; }
# CENSUS_LOAD: more parameters, for a test that runs another.
load() { insmod "$CENSUS_KO" ${CENSUS_LOAD:+"$CENSUS_LOAD"} "$@"; }
unload() { ! loaded || rmmod tcp_census; }
reload() { unload && load "$@"; }

# value FILE NAME: of a `name value` file.
value() { awk -v n="$2" '$1 == n { print $2 }' "$census/$1"; }

# edge FROM TO: its count in this namespace.
edge() { awk -v f="$1" -v t="$2" '$1 == f && $2 == t { print $3 }' $census/transitions; }

# entry FILE ROW COLUMN: of a file whose first column names the rows.
entry() {
	awk -v r="$2" -v c="$3" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == c) at = i }
		$1 == r { print $at }' "$1"
}

cell() { entry $census/states "$1" "$2"; } # STATE COLUMN
dwell() { entry $census/dwell "$1" "$2"; } # STATE COLUMN
table() { entry $debug/table "$1" value; } # NAME

# The sum of a column over all states.
total() { # FILE COLUMN
	awk -v c="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == c) at = i; next }
		{ n += $at } END { print n + 0 }' "$1"
}

# Of all states in this namespace; and of the module, from any namespace.
timeouts() { for f in $settings/timeout_*; do echo "$1" > "$f" || return 1; done; } # SECONDS
max_tracked() { in_first sysctl -q net.tcp_census.max_tracked="$1"; } # NUMBER

# Two columns, state and count, from the census and from ss. ss calls some
# states by other names.
by_census() { awk 'NR > 1 { print $1, $2 }' $census/states; }

by_ss() {
	ss -Htan | awk '
		BEGIN {
			split("SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT1 FIN_WAIT2 CLOSING TIME_WAIT CLOSE_WAIT LAST_ACK LISTEN", names)
			split("SYN-SENT SYN-RECV ESTAB FIN-WAIT-1 FIN-WAIT-2 CLOSING TIME-WAIT CLOSE-WAIT LAST-ACK LISTEN", theirs)
		}
		{ n[$1]++ }
		END { for (i = 1; i <= 10; i++) print names[i], n[theirs[i]] + 0 }'
}

# poll SECONDS COMMAND...: until it succeeds.
poll() {
	end=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt "$end" ] || return 1
	done
}

# Timers go on meanwhile: only what stands still around ss can be compared.
agree() {
	before=$(by_census)
	witness=$(by_ss)
	[ "$before" = "$witness" ] && [ "$(by_census)" = "$before" ]
}

# On a kernel that checks, and a machine that is busy, TIME_WAITs may end faster than ss
# reads: until all have, which takes 60 s.
patience=90

equals_ss() {
	poll $patience agree && return
	note "the census and ss differ:"
	by_census | sed 's/^/# census /'
	by_ss | sed 's/^/# ss     /'
	sed 's/^/# /' $census/transitions
	return 1
}

# Nothing can be missing, lost or odd in a healthy run.
healthy() {
	[ "$(value summary inexact)" = none ] &&
	[ "$(value summary hooks_missing)" = 0 ] &&
	[ "$(value summary unexpected)" = 0 ] &&
	[ "$(value summary lost_notes)" = 0 ] && return
	sed 's/^/# /' $census/summary
	return 1
}

# Namespaces that still have connections, though they may have no name any more.
counted() { awk 'NR > 1 { print $1 }' $debug/percpu | sort -u | wc -l; }

# Those of earlier tests are gone, with their orphans.
alone() { [ "$(counted)" -le 1 ]; }

# Ends every connection of this namespace, or of the one that COMMAND... goes to.
forget() { # COMMAND...
	no_orphan "$@" || kills_orphans || end_orphans "$@" || return 1
	"$@" ss -HtanK > /dev/null
}

# In the states that wait for the peer to acknowledge our FIN.
no_orphan() { # COMMAND...
	! "$@" ss -Htane state fin-wait-1 state closing state last-ack 2> /dev/null | grep -q ' ino:0 '
}

# Before Linux commit bac76cf89816 ("tcp: fix forever orphan socket caused by
# tcp_abort") ss -K does no more to an orphan than to throw away what it has to send. Then
# its timer finds nothing to do, is not armed again, and nothing will ever end it.
kills_orphans() {
	[ -n "$kills" ] || kills=$(unshare --net env CENSUS_KO="$CENSUS_KO" CENSUS_BIN="$bin" sh "$0" kill_one)
	[ "$kills" = yes ]
}

kills=''	# yes or no

# In a namespace of its own: one orphan. Its peer's RST ends it in any case.
kill_one() {
	said=$(mktemp)
	ip link set lo up
	"$bin/orphans" -n 1 > "$said" &
	poll 60 grep -q ready "$said"
	ss -HtanK state fin-wait-1 > /dev/null
	no_orphan && echo yes || echo no
	ss -HtanK > /dev/null
	poll 10 no_orphan
	kill $! && wait $!
	rm "$said"
}

# The kernel ends them at their next timer when they are too many, which is what even none
# are. Timers back off to two minutes.
end_orphans() { # COMMAND...
	max_orphans=$(in_first sysctl -n net.ipv4.tcp_max_orphans)
	in_first sysctl -q net.ipv4.tcp_max_orphans=-1
	poll 150 no_orphan "$@" || note "orphans are left"
	in_first sysctl -q net.ipv4.tcp_max_orphans="$max_orphans"
	no_orphan "$@"
}

late() { total $census/timeouts overdue; }
all_late() { [ "$(late)" -ge "$(ss -Htan | wc -l)" ]; }

# Our tracepoint, in a buffer of its own.
overdue=/sys/kernel/tracing/instances/overdue

trace_on() { mkdir -p $overdue && echo 1 > $overdue/events/tcp_census/tcp_census_overdue/enable; }
trace_off() { rmdir $overdue; }

# How many connections ss sees in all namespaces.
alive() {
	for ns in /proc/1/ns/net $(ls -d /run/netns/* 2>/dev/null); do
		nsenter --net="$ns" ss -Htan
	done | wc -l
}

one_record_each() {
	records=$(table records)
	[ "$(alive)" -eq "$records" ] && [ "$(table records)" -eq "$records" ]
}

# The table holds what is alive, and nothing else.
all_tracked() {
	poll $patience one_record_each && [ "$(table stale)" -eq 0 ] && return
	note "$(alive) connections are alive"
	sed 's/^/# /' $debug/table
	return 1
}

exact_again() { equals_ss && healthy && all_tracked; }

# Every stay that ended was timed: nothing here is older than the module.
each_timed() {
	awk 'FNR == 1 { next }
	     NR == FNR { timed[$1] = $2; next }
	     timed[$1] != $4 { bad = 1 }
	     END { exit bad }' $census/dwell $census/states
}

all_timed() {
	poll 5 each_timed && [ "$(value summary untracked)" -eq 0 ] && return
	note "stays that ended, and those that were timed:"
	awk 'FNR == 1 { next }
	     NR == FNR { timed[$1] = $2; next }
	     { print "#", $1, $4, timed[$1] }' $census/dwell $census/states
	return 1
}

none_timed() { [ "$(total $census/dwell count)" -eq 0 ]; }

# $snapshot: transitions and states of one moment, for timers go on between two reads.
same_moment() {
	cat $census/transitions > "$snapshot/transitions" && cat $census/states > "$snapshot/states" &&
	cat $census/transitions | cmp -s - "$snapshot/transitions"
}

# A row adds up: its edges in and out, and its reasons.
adds_up() {
	snapshot=$(mktemp -d)
	poll $patience same_moment && rows_add_up "$snapshot/transitions" "$snapshot/states"
	status_of_rows=$?
	rm -r "$snapshot"
	return $status_of_rows
}

rows_add_up() { # TRANSITIONS STATES
	awk 'FNR == 1 { next }
	     NR == FNR {
		into[$2] += $3
		if ($1 != "LISTEN" || $2 != "SYN_RECV") out[$1] += $3
		if ($2 == "CLOSE") ended[$1] += $3
		next
	     }
	     into[$1] != $3 || out[$1] != $4 || ended[$1] != $5 + $6 + $7 + $8 + $9 {
		print "# does not add up: " $0
		bad = 1
	     }
	     END { exit bad }' "$1" "$2"
}

# RFC 4022's counters of this namespace.
snmp() {
	awk -v c="$1" '$1 == "Tcp:" && !head { split($0, h); head = 1; next }
		$1 == "Tcp:" { for (i in h) if (h[i] == c) print $i }' /proc/net/snmp
}

same_as_snmp() { # NAME CENSUS
	[ "$2" -eq "$(snmp "$1")" ] && return
	note "$1: the census says $2, /proc/net/snmp $(snmp "$1")"
	return 1
}

# Where the module is older than the namespace, and no handshake has failed.
equals_snmp() {
	same_as_snmp ActiveOpens "$(edge CLOSE SYN_SENT)" &&
	same_as_snmp PassiveOpens $(($(edge LISTEN SYN_RECV) - $(cell SYN_RECV current))) &&
	same_as_snmp AttemptFails $(($(edge SYN_SENT CLOSE) + $(edge SYN_RECV CLOSE))) &&
	same_as_snmp EstabResets $(($(edge ESTABLISHED CLOSE) + $(edge CLOSE_WAIT CLOSE))) &&
	same_as_snmp CurrEstab $(($(cell ESTABLISHED current) + $(cell CLOSE_WAIT current)))
}

equals_and_adds_up() { equals_ss && adds_up; }
exact() { equals_ss && equals_snmp && adds_up && healthy; }

ns_add() { for n; do ip netns add "$n" && ip -n "$n" link set lo up || return 1; done; }
ns_inode() { stat -Lc %i "/run/netns/$1"; }

# With all connections, or the namespace would live until the last orphan ends.
ns_del() { # NS...
	for n; do
		forget nsenter --net="/run/netns/$n"
		ip netns del "$n" || return 1
	done
}

# PERCENT
fail_alloc() { echo "$1" > /sys/module/tcp_census/parameters/fail_alloc; }

in_first() { nsenter --net=/proc/1/ns/net "$@"; }

# In namespace NS: a shell function of the test; see main.
in_ns() { # NS FUNCTION ARGS...
	ns=$1
	shift
	# Not "ip netns exec", which hides debugfs behind a /sys of its own.
	nsenter --net="/run/netns/$ns" env CENSUS_KO="$CENSUS_KO" CENSUS_BIN="$bin" sh "$0" "$@"
}

# The last line of a test: its cases, or the one function that in_ns asks for.
main() { # CASES-FUNCTION ARGS...
	cases=$1
	shift
	if [ $# -gt 0 ]; then
		"$@"
		exit
	fi
	"$cases"
	finish
}

# Ports of `traffic hold`, see there.
hold_rules() { # PORT
	$within nft -f - <<-END
	table inet hold {
		chain input {
			type filter hook input priority 0;
			tcp dport $(($1 + 1)) tcp flags & (syn | ack) == ack drop
			tcp dport $(($1 + 2)) drop
		}
	}
	END
}

# Connections that stand still, see traffic.c, until hold_stop. More than once.
hold_start() { stand hold "$@"; } # PORT TRAFFIC-ARGS...

held='' within=''

# In this namespace, or $within another: "nsenter --net=FILE".
stand() { # hold|timers|inturn PORT TRAFFIC-ARGS...
	kind=$1
	port=$2
	shift 2
	hold_rules "$port"
	out=$(mktemp)
	cut="nft add rule inet hold input tcp dport $((port + 3)) drop; nft add rule inet hold input tcp sport $((port + 3)) drop"
	$within "$bin/traffic" "$kind" -p "$port" -c "$cut" "$@" > "$out" &
	last=$!
	held="$held $last"
	poll 60 settled && grep -q ready "$out"
}

settled() { grep -q ready "$out" || ! kill -0 "$last" 2>/dev/null; }

# shellcheck disable=SC2086 # a list
hold_stop() {
	kill $held 2>/dev/null
	wait $held 2>/dev/null
	held=''
	$within nft delete table inet hold
}
