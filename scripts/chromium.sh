#!/usr/bin/env bash
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Print where a Chromium is: ONELOGIN_TEST_CHROMIUM, or one on the PATH, or Debian's, which root gets installed.
# The headless shell comes first. It is Chromium without its windows, and the tests take half of the processor time with it.
set -euo pipefail

die() { printf 'chromium: %s\n' "$@" >&2; exit 1; }

if [[ -n ${ONELOGIN_TEST_CHROMIUM-} ]]; then
    command -v "$ONELOGIN_TEST_CHROMIUM" \
        || die "ONELOGIN_TEST_CHROMIUM is $ONELOGIN_TEST_CHROMIUM, which cannot be run"
    exit 0
fi
for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" && exit 0
done

if ! command -v apt-get > /dev/null || ((EUID != 0)); then
    die "no Chromium found" "install one (on Debian: apt-get install chromium-headless-shell)," \
        "or name it: export ONELOGIN_TEST_CHROMIUM=/path/to/chromium"
fi
{
    echo "chromium: installing Debian's"
    apt-get update --quiet
    for name in chromium-headless-shell chromium; do
        DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends "$name" && break
    done
} >&2
command -v chromium-headless-shell || command -v chromium || die "apt-get has installed no chromium"
