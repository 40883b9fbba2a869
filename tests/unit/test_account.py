# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account and the credential, when both the options and the environment set them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._api.account import (
    VARIABLES,
    add_environment,
    build_credential_error,
)

AROUND = {"subdomain": "acme", "client_id": "env-id", "client_secret": "env-secret", "access_token": "env-token"}


def combine(monkeypatch: pytest.MonkeyPatch, around: dict[str, str], **own: Any) -> dict[str, Any]:
    """Combine the options with the environment, and return the values that are set."""
    for name, variable in VARIABLES.items():
        monkeypatch.setenv(variable, around.get(name, ""))
    options = {"retries": 5, **dict.fromkeys(VARIABLES), **own}
    used = add_environment(options)
    assert used.pop("retries") == options["retries"]
    assert set(used) == set(VARIABLES)
    return {name: value for name, value in used.items() if value is not None}


def test_the_environment_supplies_options_that_are_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert combine(monkeypatch, AROUND) == AROUND
    assert combine(monkeypatch, AROUND, access_token="") == {**AROUND, "access_token": ""}


def test_options_need_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"base_url": "https://acme.example", "access_token": {"access_token": "own"}}
    assert combine(monkeypatch, {}, **own) == own


@pytest.mark.parametrize("own", [{"subdomain": "other"}, {"base_url": "https://acme.example"}])
@pytest.mark.parametrize("around", [AROUND, {**AROUND, "base_url": "https://api.us.onelogin.com"}])
def test_the_environment_is_not_used_for_another_account(
    monkeypatch: pytest.MonkeyPatch, around: dict[str, str], own: dict[str, str]
) -> None:
    assert combine(monkeypatch, around, **own) == own
    named = {**own, "client_id": "id", "client_secret": "secret"}
    assert combine(monkeypatch, around, **named) == named
    assert "belongs to another account" in build_credential_error(own).hint


def test_the_environment_is_not_used_for_an_invalid_url(monkeypatch: pytest.MonkeyPatch) -> None:
    assert combine(monkeypatch, AROUND, base_url="https://[") == {"base_url": "https://["}


@pytest.mark.parametrize("own", [{"subdomain": "ACME"}, {"base_url": "https://acme.onelogin.com/"}])
def test_the_environment_is_used_for_the_same_account(monkeypatch: pytest.MonkeyPatch, own: dict[str, str]) -> None:
    secrets = {name: value for name, value in AROUND.items() if name != "subdomain"}
    assert combine(monkeypatch, AROUND, **own) == {**secrets, **own}


def test_an_environment_without_an_account_is_used_for_any_account(monkeypatch: pytest.MonkeyPatch) -> None:
    around = {"client_id": "env-id", "client_secret": "env-secret"}
    assert combine(monkeypatch, around, subdomain="other") == {**around, "subdomain": "other"}


@pytest.mark.parametrize("own", [{"client_id": "id"}, {"client_secret": "secret"}])
def test_a_credential_in_the_options_overrides_a_token_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, own: dict[str, str]
) -> None:
    used = combine(monkeypatch, AROUND, **own)
    assert used == {"subdomain": "acme", "client_id": "env-id", "client_secret": "env-secret", **own}


def test_a_token_in_the_options_can_be_renewed_with_the_credential_in_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert combine(monkeypatch, AROUND, access_token="own") == {**AROUND, "access_token": "own"}


@pytest.mark.parametrize("around", [{}, {"subdomain": "acme", "client_secret": "without its id"}])
def test_the_hint_for_an_incomplete_credential_names_the_variables(
    monkeypatch: pytest.MonkeyPatch, around: dict[str, str]
) -> None:
    combine(monkeypatch, around)
    assert "ONELOGIN_CLIENT_ID" in build_credential_error({"subdomain": "acme"}).hint
    assert "ONELOGIN_CLIENT_ID" in build_credential_error({}).hint
