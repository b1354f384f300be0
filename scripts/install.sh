#!/bin/sh
# Installs Pollux: downloads the executable for this machine, checks its SHA-256 sum and puts it into
# ~/.local/bin. Needs curl or wget, and no root. Run it again to update.
#
#   sh install.sh [--dir FOLDER] [--base-url URL]
#
#   --dir FOLDER     where the executable goes (~/.local/bin)
#   --base-url URL   where the files of a release are: a mirror, say (POLLUX_BASE_URL)
set -eu

# The release script writes its own address here.
default_base_url=

say() { printf '%s\n' "$*"; }

fail() {
  printf 'Error: %s\n' "$*" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# As in the names of the release's files.
find_target() {
  case $(uname -s) in
    Linux) os=linux ;;
    Darwin) os=macos ;;
    MINGW* | MSYS* | CYGWIN*) fail "This script does not serve Windows: download the file whose name ends in windows-x64.exe" ;;
    *) fail "There is no Pollux for $(uname -s): run it from source, with Deno" ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) machine=x64 ;;
    aarch64 | arm64) machine=arm64 ;;
    *) fail "There is no Pollux for $(uname -m): run it from source, with Deno" ;;
  esac
  # A shell that Rosetta translates reports x86_64 on an Apple silicon Mac.
  if [ "$os-$machine" = macos-x64 ] && [ "$(sysctl -n hw.optional.arm64 2>/dev/null || :)" = 1 ]; then
    machine=arm64
  fi
  target=$os-$machine
}

# download NAME FILE: fetches one file of the release.
download() {
  if has curl; then
    curl --fail --silent --show-error --location --proto "$protocols" --output "$2" "$base_url/$1" ||
      fail "Cannot download $base_url/$1: see above"
  else
    wget --quiet --output-document="$2" "$base_url/$1" || fail "Cannot download $base_url/$1"
  fi
}

# sum_of FILE: prints its SHA-256 sum.
sum_of() {
  if has sha256sum; then
    sha256sum <"$1"
  elif has shasum; then
    shasum -a 256 <"$1"
  else
    openssl dgst -sha256 -r <"$1"
  fi | cut -d ' ' -f 1
}

base_url=${POLLUX_BASE_URL:-$default_base_url}
folder=
while [ $# -gt 0 ]; do
  case $1 in
    --dir | --base-url)
      [ $# -gt 1 ] || fail "$1 needs a value"
      if [ "$1" = --dir ]; then folder=$2; else base_url=$2; fi
      shift 2
      ;;
    --help)
      say "sh install.sh [--dir FOLDER] [--base-url URL]"
      say "Puts Pollux into ~/.local/bin, or into FOLDER. URL is where the files of a release are."
      exit 0
      ;;
    *) fail "Unknown argument \"$1\": there are --dir FOLDER and --base-url URL" ;;
  esac
done
base_url=${base_url%/}
# A request over TLS must not be redirected to plain HTTP.
case $base_url in
  https://*) protocols="=https" ;;
  http://*) protocols="=http,https" ;;
  "") fail "Where are the files? Give the address with --base-url URL" ;;
  *) fail "The base URL \"$base_url\" has to begin with https:// or http://" ;;
esac
if [ -z "$folder" ]; then
  [ -n "${HOME:-}" ] || fail "HOME is not set: give a folder with --dir FOLDER"
  folder=$HOME/.local/bin
fi
has curl || has wget || fail "Neither curl nor wget is installed: install one of them"
has sha256sum || has shasum || has openssl ||
  fail "There is nothing to check the sum with: install sha256sum, shasum or openssl"
find_target

work=$(mktemp -d)
staged=
clean_up() {
  rm -rf "$work"
  [ -z "$staged" ] || rm -f "$staged"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

download SHA256SUMS "$work/SHA256SUMS"
line=$(grep -E "^[0-9a-f]{64}  pollux-[0-9][0-9A-Za-z.+-]*-$target\$" "$work/SHA256SUMS" || :)
[ "$(printf '%s' "$line" | grep -c '')" = 1 ] ||
  fail "$base_url/SHA256SUMS does not name one file for $target"
wanted=${line%%  *}
name=${line##*  }
version=${name#pollux-}
version=${version%-"$target"}

program=$folder/pollux
if [ -f "$program" ] && [ "$(sum_of "$program")" = "$wanted" ]; then
  say "Pollux $version is already there: $program"
  exit 0
fi

say "Downloading $name"
download "$name" "$work/$name"
if [ "$(sum_of "$work/$name")" != "$wanted" ]; then
  fail "The SHA-256 sum of $base_url/$name is not the one in SHA256SUMS. Nothing was installed. Try again; if that does not help, tell those who run that server"
fi

mkdir -p "$folder" || fail "Cannot make the folder $folder: choose another one with --dir FOLDER"
# A rename within the folder replaces the file atomically, even while it runs.
staged=$folder/.pollux.$$
{ cp "$work/$name" "$staged" && chmod 755 "$staged" && mv -f "$staged" "$program"; } ||
  fail "Cannot write to $folder: choose another one with --dir FOLDER"

say "Pollux $version is installed: $program"
case :${PATH:-}: in
  *":$folder:"*) ;;
  *) say "That folder is not on your PATH. Add it: export PATH=\"$folder:\$PATH\"" ;;
esac
say "Next: \"pollux demo\" for a try, or \"pollux accounts add\" and \"pollux serve\""
