# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets that are registered with Ansible for masking, if it supports that."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
import sqlalchemy
from ansible_collections.community.onelogin.plugins.module_utils._api.auth import TokenSource
from ansible_collections.community.onelogin.plugins.module_utils._api.connection import AccessToken, Connection
from ansible_collections.community.onelogin.plugins.module_utils._api.transport import Response
from ansible_collections.community.onelogin.plugins.module_utils._common import secrets
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._journal import store as _journal_store
from ansible_collections.community.onelogin.plugins.module_utils._operations import mfa_token, registration

from tests.unit.harness import CONNECTION, Call, Script, reply, run

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
URI = f"otpauth://totp/OneLogin:nils?secret={SEED}&issuer=OneLogin"


@pytest.fixture
def masked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The secrets that were registered for masking."""
    found: set[str] = set()

    def register(values: Iterable[str], /) -> None:
        found.update(values)

    monkeypatch.setattr(secrets, "_listeners", [register])
    return found


def test_a_totp_url_and_its_secret_are_masked_but_a_code_is_not(masked: set[str]) -> None:
    data = {"totp_url": URI, "verification_token": "01-1234567", "code": "123456", "device_id": 12345678, "none": None}
    assert secrets.mask(data) is data
    assert masked == {URI, SEED, "01-1234567"}


def test_the_credential_and_a_given_token_are_masked(masked: set[str]) -> None:
    defaults = {"validate_certs": True, "request_timeout": 30, "retries": 5}
    defaults |= {"rate_limit_timeout": 0, "rate_limit_reserve": 0}
    given = {**CONNECTION, "client_secret": "a-long-secret", "access_token": "a-long-token", **defaults}
    Connection.from_options(given)
    assert masked == {"a-long-secret", "a-long-token"}


class _Stored:
    def exchange(self, *_given: object) -> AccessToken:
        return AccessToken("another-process-s")


def test_a_new_token_and_a_stored_token_are_masked(masked: set[str]) -> None:
    connection = Connection("https://acme.example", "id", "secret")
    fresh = TokenSource(connection, lambda *_call: reply(body={"access_token": "a-fresh-token"}))
    assert fresh.get_token() == "a-fresh-token"
    stored = TokenSource(connection, lambda *_call: reply(500), _Stored())
    assert stored.get_token() == "another-process-s"
    assert masked == {"a-fresh-token", "another-process-s"}


def _account(call: Call) -> Response:
    if call.path.endswith("/factors"):
        return reply(body=[{"factor_id": 1, "name": "Authenticator", "auth_factor_name": "Google Authenticator"}])
    if call.path.endswith("/mfa_token"):
        return reply(201, {"mfa_token": "87654321", "device_id": "user_temp_otp_1"})
    if call.method == "POST":
        return reply(201, {"id": "r", "status": "pending", "factor_data": {"totp_url": URI}})
    return reply(body=[])


@pytest.mark.usefixtures("clock")
def test_secrets_in_responses_are_masked_even_if_the_result_omits_them(masked: set[str], script: Script) -> None:
    script.server = _account
    done = run(registration.REGISTER, {"user_id": 1, "factor": "Authenticator"})
    assert "factor_data" not in done["registration"]
    assert {URI, SEED} <= masked
    assert run(mfa_token.OPERATION, {"user_id": 1})["mfa_token"]["mfa_token"] == "87654321"
    assert "87654321" in masked


def test_the_password_of_the_journal_is_masked(masked: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlalchemy, "create_engine", _unreachable)
    with pytest.raises(OneLoginError):
        _journal_store.exists("postgresql://onelogin:a-long%40password@db.example.com/onelogin")
    assert masked == {"a-long@password"}


def _unreachable(*_given: object, **_named: object) -> None:
    raise ImportError
