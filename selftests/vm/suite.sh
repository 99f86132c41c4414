#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs one suite of selftests/matrix and prints what it says:
#   suite.sh KERNEL SUITE [ARGUMENT...]
# Suites:
#   reader    the reader, on the host; KERNEL is -
#   programs  the C programs of selftests/net: several CPUs, and tests side by side
#   scripts   the scripts there, which load and unload the module, one after the other;
#             ARGUMENT: not this one
#   storm     those of selftests/net/storm; ARGUMENT: how many seconds each lasts
#   dashboard  Grafana's, by its types; KERNEL is -
#   prometheus  what is for monitoring, with the real thing
#   close, none  Kernels differ in how an orphan is ended (Kbuild): the ways of others, on this
#   bench     has the census become dearer? see selftests/bench/guard.sh
#   dkms      installing it on a Debian release, and with it; KERNEL is the release; ARGUMENT: a
#             stage of selftests/dkms/run.sh
#   else      a program or script of selftests/net; ARGUMENT: more of them
set -eu
. "$(dirname "$0")/lib.sh"

kernel=$1 suite=$2
shift 2
cd "$TOP"

# Loading a module's hooks, and tracing, patches code that other CPUs run, which QEMU's
# multi-threaded TCG before 8.1 does not always survive ("Oops: int3", also with the kernel's
# own tracer and no module). The programs want real parallelism and are booted with one thread
# a CPU; the scripts, which load, unload and trace, with one thread for all CPUs.
parallel=tcg,thread=multi
serial=tcg,thread=single

arguments=''	# for the kernel

# ACCELERATOR TEST...
guest()
{
	accel=${ACCEL:-$1}
	shift
	ACCEL=$accel CENSUS_LIMIT=${CENSUS_LIMIT:-900} sh "$VM/boot.sh" -t "${LIMIT:-2700}" -k "$kernel" -a "$arguments" -- \
		bash selftests/net/run.sh "$@"
}

programs() { find build/net selftests/net -maxdepth 1 -type f -perm -u+x ! -name '*.sh' -printf '%f '; }

# All scripts but these.
scripts()
{
	without=" run.sh demo.sh prometheus.sh $* "
	for script in selftests/net/*.sh; do
		name=${script##*/}
		case $without in *" $name "*) ;; *) echo "$name" ;; esac
	done
}

# shellcheck disable=SC2046 # lists of names
case $suite in
reader)
	sh "$VM/deps" graphviz mandoc tmux chromium netpbm systemd jq
	# Terminals are made there; in a bare chroot it may be missing.
	[ -e /dev/pts/ptmx ] || mount -t devpts devpts /dev/pts || :
	PROMTOOL=$(sh "$VM/prometheus.sh")/promtool
	export PROMTOOL
	bash selftests/reader/run.sh ;;
dashboard)
	command -v npm >/dev/null || sh "$VM/deps" npm
	sh selftests/grafana/run.sh ;;
prometheus)
	sh "$VM/deps" curl jq
	CENSUS_PROMETHEUS=$(sh "$VM/prometheus.sh")
	export CENSUS_PROMETHEUS
	guest $serial prometheus.sh ;;
programs) guest $parallel $(programs) ;;
scripts) guest $serial $(scripts "$@") ;;
storm)
	arguments=slab_nomerge # or leftovers would be taken for others'
	CENSUS_STORM=${1:-60} guest $serial storm ;;
dkms)	sh selftests/dkms/run.sh "$kernel" "$@" ;;
bench)	sh selftests/bench/guard.sh "$kernel" ;;
close)	CENSUS_END=close guest $parallel reap spare ;;
none)	CENSUS_END=none guest $serial refuse.sh ;;
*)	guest $serial "$suite" "$@" ;;
esac
