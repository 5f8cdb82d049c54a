#!/bin/sh
# Tells otp-doctor of a login that was refused, and is back at once: for the hook of a service that runs a program then.
#
#   refused.sh refused.ndjson < case.json
#   otp-doctor triage refused.ndjson
#
# The case comes on standard input (docs/formats.md), on one line or several, and goes on the same way: no code and no secret
# becomes an argument, which others could read in the list of processes. The log gets cause and offset, nothing that was typed.
# What cannot be read is told nowhere: try a case with `otp-doctor diagnose --cases - --format log` first.
#
# It is found out after the reply and apart from it, so that neither the words of the reply nor its time tell why.
set -eu
umask 077
[ $# -eq 1 ] || { echo 'expected the file to log refusals in, and a case on standard input' >&2; exit 2; }
case=$(tr -d '\r\n')
{ printf '%s\n' "$case" | otp-doctor diagnose --cases - --format log >> "$1"; } > /dev/null 2>&1 < /dev/null &
