# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Others that hang on the same tracepoint: start and stop one. Sourced by connect.sh.
: "${bench:?}" "${here:?}"

peer=''

# Until it counts: bpftrace compiles first.
settle() { # COMMAND...
	for _ in $(seq 120); do
		! "$@" || return 0
		kill -0 "$peer" 2>/dev/null || break
		sleep 1
	done
	sed 's/^/# /' /tmp/peer >&2
	return 1
}

bpf_start() { # OBJECT
	"$bench/attach" "$bench/$1.bpf.o" >/tmp/peer 2>&1 &
	peer=$!
	settle grep -q ready /tmp/peer
}

# It has BTF; what it finds of the kernel's headers here is not whole.
bpftrace_start() { # SCRIPT
	unshare -m sh -c 'mount -t tmpfs none /lib/modules && exec bpftrace "$1"' sh \
		"$here/$1" >/tmp/peer 2>&1 &
	peer=$!
	settle grep -q Attaching /tmp/peer
	sleep 5
}

has_buffer() {
	for fd in "/proc/$peer/fd"/*; do
		case $(readlink "$fd") in *perf_event*) return 0 ;; esac
	done
	return 1
}

# It prints a line for each change, through a buffer; nobody reads them.
tcpstates_start() {
	tcpstates >/tmp/peer 2>&1 &
	peer=$!
	settle has_buffer
	sleep 5
}

peer_stop() {
	kill "$peer"
	wait "$peer" 2>/dev/null || :
}
