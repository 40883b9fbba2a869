# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments of tools whose requirements do not fit those of .venv."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).parent / "uv"


def prepare_venv(name: str) -> Path:
    """Create or update a virtual environment if it differs from its lock file, and return the folder of its commands.

    :param name: of the lock file and of the folder in ``.cache``
    :raises subprocess.CalledProcessError: the installation failed
    """
    lock, venv = ROOT / "requirements" / f"{name}.txt", ROOT / ".cache" / name
    ready, wanted = venv / "ready", f"{venv} {sys.version}\n{lock.read_text(encoding='utf-8')}"
    if not ready.exists() or ready.read_text(encoding="utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", "--clear", venv], check=True)
        python = venv / "bin" / "python"
        subprocess.run([UV, "pip", "sync", "--quiet", "--require-hashes", "--python", python, lock], check=True)
        ready.write_text(wanted, encoding="utf-8")
    return venv / "bin"
