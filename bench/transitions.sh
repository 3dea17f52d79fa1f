#!/usr/bin/env bash
# Durable transitions of campaigns per second, beside two job queues over a PostgreSQL of their own
# that work through the same campaign: one enrolment leaves one step and waits again. All commits are
# durable; what the disk allows (fdatasync) stands beside them in the same run.
# Usage: bench/transitions.sh [FLIGHT] [PEERS_FLIGHT]
#   1,000,000 enrolments in flight for us and 200,000 for the peers unless told otherwise: fewer rows
#   help them, and a million take them minutes to set up.
# Needs jq, node, npm (which installs the peers named in bench/peers/jobs/package.json) and Debian's
# postgresql-15; it starts a server of its own on a free port of loopback and stops it at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
[[ ${1:-} != -h && ${1:-} != --help ]] || { sed -n '2,10s/^# \?//p' "$0"; exit 0; }
flight=${1:-1000000}
peers_flight=${2:-200000}
seconds=10
[[ $flight$peers_flight =~ ^[0-9]+$ ]] || { sed -n '2,10s/^# \?//p' "$0"; exit 2; }
bin=${BIN:-build/release}
programs=/usr/lib/postgresql/15/bin
[ -x "$programs/initdb" ] || apt-get install -y -qq --no-install-recommends postgresql-15 >&2
[ -d bench/peers/jobs/node_modules ] || (cd bench/peers/jobs && npm install --no-package-lock --no-audit --no-fund --silent)

home=$(mktemp -d "$PWD/build/bench-data/postgres.XXXXXX")
as=()
if [ "$(id -u)" = 0 ]; then
    # PostgreSQL refuses to run as root.
    as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    chown postgres "$home"
fi
stop() {
    "${as[@]}" "$programs/pg_ctl" -D "$home/data" -m immediate stop > /dev/null 2>&1 || true
    rm -rf "$home"
}
trap stop EXIT
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
"${as[@]}" "$programs/initdb" -D "$home/data" -U bench --auth=trust > "$home/initdb.log"
"${as[@]}" tee -a "$home/data/postgresql.conf" > /dev/null <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
shared_buffers = 1GB
max_wal_size = 8GB
CONF
"${as[@]}" "$programs/pg_ctl" -D "$home/data" -w -l "$home/data/log" start > /dev/null

echo "$(date -u +%FT%H:%MZ), load average $(cut -d' ' -f1 /proc/loadavg), $(nproc) cores"
ours=$("$bin/transition_bench" --flight "$flight")
echo "$ours"
rate=$(awk '/^durable transitions/ { print $3 }' <<< "$ours")
node bench/peers/jobs/jobs.mjs "postgres://bench@127.0.0.1:$port/postgres" "$peers_flight" "$seconds" |
    while read -r line; do
        jq -r --argjson ours "$rate" '"\(.queue) \(.version), \(.flight) in flight: \(.per_second)/s; we do \($ours / .per_second * 10 | round / 10) times as many (budget 10): \(if $ours >= 10 * .per_second then "ok" else "short" end)"' <<< "$line"
    done
