#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Boots a kernel with the machine's own files in it, or those of another root filesystem, and
# runs a command there, as root.
# shellcheck disable=SC2016 # the guest's variables
usage='usage: boot.sh [-k KERNEL] [-r ROOT] [-m MEMORY] [-c CPUS] [-t SECONDS] [-i] [-n] [-a ARGUMENTS]
               [--] [COMMAND...]
  -k  6.1, 6.12, ... or the build directory of a kernel (default: $KERNEL or 6.1)
  -r  the files of another Debian, in which KERNEL (its release) is installed and the work tree
      lies under the same name as here; the module is not built
  -i  instruction counting: one CPU, guest time is exact and idle waiting is free
  -m  default: 1G, or 3G for a kernel with KASAN or KCSAN
  -t  default: 600, likewise three times as long, whatever is given
  -n  do not build the module
  -a  more arguments for the kernel
The words of COMMAND are joined and given to a shell in the work tree. None: a shell of
your own with the module loaded, ctrl-a x leaves it. The guest sees CENSUS_KO (the module; beside
it lies notimer.ko, see selftests/net/notimer), CENSUS_TOP (the work tree), CENSUS_KERNEL,
CENSUS_SLOW (not empty for a kernel with KASAN or KCSAN), the variables of the caller named
CENSUS_*, KSFT, CI, STRICT, and writes what it wants to keep to $CENSUS_OUT. ACCEL=kvm uses a
real KVM.
Exit status: that of COMMAND; 1 if the kernel complained; 124 after a timeout.'
set -eu
. "$(dirname "$0")/lib.sh"

kernel=${KERNEL:-6.1} memory='' cpus=2 limit=600 accel=${ACCEL:-tcg,thread=multi} files=/
icount='' module=yes arguments=''
while getopts k:r:m:c:t:ina: option; do
	case $option in
	k) kernel=$OPTARG ;;
	r) files=$OPTARG module='' ;;
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
		for name in $p9 virtio_pci virtio_console overlay; do
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
	export CENSUS_BIN="${CENSUS_BIN:-$TOP/build/net}"
	[ "$files" = / ] || CENSUS_MODULES=/lib/modules
	export -p | grep -E '^export (CENSUS_[A-Z_]*|KSFT|CI|STRICT)='
	[ $# -gt 0 ] || echo "export TERM=${TERM:-linux} LINES=$(tput lines) COLUMNS=$(tput cols)"
}

# One of the guest's directories through virtiofs, and QEMU's words for it.
#   serve TAG DIRECTORY
# Its daemon ends with QEMU. It cannot refuse to write, so that the root is read-only for it.
serve()
{
	# shellcheck disable=SC2016 # of the shell inside
	unshare --mount sh -ec '
		[ "$1" != root ] || { mount --rbind "$3" /mnt && mount -o remount,bind,ro /mnt; }
		[ "$1" != root ] || set -- "$1" "$2" /mnt
		exec /usr/lib/qemu/virtiofsd --socket-path="$2" -o source="$3" -o cache=auto' \
		sh "$1" "$run/$1.socket" "$2" >"$run/$1.log" 2>&1 9>&- &
	echo "-chardev socket,id=$1,path=$run/$1.socket -device vhost-user-fs-pci,chardev=$1,tag=$1"
}

# Cloud kernels have no 9p.
shares()
{
	if [ -n "$p9" ] || [ ! -d "$modules" ]; then
		echo "-fsdev local,id=root,path=$files,security_model=none,readonly=on,multidevs=remap
			-device virtio-9p-pci,fsdev=root,mount_tag=root
			-fsdev local,id=run,path=$run,security_model=none
			-device virtio-9p-pci,fsdev=run,mount_tag=run"
		return
	fi
	[ "$(id -u)" = 0 ] || die "virtiofsd wants root, and $release has no 9p."
	serve root "$files"
	serve run "$run"
	echo "-object memory-backend-memfd,id=memory,size=$memory,share=on -machine memory-backend=memory"
	while [ ! -S "$run/root.socket" ] || [ ! -S "$run/run.socket" ]; do
		sleep 0.1
	done
}

emulate()
{
	# QEMU 7.2's cmpxchg16b leaves junk in the flags, bit 9 of which pushf takes for "interrupts
	# are on": sooner or later the kernel's slab allocator is interrupted where it must not be.
	cpu=qemu64,-cx16
	[ "${accel%%,*}" != kvm ] || cpu=host
	# shellcheck disable=SC2086 # options
	$guard qemu-system-x86_64 -accel "$accel" ${icount:+-icount "$icount"} -machine q35 -cpu $cpu \
		-smp "$cpus" -m "$memory" -nodefaults -display none -no-reboot \
		-kernel "$image" -initrd "$run/initrd" \
		-append "console=ttyS0 loglevel=5 panic=-1 oops=panic softlockup_panic=1 $arguments" \
		-serial "file:$run/console" \
		$shares -device virtio-rng-pci -device virtio-serial-pci \
		-chardev stdio,id=tty,signal=off,"$mux" -device virtconsole,chardev=tty
}

verdict()
{
	status=$(cat "$run/status" 2>/dev/null) || {
		status=1
		[ "$(cat "$run/qemu")" != 124 ] || status=124
		echo "# the guest ended without a result, the last lines of its console:"
		tail -n 40 "$run/console"
		[ $status != 124 ] || echo "# stopped after $limit seconds"
	}
	sh "$VM/splats.sh" <"$run/console" >"$run/splats" || {
		echo "# the kernel complained:"
		sort -u "$run/splats"
		[ "$status" != 0 ] || status=1
	}
}

# What checks every access takes memory, and is slow.
checks()
{
	! grep -qsE '^CONFIG_K[AC]SAN=y' "$build/.config" || {
		export CENSUS_SLOW=yes
		limit=$((limit * 3))
	}
	# For as long as a CPU that is emulated may not run: of 80 us, the default, it sees nothing.
	! grep -qs '^CONFIG_KCSAN=y' "$build/.config" ||
		arguments="kcsan.udelay_task=2000 kcsan.udelay_interrupt=1000 $arguments"
	: "${memory:=${CENSUS_SLOW:+3G}}" "${memory:=1G}"
}

# In a bare chroot it may be missing.
[ -e /proc/self/fd ] || mount -t proc proc /proc ||
	die "QEMU cannot share files without /proc: mount -t proc proc /proc"
mkdir -p "$CACHE/runs"
find "$CACHE/runs" -mindepth 1 -maxdepth 1 -mtime +7 -exec rm -r {} +
if [ "$files" = / ]; then
	tree=$(sh "$VM/kernel.sh" "$kernel")
	kernel_parts "$tree"
else
	kernel_parts "$files" "$kernel"
fi
checks
busybox=$(sh "$VM/busybox.sh")
run=$(mktemp -d "$CACHE/runs/$release.XXXXXX")
trap 'exit 130' INT TERM
if [ -n "$module" ]; then
	sh "$VM/build.sh" "$kernel" "$run/tcp_census.ko"
	MODULE=selftests/net/notimer sh "$VM/build.sh" "$kernel" "$run/notimer.ko"
fi
p9=''
! modprobe -d "${modules%/lib/modules}" -S "$release" --show-depends 9p >/dev/null 2>&1 ||
	p9='9pnet_virtio 9p'
initramfs
shares=$(shares)
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
