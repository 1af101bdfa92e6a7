#!/usr/bin/env bash
# What `cmake --install` puts in place works from there: the program, its manual page and the
# completions, which the program itself has printed.
set -euo pipefail
to=$(mktemp -d)
trap 'rm -rf "$to"' EXIT
failed=0
fail() {
	echo "FAILED: $*"
	failed=1
}

cmake --build "$MODELGATE_BUILD" --target pages > "$to/log" || { cat "$to/log"; exit 1; }
cmake --install "$MODELGATE_BUILD" --component program --prefix "$to/usr" > "$to/log" || {
	cat "$to/log"
	exit 1
}
# The engine is found beside the program, without help.
unset DUCKDB_ROOT MODELGATE_DUCKDB
"$to/usr/bin/modelgate" version --json > "$to/version"
grep -q '"version": "v[0-9]' "$to/version" || fail "the engine is not found: $(cat "$to/version")"

page=$to/usr/share/man/man1/modelgate.1
"$to/usr/bin/modelgate" man | cmp - "$page" || fail "the manual page is not the program's own"
if command -v groff > /dev/null; then
	groff -man -Tutf8 -ww -rLL=78n "$page" > "$to/page" 2> "$to/complaints" || true
	[[ ! -s $to/complaints ]] || fail "groff complains: $(head -3 "$to/complaints")"
	grep -q 'EXIT STATUS' <(sed 's/.\x08//g; s/\x1b\[[0-9;]*m//g' "$to/page") || fail "the page is not set"
else
	echo "NOT RUN: groff is not installed"
fi

bash -n "$to/usr/share/bash-completion/completions/modelgate" || fail "bash cannot read its completion"
grep -q '^#compdef modelgate' "$to/usr/share/zsh/site-functions/_modelgate" || fail "no zsh completion"
grep -q 'complete -c modelgate' "$to/usr/share/fish/vendor_completions.d/modelgate.fish" ||
	fail "no fish completion"
[[ -s $to/usr/share/doc/modelgate/LICENSE ]] || fail "no licence"
[[ $failed -eq 0 ]] && echo passed
exit $failed
