#!/usr/bin/env bash
# The bundle runs where nothing is installed: it is unpacked into a root that holds glibc's own
# files and no others, and measures a CSV file there. A namespace lets it enter, or else proot, which needs
# no rights that a container has not. Skipped where neither works.
set -euo pipefail

source=${MODELGATE_SOURCE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

# in_namespace COMMAND...: runs it in the root, by a mount namespace of its own. /proc is needed by every
# program that asks where it is; nothing else of the host is let in.
in_namespace()
{
	local own=(unshare --map-root-user --mount)
	if [[ $(id -u) -eq 0 ]] && unshare --mount true 2>/dev/null; then
		own=(unshare --mount)
	fi
	# shellcheck disable=SC2016 # expands in there
	"${own[@]}" bash -c 'mount --rbind /proc "$0/proc" && exec chroot "$0" "$@"' "$root" "$@"
}

# in_proot COMMAND...: the same by a program that looks at each system call.
in_proot()
{
	PROOT_NO_SECCOMP=1 proot --rootfs="$root" --bind=/proc --cwd=/ "$@"
}

fail()
{
	echo "bundle: $*" >&2
	exit 1
}

make_root()
{
	local program=$1 file
	mkdir -p "$root"/{proc,tmp}
	# The loader and the parts of glibc, at the paths that the loader has built in.
	for file in $(ldd "$program" | grep -oE '/[^ ]*/(ld-linux[^ ]*|libc\.so\.6|libm\.so\.6)'); do
		install -D "$file" "$root$file"
	done
	local libc
	libc=$(ldd "$program" | grep -oE '/[^ ]*/libc\.so\.6')
	for file in libdl.so.2 libpthread.so.0 librt.so.1 libresolv.so.2 libutil.so.1 libm.so.6; do
		install -D "$(dirname "$libc")/$file" "$root$(dirname "$libc")/$file"
	done
}

write_spec()
{
	local least=$1
	printf 'id,amount\n1,2.5\n2,3.5\n3,6\n' >"$root/rows.csv"
	cat >"$root/modelgate.yaml" <<-END
		version: 1
		model: bundle
		data:
		  rows: {path: rows.csv}
		suites:
		  smoke:
		    on: rows
		    checks:
		      - row_count: {min: $least}
		      - not_null: {column: amount}
	END
}

expect_exit()
{
	local want=$1 got=0
	shift
	"$in_root" "$@" >"$work/out" 2>&1 || got=$?
	if [[ $got -ne $want ]]; then
		cat "$work/out" >&2
		fail "exit $got instead of $want from: $*"
	fi
}

archive=$("$source/script/package")
mkdir -p "$root/opt"
tar --extract --gzip --file "$archive" --directory "$root/opt"
folder=$(basename "$archive" .tar.gz)
make_root "$root/opt/$folder/bin/modelgate"
program=/opt/$folder/bin/modelgate

(cd "$(dirname "$archive")" && sha256sum --check --quiet "$folder.tar.gz.sha256")
[[ -s $root/opt/$folder/share/doc/modelgate/licences/duckdb.txt ]] || fail "DuckDB's licence is missing"

# Which way works is told by a program that needs glibc alone; it goes before the bundle is looked at.
install -D "$(type -P true)" "$root/tmp/true"
in_root=
for way in in_namespace in_proot; do
	if [[ -z $in_root ]] && "$way" /tmp/true 2>/dev/null; then
		in_root=$way
	fi
done
rm "$root/tmp/true"
if [[ -z $in_root ]]; then
	echo "bundle: SKIPPED, neither namespaces nor proot let anything into a root of its own here"
	exit 77
fi
echo "bundle: ${in_root/_/ }"

expect_exit 0 "$program" --version
head -1 "$work/out"
# As the image of examples/container has it: a link on PATH to the program in its folder.
[[ $(basename "$archive") == modelgate-*-linux-*.tar.gz ]] || fail "the recipe would not find $archive"
mkdir -p "$root/usr/local/bin"
ln -s "$program" "$root/usr/local/bin/modelgate"
expect_exit 0 /usr/local/bin/modelgate --version
write_spec 3
expect_exit 0 "$program" run --json /tmp/run.json
# libcurl comes along too: nobody listens there, and only it can tell.
SYSTEM_COLLECTIONURI=http://127.0.0.1:9/ SYSTEM_TEAMPROJECTID=x BUILD_REPOSITORY_ID=x \
	SYSTEM_PULLREQUEST_PULLREQUESTID=1 SYSTEM_ACCESSTOKEN=x expect_exit 3 "$program" comment /tmp/run.json
grep -q 'cannot be reached' "$work/out" || fail "comment has no libcurl: $(cat "$work/out")"
write_spec 4
expect_exit 1 "$program" run
echo "bundle: runs with glibc alone, $(du -h "$archive" | cut -f1) packed"
