# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every call the collection makes times every fault the simulator knows, and what each comes to.

The table is printed at the end of the tests. What fails a connection before there is any call
(names, certificates, a closed port) is the same for all of them, and tried in test_tls.py and test_trouble.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils import _batch

from simulator.faults import KINDS
from tests.integration.bench import ROWS, Bench, FastClock, Row
from tests.integration.fault_table import PROPERTY
from tests.integration.harness import ROOT, Simulator

TYPES = ("null", "int", "string", "list", "object", "bool")


def _faults() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every fault by a name of its own, in every form it has."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    forms: Mapping[str, tuple[str, tuple[Any, ...]]] = {
        "429": ("headers", ("reset", "retry_after", "none")),
        "400": ("headers", ("reset", "none")),
        "401": ("body", ("credentials", "envelope", "authentication", "unauthorized", "factor", "permission")),
        "html": ("status", (200, 500)),
        "wrong_type": ("type", TYPES),
        "slow": ("seconds", (1.5,)),
    }
    for kind in KINDS:
        name, values = forms.get(kind, ("", (None,)))
        for value in values:
            found[kind if value is None else f"{kind} {value}"] = (kind, {name: value} if name else {})
    return found


FAULTS = _faults()


FIELDS = (
    *("access_token", "expires_in", "data", "X-RateLimit-Remaining"),
    *("id", "email", "username", "user_id", "factor_id", "device_id", "registration_id"),
    *("name", "auth_factor_name", "user_display_name", "type_display_name", "status", "expires_at", "factor_data"),
    *("default", "active", "mfa_token", "expires_at", "reusable"),
)


def demanded(row: Row, fault: str) -> str:
    """What the design demands of a call that is struck once."""
    kind, params = FAULTS[fault]
    fixed = {"403": "forbidden", "redirect": "bad_response"}
    fixed |= dict.fromkeys(("429", "400", "expired_token", "revoked_token"), "ok")
    if kind in fixed:
        return fixed[kind]
    if kind == "404":
        return row.missing
    if kind == "401":
        if params["body"] == "permission":
            return "forbidden"
        # A good token is handed out again, so the refusal of a code counts. Where none was given, no code was refused.
        return "otp_rejected" if row.kind == "code" else "bad_response" if params["body"] == "factor" else "ok"
    if kind == "wrong_type" and row.kind == "read":
        return "ok" if row.many and params["type"] == "list" else "bad_response"
    return "unconfirmed" if row.kind == "once" else "ok"


def outcome(bench: Bench, row: Row, kind: str, params: Mapping[str, Any]) -> str:
    """What a call that is struck once comes to: ``ok`` or the error's code."""
    bench.sim.reset()
    options = row.setup(bench)
    bench.sim.fault(kind, row.method, row.path, params=params)
    told = len(bench.sim.messages())
    result = bench(row.module, **options)
    assert not bench.sim.admin("GET", "/faults"), "the call was not made"
    assert len(bench.sim.messages()) - told <= 1, "somebody was told twice"
    return str(result["error"]["code"]) if result["failed"] else "ok"


@pytest.fixture
def bench(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(_batch, "Clock", FastClock)
    return Bench(sim)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_fault_comes_to(bench: Bench, row: Row, record_property: Callable[[str, Any], None]) -> None:
    found = {fault: outcome(bench, row, *FAULTS[fault]) for fault in FAULTS}
    record_property(PROPERTY, {str(row): found})
    assert found == {fault: demanded(row, fault) for fault in FAULTS}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_field_of_a_wrong_type_is_never_more_than_an_error(bench: Bench, row: Row) -> None:
    for field in FIELDS:
        for type_ in TYPES:
            came_to = outcome(bench, row, "wrong_type", {"field": field, "type": type_})
            # Whatever OneLogin calls a state that is none of the good ones is an end to it.
            ends = {"rejected", "otp_rejected"} if (field, type_) == ("status", "string") else set()
            assert came_to in ends | {"ok", "bad_response", "unconfirmed", "unknown_user", "unknown_factor"}, field


@pytest.mark.parametrize(
    ("fault", "looks", "came_to"),
    [("reset_after", 0, "ok"), ("reset_before", 0, "unconfirmed"), ("reset_after", 5, "unconfirmed")],
)
def test_a_removal_without_any_answer_is_looked_into(bench: Bench, fault: str, looks: int, came_to: str) -> None:
    """The device may be gone, and is known to be where a look finds it gone."""
    bench.sim.fault(fault, "DELETE", "/devices/", times=5)
    if looks:
        bench.sim.fault("503", "GET", "/devices$", times=looks, skip=1)
    result = bench("mfa_device", user_id=bench.user("nora"), factor="OneLogin SMS", state="absent")
    assert (result["error"]["code"] if result["failed"] else "ok") == came_to
    assert result["changed"] is (came_to == "ok")


def test_no_call_and_no_fault_is_left_out() -> None:
    """A fault new to the simulator is in the table by itself; a call new to the collection has to be put there."""
    assert {kind for kind, _params in FAULTS.values()} == set(KINDS)
    source = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "plugins/module_utils").rglob("*.py"))
    calls = re.findall(r'call\(\s*"(GET|POST|PUT|DELETE)", (?:_path\(user_id, "(\w+)"|"([^"]+)")', source)
    tried = {(row.method, row.path.strip("/$").rpartition("/")[2]) for row in ROWS}
    assert {(method, (name or path).rpartition("/")[2]) for method, name, path in calls} <= tried
    assert len(calls) >= 12
