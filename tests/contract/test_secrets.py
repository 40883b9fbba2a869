# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator tells of every secret it had to do with."""

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
    """One that has forgotten what other tests did."""
    sim.admin("DELETE", "/secrets")
    return sim


def test_they_are_left_in_a_folder_at_the_end(
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


def told(sim: Simulator) -> set[tuple[str, str]]:
    """Kinds and secrets, the credentials aside."""
    own = {secret for _id, secret in CREDENTIALS.values()}
    rows = {(row["kind"], row["secret"]) for row in sim.admin("GET", "/secrets")}
    return {(kind, secret) for kind, secret in rows if secret not in own}


def test_the_credentials_always(sim: Simulator) -> None:
    kept = [row["secret"] for row in sim.admin("GET", "/secrets") if row["kind"] == "client secret"]
    assert sorted(kept) == sorted(secret for _id, secret in CREDENTIALS.values())
    assert told(sim) == set()


def test_tokens_and_how_they_were_asked_for(sim: Simulator) -> None:
    sim.admin("POST", "/tokens/expire")
    sim.log_in()
    header = base64.b64encode(":".join(CREDENTIALS["Manage All"]).encode()).decode()
    assert told(sim) == {("access token", sim.token), ("authorization header", header)}


def test_what_was_refused(sim: Simulator) -> None:
    url = f"{sim.url}/auth/oauth2/v2/token"
    wrong = {"grant_type": "client_credentials", "client_id": "all-id", "client_secret": "not-the-secret"}
    assert sim.http.post(url, json=wrong).status_code == 401
    sim.token = "no-token-of-ours"
    assert sim.call("GET", "/api/2/users").status_code == 401
    assert told(sim) == {("client secret", "not-the-secret"), ("access token", "no-token-of-ours")}


@pytest.mark.parametrize("factor", [SMS, VOICE, EMAIL])
def test_codes_sent(sim: Simulator, factor: int) -> None:
    sim.enrol(KELLY, factor)
    assert told(sim) == {("code", sim.message(KELLY)["code"])}


def test_codes_given(sim: Simulator) -> None:
    made = sim.enrol(KELLY, SMS)
    sim.mfa("PUT", KELLY, f"registrations/{made['id']}", {"otp": "not it"})
    assert ("code", "not it") in told(sim)


def test_seeds_and_the_codes_made_of_them(sim: Simulator) -> None:
    uri = sim.enrol(NILS, AUTHENTICATOR)["factor_data"]["totp_url"]
    code = sim.admin("GET", f"/people/{NILS}/totp")["code"]
    assert told(sim) == {("seed", pyotp.parse_uri(uri).secret), ("code", code)}


def test_verification_and_mfa_tokens(sim: Simulator) -> None:
    data = sim.enrol(RITA, PROTECT)["factor_data"]
    token = sim.mfa("POST", PAUL, "mfa_token").json()["mfa_token"]
    assert {("verification token", data["verification_token"]), ("MFA token", token)} <= told(sim)


def test_a_reset_leaves_them_and_they_can_be_forgotten(sim: Simulator) -> None:
    sim.enrol(KELLY, SMS)
    before = told(sim)
    sim.admin("POST", "/reset")
    assert before <= told(sim)
    sim.admin("DELETE", "/secrets")
    assert told(sim) == set()
