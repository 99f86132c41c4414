# SPDX-License-Identifier: GPL-2.0
# From lines "VARIANT FAMILY INSTRUCTIONS" to the table of connect.sh.

BEGIN {
	families = split("v4 v6", family)
	said["nothing"] = "nothing loaded"
	said["counters"] = "census, counters only"
	said["full"] = "census, full"
	said["crowded"] = "census, full, 100 idle namespaces"
	said["empty"] = "BPF, empty program"
	said["dwell_hash"] = "BPF, dwell per state, hash by socket"
	said["dwell_local"] = "BPF, dwell per state, socket storage"
	said["dwell_bpftrace"] = "bpftrace, dwell per state"
	said["tcpstates"] = "tcpstates of libbpf-tools, prints each"
}

/^#/ { next }

{
	at = $1 " " $2
	if (!($1 in seen)) {
		seen[$1] = 1
		variant[++variants] = $1
	}
	sum[at] += $3
	runs[at]++
	if (!(at in least) || $3 < least[at]) least[at] = $3
	if ($3 > most[at]) most[at] = $3
}

function cost(v, f) { return sum[v " " f] / runs[v " " f] }
function added(v, f) { return cost(v, f) - cost("nothing", f) }
function percent(v, f) { return 100 * added(v, f) / cost("nothing", f) }
function spread(v, f) { return most[v " " f] - least[v " " f] }

# What the budgets compare with.
function cheapest(f,   v) {
	v = "dwell_hash"
	if (("dwell_local" in seen) && added("dwell_local", f) < added(v, f)) v = "dwell_local"
	return v
}

function budget(text, f, is, limit, unit) {
	printf "- %s, IP%s: %.2f%s of at most %.2f%s: %s\n", text, f, is, unit, limit, unit,
		is <= limit ? "met" : "MISSED"
}

END {
	print "| | v4 | added | % | v6 | added | % |"
	print "|---|---:|---:|---:|---:|---:|---:|"
	for (i = 1; i <= variants; i++) {
		v = variant[i]
		printf "| %s |", v in said ? said[v] : v
		for (j = 1; j <= families; j++)
			printf " %.0f | %.0f | %.2f |", cost(v, family[j]), added(v, family[j]), percent(v, family[j])
		print ""
	}
	print ""
	for (j = 1; j <= families; j++) {
		f = family[j]
		worst = 0
		for (i = 1; i <= variants; i++)
			if (spread(variant[i], f) > spread(worst ? worst : variant[1], f)) worst = variant[i]
		if (!worst) worst = variant[1]
		printf "- noise, IP%s: nothing loaded differs by %.0f between %d runs (%.3f %%), the worst by %.0f (%s)\n",
			f, spread("nothing", f), runs["nothing " f], 100 * spread("nothing", f) / cost("nothing", f),
			spread(worst, f), worst
	}
	for (j = 1; j <= families; j++) {
		f = family[j]
		budget("the census in full adds", f, percent("full", f), 3, " %")
		budget("counters only add", f, percent("counters", f), 1, " %")
		if ("dwell_hash" in seen)
			budget("the census in full adds, of what " cheapest(f) " does", f,
				100 * added("full", f) / added(cheapest(f), f), 50, " %")
	}
}
