#!/usr/bin/env bash
# A real time server for a test: chrony on the loopback, whose clock libfaketime shifts. This computer's clock is not touched.
#
#   tests/chrony.sh SHIFT PORT        tests/chrony.sh +45s 12323
#
# Says `ready`, or `skipped: ` and why, on one line; then serves until its input ends, two minutes at most, and cleans up.
# Missing packages are installed where that is allowed and harmless: by root, on Debian and its kin, and not where systemd
# would start the package's own server, which sets the clock (unless CI says that the machine is for that).
set -uo pipefail

shift_by=${1:?how far the clock is shifted, +45s say}
port=${2:?a free port of the loopback}
export PATH="$PATH:/usr/sbin:/sbin"

skip() {
    printf 'skipped: %s\n' "$1"
    exit 0
}

have() {
    command -v chronyd >/dev/null && command -v faketime >/dev/null
}

install() {
    command -v apt-get >/dev/null || skip "chronyd and faketime are not here, and neither is apt-get"
    [ "$(id -u)" = 0 ] || skip "chronyd and faketime are not here, and only root may install them"
    if [ -d /run/systemd/system ] && [ -z "${CI:-}" ]; then
        skip "chronyd and faketime are not here, and installing chrony would set this machine's clock"
    fi
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    local get="apt-get -qq -o DPkg::Lock::Timeout=20 -o Acquire::Retries=1"
    # Without the lists of packages first, then with new ones.
    timeout 120 $get install -y --no-install-recommends chrony faketime >&2 ||
        { timeout 60 $get update >&2 && timeout 120 $get install -y --no-install-recommends chrony faketime >&2; }
    have || skip "apt-get could not install chrony and faketime"
}

have || install

folder=$(mktemp -d) || skip "no folder for temporary files"
server=
clean_up() {
    # faketime waits for the server that it has started, which has written down its own number.
    [ -s "$folder/pid" ] && kill "$(cat "$folder/pid")" 2>/dev/null
    [ -n "$server" ] && wait "$server" 2>/dev/null
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

cat >"$folder/chrony.conf" <<EOF
port $port
cmdport 0
bindcmdaddress /
bindaddress 127.0.0.1
allow 127.0.0.1
local stratum 1
pidfile $folder/pid
EOF

# -x: the system clock is left alone; -U: whoever runs it; -d: it stays in the foreground and tells what it does.
# Whatever happens to this script, it ends after three minutes.
timeout 180 faketime -f "$shift_by" chronyd -x -U -d -u "$(id -un)" -f "$folder/chrony.conf" </dev/null >"$folder/log" 2>&1 &
server=$!

for _ in $(seq 50); do
    [ -s "$folder/pid" ] && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
done
[ -s "$folder/pid" ] && kill -0 "$server" 2>/dev/null || skip "chronyd does not run here: $(tail -n 1 "$folder/log")"

printf 'ready\n'
# Until the input ends.
timeout 120 cat >/dev/null
exit 0
