#!/usr/bin/env bash
# Builds the native backend of TF.js against a current TensorFlow. The published package brings TensorFlow 2.9 with
# CUDA 11.2, which knows no GPU of today; its sources compile against TensorFlow's Python wheels, which hold the same
# libraries and headers. Nothing is installed for Python; packages come from npm's and pip's registries only.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: docker/tfjs-native.sh [--gpu] [FOLDER]

Puts @tensorflow/tfjs-node, built against a current TensorFlow, into FOLDER/node_modules (FOLDER: that of package.json,
by default the one above this script). Run it after `npm ci` or `npm prune`, which remove what package.json does not list.

  --gpu     @tensorflow/tfjs-node-gpu instead, with the TensorFlow that computes on NVIDIA GPUs. CUDA and cuDNN must be
            on the machine that runs it; the machine that builds it needs neither.
  --force   build again where a build is already there

  TENSORFLOW_VERSION  version to download (2.21.0)
  TENSORFLOW_WHEEL    a wheel of tensorflow or tensorflow-cpu that is there: nothing is downloaded with pip
  TFJS_NATIVE_CACHE   a folder that keeps builds, so that the next run in it takes seconds; 0.9 GB each
  npm_config_nodedir  a folder with the headers of Node in include/node; else those beside Node, else node-gyp fetches them

It needs Linux, Node with npm, Python 3 with pip, make and g++. Exit status: 0 for a build that works, 3 where TensorFlow
cannot be downloaded, 1 for any other failure.
USAGE
}

say() { printf 'tfjs-native: %s\n' "$*"; }
fail() {
  printf 'tfjs-native: %s\n' "$*" >&2
  exit "${status:-1}"
}
# TensorFlow is not to be had: a run of tests may go on without it, and not after any other failure.
fail_without_tensorflow() { status=3 fail "$*; TENSORFLOW_WHEEL=FILE uses a wheel that is there"; }

readonly TFJS_VERSION=4.22.0
package=@tensorflow/tfjs-node
wheel_package=tensorflow-cpu
folder=
force=
for argument in "$@"; do
  case $argument in
    --gpu) package=@tensorflow/tfjs-node-gpu wheel_package=tensorflow ;;
    --force) force=yes ;;
    -h | --help) usage && exit 0 ;;
    -*) usage >&2 && fail "no option $argument" ;;
    *) [ -z "$folder" ] || fail "one FOLDER, not also $argument"; folder=$argument ;;
  esac
done
folder=${folder:-$(dirname "${BASH_SOURCE[0]}")/..}
[ -d "$folder" ] || fail "there is no folder $folder"
folder=$(cd "$folder" && pwd)
modules=$folder/node_modules
target=$modules/$package

[ "$(uname -s)" = Linux ] || fail "the wheels' libraries are used on Linux only, and this is $(uname -s)"
for tool in node npm make g++ python3; do
  command -v "$tool" >/dev/null || fail "$tool is missing (Debian: apt-get install nodejs npm make g++ python3 python3-pip)"
done
[ -e "$modules/@tensorflow/tfjs" ] || fail "$modules has no @tensorflow/tfjs, whose backend this is: run npm ci in $folder first"

wheel=${TENSORFLOW_WHEEL:-}
version=${TENSORFLOW_VERSION:-2.21.0}
if [ -n "$wheel" ]; then
  [ -f "$wheel" ] || fail "TENSORFLOW_WHEEL: there is no file $wheel"
  wheel=$(realpath "$wheel")
  version=$(basename "$wheel" | cut -d- -f2)
else
  python3 -m pip --version >/dev/null 2>&1 || fail_without_tensorflow 'pip is missing (Debian: apt-get install python3-pip)'
fi
readonly built="$package $TFJS_VERSION, TensorFlow $version, $(uname -m)"

# Loads the package as the engine does, and compares two kernels with the plain ones.
works() {
  (cd "$folder" && TF_CPP_MIN_LOG_LEVEL=1 node --no-deprecation - "$package") <<'PROGRAM'
const path = require('node:path');
const load = require('node:module').createRequire(path.join(process.cwd(), 'program.js'));
const tf = load('@tensorflow/tfjs');
// TF.js advises whoever computes on `cpu` to install what is installed here.
console.warn = () => {};
load(process.argv[2]);
const results = () => tf.tidy(() => {
  const x = tf.linspace(-1, 1, 96).reshape([2, 4, 4, 3]);
  const filter = tf.linspace(1, -1, 54).reshape([3, 3, 3, 2]);
  const [image] = tf.grads((a, b) => tf.conv2d(a, b, 1, 'same').square().sum())([x, filter]);
  return [...tf.matMul(x.reshape([8, 12]), x.reshape([12, 8])).dataSync(), ...image.dataSync()];
});
(async () => {
  await tf.setBackend('tensorflow');
  const { binding, isUsingGpuDevice } = tf.backend();
  const actual = results();
  await tf.setBackend('cpu');
  const error = Math.max(...results().map((value, i) => Math.abs(value - actual[i])));
  // Written so that NaN fails; TensorFloat-32 of a GPU passes.
  if (!(error < 0.05)) throw new Error(`it differs from TF.js by ${error}`);
  console.log(`TensorFlow ${binding.TF_Version} on the ${isUsingGpuDevice ? 'GPU' : 'CPU'}`);
})();
PROGRAM
}

if [ -z "$force" ] && [ "$(cat "$target/BUILT" 2>/dev/null)" = "$built" ] && running=$(works); then
  say "already in $target: $running"
  exit 0
fi

mkdir -p "$modules/@tensorflow"
work=$(mktemp -d "$modules/.tfjs-native.XXXXXX")
trap 'rm -rf "$work"' EXIT

# The package's JavaScript and what it needs to run. TF.js itself is left out, so that it uses the copy of FOLDER;
# the rest of what is left out belongs to the install script, which would download the old library.
fetch_package() {
  say "fetching $package $TFJS_VERSION"
  (cd "$work" && npm pack --silent "$package@$TFJS_VERSION" >/dev/null && tar -xzf ./*.tgz) || fail "npm cannot fetch $package $TFJS_VERSION"
  cd "$work/package"
  npm pkg delete scripts gypfile devDependencies \
    'dependencies.@tensorflow/tfjs' dependencies.adm-zip dependencies.https-proxy-agent dependencies.rimraf dependencies.tar
  npm install --silent --ignore-scripts --no-package-lock --no-audit --no-fund || fail "npm cannot fetch what $package needs"
  # Node 23 took away two functions of node:util that the package calls.
  sed -i -E 's/\(0, util_1\.isNullOrUndefined\)\((\w+)\)/(\1 == null)/; s/\(0, util_1\.isArray\)/Array.isArray/' \
    dist/nodejs_kernel_backend.js dist/kernels/TopK.js
}

# The wheel of this Python, else that of one for which there are wheels: only its libraries are used, no Python.
fetch_wheel() {
  [ -z "$wheel" ] || return 0
  say "downloading $wheel_package $version with pip"
  local options
  for options in '' '--python-version 3.12' '--python-version 3.11'; do
    # shellcheck disable=SC2086
    if PIP_RETRIES=${PIP_RETRIES:-1} python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: $options \
      --dest "$work/wheel" "$wheel_package==$version" 2>"$work/pip.log"; then
      wheel=$(find "$work/wheel" -name '*.whl')
      return 0
    fi
  done
  cat "$work/pip.log" >&2
  fail_without_tensorflow "pip cannot download $wheel_package $version"
}

unpack_wheel() {
  say "unpacking the libraries of $(basename "$wheel")"
  python3 - "$wheel" "$work/package/deps" <<'PROGRAM' || fail "$wheel is no wheel of TensorFlow that this can use"
import os, re, shutil, sys, zipfile

source, target = sys.argv[1:]
library = re.compile(r'tensorflow/(libtensorflow_(?:cc|framework)\.so\.\d+)')
header = re.compile(r'tensorflow/(include/(?:tensorflow/c|tensorflow/core/platform|tsl|xla/tsl)/.*\.h)')
libraries = []
with zipfile.ZipFile(source) as wheel:
    for name in wheel.namelist():
        match = library.fullmatch(name) or header.fullmatch(name)
        if match is None:
            continue
        path = os.path.join(target, 'lib' if match.re is library else '', match[1])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with wheel.open(name) as packed, open(path, 'wb') as out:
            shutil.copyfileobj(packed, out, 1 << 20)
        if match.re is library:
            libraries.append(match[1])
if len(libraries) != 2:
    sys.exit(f'{source} has not the two libraries libtensorflow_cc and libtensorflow_framework, but {libraries}')
# The linker looks for libtensorflow; what it links is named after the library that is found.
for name in libraries:
    os.symlink(name, os.path.join(target, 'lib', re.sub(r'(_cc)?\.so\.\d+', '.so', name)))
PROGRAM
}

# node-gyp, which comes with npm. Headers of Node: npm's setting, else those beside Node, else node-gyp fetches them.
compile() {
  local nodedir abi
  nodedir=$(npm config get nodedir 2>/dev/null)
  if [ "$nodedir" = undefined ] || [ -z "$nodedir" ]; then
    nodedir=$(dirname "$(dirname "$(realpath "$(command -v node)")")")
    grep -qs "define NODE_MAJOR_VERSION $(node -p 'process.versions.node.split(".")[0]')\$" "$nodedir/include/node/node_version.h" || nodedir=
  fi
  say "compiling the binding for Node $(node -p process.version)${nodedir:+ with the headers of $nodedir}"
  cd "$work/package"
  # Node-API 8 is the newest that the package declares and node-pre-gyp looks for; every Node since 16 has it.
  abi=8
  npm_config_nodedir=$nodedir npm exec --call "node-gyp rebuild --silent --jobs=max --module_name=tfjs_binding \
    --module_path='$PWD/lib/napi-v$abi' --napi_version=$abi --napi_build_version=$abi" >"$work/compile.log" 2>&1 || {
    tail -n 40 "$work/compile.log" >&2
    fail 'the binding does not compile; the lines above say why'
  }
  rm -rf build deps/include deps/lib/libtensorflow.so deps/lib/libtensorflow_framework.so
}

# Copies a folder, as hard links where both are on one file system: the libraries have 0.9 GB.
copy() { cp -al "$1" "$2" 2>/dev/null || { rm -rf "$2" && cp -a "$1" "$2"; }; }

kept=${TFJS_NATIVE_CACHE:+$TFJS_NATIVE_CACHE/$(printf %s "$built" | tr -cs 'a-zA-Z0-9.\n' -)}
if [ -n "$kept" ] && [ -z "$force" ] && [ -f "$kept/BUILT" ]; then
  say "taking the build from $kept"
  copy "$kept" "$work/package"
else
  fetch_wheel
  unpack_wheel
  (fetch_package)
  (compile)
  printf '%s\n' "$built" >"$work/package/BUILT"
fi

rm -rf "$target"
mv "$work/package" "$target"
running=$(works) || {
  rm -rf "$target"
  fail "the build does not work on this machine; the error above says why. $target was removed"
}
if [ -n "$kept" ] && { [ -n "$force" ] || [ ! -f "$kept/BUILT" ]; }; then
  mkdir -p "$TFJS_NATIVE_CACHE"
  rm -rf "$kept" "$kept.new"
  copy "$target" "$kept.new"
  mv "$kept.new" "$kept"
fi
say "in $target: $running"
if [ "$wheel_package" = tensorflow ] && [[ $running == *CPU ]]; then
  say 'TensorFlow finds no GPU here; on the machine that runs it, CUDA 12 and cuDNN 9 must be where the loader looks'
fi
