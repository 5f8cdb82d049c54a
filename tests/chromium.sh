#!/usr/bin/env bash
# A real browser for a test: Chromium, driven through chromedriver on the loopback.
#
#   tests/chromium.sh PORT        tests/chromium.sh 19515
#
# Says `ready`, or `skipped: ` and why, on one line; then serves until its input ends, five minutes at most, and cleans up.
# Missing packages are installed where that is allowed: by root, on Debian and its kin.
set -uo pipefail

port=${1:?a free port of the loopback}

skip() {
    printf 'skipped: %s\n' "$1"
    exit 0
}

have() {
    command -v chromium >/dev/null && command -v chromedriver >/dev/null
}

install() {
    command -v apt-get >/dev/null || skip "chromium and chromedriver are not here, and neither is apt-get"
    [ "$(id -u)" = 0 ] || skip "chromium and chromedriver are not here, and only root may install them"
    export DEBIAN_FRONTEND=noninteractive
    local get="apt-get -qq -o DPkg::Lock::Timeout=60 -o Acquire::Retries=1"
    # Without the lists of packages first, then with new ones.
    timeout 300 $get install -y --no-install-recommends chromium chromium-driver >&2 ||
        { timeout 60 $get update >&2 && timeout 300 $get install -y --no-install-recommends chromium chromium-driver >&2; }
    have || skip "apt-get could not install chromium and chromium-driver"
}

have || install

folder=$(mktemp -d) || skip "no folder for temporary files"
driver=
clean_up() {
    [ -n "$driver" ] && kill "$driver" 2>/dev/null && wait "$driver" 2>/dev/null
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

# Profiles go to the temporary folder. Whatever happens to this script, it ends after six minutes.
TMPDIR=$folder timeout 360 chromedriver --port="$port" </dev/null >"$folder/log" 2>&1 &
driver=$!

for _ in $(seq 100); do
    grep -q 'started successfully' "$folder/log" && break
    kill -0 "$driver" 2>/dev/null || break
    sleep 0.1
done
grep -q 'started successfully' "$folder/log" || skip "chromedriver does not run here: $(tail -n 1 "$folder/log")"

printf 'ready\n'
# Until the input ends.
timeout 300 cat >/dev/null
exit 0
