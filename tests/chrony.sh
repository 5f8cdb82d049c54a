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

programs=(chronyd faketime)
packages=(chrony faketime)
patience=120
forbidden=
if [ -d /run/systemd/system ] && [ -z "${CI:-}" ]; then
    forbidden="installing chrony would set this machine's clock"
fi
server=
clean_up() {
    # faketime waits for the server that it has started, which has written down its own number.
    [ -s "$folder/pid" ] && kill "$(cat "$folder/pid")" 2>/dev/null
    [ -n "$server" ] && wait "$server" 2>/dev/null
    rm -rf "$folder"
}
# shellcheck source=tests/real.sh
. "$(dirname "$0")/real.sh"

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

serve chronyd "$server" 120 test -s "$folder/pid"
