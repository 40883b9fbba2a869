# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker that is interrupted several times at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._engine.progress import Progress
from ansible_collections.community.onelogin.plugins.plugin_utils._controller import shutdown as _interruption

WORDS = "onelogin: interrupted at 0 of 3 done, 3 to do, 0s\n"

WORKER = """
import os, signal, sys, threading, time
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._engine.progress import Progress
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.shutdown import (
    delay_end, end_with_parent, print_last, remove_token_at_end
)

folder, *signals = sys.argv[1:]
signals = [signal.Signals[name] for name in signals]

class InterruptedAgain(Progress):
    def describe_interruption(self):
        if signals:
            os.kill(os.getpid(), signals.pop(0))
        return super().describe_interruption()

"""
WORK = """
end_with_parent(os.getpid(), folder)
with InterruptedAgain(print, Clock(), 3):
    os.kill(os.getpid(), signals.pop(0))
    time.sleep(30)
"""
ORPHAN = """
end_with_parent(os.getpid(), folder)
with Progress(print, Clock(), 3):
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(30)
"""
ORPHAN_THAT_UNDOES = """
end_with_parent(os.getpid(), folder)
with Progress(print, Clock(), 3):
    with delay_end(folder) as interrupted:
        try:
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(30)
        except KeyboardInterrupt:
            time.sleep(0.1)
            print_last(f"undone after {interrupted}")
    time.sleep(30)
"""
IDLE = """
end_with_parent(os.getpid(), folder)
if signals:
    os.kill(os.getpid(), signals.pop(0))
    time.sleep(30)
"""
SILENT = """
end_with_parent(os.getpid(), folder)
with Progress(None, Clock(), 3):
    os.kill(os.getpid(), signals.pop(0))
    time.sleep(30)
"""
RUN = """
remove_token_at_end(os.getpid(), folder)
os.kill(os.getpid(), signals.pop(0))
time.sleep(30)
"""
RUN_IN_A_THREAD = """
thread = threading.Thread(target=remove_token_at_end, args=(os.getpid(), folder))
thread.start()
thread.join()
os.kill(os.getpid(), signals.pop(0))
time.sleep(30)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a run, which has a token."""
    (tmp_path / "onelogin-token-x").touch()
    return tmp_path


def end(code: str, folder: Path, *signals: str, shell: str = 'exec "$@"') -> subprocess.CompletedProcess[str]:
    """Run a process that ends itself or its parent, and wait until all of them have ended."""
    command = ["sh", "-c", shell, "sh", sys.executable, "-c", WORKER + code, str(folder), *signals]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)


@pytest.mark.parametrize("second", ["SIGTERM", "SIGINT"])
def test_a_second_signal_does_not_lose_the_last_progress_line(folder: Path, second: str) -> None:
    ended = end(WORK, folder, "SIGTERM", second)
    assert ended.returncode in (-signal.SIGTERM, -signal.SIGINT)
    assert WORDS in ended.stderr
    assert not [*folder.iterdir()]


def test_a_worker_without_standard_error_ends_at_a_signal(folder: Path) -> None:
    ended = end(WORK, folder, "SIGTERM", shell='exec "$@" 2>&-')
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGTERM, "", "")
    assert not [*folder.iterdir()]


@pytest.mark.parametrize("work", [IDLE, SILENT], ids=["no work", "no progress"])
def test_a_worker_without_progress_shows_nothing(folder: Path, work: str) -> None:
    ended = end(work, folder, "SIGTERM")
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGTERM, "", "")
    assert not [*folder.iterdir()]


def test_a_worker_that_is_done_ends_and_keeps_the_token_of_its_run(folder: Path) -> None:
    ended = end(IDLE, folder)
    assert (ended.returncode, ended.stderr, len([*folder.iterdir()])) == (0, "", 1)


@pytest.mark.parametrize("before", ["", "del os.pidfd_open\n"], ids=["Linux", "other systems"])
def test_a_worker_ends_with_its_run(folder: Path, before: str) -> None:
    ended = end(before + ORPHAN, folder, shell='"$@" & wait')
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGKILL, "", WORDS)
    assert not [*folder.iterdir()]


def test_a_worker_undoes_its_work_when_its_run_has_ended(folder: Path) -> None:
    ended = end(ORPHAN_THAT_UNDOES, folder, shell='"$@" & wait')
    assert ended.stderr == f"onelogin: undone after [{int(signal.SIGINT)}]\n{WORDS}"
    assert not [*folder.iterdir()]


@pytest.mark.parametrize(("run", "left"), [(RUN, []), (RUN_IN_A_THREAD, ["onelogin-token-x"])])
def test_a_run_that_is_ended_removes_its_token(folder: Path, run: str, left: list[str]) -> None:
    """Only the main thread of a process can do something at a signal."""
    ended = end(run, folder, "SIGTERM")
    assert (ended.returncode, ended.stderr) == (-signal.SIGTERM, "")
    assert [path.name for path in folder.iterdir()] == left


def test_the_process_does_not_end_while_another_thread_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    heard, spoken = os.pipe()
    monkeypatch.setattr(_interruption, "_STDERR", spoken)
    speaking = threading.Event()

    class Slow(Progress):
        def describe_interruption(self) -> str | None:
            speaking.set()
            time.sleep(0.2)
            return super().describe_interruption()

    monkeypatch.setattr(Progress, "current", Slow(print, Clock(), 3))
    watcher = threading.Thread(target=_interruption._show_progress)
    watcher.start()
    speaking.wait()
    _interruption._show_progress()
    os.close(spoken)
    with os.fdopen(heard) as said:
        assert said.read() == WORDS
    watcher.join()
