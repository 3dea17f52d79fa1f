#!/usr/bin/env bash
# A soak: the real program under a steady load for MINUTES, with a provider on loopback. Prints its
# memory and the rows of its tables each minute, and fails where memory grows by more than the rows
# that are kept by rule explain (docs/operating.md, "What is kept how long"), or a bounded table
# outgrows its bound.
# Usage: bench/soak.sh [MINUTES] [PER_SECOND]
#   60 minutes and 10 enrolments a second (20 messages) unless told otherwise. Needs node.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ ${1:-} != -h && ${1:-} != --help ]] || { sed -n '2,8s/^# \?//p' "$0"; exit 0; }
minutes=${1:-60}
per_second=${2:-10}
[[ $minutes =~ ^[1-9][0-9]*$ && $per_second =~ ^[1-9][0-9]*$ ]] || { sed -n '2,8s/^# \?//p' "$0"; exit 2; }
bin=${BIN:-build/release}
echo "$(date -u +%FT%H:%MZ), load average $(cut -d' ' -f1 /proc/loadavg), $(nproc) cores"
node bench/soak.mjs "$bin/parcours" "$PWD/build/bench-data/soak" "$minutes" "$per_second"
