# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The app of the probe, and the end of the process that runs the probe."""

from __future__ import annotations

import hashlib
import secrets
import signal
import time
from pathlib import Path
from typing import Any

import pyotp
import pytest
from ansible_collections.community.onelogin.plugins.module_utils._ansible.arguments import build_argument_spec
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import CONNECTION
from ansible_collections.community.onelogin.plugins.plugin_utils._controller import shutdown
from ansible_collections.community.onelogin.plugins.plugin_utils._probe import probe as _probe
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.answers import QUESTIONS, Answers, describe
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.session import ProbeResponse
from ansible_collections.community.onelogin.plugins.plugin_utils._probe.totp import Authenticator

from tests.unit.harness import reply

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEH"


@pytest.mark.parametrize(
    ("more", "digits", "period", "digest"),
    [
        ("", 6, 30, "SHA1"),
        ("&digits=8&period=60&algorithm=SHA256", 8, 60, "SHA256"),
        ("&algorithm=sha512", 6, 30, "SHA512"),
    ],
)
def test_the_codes_are_those_of_an_app(
    monkeypatch: pytest.MonkeyPatch, more: str, digits: int, period: int, digest: str
) -> None:
    """Each code is shown once: the second one is the next, after a wait until it is shown."""
    monkeypatch.setattr(time, "time", lambda: 1_700_000_010.0)
    slept: list[float] = []
    app = Authenticator({"totp_url": f"otpauth://totp/x:y?secret={SECRET.lower()}{more}"}, slept.append)
    totp = pyotp.TOTP(SECRET, digits=digits, interval=period, digest=getattr(hashlib, digest.lower()))
    assert app.generate_code() == totp.at(1_700_000_010)
    assert slept == []
    assert app.generate_code() == totp.at(1_700_000_010 + period)
    assert slept == [period - 1_700_000_010 % period]
    near = {totp.at(1_700_000_010 + period * offset) for offset in range(-1, 2)}
    wrong = app.generate_wrong_code()
    assert (len(wrong), wrong in near) == (digits, False)


@pytest.mark.parametrize("near", [-3, -1, 0, 3])
def test_a_wrong_code_is_not_that_of_a_step_near_the_current_one(monkeypatch: pytest.MonkeyPatch, near: int) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_700_000_010.0)
    code = pyotp.TOTP(SECRET).at(1_700_000_010 + 30 * near)
    drawn = [int(code), 42]
    monkeypatch.setattr(secrets, "randbelow", lambda end: drawn.pop(0) if end == 10**6 else end)
    app = Authenticator({"totp_url": f"otpauth://totp/x:y?secret={SECRET}"}, lambda _seconds: None)
    assert app.generate_wrong_code() == "000042"
    farther = pyotp.TOTP(SECRET).at(1_700_000_010 + (120 if near >= 0 else -120))
    drawn.append(int(farther))
    assert app.generate_wrong_code() == farther


def test_the_probe_has_these_options() -> None:
    spec = build_argument_spec(_probe.PROBE)
    assert {name: option for name, option in spec.items() if name not in CONNECTION.specs} == {
        "user_id": {"type": "int"},
        "email": {"type": "str"},
        "username": {"type": "str"},
        "keep_devices": {"type": "bool", "default": False},
        "wait_timeout": {"type": "float", "default": 150.0},
        "use_rate_limit": {"type": "bool", "default": False},
    }


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (None, "it does not begin with otpauth://totp/"),
        ("otpauth://totp/x", "it has no secret"),
        ("otpauth://totp/x?secret=1", "its secret is not base32"),
    ],
)
def test_a_registration_without_a_secret(url: str | None, reason: str) -> None:
    with pytest.raises(ValueError, match="no secret") as caught:
        Authenticator({"totp_url": url}, lambda _seconds: None)
    assert str(caught.value) == f"The registration returned no secret that an app could scan, since {reason}."


def test_without_pyotp_the_probe_is_refused_before_any_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_probe, "PYOTP_MISSING", True)
    options = {"user_id": 7, "keep_devices": False, "wait_timeout": 1.0, "use_rate_limit": False}
    with pytest.raises(OneLoginError) as caught:
        _probe.ProbeItem.parse(options)
    assert (caught.value.code, caught.value.message, caught.value.hint) == (
        "invalid",
        "The probe needs the Python library pyotp for the codes of an app, and it cannot be imported.",
        "Install pyotp for the Python that runs Ansible. No request was sent.",
    )


def test_the_first_value_of_an_answer_stays() -> None:
    answers = Answers()
    answers.record("expired", None, "It was not seen.")
    answers.record("expired", "404", "HTTP 404")
    answers.record("expired", "rejected", "HTTP 200")
    answers.choose("throttle", 429, {429: "429"}, "HTTP 429")
    answers.leave_open(("expired", "throttle", "container"), "It was left out.")
    answers.leave_open(("container",), "It was left out again.")
    found = {its.name: its.as_result() for its in answers.list_all()}
    assert [*found] == [*QUESTIONS]
    shown = [[*found[name].values()] for name in ("expired", "throttle", "container", "user_422")]
    assert shown == [
        ["expired", "404", "HTTP 404", ""],
        ["throttle", "429", "HTTP 429", ""],
        ["container", None, "It was left out.", ""],
        [
            "user_422",
            None,
            "The probe does not ask this.",
            "The probe changes no user record. Change one with the module user, and read its error at -vvv.",
        ],
    ]


def test_the_answers_are_shown_as_options_of_the_simulator() -> None:
    rows: list[dict[str, str | None]] = [
        {"name": "page_size", "value": "50", "reason": "50 rows", "how": ""},
        {"name": "expired", "value": "404", "reason": "HTTP 404", "how": ""},
        {"name": "container", "value": None, "reason": "Not all were seen.", "how": ""},
        {"name": "throttle_headers", "value": None, "reason": "It was not reached.", "how": "See throttle."},
    ]
    assert [*describe(rows, ["A remark."], "acme.example")] == [
        "Start the simulator like this, and it behaves as acme.example does:",
        "",
        'make simulator ARGS=" \\\n  --page-size 50 \\\n  --switch expired=404"',
        "",
        "What OneLogin returned:",
        "  page_size=50 (the largest page of users): 50 rows",
        "  expired=404 (an expired registration): HTTP 404",
        "  A remark.",
        "",
        "Not answered:",
        "  container (an object, or a list of one): Not all were seen.",
        "  throttle_headers (the headers of that response): It was not reached. See throttle.",
    ]


@pytest.mark.parametrize("ignored", [False, True])
def test_work_that_the_end_waits_for_is_interrupted_once(tmp_path: Path, ignored: bool) -> None:
    ended: list[Any] = []
    former = signal.SIG_IGN if ignored else lambda number, _frame: ended.append(number)
    before = signal.signal(signal.SIGUSR1, former)
    try:
        shutdown._run_before(signal.SIGUSR1, lambda: ended.append("work"))
        (tmp_path / "onelogin-token-x").touch()
        with shutdown.delay_end(str(tmp_path)) as interrupted:
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGUSR1)
            signal.raise_signal(signal.SIGUSR1)
            assert (interrupted, ended) == ([signal.SIGUSR1], [])
        assert not list(tmp_path.iterdir())
        with shutdown.delay_end(str(tmp_path)) as interrupted:
            (tmp_path / "onelogin-token-x").touch()
        assert (interrupted, len([*tmp_path.iterdir()])) == ([], 1)
        signal.raise_signal(signal.SIGUSR1)
        assert ended == (["work"] if ignored else ["work", signal.SIGUSR1])
    finally:
        signal.signal(signal.SIGUSR1, before)


@pytest.mark.parametrize(
    ("body", "row", "container"),
    [
        ({"id": 1}, {"id": 1}, "object"),
        ([{"id": 1}], {"id": 1}, "list"),
        ([{"id": 1}, {"id": 2}], {}, "list"),
        (None, {}, "object"),
        (["x"], {}, "list"),
    ],
)
def test_the_object_of_a_response(body: object, row: dict[str, int], container: str) -> None:
    response = ProbeResponse[None](reply(200, body), None)
    assert (response.row, response.container, response.summary) == (row, container, "HTTP 200")


@pytest.mark.parametrize(
    ("status", "body", "summary"),
    [
        (
            422,
            {"statusCode": 422, "name": "UnprocessableEntity", "message": "No phone", "otp": "042137"},
            "HTTP 422 UnprocessableEntity: No phone",
        ),
        (401, {"status": {"type": "Unauthorized", "message": "No", "code": 401}}, "HTTP 401 Unauthorized: No"),
        (400, {"status": "error", "message": "No", "name": ""}, "HTTP 400 No"),
        (400, {"message": ["No"]}, "HTTP 400"),
        (400, [{"message": "x" * 121}], f"HTTP 400 {'x' * 119}…"),
        (299, {"message": "042137"}, "HTTP 299"),
        (300, {"message": "Elsewhere"}, "HTTP 300 Elsewhere"),
        (199, {"message": "Wait"}, "HTTP 199 Wait"),
    ],
)
def test_an_error_is_summarized_without_other_fields(status: int, body: object, summary: str) -> None:
    assert ProbeResponse[None](reply(status, body), None).summary == summary
