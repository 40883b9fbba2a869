# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Install the pip that comes with Python. setup.sh and ansible-test run this file; see sanity.py.

A wheel of pip needs no more than to be unpacked, which takes a tenth of the time of ``ensurepip``. Distributions keep
the wheel in a folder of their own, ``WHEEL_PKG_DIR`` of ``sysconfig``. If it is in neither, ``ensurepip`` has the last
word.
"""

from __future__ import annotations

import ensurepip
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

own = sysconfig.get_config_var("WHEEL_PKG_DIR")
folders = [Path(ensurepip.__file__).parent / "_bundled", *([Path(own)] if own else [])]
wheels = sorted(wheel for folder in folders for wheel in folder.glob("pip-*.whl"))
if wheels:
    with zipfile.ZipFile(wheels[-1]) as wheel:
        wheel.extractall(sysconfig.get_path("purelib"))
else:
    subprocess.check_call([sys.executable, "-m", "ensurepip", "--default-pip"], stdout=subprocess.DEVNULL)
