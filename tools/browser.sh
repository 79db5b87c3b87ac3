#!/bin/sh
# The stories need a browser and fonts with Japanese letters. Fetch them where that is allowed;
# otherwise say how, and let the other tests run.
complete() {
    { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null \
        && command -v fc-list >/dev/null && [ -n "$(fc-list :lang=ja)" ]
}
complete && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    log=$(mktemp)
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes \
        --no-install-recommends chromium fontconfig fonts-noto-cjk; } </dev/null >"$log" 2>&1 \
        && complete && exit 0
    tail -n 3 "$log" >&2
fi
echo 'Chromium or Japanese fonts are missing, so the stories are left out: apt-get install chromium fontconfig fonts-noto-cjk' >&2
