# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client: retries, renewal of the token, and the hourly rate limit."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._api.auth import TokenSource
from ansible_collections.community.onelogin.plugins.module_utils._api.client import Client
from ansible_collections.community.onelogin.plugins.module_utils._api.connection import Connection
from ansible_collections.community.onelogin.plugins.module_utils._api.rate_limit import RateLimit
from ansible_collections.community.onelogin.plugins.module_utils._api.transport import Response
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import (
    HINTS,
    CodeRefused,
    OneLoginError,
    OutcomeUnknown,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._controller.token_file import TokenFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.harness import EPOCH, FakeClock, Reply, Script, broken, reply

MakeClient = Callable[..., Client]
TOKEN_401 = {"statusCode": 401, "name": "InvalidCredentials", "message": "Please provide valid credentials"}
WRONG_CODE = {"statusCode": 401, "message": "Failed authentication with this factor"}
NEW_TOKEN = {"access_token": "token-2", "expires_in": 36000, "created_at": "2026-01-01T00:00:00.000Z"}


def _code(client: Client, method: str = "GET", **more: Any) -> str:
    with pytest.raises(OneLoginError) as caught:
        client.call(method, "/x", **more)
    assert caught.value.code in HINTS
    return caught.value.code


TRANSIENT: list[Reply] = [
    reply(500, text="<html>"),
    reply(502, text="<html>"),
    reply(503, {"message": "later"}),
    reply(504, text=""),
    reply(200, text="<html>"),
    reply(200, text=""),
    broken(sent=True),
    broken(sent=False),
]


@pytest.mark.parametrize("trouble", TRANSIENT, ids=repr)
def test_reads_are_retried(client: MakeClient, script: Script, clock: FakeClock, trouble: Reply) -> None:
    script.server = [trouble, trouble, reply(200, [])]
    made = client()
    assert made.call("GET", "/x").body == []
    assert made.calls == 3
    assert made.retries == 2
    assert clock.jitters == [(0.5, 1.0), (1.0, 2.0)], "exponential, with jitter"


@pytest.mark.parametrize("trouble", TRANSIENT, ids=repr)
def test_a_read_fails_after_the_last_retry(client: MakeClient, script: Script, trouble: Reply) -> None:
    script.server = lambda _call: trouble
    made = client(retries=3)
    assert _code(made) in ("unavailable", "bad_response")
    assert made.calls == 3


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("trouble", TRANSIENT, ids=repr)
def test_writes_are_retried_only_if_they_cannot_have_been_processed(
    client: MakeClient, script: Script, method: str, trouble: Reply
) -> None:
    script.server = [trouble, reply(201, {})]
    made = client()
    if trouble is TRANSIENT[-1]:
        assert made.call(method, "/x").status == 201
        assert made.calls == 2
    else:
        with pytest.raises(OutcomeUnknown) as caught:
            made.call(method, "/x")
        assert caught.value.code == "unconfirmed"
        assert made.calls == 1


@pytest.mark.parametrize(("method", "code"), [("GET", "rate_limited"), ("DELETE", "unconfirmed")])
def test_a_removal_is_unconfirmed_if_an_earlier_attempt_may_have_succeeded(
    client: MakeClient, script: Script, method: str, code: str
) -> None:
    """The rate limit is reached after an attempt without a usable response."""
    script.server = [reply(503, text="<html>"), reply(429, {}, Retry_After=3600)]
    assert _code(client(rate_limit_timeout=0), method) == code


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("refused", "seconds"),
    [
        (reply(429, {}, Retry_After=7), 7),
        (reply(429, {}, X_RateLimit_Reset=9), 9),
        (reply(429, {}, Retry_After=7, X_RateLimit_Reset=9), 7),
        (reply(429, {}, Retry_After=0), 1),
        (reply(429, text="<html>"), 1),
        (reply(429, {}, Retry_After="Thu, 01 Jan 2026 00:00:08 GMT"), 8),
        (reply(429, {}, Retry_After="Wed, 31 Dec 2025 23:59:59 GMT"), 1),
        (reply(429, {}, Retry_After="tomorrow"), 1),
        (reply(429, {}, X_RateLimit_Reset=int(EPOCH.timestamp()) + 9), 9),
        (reply(400, {"error": "rate_limit_exceeded"}, Retry_After=3), 3),
    ],
)
def test_every_method_waits_when_throttled(
    client: MakeClient, script: Script, clock: FakeClock, method: str, refused: Response, seconds: float
) -> None:
    script.server = [refused, reply(200, {})]
    made = client(retries=1)
    assert made.call(method, "/x").status == 200
    assert clock.passed == pytest.approx(seconds)
    assert made.limit.waited == pytest.approx(seconds)


def test_throttling_does_not_count_as_a_retry(client: MakeClient, script: Script) -> None:
    throttled = reply(429, {}, Retry_After=1)
    script.server = [throttled, throttled, reply(503, {}), throttled, reply(200, [])]
    assert client(retries=2).call("GET", "/x").body == []


def test_a_throttled_call_does_not_wait_beyond_the_timeout(
    client: MakeClient, script: Script, clock: FakeClock
) -> None:
    script.server = lambda _call: reply(429, {}, Retry_After=40)
    made = client(rate_limit_timeout=100)
    assert _code(made) == "rate_limited"
    assert clock.passed == 80
    script.server = lambda _call: reply(429, {}, Retry_After=3600)
    assert _code(client(rate_limit_timeout=0)) == "rate_limited"
    assert clock.passed == 80


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (reply(400, {"message": "no"}), "invalid"),
        (reply(422, {"name": "ValidationError"}), "invalid"),
        (reply(403, {"name": "ForbiddenAction"}), "forbidden"),
        (reply(401, {"status": {"message": "Insufficient Permission"}}), "forbidden"),
        (reply(404, {}), "not_found"),
        (reply(404, text="<html>"), "not_found"),
        (reply(302, text="", Location="https://elsewhere.example"), "bad_response"),
        (reply(418, text="tea"), "bad_response"),
        (broken(sent=False, lasting=True), "unavailable"),
    ],
)
def test_refusals_are_not_retried(
    client: MakeClient, script: Script, clock: FakeClock, refusal: Reply, code: str
) -> None:
    script.server = [refusal]
    assert _code(client()) == code
    assert clock.passed == 0


def test_the_hint_for_a_refused_input_says_what_to_correct(client: MakeClient, script: Script) -> None:
    script.server = [reply(422, {"name": "ValidationError"})]
    with pytest.raises(OneLoginError) as caught:
        client().call("POST", "/x")
    assert "Correct the input, or the user's record in OneLogin" in caught.value.hint


def test_a_refused_token_is_renewed_once(client: MakeClient, script: Script) -> None:
    script.server = [reply(401, TOKEN_401), reply(200, NEW_TOKEN), reply(200, [])]
    client().call("GET", "/x")
    assert script.sent == ["GET /x", "POST /auth/oauth2/v2/token", "GET /x"]
    assert script.calls[2].authorization == "Bearer token-2"
    script.server = lambda call: reply(200, NEW_TOKEN) if "token" in call.path else reply(401, TOKEN_401)
    script.calls.clear()
    assert _code(client()) == "unauthorized"
    assert len(script.calls) == 3


def test_a_failed_token_renewal_is_tried_again_at_the_next_call(client: MakeClient, script: Script) -> None:
    script.server = [reply(401, TOKEN_401), reply(503, {})]
    made = client(retries=1)
    assert _code(made) == "unavailable"
    script.server = [reply(401, TOKEN_401), reply(200, NEW_TOKEN), reply(200, [])]
    assert made.call("GET", "/x").body == []


@pytest.mark.parametrize("known", [{}, {"client_id": "id"}, {"client_secret": "secret"}])
def test_a_refused_token_without_a_whole_credential_is_unauthorized(
    client: MakeClient, script: Script, known: dict[str, str]
) -> None:
    script.server = [reply(401, TOKEN_401)]
    assert _code(client(**{"client_id": None, "client_secret": None, **known})) == "unauthorized"
    assert len(script.calls) == 1


def test_a_wrong_code_is_distinguished_from_a_refused_token(client: MakeClient, script: Script) -> None:
    """By its message; or, if the message is that of a refused token, because OneLogin returns the same token again."""
    same = {**NEW_TOKEN, "access_token": "token-1"}
    for answers in ([reply(401, WRONG_CODE)], [reply(401, TOKEN_401), reply(200, same)]):
        script.server = list(answers)
        with pytest.raises(CodeRefused) as caught:
            client().call("PUT", "/x", carries_code=True)
        assert caught.value.http_status == 401
    script.server = [reply(401, TOKEN_401), reply(200, NEW_TOKEN), reply(200, {})]
    assert client().call("PUT", "/x", carries_code=True).status == 200


def test_secrets_in_error_messages_of_onelogin_are_hidden(client: MakeClient, script: Script) -> None:
    script.server = [reply(400, {"message": "bad token-1 of secret-pair"})]
    with pytest.raises(OneLoginError) as caught:
        client(client_secret="secret-pair").call("GET", "/x")
    assert caught.value.message == "bad *** of *** (HTTP 400)."


def test_the_request_id_is_kept(client: MakeClient, script: Script) -> None:
    script.server = [reply(404, {}, X_Request_Id="ABC")]
    with pytest.raises(OneLoginError) as caught:
        client().call("GET", "/x")
    assert caught.value.as_result()["request_id"] == "ABC"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "status", "message", "errors", "error", "field", "name", "data", "description"])
            | st.text(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    status=st.integers(200, 599),
    body=JSON,
    headers=st.dictionaries(
        st.sampled_from(["Retry-After", "X-RateLimit-Reset", "X-RateLimit-Remaining", "Location"]),
        st.sampled_from(["", "0", "7", "-1", "nan", "inf", "1e999", "soon"]),
    ),
    carries_code=st.booleans(),
)
def test_any_reply_becomes_a_response_or_a_onelogin_error(
    client: MakeClient, script: Script, status: int, body: Any, headers: dict[str, str], carries_code: bool
) -> None:
    script.server = lambda _call: Response(status, headers, body, True, str(body))
    made = client(retries=2, rate_limit_timeout=60)
    try:
        code = None
        found = made.call("PUT" if carries_code else "GET", "/x", carries_code=carries_code).status
    except OneLoginError as error:
        code, found = error.code, status
    assert code in HINTS or (code is None and 200 <= found < 300)


# The rate limit alone


def _headers(remaining: int, reset: float) -> dict[str, str]:
    return {"X-RateLimit-Remaining": str(remaining), "X-RateLimit-Reset": str(reset)}


def test_the_rate_limit_sleeps_until_the_window_restarts(clock: FakeClock) -> None:
    limit = RateLimit(clock, 3900, 0)
    limit.admit()
    assert limit.remaining is None
    limit.observe(_headers(2, 100))
    for left in (1, 0):
        limit.admit()
        assert limit.remaining == left
    assert clock.passed == 0
    limit.admit()
    assert clock.passed == pytest.approx(100)
    assert limit.waited == pytest.approx(100)
    assert limit.remaining is None


def test_responses_out_of_order_do_not_raise_the_remaining_calls(clock: FakeClock) -> None:
    limit = RateLimit(clock, 3900, 0)
    limit.observe(_headers(10, 100))
    limit.admit()
    limit.observe(_headers(10, 99))
    assert limit.remaining == 9
    clock.passed += 200
    limit.observe(_headers(5000, 3600))
    assert limit.remaining == 5000


def test_the_reserve_is_kept_and_a_wait_beyond_the_timeout_is_refused(clock: FakeClock) -> None:
    limit = RateLimit(clock, 50, 5)
    limit.observe(_headers(6, 60))
    limit.admit()
    with pytest.raises(OneLoginError) as caught:
        limit.admit()
    assert caught.value.code == "rate_limited"
    assert caught.value.retry_after == pytest.approx(60)
    assert "2026-01-01T00:01:00Z (in 60 s)" in caught.value.message
    assert clock.passed == 0


def test_a_plan_keeps_the_reserve_in_later_hours(clock: FakeClock) -> None:
    """The rest needs one more hour; without the reserve it would not."""
    limit = RateLimit(clock, 3600, 1000)
    limit.observe({**_headers(1000, 60), "X-RateLimit-Limit": "5000"})
    limit.check_budget(4000, 4000)
    with pytest.raises(OneLoginError, match="4001 API calls are needed and 0 remain this hour") as caught:
        limit.check_budget(4001, 4001)
    assert "2026-01-01T01:01:00Z or later" in caught.value.message


def test_calls_are_reserved_for_other_runs_when_few_remain(clock: FakeClock) -> None:
    """Twenty calls are reserved. Other runs are counted once a second, and only when few calls remain."""
    limit = RateLimit(clock, 3900, 5)
    asked: list[float] = []

    def under_way() -> int:
        asked.append(clock.passed)
        return 20

    limit.under_way = under_way
    limit.observe(_headers(600, 100))
    limit.admit()
    assert asked == []
    limit.observe(_headers(27, 100))
    for left in (26, 25):
        limit.admit()
        assert limit.remaining == left
    assert limit.read_budget() == (0, 100)
    assert asked == [0.0]
    limit.admit()
    assert clock.passed == pytest.approx(100)


def test_other_runs_cannot_reserve_all_calls(clock: FakeClock) -> None:
    limit = RateLimit(clock, 3900, 0)
    limit.under_way = lambda: 64
    limit.observe({**_headers(51, 100), "X-RateLimit-Limit": "100"})
    limit.admit()
    assert clock.passed == 0
    limit.admit()
    assert clock.passed == pytest.approx(100)


def test_a_negative_timeout_waits_without_end(clock: FakeClock) -> None:
    limit = RateLimit(clock, -1, 0)
    for _round in range(5):
        limit.observe(_headers(0, 3600))
        limit.admit()
    assert clock.passed == pytest.approx(5 * 3600)


@given(values=st.dictionaries(st.sampled_from(["X-RateLimit-Remaining", "X-RateLimit-Reset"]), st.text(max_size=6)))
def test_invalid_headers_are_ignored(values: dict[str, str]) -> None:
    limit = RateLimit(FakeClock(), 0, 0)
    limit.observe(values)
    assert limit.remaining is None or limit.remaining >= 0


def test_a_secret_that_is_not_utf_8_is_sent_byte_for_byte(tmp_path: Path) -> None:
    """Python reads such bytes from the environment as surrogates."""
    secret = b"caf\xe9-secret".decode(errors="surrogateescape")
    connection = Connection("https://acme.example", client_id="id", client_secret=secret)
    sent: list[str] = []

    def send(_path: str, authorization: str, _body: object) -> Response:
        sent.append(authorization)
        return reply(200, NEW_TOKEN)

    assert TokenSource(connection, send, TokenFile(str(tmp_path))).get_token() == "token-2"
    assert sent == ["Basic " + base64.b64encode(b"id:caf\xe9-secret").decode()]


def test_a_message_is_shown_in_one_line_without_control_characters_and_cut(
    client: Callable[..., Client], script: Script
) -> None:
    text = "no\nok: [fake]\r\n::error::\x1b[31m\u202e\x00 secr\x07et " + "x" * 200_000
    script.server = [reply(404, {"message": text}, X_Request_Id="a\x1b[0m")]
    with pytest.raises(OneLoginError) as caught:
        client().call("GET", "/x")
    error = caught.value.as_result()
    shown = "no ok: [fake] ::error::[31m *** " + "x" * 500
    assert error == {
        "code": "not_found",
        "http_status": 404,
        "message": f"{shown[:499]}… (HTTP 404).",
        "request_id": "a[0m",
        "hint": "Check the id; it may have been removed or have expired.",
    }
