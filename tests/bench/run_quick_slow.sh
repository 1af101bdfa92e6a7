#!/usr/bin/env bash
# Every benchmark still works on a hundredth of its rows, and both sides of each get the same numbers.
# Times are not looked at: this machine may be busy.
# program: plain
set -euo pipefail
if [[ ! -x $MODELGATE_PYTHON ]]; then
	echo "$MODELGATE_PYTHON is missing; script/bootstrap --test makes it" >&2
	exit 77
fi
exec "$MODELGATE_PYTHON" "$MODELGATE_SOURCE/tests/bench/bench.py" --program "$MODELGATE" \
	--folder "$MODELGATE_BUILD/bench" --quick --runs 1
