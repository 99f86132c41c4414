#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Boots a kernel with the machine's own files in it and runs a command there, as root.
# shellcheck disable=SC2016 # the guest's variables
usage='usage: boot.sh [-k KERNEL] [-m MEMORY] [-c CPUS] [-t SECONDS] [-i] [-n] [-a ARGUMENTS] [--] [COMMAND...]
  -k  6.1, 6.12, ... or the build directory of a kernel (default: $KERNEL or 6.1)
  -i  instruction counting: one CPU, guest time is exact and idle waiting is free
  -n  do not build the module
  -a  more arguments for the kernel
The words of COMMAND are joined and given to a shell in the work tree. None: a shell of
your own with the module loaded, ctrl-a x leaves it. The guest sees CENSUS_KO (the module; beside
it lies notimer.ko, see selftests/net/notimer), CENSUS_TOP (the work tree), CENSUS_KERNEL, the
variables of the caller named CENSUS_*, KSFT, CI, STRICT, and writes what it wants to keep to
$CENSUS_OUT. ACCEL=kvm uses a real KVM.
Exit status: that of COMMAND; 1 if the kernel complained; 124 after a timeout.'
set -eu
. "$(dirname "$0")/lib.sh"

kernel=${KERNEL:-6.1} memory=1G cpus=2 limit=600 accel=${ACCEL:-tcg,thread=multi}
icount='' module=yes arguments=''
while getopts k:m:c:t:ina: option; do
	case $option in
	k) kernel=$OPTARG ;;
	m) memory=$OPTARG ;;
	c) cpus=$OPTARG ;;
	t) limit=$OPTARG ;;
	i) icount=shift=0,sleep=off accel=tcg,thread=single cpus=1 ;;
	n) module='' ;;
	a) arguments=$OPTARG ;;
	*) die "$usage" ;;
	esac
done
shift $((OPTIND - 1))

initramfs()
{
	root=$run/initramfs
	mkdir -p "$root/bin" "$root/modules" "$root/proc" "$root/dev" \
		"$root/lower" "$root/upper" "$root/new"
	cp "$busybox" "$root/bin/busybox"
	cp "$VM/init" "$root/init"
	chmod 755 "$root/init" "$root/bin/busybox"
	: >"$root/modules/order"
	[ ! -d "$modules" ] ||
		for name in 9pnet_virtio virtio_pci virtio_console 9p overlay; do
			modprobe -d "${modules%/lib/modules}" -S "$release" --show-depends "$name"
		done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
		while read -r file; do
			name=${file##*/}
			name=${name%.ko*}.ko
			case $file in
			*.xz) xz -dc "$file" ;;
			*) cat "$file" ;;
			esac >"$root/modules/$name"
			echo "$name" >>"$root/modules/order"
		done
	(cd "$root" && find . | cpio -o -H newc --quiet) >"$run/initrd"
	rm -r "$root"
}

environment()
{
	export CENSUS_TOP="$TOP" CENSUS_KERNEL="$release" CENSUS_MODULES="$modules"
	export CENSUS_KO=/run/census/tcp_census.ko CENSUS_OUT=/run/census
	export -p | grep -E '^export (CENSUS_[A-Z_]*|KSFT|CI|STRICT)='
	[ $# -gt 0 ] || echo "export TERM=${TERM:-linux} LINES=$(tput lines) COLUMNS=$(tput cols)"
}

emulate()
{
	cpu=qemu64
	[ "${accel%%,*}" != kvm ] || cpu=host
	$guard qemu-system-x86_64 -accel "$accel" ${icount:+-icount "$icount"} -machine q35 -cpu $cpu \
		-smp "$cpus" -m "$memory" -nodefaults -display none -no-reboot \
		-kernel "$image" -initrd "$run/initrd" \
		-append "console=ttyS0 loglevel=5 panic=-1 oops=panic softlockup_panic=1 $arguments" \
		-serial "file:$run/console" \
		-fsdev local,id=root,path=/,security_model=none,readonly=on,multidevs=remap \
		-device virtio-9p-pci,fsdev=root,mount_tag=root \
		-fsdev local,id=run,path="$run",security_model=none \
		-device virtio-9p-pci,fsdev=run,mount_tag=run \
		-device virtio-rng-pci -device virtio-serial-pci \
		-chardev stdio,id=tty,signal=off,"$mux" -device virtconsole,chardev=tty
}

splats='BUG:|WARNING:|Oops|KASAN|KCSAN|UBSAN|kmemleak: [1-9][0-9]* new|Call Trace:|general protection'
splats="$splats|possible (circular locking|recursive locking|irq lock)|inconsistent lock state"
splats="$splats|suspicious RCU usage|rcu: INFO: rcu_.* detected|soft lockup|hard LOCKUP|blocked for more than"
splats="$splats|Attempt to release TCP socket|refcount_t:|ODEBUG:|Kernel panic|bad: scheduling"

verdict()
{
	status=$(cat "$run/status" 2>/dev/null) || {
		status=1
		[ "$(cat "$run/qemu")" != 124 ] || status=124
		echo "# the guest ended without a result, the last lines of its console:"
		tail -n 40 "$run/console"
		[ $status != 124 ] || echo "# stopped after $limit seconds"
	}
	! grep -E "$splats" "$run/console" >"$run/splats" || {
		echo "# the kernel complained:"
		sort -u "$run/splats"
		[ "$status" != 0 ] || status=1
	}
}

# In a bare chroot it may be missing.
[ -e /proc/self/fd ] || mount -t proc proc /proc ||
	die "QEMU cannot share files without /proc: mount -t proc proc /proc"
mkdir -p "$CACHE/runs"
find "$CACHE/runs" -mindepth 1 -maxdepth 1 -mtime +7 -exec rm -r {} +
tree=$(sh "$VM/kernel.sh" "$kernel")
kernel_parts "$tree"
busybox=$(sh "$VM/busybox.sh")
run=$(mktemp -d "$CACHE/runs/$release.XXXXXX")
trap 'exit 130' INT TERM
if [ -n "$module" ]; then
	sh "$VM/build.sh" "$kernel" "$run/tcp_census.ko"
	MODULE=selftests/net/notimer sh "$VM/build.sh" "$kernel" "$run/notimer.ko"
fi
initramfs
environment "$@" >"$run/env"
if [ $# -gt 0 ]; then
	echo "$*" >"$run/command"
	guard="timeout --foreground -k 5 $limit" mux=mux=off
	# QEMU sees a pipe: it would truncate a file and leave a terminal non-blocking.
	{ emulate </dev/null && echo 0 >"$run/qemu" || echo $? >"$run/qemu"; } | cat
else
	guard='' mux=mux=on
	echo 0 >"$run/status" # leaving with ctrl-a x is no failure
	emulate || :
fi
verdict >&2
if [ "$status" = 0 ] && [ -z "${KEEP:-}" ]; then
	rm -rf "$run"
else
	rm -f "$run/initrd"
	echo "# console log: $run/console" >&2
fi
exit "$status"
