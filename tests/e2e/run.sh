#!/usr/bin/env bash
# ./run as a newcomer meets it: it tells its story, serves the console, and the name and password
# that it prints let one in; Ctrl-C ends it; a second run on the same export keeps what is there.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=$(mktemp -d)
runner=
finish() {
    [ -z "$runner" ] || kill -INT "$runner" 2> /dev/null || true
    wait 2> /dev/null || true
    rm -rf "$folder"
}
trap finish EXIT

fail() {
    echo "run: $*" >&2
    cat "$folder/out" >&2
    exit 1
}

# Starts ./run with these words and waits until it serves; leaves its address in $address.
start() {
    : > "$folder/out"
    # A shell lets what it puts into the background ignore Ctrl-C; env gives the signal back.
    env --default-signal=INT ./run --no-build --data "$folder/data" "$@" > "$folder/out" 2>&1 &
    runner=$!
    for _ in $(seq 600); do
        kill -0 "$runner" 2> /dev/null || fail "it ended before it served"
        address=$(sed -n 's/.*serving .* at \(http:[^ ;]*\).*/\1/p' "$folder/out")
        [ -z "$address" ] || return 0
        sleep 0.1
    done
    fail "it did not serve within a minute"
}

stop_by_hand() {
    local code=0
    kill -INT "$runner"
    wait "$runner" || code=$?
    runner=
    [ $code -eq 0 ] || fail "Ctrl-C ended it with $code"
}

log_in() { # user, password; prints the status
    curl -s -c "$folder/cookies" -o "$folder/answer" -w '%{http_code}' \
        -H 'Content-Type: application/json' -H "Origin: $address" -d "{\"name\":\"$1\",\"password\":\"$2\"}" "$address/api/v1/session"
}

start
grep -q 'Three decisions explained' "$folder/out" || fail "it explained no decisions"
[ "$(curl -s -o /dev/null -w '%{http_code}' "$address/healthz")" = 200 ] || fail "it is not healthy"
curl -s "$address/" | grep -q '<title>' || fail "there is no console"
user=$(sed -n 's/^ *Log in as  *//p' "$folder/out")
password=$(sed -n 's/^ *with password  *//p' "$folder/out")
[ "$(log_in "$user" "$password")" = 200 ] || fail "the password it printed does not let one in"
# What is done in the practice is seen in it, though its time stands still.
csrf=$(jq -r .csrf "$folder/answer")
ask() { # path, options of curl
    local path=$1
    shift
    curl -s -b "$folder/cookies" -H "X-CSRF-Token: $csrf" -H "Origin: $address" "$@" \
        "$address/api/v1$path"
}
task=$(ask '/tasks?state=open&limit=1' | jq -r '.tasks[0].id')
patient=$(ask "/tasks/$task" | jq -r .patient)
outcome=$(ask "/tasks/$task" | jq -r '.outcomes[0]')
[ -n "$outcome" ] && [ "$outcome" != null ] || fail "there is no open task"
ask "/tasks/$task/close" -H 'Content-Type: application/json' -d "{\"outcome\":\"$outcome\"}" \
    > /dev/null
[ "$(ask "/patients/$patient" | jq -r --arg task "$task" \
    '[.. | objects | select(.id? == $task) | .outcome][0]')" = "$outcome" ] ||
    fail "a task that was closed stays open on the patient's page"
[ "$(log_in "$user" "another-$password")" = 401 ] || fail "any password lets one in"
stop_by_hand

start "$folder/data/sample/export" --as-of 2025-07-01
grep -q '^ *with password' "$folder/out" || fail "a new folder of data has no password"
stop_by_hand
start "$folder/data/sample/export" --as-of 2025-07-01
grep -q 'Log in as you did before' "$folder/out" || fail "it made somebody anew"
stop_by_hand

./run --no-build --data "$folder/data" --no-serve > "$folder/out" 2>&1 || fail "--no-serve failed"
! grep -q 'serving' "$folder/out" || fail "it served against --no-serve"
echo "ok"
