#!/bin/sh
# Makes the secrets of compose.yaml, each once, in secrets/. Only their owner enters the folder; the files themselves are
# readable, because in containers other users read them.
set -eu
cd "$(dirname "$0")/.."
umask 077
mkdir -p secrets

made() { [ -s "secrets/$1" ] || printf '%s' "$2" >"secrets/$1"; chmod 444 "secrets/$1"; }
random() { openssl rand -hex 32; }

made postgres_password "$(random)"
made reelgraph_database_password "$(random)"
made reelgraph_jwt_secret "$(random)"
password=$(cat secrets/reelgraph_database_password)
made pgbouncer_users "\"reelgraph\" \"$password\"
"
made reelgraph_database_url "postgresql://reelgraph:$password@pgbouncer:6432/reelgraph"
made reelgraph_database_direct_url "postgresql://reelgraph:$password@postgres:5432/reelgraph"
