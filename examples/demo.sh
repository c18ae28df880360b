#!/bin/sh
# The main workflow in a sandbox of its own: validate, publish twice, launch, list, rotate the key. `make demo` runs it.
set -eu
cd "$(dirname "$0")/.."
CATALOG_SANDBOX_DIR=$(mktemp -d)
export CATALOG_SANDBOX_DIR
trap 'catalog sandbox stop >/dev/null; rm -rf "$CATALOG_SANDBOX_DIR"' EXIT

run() {
    printf '\n$ %s\n' "$*"
    "$@"
}

run catalog list
run catalog validate
run catalog publish --local --yes --allow widen
run catalog publish --local --yes
run catalog launch kms_key --local --name demo-key --params-file examples/launch-dev.yaml \
    --as arn:aws:iam::123456789012:role/dev-terraform-role
run catalog provisioned --local
run catalog execute demo-key RotateKeyNow --local --as arn:aws:iam::123456789012:role/dev-terraform-role
