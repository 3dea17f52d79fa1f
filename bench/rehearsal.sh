#!/usr/bin/env bash
# How long a rehearsal of twelve months takes for the shipped campaigns together, by the wall clock
# of the whole command and against its budget: 6 s for each 100,000 patients, on two cores.
# Usage: bench/rehearsal.sh [PATIENTS [DATA]]   (100,000 by default; a million needs 20 GB of disk;
# DATA: a data folder that holds such a practice already)
set -euo pipefail
cd "$(dirname "$0")/.."
patients=${1:-100000}
data=${2:-}
program=build/release/parcours
[ -x "$program" ] || ./run --build-only
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if [ -z "$data" ]; then
    data=$folder/data
    "$program" synth --patients "$patients" --seed 3 --out "$folder/export" --json > /dev/null
    "$program" import "$folder/export" --data "$data" --json > /dev/null
    rm -rf "$folder/export"
fi

budget=$(awk -v n="$patients" 'BEGIN { print n / 100000 * 6 }')
for run in 1 2 3; do
    /usr/bin/time -f '%e %U %S %M' -o "$folder/time" \
        "$program" rehearse --all --data "$data" --from 2025-01-01 --to 2026-01-01 --json \
        > "$folder/answer.$run"
    read -r wall user system memory < "$folder/time"
    tail -1 "$folder/answer.$run" | jq -r --arg run "$run" \
        '"run \($run): \(.entered) entered, \(.sent | add) sent, \(.tasks) tasks"'
    awk -v wall="$wall" -v user="$user" -v system="$system" -v memory="$memory" -v budget="$budget" \
        'BEGIN { printf "  %.1f s wall (budget %.0f s: %s), %.1f s user, %.1f s system, %d MB peak\n",
                 wall, budget, wall <= budget ? "kept" : "MISSED", user, system, memory / 1024 }'
done

# The same answer on every run, but for the seconds it took.
for run in 2 3; do
    if ! diff <(tail -1 "$folder/answer.1" | jq 'del(.seconds)') \
              <(tail -1 "$folder/answer.$run" | jq 'del(.seconds)') > /dev/null; then
        echo "run $run gave another answer than run 1" >&2
        exit 1
    fi
done
echo "all runs gave the same answer"
