# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's commands, in processes forked from one that has loaded Ansible: a sixth of the processor time.

Ansible reads its settings when it is imported, so the server has the settings that nearly all runs share. The folders
in them are below a symbolic link, which points to the folder of the present run. A run with other settings starts the
real command, and so do the tests that start a process themselves. ``AnsibleServer.for_shell`` is for commands that a
shell starts.
"""

from __future__ import annotations

import atexit
import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.support.ansible_command import SERVER, ForkedCommand, fits

BIN = Path(sys.executable).parent
_COMMANDS = ("ansible-inventory", "ansible-playbook")

Environment = Callable[[Path, str], Mapping[str, str]]
Finished = subprocess.CompletedProcess[str]


def kill_tree(pid: int) -> None:
    """SIGKILL a process and all its descendants; the workers of a playbook have their own sessions."""
    root = psutil.Process(pid)
    root.suspend()  # so it starts no more processes
    for process in [*root.children(recursive=True), root]:
        with suppress(psutil.NoSuchProcess):
            process.kill()


@dataclass(frozen=True)
class Command:
    """A command that the server has started."""

    server: AnsibleServer
    command: Sequence[str]
    forked: ForkedCommand
    stdout: Path
    stderr: Path

    def wait(self, timeout: float = 300) -> Finished:
        """Wait for its end.

        :raises TimeoutError: it took longer, and was killed.
        """
        try:
            code = self.forked.wait(timeout)
        except TimeoutError:
            kill_tree(self.forked.pid)
            raise
        finally:
            self.server.under_way = None
        return Finished(self.command, code, *(file.read_text(encoding="utf-8") for file in (self.stdout, self.stderr)))

    def kill(self) -> None:
        """Kill it at once, as in a power failure."""
        try:
            kill_tree(self.forked.pid)
        finally:
            self.wait()


class AnsibleServer:
    """Starts the server when it is first needed.

    :param environment: returns the environment of a run, given its folder and the URL of its simulator.
    """

    def __init__(self, environment: Environment) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="onelogin-ansible-")
        self._folder = Path(self._temporary.name)
        self._home, self._output = self._folder / "home", self._folder / "output"
        self._environment = environment(self._home, "")
        self._process: subprocess.Popen[str] | None = None
        self.under_way: Command | None = None

    def fits(self, env: Mapping[str, str], cwd: Path) -> bool:
        """Whether a run in this folder with this environment can be forked."""
        return fits(env, cwd, self._environment) and self.under_way is None

    def start(self, env: Mapping[str, str], cwd: Path, command: Sequence[str]) -> Command:
        """Start a command in a folder; only one runs at a time."""
        assert self.fits(env, cwd), "another command is under way, or the settings differ"
        self._start_for(Path(env["HOME"]))
        stdout, stderr = self._output / "stdout", self._output / "stderr"
        full = [str(BIN / command[0]), *command[1:]]
        with Path(os.devnull).open("rb") as nothing, stdout.open("wb") as out, stderr.open("wb") as err:
            files = [file.fileno() for file in (nothing, out, err)]
            forked = ForkedCommand(self._folder, full, cwd, env, files)
        self.under_way = Command(self, command, forked, stdout, stderr)
        return self.under_way

    def for_shell(self, env: Mapping[str, str]) -> dict[str, str]:
        """Return this environment with programs first in PATH that stand for Ansible's commands.

        They run a command in a forked process if its settings are those of the server, and otherwise become the real
        command. No other command may run at the same time.
        """
        self._start_for(Path(env["HOME"]))
        programs = self._folder / "bin"
        programs.mkdir(exist_ok=True)
        for name in _COMMANDS:
            words = [sys.executable, "-IS", str(Path(__file__).with_name("ansible_command.py")), str(BIN / name)]
            program = programs / name
            program.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', encoding="utf-8")
            program.chmod(0o700)
        (self._folder / "environment.json").write_text(json.dumps(self._environment), encoding="utf-8")
        return {**env, "PATH": f"{programs}{os.pathsep}{env['PATH']}", SERVER: str(self._folder)}

    def _start_for(self, home: Path) -> None:
        """Start the server, if it does not run, and turn it to a home folder."""
        if self._process is None:
            self._output.mkdir()
            self._turn_to(self._output)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.ansible_server", str(self._folder / "socket")],
                cwd=self._output,
                env={**self._environment, "PYTHONPATH": str(Path(__file__).parents[2])},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            atexit.register(self._stop, self._process)
            assert self._process.stdout
            assert self._process.stdout.readline(), "the server of Ansible's commands did not start"
        self._turn_to(home)

    @staticmethod
    def _stop(process: subprocess.Popen[str]) -> None:
        assert process.stdin
        process.stdin.close()
        process.wait(10)

    def _turn_to(self, home: Path) -> None:
        fresh = self._home.with_name("next")
        fresh.symlink_to(home)
        fresh.replace(self._home)


def run_command(env: Mapping[str, str], cwd: Path, command: Sequence[str], timeout: float) -> Finished:
    """Start one of Ansible's commands itself, and wait for its end."""
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=cwd,
        env=dict(env),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
