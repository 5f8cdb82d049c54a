# shellcheck shell=bash
# Sourced by the scripts that start a real program for a test. They set `programs`, the `packages` that those are in, and
# `patience`, the seconds that installing them may take.

skip() {
    printf 'skipped: %s\n' "$1"
    exit 0
}

have() {
    local program
    for program in "${programs[@]}"; do
        command -v "$program" >/dev/null || return
    done
}

# By root, on Debian and its kin.
install() {
    local missing="${programs[0]} and ${programs[1]} are not here"
    command -v apt-get >/dev/null || skip "$missing, and neither is apt-get"
    [ "$(id -u)" = 0 ] || skip "$missing, and only root may install them"
    [ -z "${forbidden:-}" ] || skip "$missing, and $forbidden"
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    local get=(timeout "$patience" apt-get -qq -o DPkg::Lock::Timeout=60 -o Acquire::Retries=1)
    # Without the lists of packages first, then with new ones.
    "${get[@]}" install -y --no-install-recommends "${packages[@]}" >&2 ||
        { "${get[@]}" update >&2 && "${get[@]}" install -y --no-install-recommends "${packages[@]}" >&2; }
    have || skip "apt-get could not install ${packages[0]} and ${packages[1]}"
}

have || install
folder=$(mktemp -d) || skip "no folder for temporary files"
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

# Waits until a program is ready, as the command given tells, or has ended; then until the input ends, so many seconds at most.
#
#   serve NAME PROCESS SECONDS COMMAND…
serve() {
    local name=$1 process=$2 seconds=$3 ready=("${@:4}")
    for _ in $(seq 100); do
        "${ready[@]}" && break
        kill -0 "$process" 2>/dev/null || break
        sleep 0.1
    done
    "${ready[@]}" && kill -0 "$process" 2>/dev/null || skip "$name does not run here: $(tail -n 1 "$folder/log")"
    printf 'ready\n'
    timeout "$seconds" cat >/dev/null
    exit 0
}
