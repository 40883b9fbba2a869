# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The app of the probe, and the end of the process that runs the probe."""

from __future__ import annotations

import hashlib
import signal
import time
from pathlib import Path
from typing import Any

import pyotp
import pytest
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.plugin_utils._controller import shutdown
from ansible_collections.community.onelogin.plugins.plugin_utils._probe import probe as _probe
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


@pytest.mark.parametrize(
    "url", [None, "", "otpauth://totp/x", "otpauth://totp/x?secret=1", f"x?secret={SECRET}&digits=x"]
)
def test_a_registration_without_a_secret(url: str | None) -> None:
    with pytest.raises(ValueError, match=r"no secret that an app could scan"):
        Authenticator({"totp_url": url}, lambda _seconds: None)


def test_without_pyotp_the_probe_is_refused_before_any_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_probe, "PYOTP_MISSING", True)
    options = {"user_id": 7, "keep_devices": False, "wait_timeout": 1.0, "use_rate_limit": False}
    with pytest.raises(OneLoginError, match="needs the Python library pyotp"):
        _probe.ProbeItem.parse(options)


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


def test_an_error_is_summarized_without_other_fields() -> None:
    body = {"statusCode": 422, "name": "UnprocessableEntity", "message": "No phone", "otp": "042137"}
    assert ProbeResponse[None](reply(422, body), None).summary == "HTTP 422 UnprocessableEntity: No phone"
