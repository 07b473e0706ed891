#!/bin/sh
# Makes what is missing of .env and secrets/, then starts everything and waits until it is healthy.
set -eu
cd "$(dirname "$0")"

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

[ -e .env ] || cp .env.example .env
# Only this user gets into the folder. Within a container its files keep their mode, so that they must be readable there.
mkdir -p -m 700 secrets
[ -e secrets/router ] || random >secrets/router
[ -e secrets/grafana-password ] || random >secrets/grafana-password
if [ ! -e secrets/valkey-url ]; then
  password=$(random)
  echo "requirepass $password" >secrets/valkey-config
  echo "redis://:$password@valkey:6379" >secrets/valkey-url
fi
chmod 644 .env secrets/*

exec docker compose up --detach --build --wait "$@"
