#!/usr/bin/env bash
# Prints the path of a redis-server of version 8, the first that has vector sets: the machine's own, or that of Debian 13 with the
# libraries that it needs, unpacked into a cache folder. Nothing is installed, and no root needed. With --cached nothing
# is fetched. Ends with 1 and one line when there is none.
set -euo pipefail

suite=trixie
packages=(redis-tools libc6 libgcc-s1 libstdc++6 libjemalloc2 libatomic1 libssl3t64 libsystemd0 libcap2 liblzf1 zlib1g libzstd1)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/holdfast/redis-8
fail() { echo "no Redis 8: $1" >&2; exit 1; }
recent() { local major; major=$("$1" --version 2>/dev/null | sed -n 's/.* v=\([0-9]*\)\..*/\1/p'); [ "${major:-0}" -ge 8 ]; }

own=$(command -v redis-server || true)
for server in "$own" "$cache/redis-server"; do
  if [ -n "$server" ] && recent "$server"; then echo "$server"; exit 0; fi
done
[ "${1:-}" != --cached ] || fail 'scripts/redis-8.sh fetches it on a Debian machine'
command -v apt-get >/dev/null && command -v dpkg >/dev/null || fail 'this is not a Debian machine'

mkdir -p "$(dirname "$cache")"
work=$(mktemp -d "$(dirname "$cache")/redis-8.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,archives/partial,debs,redis-8/root}

# The mirror of the machine's own sources, with the other suite; lists and cache of its own, so that the machine's stay as they are.
release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
archive=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
  awk -v release="$release" '$2 == release && $3 == "main" { print $1; exit }')
[ -n "$archive" ] || archive=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
  awk '$1 == "URIs:" { print $2; exit } $1 == "deb" && $2 ~ /^http/ { print $2; exit }')
[ -n "$archive" ] || fail 'no archive among the sources of this machine'
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb $([ ! -f $keyring ] || echo "[signed-by=$keyring]") $archive $suite main" >"$work/sources.list"
options=(-qq -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=- -o Dir::Etc::Preferences=- -o Dir::Etc::PreferencesParts=-
  -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work" -o APT::Sandbox::User="$(id -un)")

apt-get "${options[@]}" update >"$work/log" 2>&1 || fail "the package lists of $suite cannot be fetched"
(cd "$work/debs" && apt-get "${options[@]}" download "${packages[@]}" >>"$work/log" 2>&1) || fail "its packages cannot be fetched: $(tail -1 "$work/log")"
for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$work/redis-8/root"; done

# Debian's redis-server is a link to redis-check-rdb, which goes by the name that it is called.
cat >"$work/redis-8/redis-server" <<'END'
#!/bin/sh
root=$(dirname "$(readlink -f "$0")")/root
libraries=$(echo "$root"/usr/lib/*-linux-gnu*)
exec "$libraries"/ld-linux-*.so.* --library-path "$libraries" --argv0 redis-server "$root/usr/bin/redis-check-rdb" "$@"
END
chmod +x "$work/redis-8/redis-server"
recent "$work/redis-8/redis-server" || fail 'it does not run on this machine'
rm -rf "$cache"
mv "$work/redis-8" "$cache"
echo "$cache/redis-server"
