#!/usr/bin/env bash
# Cohorts over a large invented practice: how soon a list answers, beside DuckDB over columns made of
# the same records and beside cql-execution, which takes one patient after another; what the index
# takes in memory, and how soon it is there.
# Prints a table: budget, figure, what stands beside it in the same run, ok or short.
# Usage: bench/cohorts.sh [PATIENTS | FOLDER-OF-NDJSON]
#   With a folder, only the cohort itself, HbA1c of 6 % or more in 2020, each in a process of its own.
#   1,000,000 patients unless told otherwise. Practice and records are kept in build/bench-data: for a
#   million 8 GB, and while it is made 15 GB and some minutes.
# Needs jq, node and npm, which installs the peers named in bench/peers/cohort/package.json.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ ${1:-} != -h && ${1:-} != --help ]] || { sed -n '2,10s/^# \?//p' "$0"; exit 0; }
folder=
[ -d "${1:-}" ] && folder=$1 && shift
patients=${1:-1000000}
[[ $patients =~ ^[0-9]+$ ]] || { sed -n '2,10s/^# \?//p' "$0"; exit 2; }
bin=build/release
home=$PWD/build/bench-data/cohorts-$patients
as_of=2026-01-01

make_practice() {
    [ -e "$home/made" ] && return
    rm -rf "$home"
    mkdir -p "$home"
    "$bin/parcours" synth --patients "$patients" --seed 4 --out "$home/export" --json > "$home/synth.json"
    "$bin/parcours" import "$home/export" --data "$home/data" --json > "$home/import.json"
    find "$home/export" -name '*.ndjson' ! -name Observation.ndjson ! -name Patient.ndjson -delete
    touch "$home/made"
}

row() { printf '%-46s %-14s %-28s %-52s %s\n' "$@"; }
verdict() { awk -v f="$1" -v b="$3" -v op="$2" \
    'BEGIN { print ((op == "<=" ? f + 0 <= b : f + 0 >= b) ? "ok" : "short") }'; }
field() { jq -r "$2" <<< "$1"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.0f", a / b }'; }

# Each in a process of its own: the index is mapped, nothing is kept from the last.
count() { "$bin/parcours" cohort count "$1" --data "$home/data" --as-of "$as_of" --json; }
# best CQL: the least milliseconds of five.
best() {
    for _ in 1 2 3 4 5; do field "$(count "$1")" .seconds; done | sort -g | awk 'NR == 1 { print $1 * 1000 }'
}

# two bounds of the date, and the least value
cohort() {
    during="O.effective during Interval[@$1T00:00:00.0Z, @$2T00:00:00.0Z)"
    high="(O.value as Quantity) >= $3 '%'"
    one="exists ([Observation: code in \"hba1c\"] O where $high and $during)"
}
same_count() {
    [ "$(field "$ours" .patients)" = "$(field "$1" .patients)" ] && return
    echo "the peers count differently: $ours $1" >&2
    exit 1
}

# An export of some thousand resources: ours and DuckDB's first answer, each after it was loaded.
on_export() {
    local duck ms times
    home=$(mktemp -d)
    trap 'rm -rf "$home"' EXIT
    "$bin/parcours" import "$folder" --data "$home/data" > /dev/null
    cohort 2020-01-01 2021-01-01 6
    ours=$(count "$one")
    ms=$(best "$one")
    duck=$(FROM=2020-01-01 TO=2021-01-01 LEAST=6 node bench/peers/cohort/cohort.mjs duckdb "$folder")
    same_count "$duck"
    row what budget figure beside ''
    row 'code, value and date' '' "$ms ms, $(field "$ours" .patients) patients" 'in a process of its own' ''
    for way in 'first_seconds flattened' 'json_seconds raw JSON'; do
        times=$(ratio "$(field "$duck" "(.${way%% *}) * 1000")" "$ms")
        row "  beside DuckDB, ${way#* }" '>= 10 x' "$times x" \
            "$(field "$duck" "(.${way%% *} * 10000 | round) / 10") ms, its first answer" "$(verdict "$times" '>=' 10)"
    done
}

install_peers() {
    [ -d bench/peers/cohort/node_modules ] ||
        (cd bench/peers/cohort && npm install --no-package-lock --no-audit --no-fund --silent)
}

install_peers
if [ -n "$folder" ]; then
    on_export
    exit
fi
cohort 2024-01-01 2025-01-01 8
make_practice
echo "$(date -u +%FT%H:%MZ), load average before: $(cut -d' ' -f1 /proc/loadavg), $(nproc) cores, $patients patients"
row what budget figure beside ''

ours=$(count "$one")
ms=$(best "$one")
duck=$(node bench/peers/cohort/cohort.mjs duckdb "$home/export")
same_count "$duck"
duck_ms=$(field "$duck" '.seconds * 1000')
row 'code, value and date' '<= 100 ms' "$ms ms, $(field "$ours" .patients) patients" \
    "first time $(field "$ours" '.seconds * 1000') ms" "$(verdict "$ms" '<=' 100)"
times=$(ratio "$duck_ms" "$ms")
row '  beside DuckDB, its own columns' '>= 10 x' "$times x" \
    "$(printf '%.0f ms; filling them %.0f s; over the JSON %.0f s' "$duck_ms" "$(field "$duck" .load_seconds)" "$(field "$duck" .json_seconds)")" \
    "$(verdict "$times" '>=' 10)"
peer=$(node bench/peers/cohort/cohort.mjs cql "$home/export" 2000)
times=$(awk -v us="$(field "$peer" .us_per_patient)" -v ms="$ms" -v n="$patients" 'BEGIN { printf "%.0f", us / (ms * 1000 / n) }')
row '  beside cql-execution, per patient' '>= 1,000 x' "$times x" \
    "$(printf '%.0f us a patient' "$(field "$peer" .us_per_patient)")" "$(verdict "$times" '>=' 1000)"

clause() {
    local more
    more=$(awk -v a="$(best "$2")" -v b="$ms" 'BEGIN { printf "%.1f", a - b }')
    row "  one clause more: $1" '<= 5 ms' "$more ms" '' "$(verdict "$more" '<=' 5)"
}
clause 'status of the row' "exists ([Observation: code in \"hba1c\"] O where $high and $during and O.status = 'final')"
clause 'age' "$one and AgeInYears() >= 50"
clause 'gender' "$one and Patient.gender = 'female'"
clause 'another code' "$one and exists [Condition: \"diabetes\"]"
clause 'nothing lately' "$one and not exists ([Encounter] E where E.period starts after Today() - 6 months)"

resources=$(field "$(cat "$home/import.json")" .stored)
bytes=$(stat -c %s "$home/data/blobs/index.blob")
each=$(awk -v b="$bytes" -v n="$resources" 'BEGIN { printf "%.1f", b / n }')
row 'index, in all' '<= 40 B a fact' "$each B" "$resources resources" "$(verdict "$each" '<=' 40)"

begun=$(date +%s%N)
count 'true' > /dev/null
whole=$((($(date +%s%N) - begun) / 1000000))
row 'the whole command, snapshot mapped and checked' '<= 2000 ms' "$whole ms" '' "$(verdict "$whole" '<=' 2000)"
row 'building the index' '>= 1,000,000/s' "$("$bin/cohort_bench" --patients 100000 | sed -n "s/.*built \([0-9]*\) facts a second.*/\1/p") facts/s" \
    'facts at hand, two threads' ''
