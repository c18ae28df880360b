#!/bin/sh
# The main workflow in a sandbox of its own: validate, publish twice, launch a key and a bucket, update the bucket, rotate
# the key; then a pull request is reviewed, and the console is opened. `make demo` runs it.
set -eu
cd "$(dirname "$0")/.."
CATALOG_SANDBOX_DIR=$(mktemp -d)
export CATALOG_SANDBOX_DIR
trap 'catalog sandbox stop >/dev/null; rm -rf "$CATALOG_SANDBOX_DIR"' EXIT

run() {
    printf '\n$ %s\n' "$*"
    "$@" < /dev/null # nothing asks: the terminal is for reading
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

printf '\n$ sh examples/pull_request.sh demo-review\n'
sh examples/pull_request.sh demo-review
printf '\nThe review of a pull request, to open in a browser: %s\n' "$(pwd)/demo-review/review.html"
if [ -t 1 ]; then
    trap : INT # Ctrl-C ends the console; the demo goes on to its end
    printf 'The console, with what is launched now: '
    catalog console
else
    catalog console --json > "$CATALOG_SANDBOX_DIR/console.json" 2> /dev/null &
    CONSOLE=$!
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        grep -q sandbox "$CATALOG_SANDBOX_DIR/console.json" && break
        sleep 1
    done
    printf 'The console, with what is launched now: %s\n' \
        "$(sed -n 's/.*"url": "\(.*\)".*/\1/p' "$CATALOG_SANDBOX_DIR/console.json")"
    printf 'This is no terminal, so the demo ends it: `make demo` in a terminal keeps it open until Ctrl-C.\n'
    kill "$CONSOLE"
fi
