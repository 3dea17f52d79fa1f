#!/usr/bin/env bash
# How long a rehearsal of twelve months takes for the shipped campaigns together, by the wall clock
# of the whole command and against its budget: 6 s for each 100,000 patients, on two cores. Beside it,
# with PEER=1: the same months of the same campaigns by the engine that writes down what it does
# (`work --virtual`), in a folder of its own.
# Usage: bench/rehearsal.sh [PATIENTS [DATA]]   (100,000 by default; a million needs 20 GB of disk;
# DATA: a data folder that holds such a practice already)
set -euo pipefail
cd "$(dirname "$0")/.."
[[ ${1:-} != -h && ${1:-} != --help ]] || { sed -n '2,8s/^# \?//p' "$0"; exit 0; }
patients=${1:-100000}
data=${2:-}
program=build/release/parcours
from=2025-01-01
to=2026-01-01
[ -x "$program" ] || ./run --build-only
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if [ -z "$data" ]; then
    data=$folder/data
    "$program" synth --patients "$patients" --seed 3 --out "$folder/export" --json > /dev/null
    "$program" import "$folder/export" --data "$data" --json > /dev/null
    rm -rf "$folder/export"
fi

echo "load before: $(cut -d' ' -f1 /proc/loadavg) on $(nproc) cores"
budget=$(awk -v n="$patients" 'BEGIN { print n / 100000 * 6 }')
best=
for run in 1 2 3; do
    /usr/bin/time -f '%e %U %S %M' -o "$folder/time" \
        "$program" rehearse --all --data "$data" --from "$from" --to "$to" --json \
        > "$folder/answer.$run"
    read -r wall user system memory < "$folder/time"
    tail -1 "$folder/answer.$run" | jq -r --arg run "$run" \
        '"run \($run): \(.entered) entered, \(.sent | add) sent, \(.tasks) tasks"'
    awk -v wall="$wall" -v user="$user" -v kernel="$system" -v memory="$memory" -v budget="$budget" \
        'BEGIN { printf "  %.1f s of a budget of %.0f s (%.2f of it: %s), %.1f s user, %.1f s system, %d MB peak\n",
                 wall, budget, wall / budget, wall <= budget ? "kept" : "MISSED", user, kernel,
                 memory / 1024 }'
    best=$(awk -v best="${best:-$wall}" -v wall="$wall" 'BEGIN { print wall < best ? wall : best }')
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

if [ -n "${PEER:-}" ]; then
    cp -r "$data" "$folder/peer"
    /usr/bin/time -f '%e %M' -o "$folder/time" \
        "$program" work --data "$folder/peer" --virtual --from "$from" --until "$to" > /dev/null
    read -r wall memory < "$folder/time"
    awk -v wall="$wall" -v best="$best" -v memory="$memory" \
        'BEGIN { printf "with a store, as live work does it: %.1f s, %d MB peak: %.1f times as long\n",
                 wall, memory / 1024, wall / best }'
fi
