#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Has the census become dearer? Measures, quickly, what it adds to a connection:
#	guard.sh KERNEL [record]
# and prints KTAP, or with "record" writes it to the file recorded. CENSUS_BUDGETS: not empty if
# a budget that is missed is a failure.
set -eu
. "$(dirname "$0")/../vm/lib.sh"

here=$TOP/selftests/bench
kernel=$1
export CENSUS_BENCH="$TOP/build/bench"
export CENSUS_IDLE_KO="$CENSUS_BENCH/idle.ko"
results=$(mktemp)
complained=''
trap 'rm -f "$results"' EXIT

make -s -C "$here" O="$CENSUS_BENCH" all >&2
MODULE=selftests/bench/idle sh "$VM/build.sh" "$kernel" "$CENSUS_IDLE_KO"
sh "$VM/boot.sh" -i -k "$kernel" -t "${LIMIT:-2700}" -- \
	sh selftests/bench/guest.sh connect quick </dev/null >"$results" || complained=yes
release=$(sed -n 's/^# kernel //p' "$results")
branch=$(echo "$release" | cut -d . -f 1-2 | sed 's/-.*//')

if [ "${2:-}" = record ]; then
	[ -z "$complained" ] || die "nothing is recorded of what has failed."
	{
		grep "^#" "$here/recorded" || :
		{
			grep -v "^#\|^${branch}[.-]" "$here/recorded" || :
			awk -v release="$release" -f "$here/record.awk" "$results"
		} | sort -V
	} >"$results.new"
	mv "$results.new" "$here/recorded"
	exit
fi
grep '^#' "$results" || :
awk -v branch="$branch" -v kernel="$kernel" -v budgets="${CENSUS_BUDGETS:-}" \
	-f "$here/guard.awk" "$here/recorded" "$results"
[ -z "$complained" ]
