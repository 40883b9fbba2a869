# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-rulebook for the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.eda.harness import BIN, Rulebook
from tests.integration.conftest import start
from tests.integration.harness import Simulator
from tests.integration.watch import nothing_secret_shows

__all__ = ["nothing_secret_shows", "start"]

PEOPLE = """\
email,username,phone,sim_answer,sim_answer_after,sim_enrolled
jane@example.com,jane,+12025550101,reject,0.2,OneLogin SMS;OneLogin Protect
john@example.com,john,+12025550102,accept,0.2,
"""
GROUPS = '{"groups": [{"id": 7, "name": "MFA required"}]}'


@pytest.fixture
def account(start: Callable[..., Simulator], tmp_path: Path) -> Simulator:
    """An account with Jane, who refuses pushes, and John, who has no factor."""
    assert BIN.is_dir(), "ONELOGIN_TEST_RULEBOOK is not set: run make eda"
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "groups.json").write_text(GROUPS)
    return start("--people", str(tmp_path / "people.csv"), "--groups", str(tmp_path / "groups.json"))


@pytest.fixture
def rulebook(account: Simulator, tmp_path: Path) -> Iterator[Callable[..., Rulebook]]:
    """Make a rulebook ready to start, with variables."""
    made: list[Rulebook] = []

    def _rulebook(name: str, **variables: Any) -> Rulebook:
        made.append(Rulebook(tmp_path, account, name, **variables))
        return made[-1]

    yield _rulebook
    for each in made:
        each.close()
