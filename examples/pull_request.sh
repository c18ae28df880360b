#!/bin/sh
# A pull request against a copy of this repository, and its review as a page: sh examples/pull_request.sh DIR
# It lets another role launch from a portfolio, and for production too. `make demo` ends with it.
set -eu
cd "$(dirname "$0")/.."
COPY=$(mktemp -d)
trap 'rm -rf "$COPY"' EXIT
mkdir "$COPY/catalogue"
cp -R products portfolios examples controls pyproject.toml "$COPY/catalogue"
git -C "$COPY/catalogue" init -q -b main
git -C "$COPY/catalogue" add -A
git -C "$COPY/catalogue" -c user.name=Demo -c user.email=demo@example.com commit -q -m "The catalogue"
sed -e 's/role\/dev-terraform-role/role\/platform-terraform-role/' -e 's/allowed: \[dev, test\]/allowed: [dev, test, prod]/' \
    portfolios/security-dev.yaml > "$COPY/catalogue/portfolios/security-dev.yaml"
catalog -C "$COPY/catalogue" review -o "$1"
