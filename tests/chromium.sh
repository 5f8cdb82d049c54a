#!/usr/bin/env bash
# A real browser for a test: Chromium, driven through chromedriver on the loopback.
#
#   tests/chromium.sh PORT        tests/chromium.sh 19515
#
# Says `ready`, or `skipped: ` and why, on one line; then serves until its input ends, five minutes at most, and cleans up.
# Missing packages are installed where that is allowed: by root, on Debian and its kin.
set -uo pipefail

port=${1:?a free port of the loopback}

programs=(chromium chromedriver)
packages=(chromium chromium-driver)
patience=300
driver=
clean_up() {
    [ -n "$driver" ] && kill "$driver" 2>/dev/null && wait "$driver" 2>/dev/null
    rm -rf "$folder"
}
# shellcheck source=tests/real.sh
. "$(dirname "$0")/real.sh"

# Profiles go to the temporary folder. Whatever happens to this script, it ends after six minutes.
TMPDIR=$folder timeout 360 chromedriver --port="$port" </dev/null >"$folder/log" 2>&1 &
driver=$!

serve chromedriver "$driver" 300 grep -q 'started successfully' "$folder/log"
