# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The report as people see it, in Chromium. Sourced by run.sh, see special.sh.

# What Chromium asks of its maker finds no host, and is not the page's (see requests()).
chromium_shows() {	# page option...
	local page=$1

	shift
	timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars \
		--user-data-dir="$tmp/chromium" --host-resolver-rules='MAP * ~NOTFOUND' \
		--log-net-log="$tmp/net" "$@" "file://$page" 2> "$tmp/chromium.log"
}

make_page() {
	if ! command -v chromium > /dev/null || ! command -v pngtopam > /dev/null; then
		skip="no chromium or no netpbm here"
		return 4
	fi
	command -v dot > /dev/null || { skip="no graphviz here"; return 4; }
	"$READER" --path input/report report > "$tmp/report.html"
}

# Colours of the picture, the most frequent first: "RED GREEN BLUE PIXELS"
colours() {	# page scheme: 0 is dark, 1 is light
	chromium_shows "$1" --window-size=1280,2000 --blink-settings=preferredColorScheme="$2" \
		--screenshot="$tmp/shot.png" || { cat "$tmp/chromium.log"; return 1; }
	pngtopam "$tmp/shot.png" | ppmhist -noheader | awk '{ print $1, $2, $3, $5 }'
}

# Most of it is background, but there is text and there are lines of its colour, and what is
# overdue in red; a blank page has one colour.
looks_like() {	# background foreground red
	awk -v bg="$1" -v fg="$2" -v red="$3" '
		{ colour = $1 " " $2 " " $3; n[colour] = $4; all += $4 }
		NR == 1 { most = colour }
		END {
			print NR " colours, of " all ": " n[bg] + 0, n[fg] + 0, n[red] + 0
			exit !(all == 1280 * 2000 && NR > 100 && most == bg && n[bg] < all * 0.95 &&
				n[fg] > 5000 && n[red] > 500)
		}' "$tmp/colours"
}

special_report_light_and_dark() {
	make_page || return
	colours "$tmp/report.html" 1 > "$tmp/colours" &&
		looks_like '255 255 255' '29 29 32' '179 20 31' &&
		colours "$tmp/report.html" 0 > "$tmp/colours" &&
		looks_like '27 27 30' '233 232 230' '255 123 123'
}

# Its text as it is shown, and how wide it is; the page itself has no script.
text() {	# width
	cat "$tmp/report.html" - > "$tmp/text.html" <<-'END'
		<script>document.body.textContent = document.body.innerText +
			`\nwidth ${document.documentElement.scrollWidth} of ${innerWidth}`</script>
	END
	chromium_shows "$tmp/text.html" --window-size="$1",900 --dump-dom > "$tmp/text" ||
		{ cat "$tmp/chromium.log"; return 1; }
	grep ^width "$tmp/text"
}

# Wide tables can be scrolled; the page stays as wide as its window, which is 500 at least.
fits() {
	awk '/^width/ { ok = $2 <= $4 + 0 } END { exit !ok }' "$tmp/text"
}

special_report_text() {
	local state

	make_page || return
	text 1280 && fits && grep -q '^CRITICAL: 1 critical: close_wait/not_closed' "$tmp/text" &&
		grep -qP '^CLOSE_WAIT\t1204\t' "$tmp/text" || return
	# in the table, in the diagram, with its histogram
	for state in SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT1 FIN_WAIT2 CLOSING TIME_WAIT CLOSE_WAIT \
			LAST_ACK; do
		[ "$(grep -c "^$state" "$tmp/text")" -ge 3 ] || { echo "no $state"; return 1; }
	done
	text 500 && fits
}

# What Chromium asks for on behalf of a page has the page as its initiator.
requests() {
	grep -o '"initiator":"[^"]*".*"url":"[a-z]*:[^"]*"' "$tmp/net" | grep -v '"not an origin"'
}

# And if it asked for something, we would see it.
special_report_asks_for_nothing() {
	make_page || return
	chromium_shows "$tmp/report.html" --dump-dom > /dev/null && ! requests || return
	sed 's|</body>|<img src="http://elsewhere.example/x.png">&|' "$tmp/report.html" > "$tmp/curious.html"
	chromium_shows "$tmp/curious.html" --dump-dom > /dev/null && requests | grep -q elsewhere
}
