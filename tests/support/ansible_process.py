# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's commands, in processes forked from one that has loaded Ansible: a sixth of the processor time.

Ansible reads its settings when it is imported, so the server has the settings that nearly all runs share. The folders
in them are below a symbolic link, which points to the folder of the present run. A run with other settings starts the
real command, and so do the tests that start a process themselves.
"""

from __future__ import annotations

import atexit
import json
import select
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

BIN = Path(sys.executable).parent
# These are read when they are needed, not when Ansible is imported.
_READ_LATE = ("ONELOGIN_",)
_READ_LATE_NAMES = {"PATH", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC", "HTTPS_PROXY", "NO_PROXY", "no_proxy"}

Environment = Callable[[Path, str], Mapping[str, str]]
Finished = subprocess.CompletedProcess[str]


def kill_tree(pid: int) -> None:
    """SIGKILL a process and all it has started; the workers of a playbook are in sessions of their own."""
    root = psutil.Process(pid)
    root.suspend()  # it starts no more
    for process in [*root.children(recursive=True), root]:
        with suppress(psutil.NoSuchProcess):
            process.kill()


@dataclass(frozen=True)
class Command:
    """A command that the server has started."""

    server: AnsibleServer
    command: Sequence[str]
    pid: int
    stdout: Path
    stderr: Path

    def wait(self, timeout: float = 300) -> Finished:
        """Wait for its end.

        :raises subprocess.TimeoutExpired: it took longer, and was killed.
        """
        code = self.server.wait(self, timeout)
        return Finished(self.command, code, *(file.read_text(encoding="utf-8") for file in (self.stdout, self.stderr)))

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        try:
            kill_tree(self.pid)
        finally:
            self.wait()


class AnsibleServer:
    """Starts the server when it is first needed.

    :param environment: returns the environment of a run, given its folder and the URL of its simulator.
    """

    def __init__(self, environment: Environment) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="onelogin-ansible-")
        folder = Path(self._folder.name)
        self._home, self._output = folder / "home", folder / "output"
        self._environment = environment(self._home, "")
        self._process: subprocess.Popen[str] | None = None
        self._under_way: Command | None = None

    def fits(self, home: Path, env: Mapping[str, str]) -> bool:
        """Whether a run in this folder with this environment can be forked."""
        configured = any((home / name).exists() for name in ("ansible.cfg", ".ansible.cfg"))
        same = _settings(env, home) == _settings(self._environment, self._home)
        return same and not configured and self._under_way is None

    def start(self, home: Path, env: Mapping[str, str], command: Sequence[str]) -> Command:
        """Start a command in a folder; only one runs at a time."""
        assert self.fits(home, env), "another command is under way, or the settings differ"
        if self._process is None:
            self._output.mkdir()
            self._turn_to(self._output)
            self._process = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("ansible_server.py"))],
                cwd=self._output,
                env=dict(self._environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            atexit.register(self._stop, self._process)
            self._answer(60)
        self._turn_to(home)
        stdout, stderr = self._output / "stdout", self._output / "stderr"
        full = [str(BIN / command[0]), *command[1:]]
        request = {"command": full, "cwd": str(home), "env": dict(env), "stdout": str(stdout), "stderr": str(stderr)}
        self._under_way = Command(self, command, self._ask({"start": request}, 60), stdout, stderr)
        return self._under_way

    def wait(self, command: Command, timeout: float) -> int:
        """The exit status of the command that was started last, negative for a signal."""
        try:
            return self._ask({"wait": command.pid}, timeout)
        except subprocess.TimeoutExpired:
            kill_tree(command.pid)
            self._answer(10)
            raise
        finally:
            self._under_way = None

    @staticmethod
    def _stop(process: subprocess.Popen[str]) -> None:
        assert process.stdin
        process.stdin.close()
        process.wait(10)

    def _turn_to(self, home: Path) -> None:
        fresh = self._home.with_name("next")
        fresh.symlink_to(home)
        fresh.replace(self._home)

    def _ask(self, request: Mapping[str, object], timeout: float) -> int:
        assert self._process
        assert self._process.stdin
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self._answer(timeout)

    def _answer(self, timeout: float) -> int:
        assert self._process
        assert self._process.stdout
        if not select.select([self._process.stdout], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(self._process.args, timeout)
        return int(self._process.stdout.readline())


def _settings(env: Mapping[str, str], home: Path) -> dict[str, str]:
    """What Ansible may read when it is imported, with the same name for every folder."""
    return {
        name: value.replace(str(home), "~")
        for name, value in env.items()
        if not name.startswith(_READ_LATE) and name not in _READ_LATE_NAMES
    }


def run_command(home: Path, env: Mapping[str, str], command: Sequence[str], timeout: float) -> Finished:
    """Start one of Ansible's commands itself, and wait for its end."""
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=home,
        env=dict(env),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
