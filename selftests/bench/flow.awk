# SPDX-License-Identifier: GPL-2.0
# From lines "VARIANT FAMILY KIND STEPS SEGMENTS MEAN MEDIAN" to the table of flow.sh. Of several
# runs their mean is taken; the noise is how far apart those of the same variant were.

{
	kind = $2 " " $3
	if (!(kind in seen)) {
		seen[kind] = 1
		order[++kinds] = kind
	}
	segments[kind] = $5 / $4
	keep($1, kind " mean", $6 / segments[kind])
	keep($1, kind " median", $7 / segments[kind])
}

function keep(variant, what, value,   at) {
	at = variant " " what
	sum[at] += value
	runs[at]++
	if (!(at in least) || value < least[at]) least[at] = value
	if (value > most[at]) most[at] = value
}

function cost(variant, what) { return sum[variant " " what] / runs[variant " " what] }
function spread(at) { return most[at] - least[at] }

function noise(what,   a, b) {
	a = spread("nothing " what)
	b = spread("full " what)
	return a > b ? a : b
}

function line(kind, by,   what, added, unit, per) {
	what = kind " " by
	added = cost("full", what) - cost("nothing", what)
	unit = kind ~ /bulk/ ? "megabyte" : "exchange"
	per = segments[kind] * (unit == "megabyte" ? 16 : 1)
	printf "| %s, %s | %.1f | %.0f | %.1f | %.1f | %+.2f | %.2f |\n", kind, by, per,
		per * cost("nothing", what), cost("nothing", what), cost("full", what), added, noise(what)
	if (by == "median")
		bad = bad || added > noise(what) + 0.5
}

END {
	print "| | segments a megabyte or exchange | instructions for it | a segment, nothing loaded | with the census | added | noise |"
	print "|---|---:|---:|---:|---:|---:|---:|"
	for (i = 1; i <= kinds; i++) {
		line(order[i], "mean")
		line(order[i], "median")
	}
	printf "\n- the census adds nothing to a segment, by the median: %s\n", bad ? "MISSED" : "met"
	print "- in the mean is what else ran meanwhile: its timer, four times a second whatever is sent"
	exit bad
}
