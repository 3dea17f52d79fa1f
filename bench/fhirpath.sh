#!/usr/bin/env bash
# FHIRPath beside fhirpath.js: the same expressions on the same parsed resources, one after the
# other on one processor, in one run.
# Usage: bench/fhirpath.sh [FOLDER-OF-NDJSON [RESOURCES-PER-TYPE]]   (without: an invented practice)
set -euo pipefail
cd "$(dirname "$0")/.."
[[ ${1:-} != -h && ${1:-} != --help ]] || { sed -n '2,5s/^# \?//p' "$0"; exit 0; }
folder=${1:-}
limit=${2:-2000}
build=${PARCOURS_BUILD:-build/release}
[ -x "$build/fhirpath_bench" ] || tools/build parcours fhirpath_bench
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if [ -z "$folder" ]; then
    "$build/parcours" synth --patients 2000 --seed 3 --out "$scratch/export" > "$scratch/synth"
    folder=$scratch/export
fi
[ -d bench/peers/fhirpath/node_modules ] || (cd bench/peers/fhirpath && npm install --no-package-lock --no-audit --no-fund --silent)

"$build/fhirpath_bench" bench/fhirpath_expressions.txt "$folder" "$limit" > "$scratch/ours"
node bench/peers/fhirpath/fhirpath.mjs bench/fhirpath_expressions.txt "$folder" "$limit" > "$scratch/peer"

paste "$scratch/ours" "$scratch/peer" | awk -F'\t' '
    BEGIN { printf "%12s %12s %8s  %s\n", "ours/s", "fhirpath.js/s", "ratio", "expression" }
    {
        printf "%12d %12d %7.1fx  %s%s\n", $1, $4, $1 / $4, $3,
            $2 == $5 ? "" : "   (items differ: " $2 " and " $5 ")"
        logs += log($1 / $4)
        least = NR == 1 || $1 / $4 < least ? $1 / $4 : least
    }
    END { printf "geometric mean %.1fx, least %.1fx\n", exp(logs / NR), least }'
