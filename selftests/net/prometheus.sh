#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: what the installed units and rules do with the real node exporter and Prometheus of
# Debian: a scrape has the numbers of /proc/net/tcp_census, of all network namespaces, and the
# alerts fire for what is wrong there, and for nothing else.
#
#	tcp_census.prom <--- node exporter <--- Prometheus <--- curl
#
# The alerts' 'for: 5m' is shortened in a copy of the rules; all else is as installed.
. "$(dirname "$0")/lib/census.sh"
programs=${CENSUS_PROMETHEUS:-/usr/bin} # see selftests/vm/prometheus.sh
units=/usr/local/lib/systemd/system
file=/var/lib/prometheus/node-exporter/tcp_census.prom
nobody='setpriv --reuid=65534 --regid=65534 --clear-groups --'
servers=''

unit() { sed -n "s/^$2=//p" "$units/tcpcensus-$1"; } # UNIT SETTING

# What systemd would do for an instance of a unit, with no more rights than it has there.
# To systemd a "-" stands for a "/" in %I.
start() { # UNIT [INSTANCE]
	command=$(unit "$1" ExecStart | sed "s/%i/${2:-}/g; s|%I|$(echo "${2:-}" | tr - /)|g")
	rights=$(unit "$1" CapabilityBoundingSet | sed 's/CAP_//g; s/^/+/; s/ /,+/g' | tr A-Z a-z)
	# shellcheck disable=SC2086 # a command
	(umask "$(unit "$1" UMask)" && exec setpriv --no-new-privs --bounding-set "-all,$rights" $command)
}

install() {
	make -s -C "$here/../../tools" install PREFIX=/usr/local > /tmp/log 2>&1 &&
	mkdir -p "${file%/*}" && chown 65534 "${file%/*}" && return
	sed 's/^/# /' /tmp/log
	return 1
}

serve() { # NAME COMMAND...
	log=/tmp/$1.log
	shift
	# shellcheck disable=SC2086 # a command
	$nobody "$@" > "$log" 2>&1 &
	servers="$servers $!"
}

node_exporter() {
	serve node "$programs/prometheus-node-exporter" --collector.disable-defaults \
		--collector.textfile --collector.textfile.directory="${file%/*}" \
		--web.listen-address=127.0.0.1:9100
	poll 60 curl -sfo /tmp/said http://127.0.0.1:9100/metrics
}

prometheus() {
	mkdir /tmp/prometheus && chown 65534 /tmp/prometheus &&
	sed 's/for: [0-9]*m$/for: 3s/' /usr/local/share/tcp_census/tcp_census.rules.yml > /tmp/rules.yml
	cat > /tmp/prometheus.yml <<-END
	global: { scrape_interval: 5s, scrape_timeout: 5s, evaluation_interval: 1s }
	rule_files: [/tmp/rules.yml]
	scrape_configs:
	  - job_name: node
	    static_configs: [{ targets: ['127.0.0.1:9100'] }]
	END
	serve prometheus "$programs/prometheus" --config.file=/tmp/prometheus.yml \
		--storage.tsdb.path=/tmp/prometheus --web.listen-address=127.0.0.1:9090
	poll 120 curl -sfo /tmp/said http://127.0.0.1:9090/-/ready
}

# Prints what the filter makes of the answer.
ask() { # PATH FILTER [QUERY]
	curl -sf -G ${3:+--data-urlencode "query=$3"} "http://127.0.0.1:9090/api/v1/$1" > /tmp/answer &&
	jq -r "$2" /tmp/answer
}

query() { ask query '.data.result[] | .metric.state + " " + .value[1]' "$1"; } # QUERY

# Both servers have connections of their own, which may come and go.
take() {
	by_census > /tmp/before
	"$@" && by_census | cmp -s - /tmp/before
}

in_web() { ip netns exec web-1 "$@"; }

wants() { sort | sed 's/^[A-Z].* /\L&/' > /tmp/wanted; }

has() { query "$1" | sort | cmp -s - /tmp/wanted; } # QUERY

scraped() { # QUERY
	poll $patience has "$1" && return
	query "$1" | sort | diff /tmp/wanted - | sed 's/^/# /'
	return 1
}

# All states, zeros included.
host() {
	poll 20 take start prometheus.service && [ "$(stat -c %a $file)" = 644 ] &&
	wants < /tmp/before && [ "$(wc -l < /tmp/wanted)" -eq 10 ] &&
	scraped 'tcp_census_connections{netns=""}'
}

named() {
	in_web awk 'NR > 1 { print $1, $2 }' $census/states | wants &&
	grep -qx "close_wait 120" /tmp/wanted && scraped 'tcp_census_connections{netns="web-1"}' || return
	in_web awk 'NR > 1 { print $1, $2 }' $census/dwell | wants &&
	grep -q '^syn_recv [1-9]' /tmp/wanted && scraped 'tcp_census_state_duration_seconds_count{netns="web-1"}'
}

# What no scrape has seen: half of a file.
whole() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		start prometheus.service || return
		curl -sf http://127.0.0.1:9100/metrics > /tmp/said &&
		grep -qx 'node_textfile_scrape_error 0' /tmp/said &&
		[ "$(grep -c '^tcp_census_connections' /tmp/said)" -eq 20 ] || return
	done
	[ "$(query 'max_over_time(node_textfile_scrape_error[10m])')" = ' 0' ]
}

# What Grafana would show: no question is refused, and each but those for what is rare answered.
dashboard() {
	jq -r '.panels[].targets[]?.expr' /usr/local/share/tcp_census/dashboard.json |
		sed 's/\$__rate_interval/1m/g; s/\$[a-z]*/.*/g' > /tmp/questions
	[ "$(wc -l < /tmp/questions)" -gt 15 ] || return
	while read -r question; do
		answer=$(ask query '.data.result | length' "$question") && [ "$answer" -gt 0 ] && continue
		case $answer/$question in 0/*'> 0') continue ;; esac
		note "$question"
		return 1
	done < /tmp/questions
}

alerts() {
	ask alerts '.data.alerts[] | .state + " " + .labels.alertname + " " + .labels.severity + " " +
		(.labels.netns // "-") + " " + (.labels.state // "-") + " " + .value'
}

alerts_are() { [ "$(alerts)" = "$1" ]; } # LINES

alert() { # LINES
	poll $patience alerts_are "$1" && return
	alerts | sed 's/^/# /'
	return 1
}

fires() {
	alert 'firing TcpCloseWait warning web-1 close_wait 1.2e+02' &&
	summary=$(ask alerts '.data.alerts[0].annotations.summary') &&
	[ "$summary" = '120 connections in CLOSE_WAIT on 127.0.0.1:9100 web-1' ] && return
	note "$summary"
	return 1
}

# In the place of the file of all; the label is the same.
one_namespace() {
	rm $file
	start prometheus@.service web-1 && [ -s ${file%.prom}-web-1.prom ] &&
	poll $patience gone 'tcp_census_connections{netns=""}' && poll $patience has_web &&
	[ "$(query 'count(tcp_census_connections)')" = ' 10' ]
}

gone() { [ -z "$(query "$1")" ]; } # QUERY
has_web() { [ "$(query 'tcp_census_connections{netns="web-1",state="close_wait"}')" = 'close_wait 120' ]; }

ends() {
	hold_stop
	in_web ss -HtanK > /dev/null
	start prometheus@.service web-1 && alert ''
}

# Nobody writes any more.
stale() {
	touch -d '10 minutes ago' ${file%.prom}-web-1.prom
	poll $patience is_stale
}

is_stale() { alerts | grep -q '^firing TcpCensusStale warning - - 6'; }

without_module() {
	unload
	! start prometheus.service > /tmp/log 2>&1 && grep -q modprobe /tmp/log && [ ! -e $file ]
	status=$?
	load && return $status
}

cases() {
	loaded || load || return
	ns_add web-1 && within='nsenter --net=/run/netns/web-1' && hold_start 8300 -n 120 || return
	run install install
	run node_exporter node_exporter
	run prometheus prometheus
	run host host
	run named named
	run fires fires
	run whole whole
	run dashboard dashboard
	run one_namespace one_namespace
	run ends ends
	run stale stale
	# shellcheck disable=SC2086 # a list
	kill $servers
	wait
	within=''
	ns_del web-1
	run without_module without_module
}

main cases "$@"
