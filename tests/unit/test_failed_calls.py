# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each call of each operation fails once: what users read then, and its error code.

The calls are those of ``exchanges.yml``, and the messages are in ``failed_calls.yml``. A read gets a response without
what it asks for. A write is also refused, and its connection breaks after the request was sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils import _operations

from tests.unit.harness import Call, FakeClock, Reply, Script, broken, read_table, reply, run
from tests.unit.test_whole_exchanges import EXCHANGES

REFUSAL = {"message": "Bad request", "field": "phone", "errors": [{"field": "phone", "message": ["is", "invalid"]}]}
TROUBLES: Mapping[str, Reply] = {
    "a text": reply(200, "text"),
    "a refusal": reply(400, REFUSAL),
    "no response": broken(sent=True),
}
MESSAGES: dict[str, dict[str, Any]] = read_table("failed_calls.yml")["failed_calls"]


def _list_failures() -> Iterator[tuple[str, str, str]]:
    """List the exchanges with each kind of call that none before it has, and each trouble of that call."""
    known = set[tuple[str, str, str]]()
    for name, its in EXCHANGES.items():
        for call in dict.fromkeys(call for sent in its["sent"] for call in sent):
            # A token is requested alike by all operations.
            operation = "" if call.endswith("/v2/token") else its["operation"]
            kind = (operation, its["options"].get("phase", ""), call.replace("/api/2/mfa/users/8", "MFA"))
            if kind not in known:
                known.add(kind)
                reads = call.startswith("GET")
                yield from ((name, call, trouble) for trouble in TROUBLES if not reads or trouble == "a text")


FAILURES = [*_list_failures()]


@pytest.mark.parametrize(("name", "failing", "trouble"), FAILURES, ids=" - ".join)
def test_a_failed_call_is_reported(
    script: Script, clock: FakeClock, tmp_path: Path, name: str, failing: str, trouble: str
) -> None:
    its = EXCHANGES[name]
    place, _dot, operation = its["operation"].partition(".")

    def server(call: Call) -> Reply:
        spelled = f"{call.method} {call.path.replace('/api/2/mfa/users/7', 'MFA')}"
        if spelled == failing:
            return TROUBLES[trouble]
        return reply(201 if call.method == "POST" else 200, its["replies"][spelled])

    script.server = server
    options = dict(its["options"])
    if options.get("journal") == "JOURNAL":
        options["journal"] = str(tmp_path / "journal.sqlite")
    found = getattr(import_module(f"{_operations.__name__}.{place}"), operation)
    result = run(found, options, check=its.get("check_mode", False))
    assert _read_messages(result) == MESSAGES[name][f"{failing}, {trouble}"]


def test_there_are_no_other_messages() -> None:
    listed = {(name, row) for name, rows in MESSAGES.items() for row in rows}
    assert listed == {(name, f"{call}, {trouble}") for name, call, trouble in FAILURES}


def _read_messages(result: Mapping[str, Any]) -> list[dict[str, str]]:
    """Read the error code, or ``ok``, and the message of each item."""
    return [
        {(row.get("error") or {}).get("code", "ok"): row.get("msg", "")} for row in result.get("results") or [result]
    ]
