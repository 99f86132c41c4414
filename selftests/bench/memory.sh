#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the census holds of the memory, by connection and by namespace:
#	sh selftests/vm/boot.sh -i -c 4 -m 3G -t 1800 -k 6.12 -a slab_nomerge \
#		-- sh selftests/bench/memory.sh [records|namespaces]
# after selftests/bench/build.sh. With some CPUs, so that per-CPU memory can be told from other.
# Budgets: 80 bytes a connection with all that belongs to it; 2 KiB for a CPU and namespace.
. "$(dirname "$0")/lib.sh"

page=4096
spaces=${CENSUS_SPACES:-400}	# namespaces
cpus=$(sed 's/.*-//' /sys/devices/system/cpu/possible)
cpus=$((cpus + 1))

meminfo() { awk -v n="$1:" '$1 == n { print $2 * 1024 }' /proc/meminfo; } # NAME

# What all of the kernel has asked for; FREE is what the machine has left.
asked() { echo $(($(meminfo SUnreclaim) + $(meminfo VmallocUsed) + $(meminfo Percpu))); }

settle() { sync; sleep 30; }

# Of the records: slabs, in whole pages, with what is empty in them.
slab_bytes() {
	awk -v p=$page '$1 == "tcp_census_record" { print $15 * $6 * p }' /proc/slabinfo
}

# Pages of 512 buckets, and a page for each 512 of those.
bucket_bytes() { echo $((($(table buckets) + 511) / 512 * page + ($(table buckets) + 262143) / 262144 * page)); }

# How much more the kernel has asked for with the module than without.
by_unloading() {
	settle
	with=$(asked)
	unload
	settle
	echo $((with - $(asked)))
}

# With what is there: found at load, or seen to come.
measure() { # HOW
	settle
	records=$(table records)
	bytes=$(slab_bytes)
	set -- "$1" "$(bucket_bytes)"
	each=$(ratio $((bytes + $2)) "$records")
	checked=$(by_unloading)
	row "$(big "$records")" "$1" "$(table_was record_bytes)" "$(ratio "$bytes" "$records")" \
		"$(ratio "$2" "$records")" "$each" "$(ratio $((checked - nobody)) "$records")"
	echo "$each $records $1" >> "$work/each"
}

# From before the module went.
table_was() { entry "$work/table" "$1" value; } # NAME

sized() { # SOCKETS
	hold $(($1 - $(sockets)))
	cp $debug/table "$work/table"
	measure 'came one by one'
	load
	settle
	cp $debug/table "$work/table"
	measure 'found at load'
	load
	settle
}

records() {
	unload
	settle
	load
	# The empty table is a part of what is measured, not of the rest.
	empty=$(bucket_bytes)
	nobody=$(($(by_unloading) - empty))
	load
	echo "Bytes of memory for each connection (record), by how many there are:"
	echo
	head_row connections 'that' record 'its slab' 'hash table' 'all' 'check: by unloading'
	for size in ${CENSUS_SIZES:-10000 100000 200000}; do
		sized "$size"
	done
	echo
	echo "The slab by whole pages (/proc/slabinfo), and those of the hash table. The check is by how much SUnreclaim,"
	echo "VmallocUsed and Percpu fall when the module goes, less the $(big "$nobody") bytes that are for none of them."
	echo
	leave
	while read -r each n how; do
		budget "$each" 80 "bytes for each of $(big "$n") connections that $how"
	done < "$work/each"
	echo
}

# Namespaces come and go once before, so that both sides find the same caches.
in_spaces() { # [tcp]
	settle
	before="$(asked) $(meminfo Percpu) $(meminfo MemFree)"
	stay spaces $spaces "$@"
	settle
	echo "$before $(asked) $(meminfo Percpu) $(meminfo MemFree)" |
		awk -v n=$spaces '{ print ($4 - $1) / n, ($5 - $2) / n, ($3 - $6) / n }'
	leave
	settle
}

namespaces() {
	unload
	in_spaces tcp > /dev/null
	in_spaces > "$work/none.idle"
	in_spaces tcp > "$work/none.tcp"
	load
	in_spaces tcp > /dev/null
	in_spaces > "$work/census.idle"
	in_spaces tcp > "$work/census.tcp"
	echo "Bytes of memory for each of $spaces network namespaces, on a machine of $cpus possible CPUs:"
	echo
	head_row '' 'asked for by the kernel' 'of this per CPU' 'less is free'
	for side in none.idle census.idle none.tcp census.tcp; do
		# shellcheck disable=SC2046 # three words
		row "$side" $(while read -r a p f; do big "${a%.*}"; big "${p%.*}"; big "${f%.*}"; done < "$work/$side")
	done
	echo
	echo "idle: nobody has used TCP in it. tcp: a listener came and went."
	echo
	more=$(paste "$work/none.tcp" "$work/census.tcp" | awk -v c="$cpus" '{ printf "%d\n", ($5 - $2) / c }')
	budget "$more" 2048 "bytes for each CPU of a namespace that has seen TCP"
	paste "$work/none.idle" "$work/census.idle" | awk '{
		printf "- an idle namespace: %d bytes, %.1f %% of the %d that it takes anyway\n",
			$4 - $1, 100 * ($4 - $1) / $1, $1 }'
	paste "$work/none.tcp" "$work/census.tcp" | awk '{
		printf "- one that has seen TCP: %d bytes, %d of them not per CPU\n", $4 - $1, $4 - $1 - $5 + $2 }'
}

work=$(mktemp -d)
no_limits
case ${1:-all} in
records) records ;;
namespaces) namespaces ;;
all)	records
	namespaces ;;
esac
exit $missed
