# SPDX-License-Identifier: GPL-2.0
# Counts what a suite printed (KTAP): lines that begin, without indentation, with "ok" or "not
# ok"; what is indented or behind a "#" explains them. A suite that prints no plan (1..N), or
# another number of lines than planned, or ends with a status other than 0 though no case failed
# (a kernel splat does that), counts as one more failure.
#   awk -v kernel=K -v suite=S -v status=N -v strict=yes -v list=FILE -f count.awk ALLOWED OUTPUT
# Prints "PASSED FAILED SKIPPED" and appends what failed to the list. When strict, a skip is a
# failure unless ALLOWED has a line "KERNEL CASE REASON" for it; KERNEL may be *.

function fail(text)
{
	failed++
	print kernel, suite ": " text >>list
}

FILENAME == ARGV[1] {
	if ($1 !~ /^#/ && NF > 2 && ($1 == kernel || $1 == "*"))
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
}
