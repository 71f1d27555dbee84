#!/bin/sh
# Generates the migration that takes a store from the last one to its schema file, with drizzle-kit in a folder of its own
# (drizzle-kit wants a node_modules beside the schema; this workspace has none).
#   tools/generate_migrations.sh packages/core/store add_leases
set -eu
room=$1 name=$2
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$root/$room/schema.ts" "$work/schema.ts"
[ -d "$root/$room/migrations" ] && cp -r "$root/$room/migrations" "$work/migrations"
cd "$work"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund drizzle-kit@0.31.11 drizzle-orm@0.45.4 >/dev/null
npx drizzle-kit generate --dialect sqlite --schema ./schema.ts --out ./migrations --name "$name"
rm -rf "$root/$room/migrations"
cp -r migrations "$root/$room/migrations"
