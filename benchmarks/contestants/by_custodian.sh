#!/usr/bin/env bash
# The workshop's cleanup with Cloud Custodian. Its policies wait for nothing and know no order among resources that hold
# each other, so that they are run again until a run finds nothing, PASSES times at most, with a PASS_PAUSE in between.
#
# What it has no action for stays: it can't delete a distribution, a route table, an instance profile, a usage plan or an
# API key, and nothing tells it whose an unnamed Elastic IP was.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for pass in $(seq "${PASSES:-6}"); do
  [ "$pass" = 1 ] || sleep "${PASS_PAUSE:-120}"
  custodian run --cache-period 0 --region "${AWS_DEFAULT_REGION:-ap-southeast-1}" -s "$out" "$here/custodian.json" 2>"$out/log" || true
  grep -qE 'count:[1-9]' "$out/log" || break
done
