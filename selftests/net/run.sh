#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs the tests inside the virtual machine, as root:
#	CENSUS_KO=tcp_census.ko CENSUS_BIN=DIR selftests/net/run.sh [TEST...]
# CENSUS_LIMIT: how many seconds a test may take; 300. On a kernel that checks
# (CENSUS_SLOW) it is three times as much, and fewer run side by side.
# TEST is the name of a program (states, edges, ...) or of a script (NAME.sh);
# all of them by default. CENSUS_BIN is where the programs were built.
# Storms run only when asked for: "storm" is all of them, storm/NAME.sh one.
# CENSUS_STORM: how many seconds each lasts; 60.
#
# Prints flat KTAP: one line for every case of every test, the plan at the end,
# all else behind "# ". A test that dies, hangs or says less than it planned is
# a "not ok". Exit status 1 if there is one.
#
# Programs keep to namespaces of their own and run side by side; scripts may
# unload the module and run one after the other, when the programs are done.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
bin=${CENSUS_BIN:-$here}
limit=${CENSUS_LIMIT:-300}
programs='waits dwell reasons edges overdue spare reapset reap reapwire migrate synrecv states ports notcp hist'
alone='races horde'	# one wants both CPUs, the other the machine's sockets
together=100
[ -z "${CENSUS_SLOW:-}" ] || { limit=$((limit * 3)); together=3; }
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# Not every kernel has every module, and not every test needs one: those that
# do, say so.
prepare()
{
	for module in tun tcp_diag inet_diag mptcp_diag sctp dccp_ipv4; do
		modprobe -q "$module" || :
	done
	[ -d /proc/net/tcp_census ] || insmod "${CENSUS_KO:?the module}"
}

# One test, its output and exit status into $logs.
run_one()
{
	status=0
	began=$(date +%s)
	mkdir -p "$logs/${name%"${name##*/}"}"
	timeout -k 5 "$limit" "$@" >"$logs/$name.out" 2>&1 </dev/null ||
		status=$?
	echo "# $name took $(($(date +%s) - began)) s" >>"$logs/$name.out"
	echo "$status" >"$logs/$name.status"
}

# From a test's own TAP to lines without numbers; "died" is a case of its own.
flatten()
{
	awk -v name="$1" -v status="$(cat "$logs/$1.status")" '
	/^1\.\.[0-9]+/ {
		split($1, plan, /\.\./)
		planned = plan[2]
		next
	}
	/^(not )?ok( |$)/ {
		bad = /^not/
		sub(/^(not )?ok *[0-9]* *(- )?/, "")
		print (bad ? "not ok " : "ok ") name "." $0
		failed += bad
		seen++
		next
	}
	/^TAP version|^KTAP version|^#  *(RUN|OK) |^$/ { next }
	{ sub(/^# ?/, ""); print "# " $0 }
	END {
		why = status == 124 ? "hung" : "ended with status " status
		if (planned == "")
			print "not ok " name ".plan # no plan, " why
		else if (seen != planned)
			print "not ok " name ".plan # " seen + 0 " of " \
				planned " cases, " why
		else if (status && !failed)
			print "not ok " name ".status # " why
	}' "$logs/$1.out"
}

wanted()
{
	[ $# = 1 ] && return 0
	one=$1
	shift
	case " $* " in *" $one "*) return 0 ;; esac
	return 1
}

# The programs make and leave hundreds of namespaces, which is mostly waiting
# for RCU.
hurry_rcu()
{
	echo "$1" 2>/dev/null >/sys/kernel/rcu_expedited || :
}

all()
{
	hurry_rcu 1
	started=0
	for name in $programs; do
		wanted "$name" "$@" || continue
		run_one "$bin/$name" &
		started=$((started + 1))
		[ $((started % together)) != 0 ] || wait
	done
	wait
	for name in $alone; do
		! wanted "$name" "$@" || run_one "$bin/$name"
	done
	hurry_rcu 0
	for name in $programs $alone; do
		[ ! -e "$logs/$name.status" ] || flatten "$name"
	done
	for script in "$here"/*.sh; do
		name=${script##*/}
		case $name in run.sh | demo.sh | leaks.sh) continue ;; esac
		wanted "$name" "$@" || continue
		run_one sh "$script"
		flatten "$name"
	done
	storms "$@"
	name=leaks.sh # when all is done
	[ ! -w /sys/kernel/debug/kmemleak ] || { run_one sh "$here/$name" && flatten "$name"; }
}

storms()
{
	[ $# -gt 0 ] || return 0
	limit=$((limit + 2 * ${CENSUS_STORM:-60}))
	for script in "$here"/storm/*.sh; do
		name=storm/${script##*/}
		wanted storm "$@" || wanted "$name" "$@" || continue
		run_one sh "$script"
		flatten "$name"
	done
}

prepare
echo "# kernel $(uname -r)"
all "$@" | awk '
	/^(not )?ok / {
		n++
		bad += /^not/
		sub(/ok /, "ok " n " ")
	}
	{ print; fflush() }
	END { print "1.." n + 0; exit bad || !n }'
