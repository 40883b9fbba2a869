# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ``ansible-test sanity`` on a copy of the checkout, with the arguments of this command.

``--without-tools`` leaves out the tests that run a tool on the text of the files. ``--oldest-python`` imports the
plugins on the oldest supported Python only, if it is on this machine: other tests import them on the Python of .venv.

ansible-test requires a real path that ends in ``ansible_collections/community/onelogin``. If an outer git checkout
ignores the path, ansible-test skips everything and exits with 0.
"""

from __future__ import annotations

import ast
import contextlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
# ansible-test keeps its virtual environments in the home folder, so it gets a separate one.
HOME = ROOT / ".cache" / "ansible-test"
TOOLS = ("changelog", "pep8", "pslint", "pylint", "shellcheck", "yamllint")
WITHOUT_TOOLS, OLDEST_PYTHON = "--without-tools", "--oldest-python"
NOTHING_DONE = "All targets skipped"


def provide_pip() -> None:
    """Put an installer of pip into the cache of ansible-test, so that it does not download one.

    ansible-test downloads ``get_pip_<version>.py`` from a host of the Ansible project for its virtual environments. The
    pip that comes with Python serves as well.

    :raises RuntimeError: the version of pip is not in the source of this ansible-core
    """
    source = Path(sysconfig.get_path("purelib"), "ansible_test/_internal/python_requirements.py")
    version = re.search(r"^\s*pip='([0-9.]+)',$", source.read_text(encoding="utf-8"), re.MULTILINE)
    if version is None:
        raise RuntimeError(f"no version of pip found in {source}")
    installer = HOME / f".ansible/test/cache/get_pip_{version[1].replace('.', '_')}.py"
    installer.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(Path(__file__).with_name("get_pip.py"), installer)


@contextlib.contextmanager
def pip_settings() -> Iterator[None]:
    """Write the settings of this pip, also those in the environment, into a file for the pip of ansible-test.

    ansible-test removes the ``PIP_*`` variables, which may name an index or a certificate. The file can contain a
    password, so only its owner can read it, and it is deleted at the end.
    """
    listed = subprocess.check_output([sys.executable, "-m", "pip", "config", "list"], text=True)
    settings = {"quiet": "1"}
    for line in listed.splitlines():
        key, _separator, value = line.partition("=")
        if key.startswith(("global.", "install.", ":env:.")):
            settings[key.rpartition(".")[2]] = ast.literal_eval(value)
    lines = [f"{key} = {' '.join(value.split())}\n" for key, value in settings.items()]
    file = HOME / ".config" / "pip" / "pip.conf"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text("[global]\n" + "".join(lines), encoding="utf-8")
    try:
        yield
    finally:
        file.unlink()


def copy_checkout(destination: Path) -> None:
    """Copy the files that git does not ignore to ``destination``, and make it a git checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        source, target = ROOT / name, destination / name
        if not source.exists():  # deleted, not committed yet
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target, follow_symlinks=False)
    for command in (["git", "init", "--quiet"], ["git", "add", "--all"]):
        subprocess.run(command, cwd=destination, check=True, env=build_environment())


def build_environment() -> dict[str, str]:
    """Return the environment for the copy, without ``GIT_*``, which names another checkout in a git hook."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return {**inherited, "HOME": str(HOME), "PATH": build_search_path()}


def build_search_path() -> str:
    """Return ``PATH`` with the tools of .venv and, if pyenv is used, its Pythons instead of its shims.

    The shim of a Python that is not activated fails when it runs.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    if (shim := shutil.which("pyenv")) and not pyenv.is_dir():
        pyenv = Path(subprocess.check_output([shim, "root"], text=True).strip())
    rest = os.environ.get("PATH", os.defpath).split(os.pathsep)
    pythons = [str(path) for path in sorted((pyenv / "versions").glob("*/bin"))]
    return os.pathsep.join([str(BIN), *pythons, *(p for p in rest if p != str(pyenv / "shims"))])


def find_oldest_python() -> str:
    """Return the oldest version of Python that modules support, or that of this Python if it is not on this machine."""
    config = (ROOT / "tests" / "config.yml").read_text(encoding="utf-8")
    oldest = config.partition('python_requires: ">=')[2].partition('"')[0]
    found = shutil.which(f"python{oldest}", path=build_search_path())
    return oldest if found else f"3.{sys.version_info.minor}"


def build_runs(words: Sequence[str]) -> list[list[str]]:
    """Return the arguments of each run of ansible-test, given those of this command."""
    arguments = [word for word in words if word not in (WITHOUT_TOOLS, OLDEST_PYTHON)]
    if WITHOUT_TOOLS in words:
        arguments += [f"--skip-test={tool}" for tool in TOOLS]
    if OLDEST_PYTHON not in words:
        return [arguments]
    return [[*arguments, "--skip-test=import"], ["--test=import", f"--python={find_oldest_python()}"]]


def run_ansible_test(checkout: Path, arguments: Sequence[str]) -> int:
    """Run the sanity tests.

    :returns: the exit code of ansible-test, or 1 if no test has run
    """
    skipped = False
    with subprocess.Popen(
        [sys.executable, str(BIN / "ansible-test"), "sanity", "--color", "no", *arguments],
        cwd=checkout,
        env=build_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            skipped = skipped or NOTHING_DONE in line
    if skipped:
        print("no sanity test has run", file=sys.stderr)
    return process.returncode or int(skipped)


def main() -> int:
    """Run the sanity tests.

    :returns: the largest exit code of the runs of ansible-test, also after a failure
    """
    provide_pip()
    with pip_settings(), tempfile.TemporaryDirectory() as folder:
        checkout = Path(folder, "ansible_collections", "community", "onelogin")
        checkout.mkdir(parents=True)
        copy_checkout(checkout)
        return max([run_ansible_test(checkout, arguments) for arguments in build_runs(sys.argv[1:])])


if __name__ == "__main__":
    sys.exit(main())
