#!/usr/bin/env bash
# The server, measured from outside on an invented practice that has run for half a year: patient
# 360, list pages, static files beside nginx, start, memory, and ordinary requests beside slow
# clients. The generator (load_bench, open loop) shares the processor with what it measures.
# Prints a table: budget, figure, what stands beside it in the same run, ok or short.
# Usage: bench/serve.sh [PATIENTS] [PART…]
#   100,000 patients unless told otherwise; the practice is kept in build/bench-data.
#   PARCOURS_BUILD: the programs in that folder.
#   Parts: start patient lists view static slow; all of them unless some are named.
# Needs jq, curl; for `static` nginx (Debian: nginx-light), which it starts on a port of its own; for
# `view` chromium, node and web/setup.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ ${1:-} != -h && ${1:-} != --help ]] || { sed -n '2,12s/^# \?//p' "$0"; exit 0; }
patients=100000
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
    patients=$1
    shift
fi
parts=${*:-start patient lists view static slow}
seconds=${SECONDS_EACH:-20}
bin=${PARCOURS_BUILD:-build/release}
home=$PWD/build/bench-data/serve-$patients
server='' nginx='' crowds=()

# Two ports in a row where nobody listens: ours and nginx's.
free_port() {
    local one
    while true; do
        one=$((20000 + RANDOM % 10000))
        (exec 3<> "/dev/tcp/127.0.0.1/$one") 2> /dev/null && continue
        (exec 3<> "/dev/tcp/127.0.0.1/$((one + 1))") 2> /dev/null || break
    done
    echo "$one"
}
port=$(free_port)

cleanup() {
    for id in "${crowds[@]}" $server $nginx; do
        kill "$id" 2> /dev/null || true
    done
    wait 2> /dev/null || true
}
trap cleanup EXIT

# The largest script of the first view; none where the console was not built.
script=/$(cd web/console/dist 2> /dev/null && grep -o 'assets/[^"]*\.js' index.html | xargs ls -S | head -n 1) || true

make_practice() {
    [ -e "$home/ids" ] && return
    rm -rf "$home"
    mkdir -p "$home"
    "$bin/parcours" synth --patients "$patients" --seed 3 --out "$home/export" --json > /dev/null
    "$bin/parcours" import "$home/export" --data "$home/data" --json > /dev/null
    "$bin/parcours" work --data "$home/data" --virtual --from 2025-07-01 --until 2026-01-01 \
        --json > /dev/null
    jq -r '"/api/v1/patients/" + .id' "$home/export/Patient.ndjson" > "$home/ids"
    rm -r "$home/export"
}

milliseconds() { echo $(($(date +%s%N) / 1000000)); }
resident_mb() { awk '/^VmRSS/ { printf "%.0f", $2 / 1000 }' "/proc/$1/status"; }

# started DATA: runs the server; sets `server` and `start_ms`, from exec to the first 200.
started() {
    local from
    from=$(milliseconds)
    "$bin/parcours" serve --data "$1" --listen "127.0.0.1:$port" 2> "$home/serve.log" &
    server=$!
    until curl -sf -o /dev/null "http://127.0.0.1:$port/readyz"; do
        kill -0 $server || { cat "$home/serve.log" >&2; exit 1; }
        sleep 0.005
    done
    start_ms=$(($(milliseconds) - from))
}
stopped() {
    kill "$server"
    wait "$server" || true
    server=''
}

# row WHAT BUDGET FIGURE BESIDE VERDICT
row() { printf '%-44s %-14s %-30s %-46s %s\n' "$@"; }
# verdict FIGURE '<=' BUDGET
verdict() { awk -v f="$1" -v b="$3" -v op="$2" \
    'BEGIN { print ((op == "<=" ? f <= b : f >= b) ? "ok" : "SHORT") }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f", a / b; else print "-" }'; }
field() { jq -r ".$2" <<< "$1"; }

load() { "$bin/load_bench" --port "$port" --seconds "$seconds" --header "Authorization: Bearer $token" "$@"; }

# timed WHAT BUDGET_MS BESIDE JSON: a row of latencies, in ms.
timed() {
    local p99 errors good
    p99=$(field "$4" p99_ms) errors=$(field "$4" errors)
    good=$(verdict "$p99" '<=' "$2")
    [ "$errors" = 0 ] || good="SHORT: $errors errors $(jq -c .other_statuses <<< "$4")"
    row "$1" "p99 <= $2 ms" "p99 $p99, p50 $(field "$4" p50_ms), max $(field "$4" max_ms) at $(field "$4" worst_at_s) s" "$3" "$good"
}

measure_start() {
    local empty=$home/empty
    # As after a season of work: a start must not grow with what staff looked at.
    rm -rf "$home/data/access"
    "$bin/access_bench" "$home/data" 30000 > "$home/access.json"
    row 'access folder, 30,000 minutes of sessions' '<= 50 ms' "$(field "$(cat "$home/access.json")" open_ms) ms" \
        "$(field "$(cat "$home/access.json")" entries) entries" \
        "$(verdict "$(field "$(cat "$home/access.json")" open_ms)" '<=' 50)"
    for run in 1 2 3; do
        started "$home/data"
        row "start, $patients patients, run $run" '<= 2000 ms' "$start_ms ms" \
            "$(resident_mb "$server") MB resident" "$(verdict "$start_ms" '<=' 2000)"
        stopped
    done
    rm -rf "$empty" "$home/nobody"
    mkdir -p "$home/nobody"
    echo '{"resourceType":"Patient","id":"only"}' > "$home/nobody/Patient.ndjson"
    "$bin/parcours" import "$home/nobody" --data "$empty" > /dev/null
    started "$empty"
    sleep 2
    local resident
    resident=$(resident_mb "$server")
    row 'memory, an empty practice' '<= 100 MB' "$resident MB" "started in $start_ms ms" \
        "$(verdict "$resident" '<=' 100)"
    stopped
}

measure_patient() {
    local same here sync
    sync=$("$bin/sync_bench" "$home")
    load --rate 2000 --targets "$home/ids" --seed 9 --warm-up 1 > "$home/patient.json"
    here=$(cat "$home/patient.json")
    same=$(load --rate 2000 --warm-up 1 /favicon.svg)
    timed 'patient 360, 2,000 requests/s' 10 \
        "a file, same rate: $(field "$same" p99_ms); sync: $(field "$sync" p99_ms), $(field "$sync" per_second)/s" \
        "$here"
    echo "  $(field "$here" bytes) bytes each, ratio to the file $(ratio "$(field "$here" p99_ms)" "$(field "$same" p99_ms)"), $(resident_mb "$server") MB resident"
    here=$(load --rate 2000 --targets "$home/ids" --seed 10 --warm-up 1 --header 'Accept-Encoding: gzip')
    timed 'the same, compressed for browsers' 10 "$(field "$here" bytes) bytes each" "$here"
    here=$(load --rate 0 --connections 16 --targets "$home/ids" --warm-up 1)
    row 'patient 360, as fast as it goes' '-' "$(field "$here" per_second | cut -d. -f1)/s" '16 connections' '-'
}

measure_lists() {
    local name here target same
    same=$(load --rate 50 --seconds 5 --warm-up 1 /favicon.svg)
    while read -r name target; do
        here=$(load --rate 50 --seconds 8 --warm-up 3 "$target")
        timed "list: $name, 50 requests/s" 30 "a file, same rate: $(field "$same" p99_ms)" "$here"
    done << 'LISTS'
map /api/v1/map
attention /api/v1/attention
patients /api/v1/patients
patients-overdue /api/v1/patients?state=overdue&sort=-since
patients-by-name /api/v1/patients?q=mar
tasks /api/v1/tasks
outbox /api/v1/outbox
outbox-not-sent /api/v1/outbox?status=not-sent
cohorts /api/v1/cohorts
campaigns /api/v1/campaigns
quarantine /api/v1/quarantine
LISTS
}

start_nginx() {
    local root=$home/nginx
    rm -rf "$root"
    mkdir -p "$root/site"
    cp -r web/console/dist/. "$root/site"
    find "$root/site" -type f \( -name '*.js' -o -name '*.css' -o -name '*.html' \) -exec gzip -k9 {} +
    cat > "$root/conf" << CONF
daemon off;
worker_processes auto;
pid $root/pid;
error_log $root/error.log;
events { worker_connections 4096; }
http {
    include /etc/nginx/mime.types;
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    open_file_cache max=1000;
    gzip_static on;
    client_body_temp_path $root/body; proxy_temp_path $root/proxy; fastcgi_temp_path $root/fastcgi;
    uwsgi_temp_path $root/uwsgi; scgi_temp_path $root/scgi;
    server { listen 127.0.0.1:$((port + 1)) backlog=4096; root $root/site; }
}
CONF
    "$(command -v nginx || echo /usr/sbin/nginx)" -c "$root/conf" -p "$root" 2> "$root/start.log" &
    nginx=$!
    until curl -sf -o /dev/null "http://127.0.0.1:$((port + 1))/index.html"; do
        kill -0 $nginx || { cat "$root/start.log" "$root/error.log" >&2; exit 1; }
        sleep 0.05
    done
}

# A file's rate from ours and from nginx, by turns, the better of two each.
compare_file() {
    local name=$1 path=$2 ours=0 theirs=0 now
    shift 2
    for _ in 1 2; do
        now=$(load --rate 0 --connections 32 --seconds 4 --warm-up 1 "$@" "$path")
        ours=$(awk -v a="$ours" -v b="$(field "$now" per_second)" 'BEGIN { print (a > b) ? a : b }')
        now=$(port=$((port + 1)) load --rate 0 --connections 32 --seconds 4 --warm-up 1 "$@" "$path")
        theirs=$(awk -v a="$theirs" -v b="$(field "$now" per_second)" 'BEGIN { print (a > b) ? a : b }')
    done
    row "file: $name, $(field "$now" bytes) bytes" '>= 0.5 nginx' "${ours%.*}/s" \
        "nginx ${theirs%.*}/s, ratio $(ratio "$ours" "$theirs")" \
        "$(verdict "$(ratio "$ours" "$theirs")" '>=' 0.5)"
}

measure_static() {
    start_nginx
    compare_file index /index.html
    compare_file script "$script"
    compare_file 'script, compressed' "$script" --header 'Accept-Encoding: gzip'
    kill "$nginx"
    nginx=''
}

# crowd KIND COUNT SECONDS OPTION…
crowd() {
    local kind=$1 count=$2 time=$3
    shift 3
    "$bin/crowd_bench" --port "$port" --kind "$kind" --count "$count" --seconds "$time" \
        --authorization "Bearer $token" "$@" > "$home/crowd-$kind" &
    crowds+=($!)
    until grep -q ready "$home/crowd-$kind"; do sleep 0.05; done
}

beside() {
    local here alone=$1
    here=$(load --rate 2000 --targets "$home/ids" --warm-up 1 --seed 11)
    timed "patient 360 beside $2" 10 "alone $alone: ratio $(ratio "$(field "$here" p99_ms)" "$alone")" "$here"
}

gone() {
    wait "${crowds[@]}"
    crowds=()
    for kind in "$@"; do
        jq -r '"  \(.kind): \(.opened) opened, \(.closed_by_server) closed by the server, the last after \(.closed_max_s) s"' \
            < <(tail -n 1 "$home/crowd-$kind")
    done
}

measure_slow() {
    local alone
    alone=$(field "$(load --rate 2000 --targets "$home/ids" --warm-up 1 --seed 8)" p99_ms)
    crowd idle 10000 $((seconds + 50))
    sleep 2
    beside "$alone" '10,000 idle'
    crowd slow-head 500 $((seconds + 45))
    crowd slow-body 500 $((seconds + 45))
    crowd slow-reader 200 $((seconds + 45)) --target "$script"
    beside "$alone" 'idle and 1,200 slow'
    gone idle slow-head slow-body slow-reader
    crowd large-head 200 $((seconds + 5))
    crowd large-body 20 $((seconds + 5))
    beside "$alone" 'heads of 40 kB, bodies of 100 MB'
    gone large-head large-body
    row 'resident after all of it' '-' "$(resident_mb "$server") MB" '-' '-'
}

measure_view() {
    local seen first
    # Log-in costs what argon2id costs; the view is measured after it.
    seen=$(node bench/first_view.mjs "http://127.0.0.1:$port" bench 'a walk along the river')
    row 'first view, processor slowed 4 times' '<= 1500 ms' \
        "$(field "$seen" slowed.view_ms) ms, best $(field "$seen" slowed.view_best_ms)" \
        "not slowed $(field "$seen" plain.view_ms); first paint $(field "$seen" slowed.paint_ms) ms" \
        "$(verdict "$(field "$seen" slowed.view_ms)" '<=' 1500)"
    first=$(node web/console/tools/sizes.mjs | sed -n 's/^first script \([0-9]*\) kB.*/\1/p')
    row 'initial script, gzip' '<= 250 kB' "$first kB" \
        "all of the first view: $(field "$seen" slowed.bytes) bytes" "$(verdict "$first" '<=' 250)"
}

make_practice
ulimit -n "$(ulimit -H -n)"
echo "$(date -u +%FT%H:%MZ), load average before: $(cut -d' ' -f1 /proc/loadavg), $(nproc) cores"
[[ " $parts " != *' start '* ]] || measure_start
rm -rf "$home/data/access"
# A log of access begins anew each time, so that runs can be compared.
"$bin/parcours" user add bench --role administrator --data "$home/data" <<< 'a walk along the river' > /dev/null
token=$("$bin/parcours" token add bench --scope read,fhir.read,fhir.write --data "$home/data" --json | jq -r .token)
started "$home/data"
# Files are fetched beside most parts: a program built without the console would be measured against nothing.
curl -s "http://127.0.0.1:$port$script" | cmp -s - "web/console/dist$script" || {
    echo "bench/serve.sh: $bin/parcours has not the console of web/console/dist: tools/build parcours" >&2
    exit 1
}
for part in patient lists view static slow; do
    [[ " $parts " != *" $part "* ]] || "measure_$part"
done
stopped
echo "audit: $("$bin/parcours" audit verify --data "$home/data" | tail -n 1)"
echo "load average after: $(cut -d' ' -f1 /proc/loadavg)"
