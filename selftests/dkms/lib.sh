# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# For run.sh, which sources it after selftests/vm/lib.sh: KTAP, the chroot and the machine.

tests=0
failed=0

report() # STATUS NAME
{
	tests=$((tests + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tests $2"
	else
		failed=$((failed + 1))
		echo "not ok $tests $2"
	fi
}

finish()
{
	echo "1..$tests"
	[ "$failed" = 0 ]
	exit
}

note() { sed 's/^/# /'; }

# run NAME COMMAND...: a test case. What it prints is shown if it fails.
run()
{
	name=$1
	shift
	status=0
	"$@" >"$work/log" 2>&1 || status=$?
	[ $status = 0 ] || note <"$work/log"
	cp "$work/log" "$work/log.$name"
	report $status "$name"
}

# The release's files, with the work tree as if just checked out.
prepare() # ROOT-FILESYSTEM
{
	work=$(mktemp -d "$CACHE/dkms.XXXXXX")
	root=$work/root
	trap 'umount "$root" && rm -rf --one-file-system "$work"' EXIT
	trap 'exit 130' INT TERM
	mkdir "$root" "$work/upper" "$work/overlay"
	mount -t overlay -o "lowerdir=$1,upperdir=$work/upper,workdir=$work/overlay" files "$root"
	mkdir -p "$root$TOP/build"
	(cd "$TOP" && tar -c --exclude=./.git --exclude=./build --exclude='*.o' --exclude='*.ko' \
		--exclude='.*.d' --exclude='.*.cmd' --exclude=tools/tcpcensus .) | tar -x -C "$root$TOP"
	cp -r "$(sh "$VM/source.sh")/tools/testing/selftests" "$root$TOP/build/ksft"
}

# A command in the work tree of the chroot.
inside()
{
	# shellcheck disable=SC2016 # of the shell inside
	root=$root TOP=$TOP unshare --mount sh -ec '
		mount -t proc proc "$root/proc"
		mount --rbind /dev "$root/dev"
		exec nice env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
			INITRD=No DEBIAN_FRONTEND=noninteractive \
			chroot "$root" sh -ec "cd $TOP; exec \"\$@\"" sh "$@"' sh "$@" </dev/null
}

newest_kernel()
{
	find "$root/lib/modules/" -mindepth 1 -maxdepth 1 ! -name '*-rt-*' -printf '%f\n' |
		sort -V | tail -n 1
}

describe() # KERNEL
{
	inside sh -c 'echo "# Debian $(cat /etc/debian_version), $(gcc --version | head -n 1), $(ss -V)," \
		"dkms $(dpkg-query -W -f "\${Version}" dkms), kernel $0"' "$1"
}

# Is this version, and no other, installed for the kernel?
installed() # VERSION KERNEL
{
	inside dkms status -m tcp_census -k "$2" | tee "$work/status"
	[ "$(wc -l <"$work/status")" = 1 ] &&
		grep -F -e "tcp_census/$1, $2, x86_64: installed" \
			-e "tcp_census, $1, $2, x86_64: installed" "$work/status" &&
		[ "$(modinfo -b "$root" -k "$2" -F version tcp_census)" = "$1" ] &&
		find "$root/lib/modules/$2/updates/dkms/" -name 'tcp_census.ko*' | grep .
}

# All that is left of the module, but for the work tree.
traces()
{
	inside sh -c 'dkms status -m tcp_census
		find / -xdev -path "$PWD" -prune -o -name "*tcp*census*" -print -prune
		cat /lib/modules/*/modules.dep | grep tcp_census || :'
}

# Nothing is left but these.
left() # [PATH...]
{
	traces | sort >"$work/traces"
	cat "$work/traces"
	[ "$(cat "$work/traces")" = "$(for path; do echo "$path"; done)" ]
}

# As README says.
sign_tool()
{
	# shellcheck disable=SC2016 # of the shell inside
	inside sh -ec 'openssl req -new -x509 -newkey rsa:2048 -nodes -days 36500 \
			-subj "/CN=DKMS module signing key" \
			-keyout /root/mok.priv -outform DER -out /root/mok.der
		echo "sign_tool=/etc/dkms/sign_helper.sh" >>/etc/dkms/framework.conf'
}

# By the key that README has enrolled for Secure Boot.
signed() # KERNEL
{
	key=/var/lib/dkms/mok.pub
	[ -f "$root$key" ] || key=/root/mok.der
	serial=$(inside openssl x509 -inform DER -in "$key" -noout -serial)
	echo "$serial"
	modinfo -b "$root" -k "$1" -F sig_key tcp_census | tr -d : | tee "$work/key"
	[ "$(cat "$work/key")" = "${serial#serial=}" ]
}

nothing_of() # VERSION
{
	! traces | grep -F "$1"
}

build_tests() # PROGRAM...
{
	# shellcheck disable=SC2046 # a list
	inside make -C tools && inside make -C selftests/net O="$TOP/build/net" KSFT="$TOP/build/ksft" \
		$(printf "$TOP/build/net/%s " "$@")
}

# With dkms's hooks in /etc/kernel, where it is a kernel.
install() { inside sh -c "apt-get install -y --no-install-recommends $1"; } # DEBS
set_version() { inside sed -i "s/^PACKAGE_VERSION=.*/PACKAGE_VERSION=\"$1\"/" dkms.conf; }

# guest.sh in a machine: its cases become ours, and are all there.
#   boot NAME KERNEL single|multi VERSION HOW TEST...
boot()
{
	name=$1 booted=$2 thread=$3
	shift 3
	status=0
	ACCEL=${ACCEL:-tcg,thread=$thread} CENSUS_BIN=$TOP/build/net CENSUS_LIMIT=${CENSUS_LIMIT:-900} \
		sh "$VM/boot.sh" -r "$root" -k "$booted" -t "${LIMIT:-2700}" -- \
		sh selftests/dkms/guest.sh "$@" >"$work/guest" 2>&1 || status=$?
	planned=$(sed -n 's/^1\.\.//p' "$work/guest" | awk '{ n += $1 } END { print n + 0 }')
	seen=$(grep -cE '^(not )?ok ' "$work/guest") || :
	while read -r line; do
		case $line in
		1..*) ;;
		'ok '*) report 0 "$name.$(case_name "${line#ok }")" ;;
		'not ok '*) report 1 "$name.$(case_name "${line#not ok }")" ;;
		*) echo "# ${line#\# }" ;;
		esac
	done <"$work/guest"
	echo "# $booted: $seen cases, $planned planned, exit status $status"
	run "$name.ended_well" [ "$status.$seen" = "0.$planned" ]
}

case_name() { echo "${1#[0-9]* }"; }

# Debian 12's dkms takes what it skips for a failure, and apt then waits for who mends that:
# https://github.com/dkms-project/dkms/issues/302
rt_headers()
{
	install "/var/cache/rt/*.deb" || [ "$(inside dkms --version)" = dkms-3.0.10 ]
}

# The module does nothing good on PREEMPT_RT: dkms must know, and say so.
rt_skipped() # VERSION
{
	rt=$(find "$root/lib/modules/" -maxdepth 1 -name '*-rt-*' -printf '%f\n')
	inside dkms autoinstall -k "$rt" || :
	! find "$root/lib/modules/$rt/" -name 'tcp_census.ko*' | grep . &&
		! inside dkms build -m tcp_census -v "$1" -k "$rt" 2>"$work/rt" &&
		tee /dev/stderr <"$work/rt" | grep BUILD_EXCLUSIVE
}
