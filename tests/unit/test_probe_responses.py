# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The probe of a simulated account of which some responses differ: what it answers, and what it sends."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from itertools import groupby
from types import SimpleNamespace
from typing import Any

import pyotp
import pytest
from ansible_collections.community.onelogin.plugins.module_utils._engine.progress import Progress
from ansible_collections.community.onelogin.plugins.plugin_utils._probe import totp
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.probe import PROBE

from tests.unit.harness import Call, FakeClock, Reply, Script, read_table, reply, run
from tests.unit.simulated import SimulatedAccount

USER = "probe@example.com"
EXPECTED = read_table("probe_responses.yml")
CASES: dict[str, dict[str, Any]] = EXPECTED["cases"]

Create = Callable[..., SimulatedAccount]


@pytest.fixture(autouse=True)
def _app_time(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the codes of apps be those of the test's time, for the probe and for the simulator."""

    def verify(app: pyotp.TOTP, otp: str, valid_window: int) -> bool:
        now = int(clock.now().timestamp())
        return otp in {app.at(now + 30 * offset) for offset in range(-valid_window, valid_window + 1)}

    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: clock.now().timestamp()))
    monkeypatch.setattr(pyotp.TOTP, "verify", verify)


def change(answer: Reply, given: dict[str, Any]) -> Reply:
    """Change a response of the account: its status, its headers, its body, or fields of its objects."""
    assert not isinstance(answer, Exception)
    body = given.get("body", answer.body)
    if "rows" in given:
        rows = [{"id": number, "event_type_id": 5} for number in range(given["rows"], 0, -1)]
        body = {"data": rows, "pagination": {"after_cursor": "next" if given.get("more") else None}}
    if "fields" in given:
        rows = body if isinstance(body, list) else [body]
        rows = [{name: its for name, its in {**row, **given["fields"]}.items() if its != "NONE"} for row in rows]
        body = rows if isinstance(body, list) else rows[0]
    headers = {**answer.headers, **given.get("headers", {})}
    named = {name.replace("-", "_"): value for name, value in headers.items() if value is not None}
    return reply(given.get("status", answer.status), body, **named)


class ChangedAccount:
    """An account of which some responses are changed."""

    def __init__(self, account: SimulatedAccount, changes: list[dict[str, Any]]) -> None:
        self.account = account
        self.changes = [{"skip": 0, "times": 99, **its} for its in changes]

    def __call__(self, call: Call) -> Reply:
        """Answer a call."""
        answer = self.account(call)
        for its in self.changes:
            if re.search(its["call"], f"{call.method} {call.path} {json.dumps({**call.query, **call.body})}"):
                if its["skip"]:
                    its["skip"] -= 1
                elif its["times"]:
                    its["times"] -= 1
                    answer = change(answer, its)
        return answer


def spell(call: Call) -> str:
    """Return a request as a line. Its ids and codes have names, as those of a next run are others."""
    line = f"{call.method} {call.path} {json.dumps({**call.query, **call.body})}"
    line = re.sub(r"(s/)[0-9a-f]{8}-[0-9a-f-]{20,}(?= )(?<!00000000-0000-4000-8000-000000000000)", r"\1ID", line)
    return re.sub(r'"otp": "[0-9]{6}"', '"otp": CODE', line)


def count(lines: Iterable[str]) -> list[str]:
    """Return lines, of which those that repeat the one before are counted."""
    return [
        line if times == 1 else f"{line}, {times} times"
        for line, times in ((line, len([*same])) for line, same in groupby(lines))
    ]


def devices_of(account: SimulatedAccount) -> Any:
    """The test user's devices."""
    return account.admin("GET", f"/people/{USER}")["devices"]


def test_the_requests_and_answers_of_a_usual_account(simulated: Create, script: Script) -> None:
    account = simulated([{"email": USER, "username": "probe"}])
    steps: list[str | None] = []

    def server(call: Call) -> Reply:
        steps.append(Progress.current.note() if Progress.current else None)
        return account(call)

    script.server = server
    result = run(PROBE, {"email": USER})
    assert [*filter(None, dict.fromkeys(steps))] == EXPECTED["usual"]["steps"]
    sent = count(map(spell, script.calls))
    user = str(account.admin("GET", f"/people/{USER}")["user_id"])
    assert [line.replace(user, "USER") for line in sent] == EXPECTED["usual"]["sent"]
    assert result == {
        "changed": False,
        "failed": False,
        "answers": [{"name": name, **its} for name, its in EXPECTED["usual"]["answers"].items()],
        "remarks": EXPECTED["usual"]["remarks"],
        "account": "acme.example",
        "done_at": "2026-01-01T00:02:30Z",
    }
    assert devices_of(account) == []


@pytest.mark.parametrize("name", CASES)
def test_the_answers_of_an_unusual_account(simulated: Create, script: Script, name: str) -> None:
    case = CASES[name]
    account = simulated(case.get("people", [{"email": USER, "username": "probe"}]))
    if settings := case.get("settings"):
        account.admin("PATCH", "/settings", settings)
    before = devices_of(account)
    script.server = ChangedAccount(account, case.get("changes", []))
    result = run(PROBE, {"email": USER, **case.get("options", {})})
    expected = {name: [its["value"], its["reason"]] for name, its in EXPECTED["usual"]["answers"].items()}
    expected |= {name: [its["value"], its["reason"]] for its in case["answers"] for name in its["names"]}
    assert {its["name"]: [its["value"], its["reason"]] for its in result["answers"]} == expected
    error = result.get("error")
    assert (error and {name: error[name] for name in ("code", "message", "hint")}) == case.get("error")
    assert len(script.calls) == case.get("calls", len(script.calls))
    last = spell(script.calls[-1])
    assert last == case.get("last", last)
    assert devices_of(account) == before


@pytest.mark.parametrize(
    ("problem", "at", "message", "hint"),
    [
        (
            KeyboardInterrupt(),
            ["POST .*verifications"],
            "The probe was interrupted.",
            "Its devices are removed. Run it again.",
        ),
        (
            KeyboardInterrupt(),
            ["POST .*verifications", "DELETE"],
            "The probe was interrupted.",
            "Its devices are removed. Run it again.",
        ),
        (
            TypeError("a secret"),
            ["POST .*verifications"],
            (
                "It is not known whether this took effect, because of a bug in the collection:"
                " TypeError in test_probe_responses.py, line LINE."
            ),
            "Check the user's devices before you send again, and report this bug.",
        ),
    ],
    ids=["interrupted", "interrupted again", "a bug"],
)
def test_an_end_of_the_probe_removes_its_devices(
    simulated: Create, script: Script, problem: BaseException, at: list[str], message: str, hint: str
) -> None:
    account, left = simulated([{"email": USER, "username": "probe"}]), [*at]

    def server(call: Call) -> Reply:
        if left and re.match(left[0], f"{call.method} {call.path}"):
            left.pop(0)
            raise problem
        return account(call)

    script.server = server
    error = run(PROBE, {"email": USER})["error"]
    assert (re.sub("line [0-9]+", "line LINE", error["message"]), error["hint"], left) == (message, hint, [])
    assert devices_of(account) == []
