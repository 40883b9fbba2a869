# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The number of examples of the model tests, their simulator, and their figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

from tests.support.simulator_process import CREDENTIAL, ROOT, SimulatorProcess

_COMMON: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "stateful_step_count": 20,
}
settings.register_profile("bounded", derandomize=True, max_examples=45, **_COMMON)
settings.register_profile(
    "deep", max_examples=450, database=DirectoryBasedExampleDatabase(ROOT / ".cache/hypothesis"), **_COMMON
)
settings.load_profile("bounded")

_FILE = """\
id,email,username,phone,sim_answer,sim_answer_after,sim_enrolled
101,nils@example.com,nils,+15550000101,never,,
102,kelly@example.com,kelly,+15550000102,accept,30,OneLogin Voice;OneLogin Email
103,rita@example.com,rita,+15550000103,reject,30,OneLogin Protect;OneLogin Voice;OneLogin Email
104,nora@example.com,nora,+15550000104,never,,OneLogin SMS;OneLogin Protect;OneLogin Voice;Authenticator
"""


@pytest.fixture(scope="session")
def sim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    """The simulator of this worker; its people are for the tests of responses, random runs have their own."""
    people: Path = tmp_path_factory.mktemp("model") / "people.csv"
    people.write_text(_FILE, encoding="utf-8")
    running = SimulatorProcess("--people", str(people), "--seed", "5", *CREDENTIAL)
    yield running
    ended = running.stop()
    assert "Traceback" not in ended.stderr, ended.stderr


@pytest.fixture
def ran(record_property: Callable[[str, object], None]) -> Callable[[Counter[str]], None]:
    """Record the figures that are printed at the end."""
    return lambda count: record_property("ran", ", ".join(f"{number} {what}" for what, number in count.items()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was tried."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                if name == "ran":
                    terminalreporter.write_line(f"{report.nodeid}: {value}")
