#!/usr/bin/env bash
# Mesa's software Vulkan driver (lavapipe), so that the tests of the webgpu device run on a machine without a GPU.
# Ends with 0 when the driver is there, and with 1 and one line when it cannot be had.
set -uo pipefail

# The oldest that is known to satisfy ONNX Runtime's WebGPU provider. Debian 12 has 22.3, which does not; its backports have 25.0.
wanted=25
package=mesa-vulkan-drivers
skip() { echo "no software Vulkan driver: $1"; exit 1; }
recent() { [ -n "$1" ] && dpkg --compare-versions "$1" ge "$wanted"; }
installed() { dpkg-query -W -f '${db:Status-Status} ${Version}\n' "$package" 2>/dev/null | sed -n 's/^installed //p'; }
candidate() { apt-cache policy "$package" "$@" | sed -n 's/^ *Candidate: *//p'; }

command -v dpkg-query >/dev/null || skip 'this is not a Debian machine'
if recent "$(installed)"; then exit 0; fi
sudo=$([ "$(id -u)" = 0 ] || echo sudo)
if [ -n "$sudo" ] && ! sudo -n true 2>/dev/null; then skip "installing $package needs root"; fi

# A copy of the machine's own sources, to which the backports are added: its lists of packages stay as they are.
parts=$(mktemp -d)
trap 'rm -rf "$parts"' EXIT
cp -a /etc/apt/sources.list.d/. "$parts"
options=(-o "Dir::Etc::sourceparts=$parts" -o APT::Get::List-Cleanup=false)
$sudo apt-get -qq update >/dev/null 2>&1 || skip 'the package lists cannot be fetched'

if ! recent "$(candidate)"; then
  release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  archive=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
    awk -v release="$release" '$2 == release && $3 == "main" { print $1; exit }')
  [ -n "$archive" ] || skip "no archive of $release among the machine's sources"
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  echo "deb $([ ! -f $keyring ] || echo "[signed-by=$keyring]") $archive $release-backports main" >"$parts/backports.list"
  $sudo apt-get -qq "${options[@]}" update >/dev/null 2>&1 || skip "$release-backports cannot be fetched"
  options+=(-t "$release-backports")
  recent "$(candidate "${options[@]}")" || skip "no $package $wanted or newer for $release"
fi
$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq "${options[@]}" install -y --no-install-recommends "$package" >/dev/null ||
  skip "$package could not be installed"
echo "software Vulkan driver: $package $(installed)"
