#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs all tests, on the host and in a guest per suite, and adds up what they say.
#   check.sh LEVEL       the suites of selftests/matrix up to that level: check, ci or all
#   check.sh KERNEL...   programs and scripts in each of these
# Two suites run at a time (JOBS), and each prints its lines when it is done. With CI=true or
# STRICT=1 a skipped case is a failed one, unless selftests/allowed-skips lists it. What
# each suite came to is kept in build/results, see `make tested`.
# MINUTES: no suite above the level check begins later than that, and all end 20 minutes later:
# the last lines name those that were not begun or not finished.
set -eu
. "$(dirname "$0")/lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
[ "${CI:-}" != true ] || STRICT=1
export STRICT="${STRICT:-}"
cd "$TOP"

# LEVEL... : a suite that a higher level runs whole is there twice; the last line counts.
of_levels()
{
	awk -v levels=" $* " '
	/^#/ || !NF || !index(levels, " " $1 " ") { next }
	{
		suite = $2 " " $3
		if (!(suite in line))
			order[++n] = suite
		line[suite] = $0
	}
	END { for (i = 1; i <= n; i++) print line[order[i]] }' selftests/matrix
}

of_kernels()
{
	for suite in programs scripts; do
		printf "check %s $suite\n" "$@"
	done
	echo check - reader
}

case $1 in
check) of_levels check ;;
ci) of_levels check ci ;;
all) of_levels check ci all ;;
*) of_kernels "$@" ;;
esac | nl -w 1 >"$work/suites"

# Of the clock, for one.sh.
if [ -n "${MINUTES:-}" ]; then
	CENSUS_UNTIL=$(($(date +%s) + MINUTES * 60))
	export CENSUS_UNTIL
fi
xargs -P "${JOBS:-2}" -L 1 sh "$VM/one.sh" "$work" <"$work/suites" || :

# One that left no result was killed with its guest.
lost()
{
	while read -r number _ kernel suite _; do
		[ ! -f "$work/$number.result" ] || continue
		echo "$kernel $suite: ended without a result" >"$work/$number.failures"
		echo "$kernel $suite - 0 1 0 0" >"$work/$number.result"
	done <"$work/suites"
}

lost
sh "$VM/table.sh" "$work"/*.result | sed 's/^/# /'
cat "$work"/*.late 2>/dev/null | sed 's/^/# not run, for want of time: /'
cat "$work"/*.failures 2>/dev/null | sed 's/^/# failed: /'
cat "$work"/*.result | awk '
	{ passed += $4; failed += $5; skipped += $6 }
	END { print passed + 0 " passed, " failed + 0 " failed, " skipped + 0 " skipped"; exit failed > 0 }'
