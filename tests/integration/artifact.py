# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive of the collection, and a Python that does not find the checkout."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.harness import BIN, CLIENT_ID, CLIENT_SECRET, ROOT

__all__ = ["archive", "bare_python"]

CI = ROOT / "examples/ci"


def credential(url: str) -> dict[str, str]:
    """The environment variables for the simulated account."""
    return {"ONELOGIN_BASE_URL": url, "ONELOGIN_CLIENT_ID": CLIENT_ID, "ONELOGIN_CLIENT_SECRET": CLIENT_SECRET}


def run(*command: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command until it ends, with both outputs in ``stdout``."""
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=180,
        check=False,
    )


@contextmanager
def shared_folder(factory: pytest.TempPathFactory, name: str) -> Iterator[Path]:
    """A folder that all workers of a session share. One worker at a time is in the context; the first fills it."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive that a release of this checkout would publish."""
    with shared_folder(tmp_path_factory, "archive") as folder:
        if not list(folder.glob("*.tar.gz")):
            built = run(BIN / "ansible-galaxy", "collection", "build", "--output-path", folder, cwd=ROOT)
            assert built.returncode == 0, built.stdout
    (file,) = folder.glob("*.tar.gz")
    return file


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` of a virtual environment with the packages of a pipeline, without a link to the checkout."""
    with shared_folder(tmp_path_factory, "bare") as shared:
        folder = shared / "venv"
        if not (shared / "filled").exists():
            _fill(folder)
            (shared / "filled").touch()
    return folder / "bin"


def _fill(folder: Path) -> None:
    python, wanted = folder / "bin/python", ("--quiet", "--requirement", CI / "requirements.txt")
    made = run(sys.executable, "-m", "venv", "--clear", "--without-pip", folder, cwd=ROOT)
    assert made.returncode == 0, made.stdout
    env = {**os.environ, "UV_SYSTEM_CERTS": "1"}
    filled = run(BIN / "uv", "pip", "install", "--python", python, *wanted, "pip", cwd=ROOT, env=env)
    if filled.returncode:  # uv does not read the index and proxy settings of pip
        run(python, "-m", "ensurepip", cwd=ROOT)
        filled = run(python, "-m", "pip", "install", *wanted, cwd=ROOT)
    assert filled.returncode == 0, filled.stdout


def bare_environment(home: Path, bare_python: Path, **more: str) -> dict[str, str]:
    """The environment of a new login shell."""
    path = os.pathsep.join([str(bare_python), "/usr/local/bin", "/usr/bin", "/bin"])
    return {"PATH": path, "HOME": str(home), "LC_ALL": "C.UTF-8", **more}
