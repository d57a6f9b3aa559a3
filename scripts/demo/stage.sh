# shellcheck shell=bash
# How the demo speaks, and how it finds out that something isn't as it should be.

if [[ ${DEMO_COLOR-} ]]; then
  bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
  bold='' dim='' green='' red='' plain=''
fi
step=0

heading() { printf '\n%s%d. %s%s\n' "$bold" "$((++step))" "$*" "$plain"; }
note() { printf '   %s\n' "$*"; }
indent() { sed 's/^/   /'; }

# Prints a command the way one would type it, at the place named.
prompt() { printf '   %s%s$ %s%s\n' "$dim" "$1" "${*:2}" "$plain"; }

# Runs a command at a place (node or a pod), shown with its output.
show() {
  prompt "$@"
  at "$@" | indent
}

passed() { printf '   %s✓ %s%s\n' "$green" "$*" "$plain"; }

failed() {
  printf '   %s✗ %s%s\n' "$red" "$*" "$plain"
  if [[ -s ${agent_log-} ]]; then
    printf '   the agent wrote at last:\n'
    tail -n 20 "$agent_log" | indent
  fi
  exit 1
}

# expect WHAT EXPECTED ACTUAL: the two texts have to be the same.
expect() {
  if [[ $2 == "$3" ]]; then
    passed "$1"
  else
    diff -U 100 --label expected --label found <(printf '%s\n' "$2") <(printf '%s\n' "$3") | indent || true
    failed "$1"
  fi
}

# expect_soon SECONDS WHAT EXPECTED COMMAND...: the command's output has to become the expected text in time.
expect_soon() {
  local deadline=$((SECONDS + $1)) actual
  while actual=$("${@:4}") && [[ $actual != "$3" ]] && ((SECONDS < deadline)); do sleep 0.3; done
  expect "$2" "$3" "$actual"
}
