#!/bin/sh
# Makes the virtual environment .venv fit requirements/demo.txt or requirements/dev.txt: `setup.sh demo|dev|uv`.
# Done before: a few milliseconds. Needs python3 >= 3.11 and a package index; uv is fetched when it is not there.
set -eu
cd "$(dirname "$0")/.."
want=${1:-demo}
stamp=.venv/seminar-stamp

fail() { echo "seminar: $*" >&2; exit 1; }

find_python() {
    for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 python; do
        if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed, and no python3 here is one ($(python3 -V 2>&1 || true)). Install it, or name it: make $want PYTHON=/path/to/python3.12"
}

# What the environment was made for: which list, its text, the interpreter, this folder.
fingerprint() { { cat "requirements/$1.txt"; .venv/bin/python -VV; pwd; } | cksum; }

current() { [ -x .venv/bin/python ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$1 $(fingerprint "$1")" ]; }

make_venv() {
    python=$(find_python) || exit 1
    rm -rf .venv
    # Without pip: Debian's python3 has no ensurepip, and uv installs everything anyway.
    "$python" -m venv --without-pip .venv || fail "$python cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv"
}

# uv reads no pip.conf: hand it the index that this machine's pip uses.
pip_setting() { "$pip_python" -m pip config list 2>/dev/null | sed -n "s/^[^=]*\.$1='\(.*\)'\$/\1/p" | tail -n 1; }
use_pip_settings() {
    pip_python=$(find_python) || exit 1
    value=$(pip_setting index-url); [ -z "$value" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$value}"
    value=$(pip_setting cert); [ -z "$value" ] || export SSL_CERT_FILE="${SSL_CERT_FILE:-$value}"
}

# In a side folder of the environment, which `uv pip sync` leaves alone.
fetch_uv() {
    python=$(find_python) || exit 1
    if ! "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m venv .venv/pip >/dev/null 2>&1 || {
            if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
                apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
            fi
            rm -rf .venv/pip
            "$python" -m venv .venv/pip >/dev/null 2>&1 || fail "neither uv nor pip is here. Install one: apt-get install python3-venv"
        }
        python=.venv/pip/bin/python
    fi
    "$python" -m pip install --quiet --disable-pip-version-check --no-warn-script-location --root-user-action=ignore \
        --require-hashes --only-binary :all: --target .venv/uv --upgrade -r requirements/uv.txt >&2 \
        || fail "uv could not be fetched from the package index; see above."
}

find_uv() {
    if command -v uv >/dev/null; then command -v uv; return; fi
    [ -x .venv/uv/bin/uv ] || fetch_uv || exit 1
    echo .venv/uv/bin/uv
}

if [ "$want" = uv ]; then
    find_uv
    exit
fi
# The list for developing contains the one for the demo: never throw it away for the smaller one.
if current dev || { [ "$want" = demo ] && current demo; }; then exit; fi
echo "seminar: installing packages into .venv ($want)"
.venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || make_venv
rm -f "$stamp"
use_pip_settings
[ -w "${HOME:-/nowhere}" ] || export UV_CACHE_DIR="${UV_CACHE_DIR:-$PWD/.venv/cache}"
uv=$(find_uv) || exit 1
VIRTUAL_ENV="$PWD/.venv" "$uv" pip sync --quiet --require-hashes "requirements/$want.txt" \
    || fail "the packages could not be installed; see above. A package index must be reachable (UV_DEFAULT_INDEX or pip's index-url)."
echo "$want $(fingerprint "$want")" >"$stamp.new"
mv "$stamp.new" "$stamp"
