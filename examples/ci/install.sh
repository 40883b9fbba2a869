#!/bin/sh
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The first step of each job. Set ONELOGIN_COLLECTION to install another version or an archive.
set -eu
python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
ansible-galaxy collection install "${ONELOGIN_COLLECTION:-community.onelogin:1.0.0}"
