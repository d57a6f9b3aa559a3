# shellcheck shell=bash
# For what tests the commands against a process without a kernel (Tests/FakeProxy): programs, a folder of its own,
# processes that end with the script, and a line for each thing that holds or doesn't. Source common.sh first.

# program NAME GIVEN: the path of a program: GIVEN, or a debug build.
program() {
  if [[ $2 ]]; then
    printf '%s\n' "$2"
    return
  fi
  swift build --package-path "$REPOSITORY" --product "$1" >&2
  printf '%s\n' "$REPOSITORY/.build/debug/$1"
}

# In /tmp, where other users get to, and sockets' paths are short.
folder=$(mktemp -d /tmp/fake-proxy.XXXXXX)
chmod 755 "$folder"
processes=()
# Named by who sources this, for what it has to end itself.
end_others=true
finish() {
  local process
  for process in "${processes[@]}"; do kill "$process" 2>/dev/null || true; done
  "$end_others"
  rm -rf "$folder"
}
trap finish EXIT

# serve PROGRAM NAME SOCKET: starts a process that answers on the socket, or on none if that is empty; its id is in
# $process once it is ready.
serve() {
  "$1" serve "$3" >"$folder/$2" &
  process=$!
  processes+=("$process")
  local _
  for _ in {1..300}; do
    grep -qs ready "$folder/$2" && grep -qs metrics "$folder/$2" && return
    sleep 0.1
  done
  die "fake-proxy doesn't start: $(<"$folder/$2")"
}

flaws=0
passed() { printf '   ✓ %s\n' "$*"; }
flaw() {
  printf '   ✗ %s\n' "$*"
  flaws=$((flaws + 1))
}
# holds WHAT COMMAND...: whether it ends well.
holds() { if "${@:2}"; then passed "$1"; else flaw "$1: it doesn't"; fi; }
# expect WHAT EXPECTED FOUND
expect() { if [[ $2 == "$3" ]]; then passed "$1"; else flaw "$1: expected '$2', found '$3'"; fi; }
# The script's end.
report() { ((flaws == 0)) || die "$flaws flaws."; }
