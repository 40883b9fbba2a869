# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fixed time for the code of the roles, which prints times for people."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timezone, tzinfo
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.action import role_plan
from ansible_collections.community.onelogin.plugins.plugin_utils._audit import files, history, incremental
from ansible_collections.community.onelogin.plugins.plugin_utils._roles import local_time, plan

NOON = datetime(2026, 1, 1, 12, 0, tzinfo=timezone.utc)


class FixedTime(datetime):
    """A class of times whose current time is fixed."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        return NOON.astimezone(tz) if tz else NOON.replace(tzinfo=None)


@pytest.fixture
def fixed_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Noon of the first day of 2026, in UTC."""
    for module in (files, history, incremental, local_time, plan, role_plan):
        monkeypatch.setattr(module, "datetime", FixedTime)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
