# SPDX-License-Identifier: GPL-2.0
# Compares what was measured with what is recorded, prints KTAP:
#	awk -v branch=6.12 -v kernel=6.12 -v budgets=yes -f guard.awk RECORDED MEASURED
# More than a tenth dearer is a failure, either in what the census adds or in the whole; but
# for 0.1 % of the whole, by which two runs differ.

/^#/ { next }

FILENAME == ARGV[1] {
	split($1, number, /[.-]/)
	if (number[1] "." number[2] == branch) {
		was[$2 " " $3] = $4
		recorded = 1
	}
	next
}

{
	sum[$1 " " $2] += $3
	runs[$1 " " $2]++
}

function is(at) { return runs[at] ? sum[at] / runs[at] : 0 }

function say(good, name, text) {
	printf "%sok %d bench.%s # %s\n", good ? "" : "not ", ++cases, name, text
	failed += !good
}

function grown(now, then, noise) { return now > 1.1 * then + noise }

function compare(variant, family,   all, base, added, before, noise) {
	all = is(variant " " family)
	base = is("nothing " family)
	added = all - base
	before = was[variant " " family] - was["nothing " family]
	noise = base / 1000
	if (!all || !base)
		say(0, variant "." family, "was not measured")
	else if (!((variant " " family) in was))
		say(0, variant "." family, sprintf("%d added, no record: make bench-record KERNEL=%s", added, kernel))
	else
		say(!grown(added, before, noise) && !grown(all, was[variant " " family], noise), variant "." family,
			sprintf("%d added, recorded %d; %d in all, recorded %d", added, before, all, was[variant " " family]))
}

function budget(variant, family, limit,   percent, base, met, text) {
	base = is("nothing " family)
	percent = base ? 100 * (is(variant " " family) - base) / base : 0
	met = base && percent <= limit
	text = sprintf("adds %.2f %% of at most %d %%", percent, limit)
	if (budgets != "")
		say(met, variant "." family ".budget", text)
	else
		printf "# bench.%s.%s.budget %s: %s\n", variant, family, text, met ? "met" : "missed"
}

END {
	compare("counters", "v4")
	compare("counters", "v6")
	compare("full", "v4")
	compare("full", "v6")
	budget("counters", "v4", 1)
	budget("counters", "v6", 1)
	budget("full", "v4", 3)
	budget("full", "v6", 3)
	print "1.." cases
	exit failed > 0
}
