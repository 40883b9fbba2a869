# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print the folder with the commands of ansible-rulebook, which is installed into a virtual environment if necessary.

ansible-rulebook needs Java 17 or newer. Without a ``java`` on the PATH and ``JAVA_HOME``, root gets Debian's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from scripts.tool_venv import prepare_venv


def install_java() -> str | None:
    """Install Java if it is missing.

    :returns: what the user has to do, if it cannot be installed
    :raises subprocess.CalledProcessError: the installation failed
    """
    if shutil.which("java") or os.environ.get("JAVA_HOME"):
        return None
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return "Java not found. Install Java 17 or newer (on Debian: apt-get install default-jre-headless)."
    for command in (("update",), ("install", "--yes", "--no-install-recommends", "default-jre-headless")):
        subprocess.run(
            ["apt-get", "--quiet", *command],
            check=True,
            stdout=sys.stderr,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
    return None


def main() -> int:
    """Print the folder.

    :returns: 1 without Java, else 0
    """
    problem = install_java()
    print(problem or prepare_venv("rulebook"), file=sys.stderr if problem else sys.stdout)
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
