#!/bin/sh
# The stories need a browser and fonts with Japanese letters. Fetch them where that is allowed;
# otherwise say how, and let the other tests run. The browser without windows is the quickest, but
# not every distribution has it as a package.
browser() {
    for name in chromium-headless-shell chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null && return
    done
    return 1
}
complete() {
    browser && command -v fc-list >/dev/null && [ -n "$(fc-list :lang=ja)" ]
}
install() {
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
        "$@" fontconfig fonts-noto-cjk
}
complete && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    log=$(mktemp)
    { apt-get update && { install chromium-headless-shell || install chromium; }; } \
        </dev/null >"$log" 2>&1 && complete && exit 0
    tail -n 3 "$log" >&2
fi
echo 'Chromium or Japanese fonts are missing, so the stories are left out: apt-get install chromium fontconfig fonts-noto-cjk' >&2
