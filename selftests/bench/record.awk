# SPDX-License-Identifier: GPL-2.0
# From lines "VARIANT FAMILY INSTRUCTIONS", of several runs, to those of the file recorded.

/^#/ { next }

{
	sum[$1 " " $2] += $3
	runs[$1 " " $2]++
}

END {
	for (at in sum)
		printf "%s %s %.0f\n", release, at, sum[at] / runs[at]
}
