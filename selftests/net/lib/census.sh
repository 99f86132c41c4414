# SPDX-License-Identifier: GPL-2.0
# For the tests in shell: KTAP, the module, and ss as the witness. Source it.

: "${CENSUS_KO:?run this in the virtual machine: make check}"
here=$(dirname "$0")
bin=${CENSUS_BIN:-$here}
census=/proc/net/tcp_census
debug=/sys/kernel/debug/tcp_census
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
load() { insmod "$CENSUS_KO" "$@"; }
unload() { ! loaded || rmmod tcp_census; }
reload() { unload && load "$@"; }

# value FILE NAME: of a `name value` file.
value() { awk -v n="$2" '$1 == n { print $2 }' "$census/$1"; }

# edge FROM TO: its count in this namespace.
edge() { awk -v f="$1" -v t="$2" '$1 == f && $2 == t { print $3 }' $census/transitions; }

# cell STATE COLUMN
cell() {
	awk -v s="$1" -v c="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == c) at = i }
		$1 == s { print $at }' $census/states
}

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

equals_ss() {
	poll 15 agree && return
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
	[ "$(value summary lost_notes)" = 0 ]
}

# In namespace NS: a shell function of the test; see main.
in_ns() { # NS FUNCTION ARGS...
	ns=$1
	shift
	ip netns exec "$ns" env CENSUS_KO="$CENSUS_KO" CENSUS_BIN="$bin" sh "$0" "$@"
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
	nft -f - <<-END
	table inet hold {
		chain in {
			type filter hook input priority 0;
			tcp dport $(($1 + 1)) tcp flags & (syn | ack) == ack drop
			tcp dport $(($1 + 2)) drop
		}
	}
	END
}

hold_start() { # PORT TRAFFIC-ARGS...
	hold_rules "$1"
	port=$1
	shift
	out=$(mktemp)
	cut="nft add rule inet hold in tcp dport $((port + 3)) drop; nft add rule inet hold in tcp sport $((port + 3)) drop"
	"$bin/traffic" hold -p "$port" -c "$cut" "$@" > "$out" &
	held=$!
	poll 60 grep -q ready "$out"
}

hold_stop() {
	kill "$held" 2>/dev/null
	wait "$held" 2>/dev/null
	nft delete table inet hold
}
