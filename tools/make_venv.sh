#!/usr/bin/env bash
# Create the virtual environment with the first Python that is new enough and can make one.
set -euo pipefail
target=${1:-.venv}

for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
  if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    echo "Creating $target with $("$candidate" --version) ..."
    exec "$candidate" -m venv "$target"
  fi
done

cat >&2 <<'TEXT'
Weftwright needs Python 3.11 or newer with the venv module.
On Debian or Ubuntu: apt-get install python3 python3-venv
Another interpreter can be named: make run PYTHON=/path/to/python3
TEXT
exit 1
