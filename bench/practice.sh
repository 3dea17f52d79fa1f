#!/usr/bin/env bash
# Whole commands on an invented practice, measured from outside: rates, start times, memory.
# Usage: bench/practice.sh [PATIENTS]   (100,000 by default; a million needs 20 GB of disk)
# With PARCOURS_BUILD: of the programs in that folder.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ ${1:-} != -h && ${1:-} != --help ]] || { sed -n '2,5s/^# \?//p' "$0"; exit 0; }
patients=${1:-100000}
program=${PARCOURS_BUILD:-build/release}/parcours
[ -x "$program" ] || tools/build parcours
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# measured NAME COMMAND…: the wall clock, processor and peak memory of a whole process.
measured() {
    local name=$1
    shift
    /usr/bin/time -f "$name: %e s wall, %U s user, %S s system, %M kB peak" -o "$folder/time" \
        "$@" > "$folder/answer"
    cat "$folder/time"
}

measured "synth" "$program" synth --patients "$patients" --seed 3 --out "$folder/export" --json
jq -r '"  \(.resources) resources, \(.bytes) bytes, \(.resources_per_second | floor) resources/s"' \
    "$folder/answer"
measured "import" "$program" import "$folder/export" --data "$folder/data" --json
jq -r '"  \(.resources_per_second | floor) resources/s"' "$folder/answer"
du -sk "$folder/export" "$folder/data" | awk '{ print "  " $1 " kB " $2 }' | sed "s|$folder/||"
measured "import again, nothing new" "$program" import "$folder/export" --data "$folder/data" --json
jq -r '"  \(.resources_per_second | floor) resources/s"' "$folder/answer"
for run in 1 2 3; do
    measured "cohort by code, run $run" "$program" cohort count 'exists [Condition: code in "diabetes"]' \
        --data "$folder/data" --as-of 2025-07-01 --json
    jq -r '"  \(.patients) patients, \(.seconds * 1000) ms of evaluation"' "$folder/answer"
done
measured "cohort by code, value and date" "$program" cohort count \
    "exists ([Observation: code in \"hba1c\"] O where (O.value as Quantity) >= 8 '%' and O.effective during Interval[@2024-01-01T00:00:00.0Z, @2025-01-01T00:00:00.0Z))" \
    --data "$folder/data" --as-of 2026-01-01 --json
jq -r '"  \(.patients) patients, \(.seconds * 1000) ms of evaluation"' "$folder/answer"
measured "map: three folds of everybody" "$program" map --data "$folder/data" --as-of 2025-07-01 --json
measured "half a year of campaigns" "$program" work --data "$folder/data" --virtual \
    --from 2025-07-01 --until 2026-01-01 --json
cat "$folder/answer"
