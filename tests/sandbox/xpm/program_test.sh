#!/bin/bash
# The program: its ready line, a call, SIGTERM, and what it refuses. Usage: program_test.sh PROGRAM DATA
set -u
program=$1 data=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; exit 1; }

echo "secret-of-the-test" > "$dir/token"
mkfifo "$dir/out"
"$program" --token-file "$dir/token" --data="$data" --behaviour unknown_client=404 > "$dir/out" &
pid=$!
read -r url < "$dir/out"
[[ $url =~ ^http://127\.0\.0\.1:([0-9]+)$ ]] || fail "ready line: $url"
port=${BASH_REMATCH[1]}

exec 3<> "/dev/tcp/127.0.0.1/$port"
printf 'GET /practicemanager/3.1/client.api/get/none HTTP/1.1\r\nAuthorization: Bearer secret-of-the-test\r\nXero-Tenant-Id: c1d7c2f4-98a1-4c0b-b6c6-0c7d6cf2e411\r\n\r\n' >&3
read -r status <&3
[[ $status == "HTTP/1.1 404 Not Found"* ]] || fail "an unknown client: $status"
grep -q secret "/proc/$pid/cmdline" && fail "the token is in the command line"

kill -TERM "$pid"  # with a connection still open
wait "$pid" || fail "SIGTERM: exit $?"

expect() {  # EXIT ARGUMENTS...
  "$program" "${@:2}" < /dev/null > /dev/null 2> "$dir/err"
  local got=$?
  [[ $got == "$1" ]] || fail "${*:2}: exit $got, not $1"
  [[ $1 == 0 || $(wc -l < "$dir/err") == 1 ]] || fail "${*:2}: not one line of error"
}
expect 0 --help
expect 2
expect 2 --token secret
expect 2 --token-file
expect 2 --token-file "$dir/nothing"
expect 2 --token-file "$dir/token" --listen nowhere
expect 2 --token-file "$dir/token" --behaviour unknown_client=maybe
expect 2 --token-file "$dir/token" --limit-minute many
expect 1 --token-file "$dir/token" --data "$dir/nothing"
expect 2 --token-file "$dir/token" --data "$dir/token"
echo "passed"
