# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker that is interrupted several times at once."""

from __future__ import annotations

import os
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
import os, signal, sys, time
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import Clock
from ansible_collections.community.onelogin.plugins.module_utils._engine.progress import Progress
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.shutdown import end_with_parent

signals = [signal.Signals[name] for name in sys.argv[2:]]

class InterruptedAgain(Progress):
    def describe_interruption(self):
        if signals:
            os.kill(os.getpid(), signals.pop(0))
        return super().describe_interruption()

end_with_parent(os.getpid(), sys.argv[1])
with InterruptedAgain(print, Clock(), 3):
    os.kill(os.getpid(), signals.pop(0))
    time.sleep(30)
"""


@pytest.mark.parametrize("second", ["SIGTERM", "SIGINT"])
def test_a_second_signal_does_not_lose_the_last_progress_line(tmp_path: Path, second: str) -> None:
    worker = [sys.executable, "-c", WORKER, str(tmp_path), "SIGTERM", second]
    ended = subprocess.run(worker, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode != 0
    assert WORDS in ended.stderr


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
