# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connection options, messages and selectors: what is refused without a request, and with which message."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._api.connection import (
    AccessToken,
    Connection,
    read_token,
)
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import HINTS, OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.validation import convert
from ansible_collections.community.onelogin.plugins.module_utils._engine.selectors import FactorSelector, UserSelector
from ansible_collections.community.onelogin.plugins.module_utils._operations.message import Message, read_code
from hypothesis import example, given
from hypothesis import strategies as st

OPTIONS: dict[str, Any] = {
    "subdomain": "acme",
    "base_url": None,
    "client_id": "id",
    "client_secret": "secret",
    "access_token": None,
    "validate_certs": True,
    "ca_path": None,
    "request_timeout": 30.0,
    "retries": 5,
    "rate_limit_timeout": 3900.0,
    "rate_limit_reserve": 0,
}


def _refused(**options: Any) -> str:
    with pytest.raises(OneLoginError) as caught:
        Connection.from_options({**OPTIONS, **options})
    assert caught.value.code == "invalid"
    return caught.value.message


@pytest.mark.parametrize(
    ("given_url", "used"),
    [
        (None, "https://acme.onelogin.com"),
        ("https://api.us.onelogin.com/", "https://api.us.onelogin.com"),
        ("https://gateway.example:8443/onelogin", "https://gateway.example:8443/onelogin"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_the_url_of_the_account(given_url: str | None, used: str) -> None:
    assert Connection.from_options({**OPTIONS, "base_url": given_url}).base_url == used


@pytest.mark.parametrize(
    "url",
    ["http://acme.onelogin.com", "http://localhost.evil.example", "http://127.0.0.1.evil.example", "http://10.0.0.1"],
)
def test_plain_http_is_accepted_only_for_this_machine(url: str) -> None:
    assert "in clear text" in _refused(base_url=url)


@pytest.mark.parametrize(
    "url",
    ["acme", "ftp://x", "https://", "https://u:p@x", "https://x?a=b", "https://x#y", "https://x:port", "https://["],
)
def test_an_invalid_url_is_refused(url: str) -> None:
    assert "base_url" in _refused(base_url=url)


@pytest.mark.parametrize(
    "url",
    [
        "https://user:hunter2-9f@acme.onelogin.com",
        "https://:hunter2-9f@acme.onelogin.com",
        "https://acme.onelogin.com:hunter2-9f",
        "https://acme.onelogin.com hunter2-9f",
        "https://acme.onelogin.com\\hunter2-9f",
        "https://acme.onelogin.com\thunter2-9f",
        "https://acme.onelogin.com?key=hunter2-9f",
    ],
)
def test_a_url_with_other_parts_is_refused_and_not_shown(url: str) -> None:
    refused = _refused(base_url=url)
    assert "base_url is not " in refused
    assert "hunter2" not in refused


@pytest.mark.parametrize(
    ("url", "here"), [("http://[::1]:80", True), ("http://127.8.9.1", True), ("https://[::2]", False)]
)
def test_which_addresses_are_this_machine(url: str, here: bool) -> None:
    assert Connection.from_options({**OPTIONS, "base_url": url}).is_loopback is here


@pytest.mark.parametrize("name", ["acme.onelogin.com", "https://acme", "a/b", "-acme", "acme-", "a b", "a" * 64])
def test_an_invalid_subdomain_is_refused(name: str) -> None:
    assert "is not a valid subdomain" in _refused(subdomain=name)


def test_a_connection_does_not_show_its_secrets() -> None:
    shown = repr(Connection.from_options({**OPTIONS, "client_secret": "hush", "access_token": "quiet"}))
    assert "hush" not in shown
    assert "quiet" not in shown


@pytest.mark.parametrize(
    ("value", "token"),
    [
        ("t", AccessToken("t")),
        (" t\n", AccessToken("t")),
        ({"access_token": "t"}, AccessToken("t")),
        (
            {"access_token": {"access_token": "t", "account_id": 555, "expires_in": 1}, "changed": False},
            AccessToken("t", 555),
        ),
        ({"access_token": "t", "account_id": True}, AccessToken("t")),
        ("", None),
        (None, None),
        ({}, None),
    ],
)
def test_a_token_is_text_or_the_result_of_a_module(value: object, token: AccessToken | None) -> None:
    assert read_token(value) == token


@pytest.mark.parametrize("value", [7, ["t"], {"access_token": 7}, True])
def test_an_invalid_token_is_refused(value: object) -> None:
    with pytest.raises(OneLoginError):
        read_token(value)


def test_certificate_options_set_the_verification() -> None:
    assert Connection.from_options(OPTIONS).verify is True
    assert Connection.from_options({**OPTIONS, "validate_certs": False, "ca_path": "/none"}).verify is False
    assert Connection.from_options({**OPTIONS, "ca_path": __file__}).verify == __file__
    assert "is not an existing file" in _refused(ca_path="/none")


@pytest.mark.parametrize(
    ("name", "value"),
    [("request_timeout", 0.5), ("retries", 0), ("rate_limit_timeout", -2), ("rate_limit_reserve", -1)],
)
def test_numbers_out_of_bounds_are_refused(name: str, value: float) -> None:
    assert f"{name} is {value}" in _refused(**{name: value})


# Messages


def _message(**options: Any) -> Message:
    return Message.from_options({"expires_in": None, "custom_message": None, "redirect_to": None, **options})


@given(seconds=st.integers(-(10**6), 10**6))
def test_a_code_is_valid_for_two_to_fifteen_minutes(seconds: int) -> None:
    if 120 <= seconds <= 900:
        assert _message(expires_in=seconds).lifetime == seconds
    else:
        with pytest.raises(OneLoginError):
            _message(expires_in=seconds)


@pytest.mark.parametrize(
    "text", ["{otp_code} in {otp_expiry} min", "{{otp_code}} in {{otp_expiry}} min", "{{otp_code}} in {otp_expiry} min"]
)
def test_variables_of_a_message_have_two_forms(text: str) -> None:
    assert _message(custom_message=text).as_body() == {"custom_message": "{{otp_code}} in {{otp_expiry}} min"}


@example(before=160, life=120, code=False, expiry=False)
@example(before=161, life=120, code=False, expiry=False)
@example(before=153, life=841, code=True, expiry=True)
@given(before=st.integers(0, 200), life=st.integers(120, 900), code=st.booleans(), expiry=st.booleans())
def test_the_length_limit_counts_the_text_that_the_person_gets(
    before: int, life: int, code: bool, expiry: bool
) -> None:
    text = before * "x" + code * "{otp_code}" + expiry * "{otp_expiry}"
    length = before + code * 6 + expiry * len(str(-(-life // 60)))
    if length <= 160:
        _message(custom_message=text, expires_in=life)
    else:
        with pytest.raises(OneLoginError) as caught:
            _message(custom_message=text, expires_in=life)
        assert f"has {length} characters" in caught.value.message


def test_only_options_that_are_set_are_sent() -> None:
    assert _message().as_body() == {}
    assert _message(expires_in=300).as_body() == {"expires_in": 300}


# Users

VISIBLE = st.characters(exclude_categories=["C", "Zl", "Zp", "Zs"], include_characters=" ")


@pytest.mark.parametrize("option", ["email", "username", "factor"])
@pytest.mark.parametrize(
    ("name", "place", "char"),
    [
        ("jane@example.com\u200b", "jane@example.com", "U+200B, ZERO WIDTH SPACE"),
        ("ja\u00adne", "ja", "U+00AD, SOFT HYPHEN"),
        ("\u202ejane", "", "U+202E, RIGHT-TO-LEFT OVERRIDE"),
        ("jane\u00a0doe", "jane", "U+00A0, NO-BREAK SPACE"),
        ("ja\x00ne", "ja", "U+0000, a control character"),
    ],
)
def test_an_invisible_character_is_refused_with_its_place(option: str, name: str, place: str, char: str) -> None:
    read = FactorSelector.from_options if option == "factor" else UserSelector.from_options
    with pytest.raises(OneLoginError) as caught:
        read({option: name})
    assert (caught.value.code, caught.value.message) == (
        "invalid",
        f"{option} has an invisible character after {place!r}: {char}.",
    )


def test_composed_and_decomposed_accents_are_equal() -> None:
    composed, decomposed = "Ren\u00e9e", "Rene\u0301e"
    assert UserSelector.from_options({"username": decomposed}) == UserSelector.from_options({"username": composed})
    assert FactorSelector(composed).key == FactorSelector(decomposed.upper()).key


@given(
    options=st.fixed_dictionaries(
        {},
        optional={
            "user_id": st.none() | st.integers(),
            "email": st.none() | st.text(VISIBLE, max_size=8),
            "username": st.none() | st.text(VISIBLE, max_size=8),
        },
    )
)
def test_a_user_is_named_by_at_least_one_option(options: dict[str, Any]) -> None:
    named = [key for key, value in options.items() if value is not None and str(value).strip()]
    good = named and all(options[key] > 0 if key == "user_id" else "*" not in options[key] for key in named)
    if good:
        selector = UserSelector.from_options(options)
        assert {key: value for key, value in vars(selector).items() if value is not None} == {
            key: options[key] if key == "user_id" else unicodedata.normalize("NFC", options[key].strip())
            for key in named
        }
    else:
        with pytest.raises(OneLoginError, match=r"does not identify a user|positive number|wildcard"):
            UserSelector.from_options(options)


def test_every_error_code_has_a_hint() -> None:
    for code, hint in HINTS.items():
        assert OneLoginError(code, "x").hint == hint
        assert hint.endswith(".")


@pytest.mark.parametrize(
    ("given", "code"), [(None, None), ("", None), ("042137", "042137"), (" 042 137 ", "042137"), (123456, "123456")]
)
def test_a_code_is_text(given: object, code: str | None) -> None:
    assert read_code({"otp": given}) == code


@pytest.mark.parametrize("given", [17503, 99999, 0, True, 1234.5, ["042137"]])
def test_a_code_that_may_have_lost_its_zeros_is_refused(given: object) -> None:
    with pytest.raises(OneLoginError, match="not text") as caught:
        read_code({"otp": given})
    assert (caught.value.code, caught.value.hint) == ("invalid", "Put it in quotes.")


@pytest.mark.parametrize("value", [None, [1], {"a": 1}, True, "soon"])
def test_a_value_that_is_not_a_number_is_refused(value: Any) -> None:
    with pytest.raises(OneLoginError, match="timeout"):
        convert("timeout", value, {"type": "float"})
