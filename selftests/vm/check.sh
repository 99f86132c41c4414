#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs all tests, on the host and in a guest per kernel, and adds up what they say.
#   check.sh KERNEL...
#
# Every suite prints KTAP, one line per test case. Counted are the lines that begin, without
# indentation, with "ok" or "not ok"; what is indented or behind a "#" explains them. A suite
# that prints no plan (1..N), or another number of lines than planned, or ends with a status
# other than 0 though no case failed (a kernel splat does that), counts as one more failure.
# With CI=true or STRICT=1 a skipped case is a failed one, unless selftests/allowed-skips has a
# line "SUITE CASE REASON" for it; SUITE is reader, the kernel's name as given, or *.
set -eu
. "$(dirname "$0")/lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
: >"$work/failures"
passed=0 failed=0 skipped=0
strict=${STRICT:-}
[ "${CI:-}" != true ] || strict=1
allowed=$TOP/selftests/allowed-skips
[ -f "$allowed" ] || allowed=/dev/null

# Prints "PASSED FAILED SKIPPED" and writes what failed to the list.
count()
{
	awk -v suite="$1" -v status="$2" -v strict="$strict" -v list="$work/failures" '
	function fail(text) { failed++; print suite ": " text >>list }
	FILENAME != "-" {
		if ($1 !~ /^#/ && NF > 2 && ($1 == suite || $1 == "*"))
			allowed[$2] = 1
		next
	}
	/^1\.\.[0-9]+/ { plans++; planned += substr($1, 4) }
	/^1\.\.0.*SKIP/ { planned++; $0 = "ok 0 all " substr($0, 5) }
	!/^(not )?ok / { next }
	{
		cases++
		name = $0
		sub(/^(not )?ok *[0-9]* *(- )?/, "", name)
		text = name
		sub(/ *#.*/, "", name)
	}
	/^not ok / { fail(text); next }
	/# *SKIP/ {
		if (strict && !(name in allowed))
			fail(text)
		else
			skipped++
		next
	}
	{ passed++ }
	END {
		if (!plans)
			fail("ended without a plan, exit status " status)
		else if (planned != cases || !cases)
			fail(cases + 0 " results, but " planned " planned")
		else if (status != 0 && !failed)
			fail("exit status " status)
		print passed + 0, failed + 0, skipped + 0
	}' "$allowed" - <"$work/output"
}

suite()
{
	name=$1
	shift
	echo "# suite $name"
	{ "$@" && echo 0 >"$work/status" || echo $? >"$work/status"; } | tee "$work/output"
	count "$name" "$(cat "$work/status")" >"$work/counts"
	read -r p f s <"$work/counts"
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

# Loading a module's hooks, and tracing, patches code that other CPUs run, which QEMU's
# multi-threaded TCG before 8.1 does not always survive ("Oops: int3", also with the kernel's
# own tracer and no module). The programs want real parallelism and are booted with one thread
# a CPU; the scripts, which load, unload and trace, with one thread for all CPUs.
programs() { find build/net selftests/net -maxdepth 1 -type f -perm -u+x ! -name '*.sh' -printf '%f '; }
scripts() { find selftests/net -maxdepth 1 -name '*.sh' ! -name run.sh ! -name demo.sh -printf '%f '; }

# KERNEL ACCELERATOR TEST...
guest()
{
	kernel=$1 accel=$2
	shift 2
	ACCEL=$accel CENSUS_LIMIT=${CENSUS_LIMIT:-900} sh "$VM/boot.sh" -t "${LIMIT:-2700}" -k "$kernel" -- \
		bash selftests/net/run.sh "$@"
}

# A guest with one thread leaves cores to others, so the kernels go side by side.
scripts_of()
{
	dir=$work/scripts/$1
	mkdir -p "$dir"
	# shellcheck disable=SC2046 # a list of names
	guest "$1" "${ACCEL:-tcg,thread=single}" $(scripts) >"$dir/output" 2>&1 &&
		echo 0 >"$dir/status" || echo $? >"$dir/status"
}

# Kernels differ in how an orphan is ended (Kbuild): the ways of others, on this one.
# WAY KERNEL ACCELERATOR TEST...
end_by()
{
	export CENSUS_END="$1"
	shift
	guest "$@"
}

told()
{
	cat "$work/scripts/$1/output"
	return "$(cat "$work/scripts/$1/status")"
}

cd "$TOP"
suite reader bash selftests/reader/run.sh
for kernel; do
	# shellcheck disable=SC2046 # likewise
	suite "$kernel" guest "$kernel" "${ACCEL:-tcg,thread=multi}" $(programs)
done
for kernel; do
	scripts_of "$kernel" &
done
wait
for kernel; do
	suite "$kernel" told "$kernel"
done
suite "$1-close" end_by close "$1" "${ACCEL:-tcg,thread=multi}" reap spare
suite "$1-none" end_by none "$1" "${ACCEL:-tcg,thread=single}" refuse.sh
sed 's/^/# failed: /' "$work/failures"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
