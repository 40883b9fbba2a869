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


def test_a_line_is_shown_when_something_changed_or_after_a_minute(clock: FakeClock) -> None:
    """A short task shows nothing. Between two lines are at least five seconds."""
    shown: list[str] = []
    progress = Progress(shown.append, clock, 3)
    progress.todo = "waiting"
    calls: int | None = None

    def pass_time(seconds: float, *ticks: bool) -> None:
        clock.passed += seconds
        waits = iter([*ticks, False, True])
        progress._finished.wait = lambda _seconds=None: next(waits)  # type: ignore[method-assign,assignment]
        progress._tick()

    progress.calls_left = lambda: calls
    pass_time(4.9)
    pass_time(0.1)
    progress.count_completed("rejected")
    pass_time(4)
    pass_time(1)
    pass_time(59)
    pass_time(1)
    progress.count_completed("accepted")
    progress.limit, calls = 300, 4000
    pass_time(5)
    progress.announce("done")
    assert shown == [
        "onelogin: 0 of 3 done, 3 waiting, 5s",
        "onelogin: 1 of 3 rejected, 2 waiting, 10s",
        "onelogin: 1 of 3 rejected, 2 waiting, 1m10s",
        "onelogin: 1 of 3 accepted, 1 rejected, 1 waiting, 1m15s of 5m, 4000 calls left this hour",
        "onelogin: done",
    ]


def test_progress_that_is_not_shown(clock: FakeClock) -> None:
    with Progress(None, clock, 3) as progress:
        assert Progress.current is progress
        progress.announce("done")
        assert progress.describe_interruption() is None
    assert Progress.current is None
