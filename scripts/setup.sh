#!/usr/bin/env bash
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Make .venv, the folder everything else runs from: a Python of at least 3.11, the packages of
# requirements/lock.txt, and a link that puts this checkout on Ansible's collections path.
# Does nothing when that is done already. PYTHON=/a/python chooses the interpreter. Otherwise the Python of the
# operating system comes first: it is built with optimization by profiles, which pyenv's are not by default. The tests
# take some percent less processor time with it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# The Makefile puts .venv in front, but .venv is not made from itself.
PATH=${PATH//"$PWD/.venv/bin:"/}
export PIP_DISABLE_PIP_VERSION_CHECK=1 UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"

say() { [[ ${1-} == --quiet ]] || echo "setup: $2"; }
die() { printf 'setup: %s\n' "$@" >&2; exit 1; }
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; }
makes_venv() { "$1" -c 'import ensurepip, venv' 2> /dev/null; }

case $PWD in
    *[][*?]*) die "Ansible does not find its own plugins in a folder whose path holds [, ], * or ?" "it is in: $PWD" ;;
esac

ready=.venv/.ready
# A virtual environment cannot be moved, so the place is part of what it was made from.
made_from="$PWD $(cat scripts/setup.sh requirements/bootstrap.txt requirements/lock.txt | cksum)"
if [[ -e $ready && $(< "$ready") == "$made_from" ]] && new_enough .venv/bin/python; then
    say "${1-}" "nothing to do, .venv is ready"
    exit 0
fi

if [[ -e $ready && $(< "$ready") != "$PWD "* ]] || ! new_enough .venv/bin/python; then
    candidates=(/usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11)
    [[ -z ${PYTHON-} ]] || candidates=("$PYTHON")
    python=""
    for candidate in "${candidates[@]}"; do
        new_enough "$candidate" || continue
        python=$candidate
        makes_venv "$candidate" && break
    done
    [[ -n $python || -z ${PYTHON-} ]] || die "$PYTHON is not a Python of version 3.11 or newer"
    [[ -n $python ]] || die "no Python 3.11 or newer found (python3 is: $(python3 --version 2>&1 || true))" \
        "install one, or name it: make setup PYTHON=/path/to/python3.11"
    say "" "making .venv with $("$python" --version), $(command -v "$python")"
    makes_venv "$python" || die "$python cannot make a virtual environment" \
        "on Debian and Ubuntu that takes the package python3-venv"
    "$python" -m venv --clear --without-pip .venv
fi

say "" "installing requirements/lock.txt"
.venv/bin/python -c 'import pip' 2> /dev/null || .venv/bin/python scripts/get_pip.py
.venv/bin/python -m pip install --quiet --require-hashes --requirement requirements/bootstrap.txt
# uv takes seconds where pip takes a minute, but does not read pip's settings of index and proxy.
.venv/bin/uv pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes \
    --requirement requirements/lock.txt || {
    say "" "uv could not, trying pip"
    .venv/bin/python -m pip install --quiet --require-hashes --requirement requirements/lock.txt
}

collections=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/ansible_collections
mkdir -p "$collections/community"
ln -sfn "$PWD" "$collections/community/onelogin"

echo "$made_from" > "$ready"
say "" "done, .venv is ready"
