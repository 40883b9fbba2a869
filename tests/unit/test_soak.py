# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict of the soak test."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.soak.process_metrics import FILES, MEMORY, Metric, trend
from tests.soak.soak import find_duplicate_messages

pytestmark = pytest.mark.once("it is about the soak, which does not use ansible-core")

TIMES = [float(second) for second in range(0, 1800, 10)]


def _fluctuating(metric: Metric, around: float, per_second: float = 0.0) -> list[float]:
    """Samples that vary by a twentieth and grow."""
    chance = random.Random(7)
    return [around * chance.uniform(0.975, 1.025) + at * per_second for at in TIMES]


@pytest.mark.parametrize(("metric", "around"), [(MEMORY, 90.0), (FILES, 40.0)])
def test_fluctuation_is_flat_and_growth_is_not(metric: Metric, around: float) -> None:
    assert trend(metric, TIMES, _fluctuating(metric, around)).flat
    # The growth is over the twenty minutes after the warm-up.
    growing = trend(metric, TIMES, _fluctuating(metric, around, 20 / 1200))
    assert not growing.flat
    assert growing.growth == pytest.approx(20, abs=1)
    assert str(growing).endswith("GROWS")


def test_growth_during_the_warm_up_does_not_count() -> None:
    filling = [min(at, 500) for at in TIMES]
    assert trend(MEMORY, TIMES, filling).growth == pytest.approx(0)


def test_one_high_sample_is_not_growth() -> None:
    values = _fluctuating(MEMORY, 90.0)
    values[-5] = 140.0
    assert trend(MEMORY, TIMES, values).flat


def test_too_few_samples_are_an_error() -> None:
    with pytest.raises(ValueError, match="too few"):
        trend(MEMORY, TIMES[:4], [1.0] * 4)


def _sent(status: str, at: str, expired: bool = False) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Build a verification with this status, valid until 10:00, and one that was sent later."""
    first = {"id": "a", "status": status, "expired": expired, "expires_at": "2026-01-01T10:00:00Z"}
    second = {**first, "id": "b", "status": "pending", "expired": False}
    messages = [
        {"registration_id": None, "verification_id": name, "time": time}
        for name, time in (("a", "2026-01-01T09:58:00.000Z"), ("b", at))
    ]
    return {"registrations": [], "verifications": [first, second]}, messages


@pytest.mark.parametrize(
    ("status", "expired", "at", "wrong"),
    [
        ("pending", False, "2026-01-01T09:59:00.000Z", 1),
        ("rejected", True, "2026-01-01T09:59:00.000Z", 1),
        ("accepted", False, "2026-01-01T09:59:00.000Z", 0),
        ("rejected", True, "2026-01-01T10:00:01.000Z", 0),
    ],
)
def test_a_second_message_before_the_first_expires_is_found(status: str, expired: bool, at: str, wrong: int) -> None:
    assert len(find_duplicate_messages(*_sent(status, at, expired))) == wrong
