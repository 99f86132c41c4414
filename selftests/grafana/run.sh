#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: the dashboard is one, by Grafana's own types. They come from npm, which no other test
# needs, so that this is run by `make check-all` only. What it asks Prometheus for is looked at
# by selftests/reader.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
dashboard=$here/../../tools/grafana/dashboard.json
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

command -v npm > /dev/null || { echo "npm is missing: apt install npm" >&2; exit 1; }
cd "$tmp"
npm install --silent --no-audit --no-fund --ignore-scripts @grafana/schema@13.2.3 typescript@5.9.3

complaints() { # SED-COMMAND
	sed "$1" "$dashboard" | cat "$here/dashboard.ts" - > checked.ts
	npx tsc --noEmit --strict --skipLibCheck --target es2022 --module nodenext checked.ts
}

result() { # STATUS NAME
	number=$((${number:-0} + 1))
	[ "$1" = 0 ] || { failed=yes; printf 'not '; }
	echo "ok $number - $2"
}

refused() { complaints "$1" > /dev/null && return 1 || return 0; } # SED-COMMAND

echo 1..4
complaints '' > log && status=0 || status=1
sed 's/^/# /' log
result $status dashboard.types
for mistake in s/drawStyle/drawStile/ s/gridPos/gridPosition/ 's/"multi",/"many",/'; do
	refused "$mistake" && status=0 || status=1
	result $status "dashboard.refused # $mistake"
done
[ -z "${failed:-}" ]
