#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs the benchmarks, each in a virtual machine, nearly all with a clock that counts instructions:
#	run.sh [NAME...]
# NAME: of the table below; all by default. KERNEL: which; 6.12.
set -eu
. "$(dirname "$0")/../vm/lib.sh"

# NAME OPTIONS -- ARGUMENT...: the script NAME.sh, and how boot.sh boots for it.
scripts='
connect -i --
flow -i --
read -i -m 3G --
memory -i -c 4 -m 3G -a slab_nomerge --
reap -i -m 5G --
scale -i -m 3G --
scale --  handover
'

kernel=${KERNEL:-6.12}
export CENSUS_BENCH="$TOP/build/bench"
export CENSUS_IDLE_KO="$CENSUS_BENCH/idle.ko"
export CENSUS_COST_KO="$CENSUS_BENCH/tcp_census.ko"

wanted() { # NAME WANTED...
	[ $# -gt 1 ] || return 0
	name=$1
	shift
	case " $* " in *" $name "*) ;; *) return 1 ;; esac
}

prepare()
{
	sh "$VM/deps" bpftrace libbpf-tools clang libbpf-dev
	make -s -C "$TOP/selftests/bench" O="$CENSUS_BENCH" all bpf
	sh "$VM/build.sh" "$kernel" "$CENSUS_COST_KO" CENSUS_COST=y
	sh "$TOP/selftests/bench/build.sh" "$kernel"
	MODULE=selftests/bench/idle sh "$VM/build.sh" "$kernel" "$CENSUS_IDLE_KO"
}

prepare >&2
status=0
while read -r name line; do
	[ -n "$name" ] && wanted "$name" "$@" || continue
	printf '\n## %s\n\n' "$name"
	# shellcheck disable=SC2086 # options
	sh "$VM/boot.sh" -k "$kernel" -t "${LIMIT:-3600}" ${line%%--*} -- \
		sh selftests/bench/guest.sh "$name" "${line##*--}" </dev/null || status=1
done <<END
$scripts
END
exit $status
