# SPDX-License-Identifier: GPL-2.0
# From lines "VARIANT FAMILY INSTRUCTIONS": what -v variant adds to nothing, on a line, for v4 and v6.

{
	sum[$1 $2] += $3
	runs[$1 $2]++
}

function mean(at) { return runs[at] ? sum[at] / runs[at] : 0 }

END { printf "%.0f %.0f\n", mean(variant "v4") - mean("nothingv4"), mean(variant "v6") - mean("nothingv6") }
