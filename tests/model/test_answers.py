# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any response (JSON of any form, bytes, odd headers) leads to a result and never to a traceback."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._engine import batch as _batch
from ansible_collections.community.onelogin.plugins.module_utils._engine.factors import share_group_factors
from hypothesis import example, given
from hypothesis import strategies as st

from tests.integration.operations import ROWS, FastClock, OperationRunner, Row, operation_of
from tests.model import invariants
from tests.model.rewriting_proxy import Rewrite, RewritingProxy, serve_proxy, wire
from tests.support.simulator_process import SimulatorProcess

Headers = list[tuple[str, str]]

DIGITS = "9" * 5000  # too long for Python to convert to a number
TEXTS = (
    *("", " ", "0", "-1", "7", DIGITS, "²", "\0", "\ud800", "../../..", "pending", "accepted", "expired", "nan"),
    *("9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-01-01", "x" * 300),
)
NUMBERS = (0, -1, 7, 2**31, 2**63, 10**30, -(10**30), 1.5, 1e308, float("nan"), float("inf"))
leaves = st.one_of(
    st.none(), st.booleans(), st.sampled_from(NUMBERS), st.integers(), st.sampled_from(TEXTS), st.text(max_size=8)
)
NAMES = (
    *("id", "status", "data", "error", "errors", "message", "access_token", "expires_in", "created_at", "expires_at"),
    *("device_id", "factor_id", "user_id", "name", "auth_factor_name", "email", "username", "factor_data", "field"),
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(st.sampled_from(NAMES), st.text(max_size=4)), inner)
    ),
    max_leaves=6,
)
statuses = st.one_of(
    st.sampled_from([200, 201, 204, 400, 401, 403, 404, 422, 429, 500, 503]), st.integers(100, 999), st.just("two")
)
NUMERIC = ("Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Total-Pages", "Age")
odd_headers = st.one_of(
    st.tuples(
        st.sampled_from(NUMERIC),
        st.sampled_from(["", "0", "1", "-1", "1e300", "1e9", DIGITS, "nan", "inf", "tomorrow", "1, 2", "²", "60"]),
    ),
    st.tuples(st.just("Content-Length"), st.sampled_from(["0", "5", "-1", "1, 2", "x", DIGITS, "99999"])),
    st.tuples(st.just("Content-Encoding"), st.sampled_from(["gzip", "deflate", "br", "zstd", "x", "gzip, gzip"])),
    st.tuples(st.just("Transfer-Encoding"), st.sampled_from(["chunked", "gzip", "x"])),
    st.tuples(
        st.just("Content-Type"),
        st.sampled_from(
            ["text/html", *(f"text/html; charset={c}" for c in ("idna", "punycode", "hex", "x\0", "utf-16"))]
        ),
    ),
    st.tuples(st.just("Location"), st.sampled_from(["", "/", "https://[", "http://example.invalid/\xff"])),
    st.tuples(st.just("After-Cursor"), st.sampled_from(["", "x", "%", "%ff", "\xe9", "a b"])),
    st.tuples(st.just("Set-Cookie"), st.sampled_from(["", "=", "a=b; Domain=x"])),
    st.tuples(st.just("X-Request-Id"), st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=9)),
    st.tuples(st.just("X"), st.sampled_from(["y" * 70000, "\x01", ""])),
    st.just(("no colon\r\n here", "")),
)


def as_json(value: Any) -> bytes:
    """Format a value as JSON, including values that JSON does not allow."""
    return json.dumps(value).encode()


def instead(value: bytes, status: object, headers: Headers) -> Rewrite:
    """Replace the body."""
    return lambda _status, _headers, _body: wire(status, headers, value)


def beside(status: object | None, headers: Headers, length: bool) -> Rewrite:
    """Keep the body, and replace the status and headers."""
    return lambda true, around, body: wire(status or true, [*around, *headers], body, length)


def within(place: int, value: Any, headers: Headers) -> Rewrite:
    """Replace one value in the body."""

    def rewrite(status: int, around: Headers, body: bytes) -> bytes:
        try:
            root = [json.loads(body)]
        except ValueError:
            return wire(status, [*around, *headers], as_json(value))
        places = list(_places(root))
        holder, key = places[place % len(places)]
        holder[key] = value
        return wire(status, [*around, *headers], as_json(root[0]))

    return rewrite


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, (dict, list)):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _places(value[key])


raw = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [b"", b"HTTP/1.1 200 OK", b"HTTP/9.9 2x0\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 150 + b"\r\n{}"]
    ),
)
bodies = st.one_of(
    st.builds(as_json, values),
    st.binary(max_size=30),
    st.sampled_from([b"[" * 100_000, b'{"a":' * 5000, DIGITS.encode(), b"\xef\xbb\xbf{}", b"\xff\xfe{\0}\0", b"NaN"]),
)
rewrites = st.one_of(
    st.builds(instead, bodies, statuses, st.lists(odd_headers, max_size=2)),
    st.builds(within, st.integers(0, 30), values, st.just([])),
    st.builds(within, st.integers(0, 30), leaves, st.lists(odd_headers, max_size=1)),
    st.builds(beside, st.none() | statuses, st.lists(odd_headers, min_size=1, max_size=3), st.booleans()),
    st.builds(lambda said: lambda _status, _headers, _body: said, raw),
)

MORE = (
    Row("GET", "/registrations/", "read", "mfa_registration_wait", ROWS[8].setup),
    Row("GET", "/verifications/", "read", "mfa_verification_wait", ROWS[11].setup),
    Row(
        *("GET", "/api/2/users$", "read", "mfa_device_info"),
        lambda _runner: {"batch": [{"username": "nils"}, {"username": "nora"}]},
    ),
    Row("POST", "/auth/oauth2/v2/token$", "read", "access_token", lambda _runner: {}),
)
"""Calls whose responses are used further, again with other options."""


@pytest.fixture(scope="session")
def proxy(sim: SimulatorProcess) -> Iterator[RewritingProxy]:
    """The proxy in front of the simulator."""
    with serve_proxy(sim.url) as running:
        yield running


@pytest.mark.parametrize("row", [*ROWS, *MORE], ids=lambda row: f"{row.module} {row}")
def test_no_response_leads_to_a_traceback(
    sim: SimulatorProcess,
    proxy: RewritingProxy,
    monkeypatch: pytest.MonkeyPatch,
    ran: Callable[[Counter[str]], None],
    row: Row,
) -> None:
    monkeypatch.setattr(_batch, "Clock", FastClock)
    runner, count = OperationRunner(sim), Counter[str]()
    folder = Path(tempfile.mkdtemp(prefix="onelogin-model-"))

    @example(rewrite=beside(None, [("Content-Length", "1, 2")], True), times=1, noted=True)
    @example(rewrite=beside(None, [("Content-Type", "text/html; charset=idna")], True), times=1, noted=True)
    @example(rewrite=instead(b"-2", 200, [("Transfer-Encoding", "chunked")]), times=1, noted=True)
    @example(rewrite=instead(as_json({"access_token": "\u0100"}), 200, []), times=1, noted=True)
    @example(rewrite=instead(b"[" * 100_000, 200, []), times=1, noted=True)
    @example(rewrite=instead(as_json({"id": "\ud800", "status": "pending"}), 201, []), times=1, noted=True)
    @example(rewrite=instead(as_json({"id": "x", "status": "\ud800"}), 201, []), times=1, noted=True)
    @example(rewrite=instead(as_json({}), 429, [("Retry-After", "1e300")]), times=1000, noted=True)
    @given(rewrite=rewrites, times=st.sampled_from([1, 1, 2, 1000]), noted=st.booleans())
    def tried(rewrite: Rewrite, times: int, noted: bool) -> None:
        count["answers"] += 1
        sim.reset()
        share_group_factors.cache_clear()
        options = row.setup(runner)
        seen: list[bytes] = []

        def answer(*truth: Any) -> bytes:
            seen.append(rewrite(*truth))
            return seen[-1]

        proxy.rewrite_calls(row.method, row.path, answer, times)
        if noted and operation_of(row.module).journals:
            options["journal"] = str(folder / f"{count['answers']}.sqlite")
        result = runner(row.module, **options, base_url=proxy.url, rate_limit_timeout=60)
        assert seen, "the call was not made"
        json.dumps(result)
        invariants.errors_are_of_the_design(result)
        if row.kind == "once" and not _refused(seen[-1]):
            code = result["error"]["code"] if result["failed"] else "ok"
            assert code in ("ok", "unconfirmed", "rejected"), f"{code} for a call that was sent: {result}"

    try:
        tried()
    finally:
        shutil.rmtree(folder)
        ran(count)


def _refused(said: bytes) -> bool:
    """Whether a body reads as a refusal, after which nothing was sent."""
    return bool(re.match(rb"HTTP/1\.[01] [134]\d\d\b", said))
