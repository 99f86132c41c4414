# SPDX-License-Identifier: GPL-2.0
# What the storms have in common: how long, traffic meanwhile, and what must be
# true when the weather is fine again. Source it after census.sh, orphans.sh and kernel.sh.
# CENSUS_STORM: how many seconds a storm lasts.

storm=${CENSUS_STORM:-60}
places="storm1 storm2"	# namespaces with traffic, besides the present one
uptime_s() { cut -d . -f 1 /proc/uptime; }

# A test case, and how long it took; the console tells where it hangs.
step() { # NAME COMMAND...
	began=$(uptime_s)
	echo "tcp_census storm: $1" > /dev/kmsg
	run "$@"
	note "$1 took $(($(uptime_s) - began)) s"
}

storm_starts() { storm_end=$(($(uptime_s) + ${1:-$storm})); } # [SECONDS]
storming() { [ "$(uptime_s)" -lt "$storm_end" ]; }

everywhere() { # FUNCTION ARGS...
	"$@" || return 1
	for place in $places; do
		in_ns "$place" "$@" || return 1
	done
}

# As fast as they can, here and in the other places.
churn_start() {
	churns='' churn_said=$(mktemp)
	churn_in "" -p 7100 && churn_in storm1 -6 -p 7100 && churn_in storm2 -p 7200
}

# A process group each, so that they can be stopped. They leave the CPU to whoever
# has something else to do, or nobody would come to that.
churn_in() { # PLACE|"" TRAFFIC-ARGS...
	place=$1
	shift
	nice -n 19 setsid ${place:+nsenter --net=/run/netns/$place} \
		"$bin/traffic" churn -t 100000 -j 1 "$@" > /dev/null 2>> "$churn_said" &
	churns="$churns $!"
	poll 30 kill -0 "-$!" 2> /dev/null
}

churn_signal() { # SIGNAL
	for churn in $churns; do
		kill "-$1" "-$churn"
	done
}

# Fails if one of them gave up.
churn_stop() {
	churned=0
	for churn in $churns; do
		kill -0 "$churn" || churned=1
	done
	churn_signal TERM
	# shellcheck disable=SC2086 # a list
	wait $churns 2> /dev/null
	churns=''
	sed 's/^/# /' "$churn_said"
	rm "$churn_said"
	return $churned
}

# It may be held for a moment by who reads its files.
unloaded() { ! loaded || rmmod tcp_census 2> /dev/null; }
unload_soon() { poll 60 unloaded; }

# Until PID ends, whose status it returns: some program that must not be
# troubled by that.
loads_until_gone() { # PID
	round=0
	while kill -0 "$1" 2> /dev/null; do
		unload_soon && load || break
		[ $((round % 3)) -eq 0 ] || sleep 0.2
		round=$((round + 1))
	done
	note "$round loads"
	wait "$1"
	program=$?
	loaded && return $program
}

# Unloaded, because the module's own is measured by what is left without it.
kernel_kb() {
	awk '$1 ~ /^(SUnreclaim|Percpu|VmallocUsed|KernelStack|PageTables):/ { n += $2 } END { print n }' /proc/meminfo
}

# KASAN keeps what was freed for a while, and caches keep pages.
slack_kb() { if [ -w "$kmemleak" ]; then echo 98304; else echo 16384; fi; }

memory_returned() {
	echo 3 > /proc/sys/vm/drop_caches
	[ "$(kernel_kb)" -le $((kernel_kb_before + $(slack_kb))) ]
}

memory_back() {
	poll 60 memory_returned
	status=$?
	note "kernel memory without the module: $kernel_kb_before kB before, $(kernel_kb) kB after"
	return $status
}

# The kernel complains of a cache that goes while objects are left, unless it had
# merged it with others: that wants boot.sh -a slab_nomerge.
no_cache_left() {
	cache=/sys/kernel/slab/tcp_census_record
	[ -L $cache ] && note "the cache was merged with others" && return
	[ ! -e $cache ]
}

# rmmod waits for RCU many times.
hurry_rcu() { echo "$1" > /sys/kernel/rcu_expedited; } # 0|1

storm_prepare() {
	hurry_rcu 1
	loaded || load || return
	poll 240 alone || return
	forget
	# The first time the kernel sets up much that stays.
	# shellcheck disable=SC2086 # a list
	ns_add $places && everywhere churn_once && unload && kernel_kb_before=$(kernel_kb) && load
}

churn_once() { "$bin/traffic" churn -n 100 -p 7000 > /dev/null; }

exact_now() { equals_ss && adds_up && healthy; }
exact_everywhere() { everywhere exact_now; }

exact_after_reload() {
	unload_soon && load && exact_everywhere && all_tracked
}

storm_over() {
	step exact_afterwards exact_everywhere
	step exact_after_reload exact_after_reload
	everywhere forget
	# shellcheck disable=SC2086 # a list
	ns_del $places
	step namespaces_gone poll 240 alone
	step nothing_left all_tracked
	step unload unload_soon
	step no_cache_left no_cache_left
	step memory_back memory_back
	step no_leak no_leak
	step no_splat no_splat
	hurry_rcu 0
	load
}
