# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run commands and measure them from outside."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_EVERY = 0.1  # seconds between two samples of the memory
_KIB = 1024


@dataclass(frozen=True)
class Measured:
    """The time and memory that a command took.

    Attributes:
        seconds: the time from its start to its end.
        cpu: seconds of processor time, including its children.
        largest: the highest resident memory of one of its processes, in MiB.
        together: the highest memory of all its processes together, in MiB; shared memory counts once. Both are zero
            if the system does not report it (Linux does).
        output: its output.
    """

    seconds: float
    cpu: float
    largest: float
    together: float
    output: str


class CommandError(Exception):
    """The command failed; the text contains its output."""


def measured(command: Sequence[str], folder: Path, env: Mapping[str, str]) -> Measured:
    """Run a command in a folder.

    Raises:
        CommandError: it did not end with 0.
    """
    printed = folder / "printed.txt"
    with printed.open("w", encoding="utf-8") as file:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=dict(env), stdout=file, stderr=subprocess.STDOUT)
        watch = _MemoryWatch(process.pid)
        watch.start()
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    watch.finish()
    output = printed.read_text(encoding="utf-8")
    if process.returncode:
        raise CommandError(f"{command[0]} ended with {process.returncode}:\n{output[-4000:]}")
    # Not ru_maxrss: it includes the memory of the process that starts the command.
    return Measured(seconds, usage.ru_utime + usage.ru_stime, watch.largest / _KIB, watch.together / _KIB, output)


class _MemoryWatch(threading.Thread):
    """Sample the memory of a process and its descendants."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.largest = self.together = 0
        self._pid = pid
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(_EVERY):
            family = list(_family(self._pid))
            self.largest = max(self.largest, *(_kib(pid, "status", "VmHWM") for pid in family))
            self.together = max(self.together, sum(_kib(pid, "smaps_rollup", "Pss") for pid in family))

    def finish(self) -> None:
        """Stop sampling."""
        self._over.set()
        self.join()


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        for listed in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in listed.read_text().split():
                yield from _family(int(child))
    except OSError:
        return  # it has ended


def _kib(pid: int, file: str, name: str) -> int:
    """Read a memory figure of a process in KiB; see proc_pid_status(5) and proc_pid_smaps(5)."""
    try:
        for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
    except OSError:
        pass  # it has ended
    return 0
