#!/usr/bin/env bash
# Runs a command, and beside it takes the SHA-256 of the file that it reads: what someone does by hand who keeps
# a record of what was checked.
#   with_digest.sh FILE COMMAND [ARGUMENT...]
set -euo pipefail
openssl dgst -sha256 "$1" >&2 &
shift
"$@"
wait %1
