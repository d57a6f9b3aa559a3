# shellcheck shell=bash
# Shared by every script here: where things are, and how to speak and to stop.

REPOSITORY=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
# What is downloaded and can be made again: kernels and the tool that boots them.
# IPVS_KERNEL_CACHE moves it elsewhere, to share one between several checkouts. Its path ends up on a kernel command
# line, which knows no quotes: a repository in a folder with a space in its name gets a cache outside.
CACHE=${IPVS_KERNEL_CACHE:-$REPOSITORY/.cache}
if [[ $CACHE != "${CACHE//[^A-Za-z0-9\/._+-]/}" ]]; then
  CACHE=${HOME:-/root}/.cache/ipvs-proxy
fi
# shellcheck disable=SC2034  # used by the scripts that source this file
readonly REPOSITORY CACHE

# ip, modprobe and iptables live in sbin, which an ordinary user's PATH often lacks.
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

# What the package leaves out of a program.
# shellcheck disable=SC2034
readonly STRIP_OPTIONS=(--strip-unneeded --remove-section=.comment --remove-section=.note)

say() { printf '%s\n' "$*" >&2; }

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# Runs a command as root: itself, or through sudo where we are not root.
as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -- env "PATH=$PATH" "$@"
  else
    die "root is needed for '$1', and there is no sudo: run this as root."
  fi
}

# Holds the cache's lock until this process ends, so that two runs never download the same thing at once.
lock_cache() {
  mkdir -p "$CACHE"
  exec 9>"$CACHE/lock"
  flock 9
}
