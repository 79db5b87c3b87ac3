#!/bin/sh
# Spark needs Java. Fetch it where that is allowed; otherwise say how, and let the other tests run.
command -v java >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    log=$(mktemp)
    { apt-get update && DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --no-install-recommends default-jre-headless; } </dev/null >"$log" 2>&1 \
        && exit 0
    tail -n 3 "$log" >&2
fi
echo 'Java is missing, so the Spark tests are left out: apt-get install default-jre-headless' >&2
