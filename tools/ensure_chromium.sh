#!/usr/bin/env bash
# Make sure that a Chromium with its libraries and a Chinese font are there for the browser tests.
set -euo pipefail

browser() {
  local name
  for name in "${WEFT_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

# A browser that lies there without its libraries cannot even say its version.
browser_works() {
  local found
  found=$(browser) && "$found" --version >/dev/null 2>&1
}

# Without a Chinese font the pages are boxes, and what is measured in them is wrong.
font_works() {
  command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh-cn family 2>/dev/null | head -n 1)" ]
}

if browser_works && font_works; then
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
  else
    as_root=(false)
  fi
fi

if [ "${as_root[0]:-}" != false ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium and a Chinese font for the browser tests (once) ..."
  export DEBIAN_FRONTEND=noninteractive
  log=$(mktemp)
  "${as_root[@]}" apt-get update -qq >"$log" 2>&1 || true
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends \
    chromium fontconfig fonts-noto-cjk >>"$log" 2>&1 </dev/null || tail -n 20 "$log" >&2
  rm -f "$log"
fi

if browser_works && font_works; then
  exit 0
fi

cat >&2 <<'TEXT'
The browser tests need Chromium (or Google Chrome) and a Chinese font.
On Debian or Ubuntu: sudo apt-get install chromium fontconfig fonts-noto-cjk
Elsewhere: install both, and set WEFT_CHROMIUM to the browser if it is not on the path.
TEXT
exit 1
