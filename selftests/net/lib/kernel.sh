# SPDX-License-Identifier: GPL-2.0
# What the kernel itself says against us. Source it after census.sh.

no_splat() { dmesg | sh "$CENSUS_TOP/selftests/vm/splats.sh"; }

# A leak is reported once nothing points to it for a while.
kmemleak=/sys/kernel/debug/kmemleak
has_kmemleak() { [ -w $kmemleak ]; }

leaks() {
	has_kmemleak || return 1
	sleep 6
	echo scan > $kmemleak
	echo scan > $kmemleak
	grep . $kmemleak
}

no_leak() { ! leaks; }
