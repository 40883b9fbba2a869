# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The complete exchange of each operation: every request with its query and body, and the whole result.

A change to any name that is sent or returned fails these tests. A new operation needs an exchange in ``exchanges.yml``.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.community.onelogin.plugins import modules
from ansible_collections.community.onelogin.plugins.module_utils import _operations

from tests.unit.harness import Call, FakeClock, Reply, Script, read_table, reply, run

EXCHANGES: dict[str, dict[str, Any]] = read_table("exchanges.yml")["exchanges"]


@pytest.mark.parametrize("name", EXCHANGES)
def test_requests_and_result_are_as_documented(script: Script, clock: FakeClock, tmp_path: Path, name: str) -> None:
    first = EXCHANGES[name]
    place, _dot, operation = first["operation"].partition(".")
    found = getattr(import_module(f"{_operations.__name__}.{place}"), operation)
    for its in (first, *first.get("then", ())):
        clock.passed += its.get("after", 0)
        replies = {
            key.replace("MFA", "/api/2/mfa/users/7"): body
            for key, body in {**first["replies"], **its.get("replies", {})}.items()
        }

        def server(call: Call, replies: dict[str, Any] = replies) -> Reply:
            return reply(201 if call.method == "POST" else 200, replies[f"{call.method} {call.path}"])

        script.server = server
        script.calls.clear()
        options = {**first["options"], **its.get("options", {})}
        if options.get("journal") == "JOURNAL":
            options["journal"] = str(tmp_path / "journal.sqlite")
        result = run(found, options, check=its.get("check_mode", False))
        sent = [
            {f"{call.method} {call.path.replace('/api/2/mfa/users/7', 'MFA')}": {**call.query, **call.body}}
            for call in script.calls
        ]
        assert sent == its["sent"]
        assert result == its["result"]


@pytest.mark.parametrize("name", [name for name in EXCHANGES if not name.startswith("role_")])
def test_every_field_of_a_result_is_documented(name: str) -> None:
    documented = yaml.safe_load(import_module(f"{modules.__name__}.{name.partition(',')[0]}").RETURN)
    for its in (EXCHANGES[name], *EXCHANGES[name].get("then", ())):
        assert its["result"].keys() - {"changed", "failed"} <= documented.keys() | {"item", "msg"}


def test_every_module_has_an_exchange() -> None:
    """Modules for the journal and for pages call no API."""
    named = {name.partition(",")[0] for name in EXCHANGES}
    listed = {module.name for module in pkgutil.iter_modules(modules.__path__)}
    assert listed - named == {"enrolment_sheets", "mfa_journal", "mfa_journal_info"}
