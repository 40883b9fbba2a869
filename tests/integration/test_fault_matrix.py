# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every call of the collection with every fault of the simulator, and the outcome of each.

Other rows fail the connection before the request: a name that cannot be resolved, a port that is closed, a
certificate without a trusted authority. Only the call of the column is affected; the calls before it succeed.
In a second table, each field of each response has each wrong type. Both are printed at the end of the tests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._api import transport as _transport
from ansible_collections.community.onelogin.plugins.module_utils._engine import batch as _batch

from simulator.faults import KINDS, VALUES
from simulator.responses import TOKEN_401
from simulator.switches import SWITCHES
from tests.integration.fault_table import NOT_TRIED, table
from tests.integration.harness import ROOT, Simulator
from tests.integration.operations import ROWS, TYPES, UNREADABLE, FastClock, OperationRunner, Row, tapped
from tests.integration.tls import tls_simulator
from tests.integration.watch import watch

pytestmark = [
    pytest.mark.libraries("it is about the client, in the process of the tests"),
    pytest.mark.shows("access token", "what access_token returns", "it is asked for one"),
    pytest.mark.shows("MFA token", "what mfa_token returns", "it is asked for one"),
    pytest.mark.shows("seed", "what mfa_registration returns", "return_secrets is true"),
    pytest.mark.shows("verification token", "what mfa_registration returns", "return_secrets is true"),
]

Record = Callable[[str, Any], None]

IN_TIME, TOO_LATE = 0.1, 1.5  # seconds until a response; the client waits for one second


def _faults() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every fault in each of its forms, by name."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    headers = next(switch.choices for switch in SWITCHES if switch.name == "throttle_headers")
    forms: Mapping[str, tuple[str, tuple[Any, ...]]] = {
        "429": ("headers", headers),
        "400": ("headers", headers),
        "401": ("body", (*TOKEN_401, "factor", "permission")),
        "html": ("status", (200, 500)),
        "wrong_type": ("type", TYPES),
        "slow": ("seconds", (IN_TIME, TOO_LATE)),
        "oversized": ("megabytes", (1, 20)),
        "gzip": ("megabytes", (1,)),
    }
    for kind in KINDS:
        name, values = forms.get(kind, ("", (None,)))
        for value in values:
            found[kind if value is None else f"{kind} {value}"] = (kind, {name: value} if name else {})
    return found


FAULTS = _faults()
UNRESOLVED, CLOSED, UNTRUSTED = "no such name", "closed port", "untrusted"
CONNECTIONS = {
    f"{what}{', once' if once else ''}": (what, once)
    for what, once in ((UNRESOLVED, True), (UNRESOLVED, False), (CLOSED, True), (CLOSED, False), (UNTRUSTED, False))
}
"""Reasons why a connection cannot be made, and whether only the first one fails."""


def calls() -> dict[tuple[str, str], str]:
    """Find every call in the source by its method and the end of its path; each gets a name."""
    files = (ROOT / "plugins/module_utils").rglob("*.py")
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    found = re.findall(r'\bcall\(\s*"([A-Z]+)", (?:_path\(user_id, "(\w+)"|f?"([^"]+)")', source)
    found += [("POST", "", path) for path in re.findall(r'\b_with_credential\(\s*"([^"]+)"', source)]
    made = re.findall(r"(?<!def )\b(?:call|_with_credential)\(", source)
    assert len(found) == len(made), "the source has a call in an unknown form"
    return {(method, end_of(name or path)): f"{method} {name or path}" for method, name, path in found}


def end_of(path: str) -> str:
    """The last word of a path, or the last two if it ends with an id."""
    words = re.sub(r"\{\w+\}", r"\\d+", path.strip("/$")).split("/")
    return "/".join(words[-2:]) if words[-1] == r"\d+" else words[-1]


def calls_without_row() -> set[str]:
    """The names of the calls that are not tried."""
    tried = {(row.method, end_of(row.path)) for row in ROWS}
    return {name for call, name in calls().items() if call not in tried}


def nothing_tried() -> dict[str, dict[str, str]]:
    """The empty table of faults."""
    columns = [*map(str, ROWS), *calls_without_row()]
    return {column: dict.fromkeys([*FAULTS, *CONNECTIONS], NOT_TRIED) for column in columns}


def lost(row: Row) -> str:
    """The expected outcome of a call whose response is lost: it is repeated if that is safe."""
    return "unconfirmed" if row.kind == "once" else "ok"


def unreadable(row: Row) -> str:
    """The expected outcome of a call whose response cannot be read."""
    return "bad_response" if row.kind == "read" else lost(row)


def expected_outcome(row: Row, fault: str) -> str:
    """The expected outcome of a call with one fault."""
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
        # OneLogin returns the same valid token, so the code was refused. Without a code, it is not a refused code.
        return "otp_rejected" if row.kind == "code" else "bad_response" if params["body"] == "factor" else "ok"
    if kind == "endless_pages" or (kind == "oversized" and params["megabytes"] == 1):
        return "ok"
    if kind in ("oversized", "gzip"):
        # A response without a body cannot have one that is too long.
        return "ok" if row.kind == "delete" else unreadable(row)
    if kind == "wrong_type":
        return row.empty if row.kind == "read" and params["type"] == "list" else unreadable(row)
    return "ok" if params == {"seconds": IN_TIME} else lost(row)


def expected_outcome_of_field(row: Row, field: str, type_: str) -> str:
    """The expected outcome if one field of the response has a wrong type."""
    outcome_of = row.fields.get(field, {}).get(type_, "ok")
    return unreadable(row) if outcome_of == UNREADABLE else outcome_of


def outcome_of(result: Mapping[str, Any]) -> str:
    """The outcome of a result: ``ok`` or its error code."""
    return str(result["error"]["code"]) if result["failed"] else "ok"


def make_call_with_fault(
    runner: OperationRunner, row: Row, kind: str, params: Mapping[str, Any]
) -> tuple[str, list[Any]]:
    """Make a call with one fault; return its outcome and the bodies of its responses."""
    runner.sim.reset()
    options = row.setup(runner)
    runner.sim.fault(kind, row.method, row.path, params=params)
    messages_before = len(runner.sim.messages())
    with tapped(row) as bodies:
        result = runner(row.module, **options)
    assert not runner.sim.admin("GET", "/faults"), "the call was not made"
    assert len(runner.sim.messages()) - messages_before <= 1, "a person got two messages"
    return outcome_of(result), bodies


def make_call_without_connection(runner: OperationRunner, row: Row, url: str, once: bool) -> str:
    """Make a call that cannot connect to its server, and return its outcome."""
    runner.sim.reset()
    options = row.setup(runner)
    messages_before = len(runner.sim.messages())
    with tapped(row, url, times=1 if once else 1000) as bodies:
        result = runner(row.module, **options, retries=2)
    assert bodies, "the call was not made"
    assert once or len(runner.sim.messages()) == messages_before, "a person got a message"
    return outcome_of(result)


def fields_of(body: Any, inside: str = "") -> Iterator[str]:
    """The fields of a response, also in lists; names of nested fields are joined with dots."""
    for row in body if isinstance(body, list) else [body]:
        for name, value in row.items() if isinstance(row, dict) else ():
            yield f"{inside}{name}"
            yield from fields_of(value, f"{inside}{name}.")


def values_of(body: Any, field: str) -> list[Any]:
    """The values of a field."""
    name, _dot, inner = field.partition(".")
    rows = body if isinstance(body, list) else [body]
    found = [row[name] for row in rows if isinstance(row, dict) and name in row]
    return [value for one in found for value in values_of(one, inner)] if inner else found


@pytest.fixture
def runner(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> OperationRunner:
    monkeypatch.setattr(_batch, "Clock", FastClock)
    monkeypatch.setattr(_transport, "_DEADLINE", 2)  # times the timeout, so that a drip lasts two seconds
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "*")
    return OperationRunner(sim, watch.hear)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """URLs to which no connection can be made, by reason."""
    untrusted = tls_simulator(tmp_path_factory.mktemp("untrusted"))
    yield {UNRESOLVED: "https://nobody.invalid", CLOSED: "http://127.0.0.1:9", UNTRUSTED: untrusted.url}
    assert untrusted.log() == []
    untrusted.stop()


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_outcome_of_each_fault(
    runner: OperationRunner, row: Row, servers: Mapping[str, str], record_property: Record
) -> None:
    cells = nothing_tried()
    record_property("faults", cells)
    found = cells[str(row)]
    for fault in FAULTS:
        found[fault], _bodies = make_call_with_fault(runner, row, *FAULTS[fault])
    for fault, (what, once) in CONNECTIONS.items():
        found[fault] = make_call_without_connection(runner, row, servers[what], once)
    wanted = {fault: expected_outcome(row, fault) for fault in FAULTS}
    # Nothing was sent, so every call can be retried.
    wanted |= {fault: "ok" if once else "unavailable" for fault, (_what, once) in CONNECTIONS.items()}
    assert found == wanted


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_outcome_of_each_field_of_a_wrong_type(runner: OperationRunner, row: Row, record_property: Record) -> None:
    _ok, (truth, *_more) = make_call_with_fault(runner, row, "slow", {"seconds": 0})
    fields = list(dict.fromkeys(fields_of(truth)))
    assert fields or truth is None, "the response has no fields"
    assert set(row.fields) <= set(fields)
    cells: dict[str, dict[str, str]] = {type_: {} for type_ in TYPES}
    record_property("fields", cells)
    wrong = []
    for field in fields:
        true = values_of(truth, field)
        for type_, value in VALUES.items():
            place, spoilt = f"{row}: {field}", json.dumps([value] * len(true))
            if json.dumps(true) == spoilt:
                cells[type_][place] = "true already"
                continue
            found, (answer, *_more) = make_call_with_fault(runner, row, "wrong_type", {"field": field, "type": type_})
            assert json.dumps(values_of(answer, field)) == spoilt, f"the simulator did not change {field}"
            cells[type_][place] = found
            if found != (wanted := expected_outcome_of_field(row, field, type_)):
                wrong.append(f"{field} as {type_}: {found}, not {wanted}")
    assert not wrong


@pytest.mark.parametrize(
    ("fault", "failed_reads", "expected"),
    [("reset_after", 0, "ok"), ("reset_before", 0, "unconfirmed"), ("reset_after", 5, "unconfirmed")],
)
def test_a_removal_without_a_response_is_checked(
    runner: OperationRunner, fault: str, failed_reads: int, expected: str
) -> None:
    """The device may be removed; that is certain only if a later read does not find it."""
    runner.sim.fault(fault, "DELETE", "/devices/", times=5)
    if failed_reads:
        runner.sim.fault("503", "GET", "/devices$", times=failed_reads, skip=1)
    result = runner("mfa_device", user_id=runner.user("nora"), factor="OneLogin SMS", state="absent")
    assert (result["error"]["code"] if result["failed"] else "ok") == expected
    assert result["changed"] is (expected == "ok")


def test_every_call_and_every_fault_is_in_the_table() -> None:
    """A new fault of the simulator is included automatically; a new call needs a row."""
    assert {kind for kind, _params in FAULTS.values()} == set(KINDS)
    assert len(calls()) >= 13
    assert calls_without_row() == set()


def test_the_table_shows_what_was_not_tried() -> None:
    one, other = ({**dict.fromkeys("abc", NOT_TRIED), place: "ok"} for place in "ab")
    reports = [
        SimpleNamespace(user_properties=[("faults", {"GET": cells, "PUT": dict.fromkeys("abc", NOT_TRIED)})])
        for cells in (one, other)
    ]
    rows = [line.split() for line in table(reports, "faults")][-5:-2]
    assert rows == [["a", ".", "?"], ["b", ".", "?"], ["c", "?", "?"]]
