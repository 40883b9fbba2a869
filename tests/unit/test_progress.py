# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The progress line of a task."""

from __future__ import annotations

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._engine.progress import Progress, format_duration

from tests.unit.harness import FakeClock


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0s"), (59.4, "59s"), (59.6, "1m"), (130, "2m10s"), (600, "10m"), (3600, "1h"), (3900, "1h05m")],
)
def test_durations_are_readable(seconds: float, words: str) -> None:
    assert format_duration(seconds) == words


def test_a_wait_shows_how_late_events_come(clock: FakeClock) -> None:
    progress = Progress(lambda _line: None, clock, 2)
    progress.todo = "waiting"
    progress.note = lambda: "events up to 4 s late"
    interrupted = progress.describe_interruption()
    assert interrupted == "onelogin: interrupted at 0 of 2 done, 2 waiting, 0s, events up to 4 s late"
