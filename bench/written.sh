#!/usr/bin/env bash
# How soon a written record is seen by everybody: PUT /fhir/Observation/ID of random patients, one
# after another, until the answer is there; cohorts are counted in between and must count them. Beside
# it stands what the disk takes for an fsync of 4 kB in the same run.
# Usage: bench/written.sh [PATIENTS] [WRITES]
#   100,000 patients and 500 writes unless told otherwise; the practice is kept in build/bench-data.
# Needs jq and node.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ ${1:-} != -h && ${1:-} != --help ]] || { sed -n '2,8s/^# \?//p' "$0"; exit 0; }
patients=${1:-100000}
writes=${2:-500}
[[ $patients$writes =~ ^[0-9]+$ ]] || { sed -n '2,8s/^# \?//p' "$0"; exit 2; }
bin=${BIN:-build/release}
home=$PWD/build/bench-data/written-$patients

if [ ! -e "$home/ids" ]; then
    rm -rf "$home"
    mkdir -p "$home"
    "$bin/parcours" synth --patients "$patients" --seed 4 --out "$home/export" --json > /dev/null
    "$bin/parcours" import "$home/export" --data "$home/data" --json > /dev/null
    jq -r .id "$home/export/Patient.ndjson" > "$home/ids"
    rm -r "$home/export"
fi
answer=$(node bench/written.mjs "$bin/parcours" "$home/data" "$writes" "$home/ids")
echo "$(date -u +%FT%H:%MZ), load average $(cut -d' ' -f1 /proc/loadavg), $(nproc) cores, $patients patients"
jq -r '"PUT of an Observation until it is seen: p50 \(.put.p50_ms) ms, p99 \(.put.p99_ms) ms, most \(.put.max_ms) ms",
       "an fsync of 4 kB in the same run:      p50 \(.fsync.p50_ms) ms, p99 \(.fsync.p99_ms) ms",
       "a write takes \(.times_fsync) fsyncs; the first after a start \(.first_ms) ms"' <<< "$answer"
p99=$(jq .put.p99_ms <<< "$answer")
awk -v p99="$p99" 'BEGIN { print "budget p99 <= 50 ms: " (p99 <= 50 ? "ok" : "short") }'
