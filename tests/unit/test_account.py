# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which account, and by whose credential, where options and environment both have something to say."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._api.account import (
    VARIABLES,
    no_credential,
    with_environment,
)

AROUND = {"subdomain": "acme", "client_id": "env-id", "client_secret": "env-secret", "access_token": "env-token"}


def _together(monkeypatch: pytest.MonkeyPatch, around: dict[str, str], **own: Any) -> dict[str, Any]:
    """What is used, without what is not set."""
    for name, variable in VARIABLES.items():
        monkeypatch.setenv(variable, around.get(name, ""))
    options = {"retries": 5, **dict.fromkeys(VARIABLES), **own}
    used = with_environment(options)
    assert used.pop("retries") == options["retries"]
    assert set(used) == set(VARIABLES)
    return {name: value for name, value in used.items() if value is not None}


def test_the_environment_says_what_the_options_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _together(monkeypatch, AROUND) == AROUND
    assert _together(monkeypatch, AROUND, access_token="") == {**AROUND, "access_token": ""}


def test_options_do_without_an_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"base_url": "https://acme.example", "access_token": {"access_token": "own"}}
    assert _together(monkeypatch, {}, **own) == own


@pytest.mark.parametrize("own", [{"subdomain": "other"}, {"base_url": "https://acme.example"}])
@pytest.mark.parametrize("around", [AROUND, {**AROUND, "base_url": "https://api.us.onelogin.com"}])
def test_another_account_gets_nothing_of_the_environments(
    monkeypatch: pytest.MonkeyPatch, around: dict[str, str], own: dict[str, str]
) -> None:
    assert _together(monkeypatch, around, **own) == own
    named = {**own, "client_id": "id", "client_secret": "secret"}
    assert _together(monkeypatch, around, **named) == named
    assert "for the account that is named there" in no_credential(own).hint


def test_what_is_no_address_gets_nothing_either(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _together(monkeypatch, AROUND, base_url="https://[") == {"base_url": "https://["}


@pytest.mark.parametrize("own", [{"subdomain": "ACME"}, {"base_url": "https://acme.onelogin.com/"}])
def test_the_same_account_gets_it(monkeypatch: pytest.MonkeyPatch, own: dict[str, str]) -> None:
    secrets = {name: value for name, value in AROUND.items() if name != "subdomain"}
    assert _together(monkeypatch, AROUND, **own) == {**secrets, **own}


def test_an_environment_without_an_account_is_for_any(monkeypatch: pytest.MonkeyPatch) -> None:
    around = {"client_id": "env-id", "client_secret": "env-secret"}
    assert _together(monkeypatch, around, subdomain="other") == {**around, "subdomain": "other"}


@pytest.mark.parametrize("own", [{"client_id": "id"}, {"client_secret": "secret"}])
def test_a_credential_of_ones_own_is_not_overruled_by_a_token_from_elsewhere(
    monkeypatch: pytest.MonkeyPatch, own: dict[str, str]
) -> None:
    used = _together(monkeypatch, AROUND, **own)
    assert used == {"subdomain": "acme", "client_id": "env-id", "client_secret": "env-secret", **own}


def test_a_token_of_ones_own_may_be_renewed_by_the_credential_from_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _together(monkeypatch, AROUND, access_token="own") == {**AROUND, "access_token": "own"}


@pytest.mark.parametrize("around", [{}, {"subdomain": "acme", "client_secret": "without its id"}])
def test_where_a_part_is_missing_the_hint_names_the_variables(
    monkeypatch: pytest.MonkeyPatch, around: dict[str, str]
) -> None:
    _together(monkeypatch, around)
    assert "ONELOGIN_CLIENT_ID" in no_credential({"subdomain": "acme"}).hint
    assert "ONELOGIN_CLIENT_ID" in no_credential({}).hint
