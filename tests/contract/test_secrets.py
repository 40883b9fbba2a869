# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator lists every secret that it issued or received."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest

from tests.contract.harness import (
    AUTHENTICATOR,
    CREDENTIALS,
    EMAIL,
    KELLY,
    NILS,
    PAUL,
    PROTECT,
    RITA,
    SMS,
    VOICE,
    Simulator,
)


@pytest.fixture
def sim(sim: Simulator) -> Simulator:
    """A simulator that has forgotten the secrets of other tests."""
    sim.admin("DELETE", "/secrets")
    return sim


def test_secrets_are_written_to_a_folder_at_the_end(
    start: Callable[..., Simulator], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONELOGIN_SIMULATOR_SECRETS", str(tmp_path))
    sim = start()
    secrets = sim.admin("GET", "/secrets")
    assert secrets[0] == {"kind": "client secret", "secret": "simulator-secret"}
    assert not list(tmp_path.iterdir())
    sim.stop()
    (file,) = tmp_path.iterdir()
    assert json.loads(file.read_text()) == secrets
    assert file.stat().st_mode & 0o777 == 0o600


def listed(sim: Simulator) -> set[tuple[str, str]]:
    """The kinds and secrets, without the credentials."""
    own = {secret for _id, secret in CREDENTIALS.values()}
    rows = {(row["kind"], row["secret"]) for row in sim.admin("GET", "/secrets")}
    return {(kind, secret) for kind, secret in rows if secret not in own}


def test_the_credentials_are_always_listed(sim: Simulator) -> None:
    kept = [row["secret"] for row in sim.admin("GET", "/secrets") if row["kind"] == "client secret"]
    assert sorted(kept) == sorted(secret for _id, secret in CREDENTIALS.values())
    assert listed(sim) == set()


def test_tokens_and_their_authorization_headers_are_listed(sim: Simulator) -> None:
    sim.admin("POST", "/tokens/expire")
    sim.log_in()
    header = base64.b64encode(":".join(CREDENTIALS["Manage All"]).encode()).decode()
    assert listed(sim) == {("access token", sim.token), ("authorization header", header)}


def test_refused_secrets_are_listed(sim: Simulator) -> None:
    url = f"{sim.url}/auth/oauth2/v2/token"
    wrong = {"grant_type": "client_credentials", "client_id": "all-id", "client_secret": "not-the-secret"}
    assert sim.http.post(url, json=wrong).status_code == 401
    sim.token = "no-token-of-ours"
    assert sim.call("GET", "/api/2/users").status_code == 401
    assert listed(sim) == {("client secret", "not-the-secret"), ("access token", "no-token-of-ours")}


@pytest.mark.parametrize("factor", [SMS, VOICE, EMAIL])
def test_sent_codes_are_listed(sim: Simulator, factor: int) -> None:
    sim.enrol(KELLY, factor)
    assert listed(sim) == {("code", sim.message(KELLY)["code"])}


def test_received_codes_are_listed(sim: Simulator) -> None:
    made = sim.enrol(KELLY, SMS)
    sim.mfa("PUT", KELLY, f"registrations/{made['id']}", {"otp": "not it"})
    assert ("code", "not it") in listed(sim)


def test_seeds_and_their_codes_are_listed(sim: Simulator) -> None:
    uri = sim.enrol(NILS, AUTHENTICATOR)["factor_data"]["totp_url"]
    code = sim.admin("GET", f"/people/{NILS}/totp")["code"]
    assert listed(sim) == {("seed", pyotp.parse_uri(uri).secret), ("code", code)}


def test_verification_and_mfa_tokens_are_listed(sim: Simulator) -> None:
    data = sim.enrol(RITA, PROTECT)["factor_data"]
    token = sim.mfa("POST", PAUL, "mfa_token").json()["mfa_token"]
    assert {("verification token", data["verification_token"]), ("MFA token", token)} <= listed(sim)


def test_a_reset_keeps_the_secrets_and_a_delete_forgets_them(sim: Simulator) -> None:
    sim.enrol(KELLY, SMS)
    before = listed(sim)
    sim.admin("POST", "/reset")
    assert before <= listed(sim)
    sim.admin("DELETE", "/secrets")
    assert listed(sim) == set()
