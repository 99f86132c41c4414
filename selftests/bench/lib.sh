# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034
# For read.sh, memory.sh, reap.sh and scale.sh, which run in the guest: what the tests in
# shell have, tables in Markdown, budgets. Source it.
here=$(dirname "$0")
. "$here/../net/lib/census.sh"
bench=${CENSUS_TOP:?run this in the virtual machine}/build/bench
[ -x "$bench/cost" ] || { echo "first, on the host: sh selftests/bench/build.sh" >&2; exit 1; }

cost() { "$bench/cost" "$@"; }

row() { # CELL...
	printf '|'
	printf ' %s |' "$@"
	echo
}

head_row() { # CELL...
	row "$@"
	printf '|'
	for _; do printf -- '---|'; done
	echo
}

# With a comma every three digits.
big() { echo "$1" | sed -e ':more' -e 's/\([0-9]\)\([0-9]\{3\}\)\($\|[,.]\)/\1,\2\3/;t more'; } # NUMBER

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f\n", b ? a / b : 0 }'; } # A B

missed=0

budget() { # NUMBER MOST WHAT
	if awk -v n="$1" -v m="$2" 'BEGIN { exit !(n <= m) }'; then
		echo "- met: $3: $1, at most $2"
	else
		echo "- missed: $3: $1, at most $2"
		missed=1
	fi
}

# A program of ours that says "ready" and stays.
stay() { # PROGRAM ARGS...
	said=$(mktemp)
	program=$1
	shift
	"$bench/$program" "$@" > "$said" &
	staying="$staying $!"
	# Not poll, which would have half of the CPU.
	until said_ready $!; do sleep 1; done
	grep -q ready "$said"
}

staying=''
said_ready() { grep -q ready "$said" || ! kill -0 "$1" 2> /dev/null; } # PID

# Connections, of which both ends count; each time to other hosts.
hold() { # SOCKETS
	stay hold $(($1 / 2)) "$host" || exit 1
	host=$((host + $1 / 10000 + 1))
}

host=1

# shellcheck disable=SC2086 # a list
leave() {
	[ -z "$staying" ] || kill -KILL $staying
	wait $staying 2> /dev/null
	staying=''
	host=1
}

trap leave EXIT

# As many files and connections as anybody wants.
no_limits() {
	sysctl -q fs.nr_open=2000000 fs.file-max=4000000 net.ipv4.tcp_max_orphans=1000000 \
		net.ipv4.tcp_mem='1000000 2000000 3000000' net.core.somaxconn=4096 \
		net.ipv4.tcp_max_syn_backlog=4096
}

sockets() { total $census/states current; }

# The runs of a worker since trace_works, in instructions: one a line.
works=/sys/kernel/tracing/instances/works

trace_works() { # FUNCTION
	mkdir -p $works
	echo 0 > $works/tracing_on
	echo x86-tsc > $works/trace_clock
	echo 8192 > $works/buffer_size_kb
	echo 1 > $works/events/workqueue/workqueue_execute_start/enable
	echo 1 > $works/events/workqueue/workqueue_execute_end/enable
	: > $works/trace
	echo 1 > $works/tracing_on
}

traced_works() { # FUNCTION
	echo 0 > $works/tracing_on
	awk -v f="$1" '
		match($0, /[0-9]+: workqueue_execute_(start|end): /) {
			split(substr($0, RSTART), word, /[: ]+/)
			at = word[1]
		}
		index($0, "function " f " [tcp_census]") {
			if (/_start: /) start = at; else printf "%d\n", at - start
		}' $works/trace
}
