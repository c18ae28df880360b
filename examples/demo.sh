#!/bin/sh
# The main workflow in a sandbox of its own: validate, publish twice, launch a key and a bucket, update the bucket, rotate
# the key. `make demo` runs it.
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
run catalog launch s3_log_bucket --local --name demo-logs --params-file examples/s3_log_bucket-dev.yaml \
    --as arn:aws:iam::123456789012:role/dev-terraform-role
run catalog launch s3_secure_bucket --local --name demo-data --params-file examples/s3_secure_bucket-dev.yaml \
    --param-from KeyArn=demo-key --param-from LogBucket=demo-logs:BucketName \
    --as arn:aws:iam::123456789012:role/dev-terraform-role
run catalog update demo-data --local --yes --param NoncurrentVersionDays=30 \
    --as arn:aws:iam::123456789012:role/dev-terraform-role
run catalog provisioned --local
run catalog execute demo-key RotateKeyNow --local --as arn:aws:iam::123456789012:role/dev-terraform-role
