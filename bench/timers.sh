#!/usr/bin/env bash
# Pending timers: what N enrolments that wait take in memory, how long a start takes, and how late
# they fire at 10,000 due a second, each transition durable. Each figure beside its budget.
# Usage: bench/timers.sh [N]      10,000,000 unless told otherwise: 5 GB of log in build/bench-data
set -euo pipefail
cd "$(dirname "$0")/.."
[[ ${1:-} != -h && ${1:-} != --help ]] || { sed -n '2,5s/^# \?//p' "$0"; exit 0; }
count=${1:-10000000}
[[ $count =~ ^[1-9][0-9]*$ ]] || { sed -n '2,5s/^# \?//p' "$0"; exit 2; }
bin=${BIN:-build/release}
data=build/bench-data/timers
"$bin/timers_bench" make --data "$data" --enrolments "$count"
echo "$(date -u +%FT%H:%MZ), load average $(cut -d' ' -f1 /proc/loadavg), $(nproc) cores"
"$bin/timers_bench" start --data "$data"
rm -rf "$data"
