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

# An app instead of a token: consent, and the code for tokens.
echo "secret-of-the-app" > "$dir/secret"
echo '[{"id": "a-ledger", "type": "ORGANISATION", "name": "L"}, {"id": "a-practice", "name": "P"}]' > "$dir/tenants"
"$program" --client-id app --client-secret-file "$dir/secret" --random-faults 1:1:409 --generate 3:7 --redirect-uri https://app.example/other \
  --redirect-uri https://app.example/back --tenants "$dir/tenants" > "$dir/out" &
pid=$!
read -r url < "$dir/out"
call() {  # REQUEST-LINE HEADERS BODY, on a connection of its own; the answer is in $answer
  exec 4<> "/dev/tcp/127.0.0.1/${url##*:}"
  printf '%s HTTP/1.1\r\nConnection: close\r\n%bContent-Length: %d\r\n\r\n%s' "$1" "$2" "${#3}" "$3" >&4
  answer=$(cat <&4)
  exec 4>&-
}
form='Content-Type: application/x-www-form-urlencoded\r\n'
basic="Authorization: Basic $(printf app:secret-of-the-app | base64)\r\n"
back='redirect_uri=https%3A%2F%2Fapp.example%2Fback'
call "GET /identity/connect/authorize?response_type=code&client_id=app&$back&scope=practicemanager" '' ''
[[ $answer =~ Location:\ https://app.example/back\?code=([^[:space:]]+) ]] || fail "consent: $answer"
call 'POST /connect/token' "$basic$form" "grant_type=authorization_code&code=${BASH_REMATCH[1]}&$back"
[[ $answer =~ \"access_token\":\"([^\"]+)\" ]] || fail "token: $answer"
bearer="Authorization: Bearer ${BASH_REMATCH[1]}\r\n"
call 'GET /connections' "$bearer" ''
[[ $answer == *'"tenantId":"a-ledger"'*'"tenantId":"a-practice"'* ]] || fail "connections: $answer"
call 'GET /practicemanager/3.1/client.api/list' "${bearer}Xero-Tenant-Id: a-practice\r\n" ''
[[ $answer == *'409 Conflict'* ]] || fail "the API, struck at random: $answer"
call 'DELETE /sandbox/random-faults' '' ''
call 'GET /practicemanager/3.1/client.api/list' "${bearer}Xero-Tenant-Id: a-practice\r\n" ''
[[ $answer == *'200 OK'*'</Client><Client>'*'</Client><Client>'* ]] || fail "the API: $answer"
call 'PUT /sandbox/clock' '' '{"advance_seconds": 1800}'
call 'GET /connections' "$bearer" ''
[[ $answer == *TokenExpired* ]] || fail "half an hour later: $answer"
grep -q secret-of "/proc/$pid/cmdline" && fail "the secret is in the command line"
kill -TERM "$pid"
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
expect 2 --token-file "$dir/token" --generate many
expect 2 --token-file "$dir/token" --generate -1
expect 2 --token-file "$dir/token" --generate 1:x
expect 2 --token-file "$dir/token" --random-faults 1
expect 2 --token-file "$dir/token" --random-faults 1:2
expect 2 --token-file "$dir/token" --random-faults 1:0.5:flood
expect 2 --token-file "$dir/token" --random-faults 1:0.5:edit_after
expect 1 --token-file "$dir/token" --data "$dir/nothing"
expect 2 --token-file "$dir/token" --data "$dir/token"
app=(--client-id app --client-secret-file "$dir/secret")
expect 2 "${app[@]}"
expect 2 "${app[@]}" --redirect-uri x --token-file "$dir/nothing"
expect 2 "${app[@]}" --redirect-uri x --client-secret-file "$dir/nothing"
expect 2 --token-file "$dir/token" --redirect-uri x
expect 2 --client-id app --redirect-uri x
expect 2 "${app[@]}" --redirect-uri x --tenants "$dir/tenants" --tenant-name P
expect 2 "${app[@]}" --redirect-uri x --tenants "$dir/token"
expect 1 "${app[@]}" --redirect-uri x --tenants "$dir/nothing"
echo "passed"
