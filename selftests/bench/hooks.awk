# SPDX-License-Identifier: GPL-2.0
# From lines "FAMILY SIGN NAME HITS COST" to the table of hooks.sh.

{
	if (!($3 in seen)) {
		seen[$3] = 1
		name[++names] = $3
	}
	hits[$3, $1] += $2 * $4 / connections
	cost[$3, $1] += $2 * $5 / connections
}

function line(text, h4, c4, h6, c6) {
	printf "| %s | %s | %s | %s | %s | %s | %s |\n", text,
		h4 ? sprintf("%.2f", h4) : "", h4 ? sprintf("%.0f", c4 / h4) : "", c4 ? sprintf("%.0f", c4) : "",
		h6 ? sprintf("%.2f", h6) : "", h6 ? sprintf("%.0f", c6 / h6) : "", c6 ? sprintf("%.0f", c6) : ""
}

END {
	print "| hook | v4: calls | each | in all | v6: calls | each | in all |"
	print "|---|---:|---:|---:|---:|---:|---:|"
	for (i = 1; i <= names; i++) {
		n = name[i]
		if (hits[n, 4] + hits[n, 6] == 0)
			continue
		line(n, hits[n, 4], cost[n, 4], hits[n, 6], cost[n, 6])
		calls4 += hits[n, 4]
		calls6 += hits[n, 6]
		sum4 += cost[n, 4]
		sum6 += cost[n, 6]
	}
	line("handlers together", calls4, sum4, calls6, sum6)
	line("the rest: ftrace, RCU, timers, caches", 0, total4 - sum4, 0, total6 - sum6)
	line("added to a connection", 0, total4, 0, total6)
}
