# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stories: several runs in one simulated account, with every request and the whole result of each run.

The stories are in ``stories``, and what is sent and returned in the folder of this test. ``make unit ARGS="-k stories
--force-regen"`` writes it anew, and ``git diff`` then shows what changed. ``exchanges.yml`` has the runs whose
responses a test has to choose.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from socket import gethostname
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils import _operations
from pytest_regressions.data_regression import DataRegressionFixture

from tests.unit.harness import FakeClock, Script, read_table, run
from tests.unit.simulated import SimulatedAccount

STORIES: dict[str, dict[str, Any]] = {
    f"{file.stem}, {name}": story
    for file in sorted(Path(__file__).with_name("stories").glob("*.yml"))
    for name, story in read_table(f"stories/{file.name}").items()
}


class Teller:
    """Tells a story: it makes the runs and returns what they send and return.

    In options, ``ID 0`` is the first registration or verification of the story, ``CODE`` the code of the last message,
    ``TOKEN`` the access token, ``JOURNAL`` the path of a journal, and ``RESULTS`` are the results of the run before.
    What differs each time, and what is secret, is written in capitals in what a run sends and returns.
    """

    def __init__(self, account: SimulatedAccount, script: Script, clock: FakeClock, folder: Path) -> None:
        self._account = account
        self._script = script
        self._clock = clock
        self._folder = folder
        self._previous: dict[str, Any] = {}
        self._ids: list[str] = []

    def tell(self, its: Mapping[str, Any]) -> dict[str, Any]:
        """Make a run, and return what it ``sent``, and its ``result``."""
        self._clock.passed += its.get("after", 0)
        for method, path, *body in its.get("admin", ()):
            self._account.admin(method, path, *body)
        place, _dot, operation = its["operation"].partition(".")
        found = getattr(import_module(f"{_operations.__name__}.{place}"), operation)
        self._script.calls.clear()
        options = {"concurrency": 1} if found.batch else {}
        result = run(
            found,
            {"access_token": None, **options, **self._fill(its.get("options", {}))},
            check=its.get("check_mode", False),
            diff=its.get("diff_mode", False),
        )
        self._previous = result
        self._ids += [its for its in _list_ids(result) if its not in self._ids]
        # Each run requests a token first.
        calls = [call for call in self._script.calls if place == "access_token" or not call.path.endswith("/v2/token")]
        sent = [{f"{call.method} {call.path}": {**call.query, **call.body}} for call in calls]
        told: dict[str, Any] = json.loads(self._hide(json.dumps({"sent": sent, "result": result})))
        return told

    def _hide(self, text: str) -> str:
        secrets = {row["secret"]: row["kind"].upper() for row in self._account.admin("GET", "/secrets")}
        ids = {its: f"ID {number}" for number, its in enumerate(self._ids)}
        for hidden, name in {**secrets, **ids, str(self._folder): "FOLDER", gethostname(): "MACHINE"}.items():
            text = text.replace(f'"{hidden}', f'"{name}').replace(f"/{hidden}", f"/{name}")
        return re.sub('"run": "[0-9a-f]{16}"', '"run": "RUN"', text)

    def _fill(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._fill(part) for name, part in value.items()}
        if isinstance(value, list):
            return [self._fill(part) for part in value]
        if value == "CODE":
            return self._account.admin("GET", "/messages")[-1]["code"]
        if value == "TOKEN":
            return next(
                row["secret"] for row in self._account.admin("GET", "/secrets") if row["kind"] == "access token"
            )
        if value == "JOURNAL":
            return str(self._folder / "journal.sqlite")
        if value == "RESULTS":
            return self._previous.get("results", self._previous)
        return self._ids[int(value[3:])] if isinstance(value, str) and value.startswith("ID ") else value


def _list_ids(result: Mapping[str, Any]) -> Iterator[str]:
    """List the ids of the registrations and verifications in a result."""
    for row in result.get("results", [result]):
        its = row.get("registration") or row.get("verification") or {}
        if its.get("id"):
            yield its["id"]


@pytest.mark.parametrize("name", STORIES)
def test_a_story(
    simulated: Callable[..., SimulatedAccount],
    script: Script,
    clock: FakeClock,
    tmp_path: Path,
    data_regression: DataRegressionFixture,
    name: str,
) -> None:
    story = STORIES[name]
    teller = Teller(simulated(**story["account"]), script, clock, tmp_path)
    told = [teller.tell(its) for its in story["runs"]]
    data_regression.check({"runs": told}, basename=_name_file(name))


def test_every_file_belongs_to_a_story() -> None:
    files = {file.stem for file in Path(__file__).with_suffix("").iterdir()}
    assert files == {_name_file(name) for name in STORIES}


def _name_file(story: str) -> str:
    return re.sub("[^a-z]+", "_", story.lower())
