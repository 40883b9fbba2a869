# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of items: what each type accepts, and the whole message about what it does not."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.module_utils._common import clock, secrets
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import (
    HINTS,
    CodeRefused,
    OneLoginError,
    OutcomeUnknown,
    Unforeseen,
)
from ansible_collections.community.onelogin.plugins.module_utils._common.names import fold, list_names
from ansible_collections.community.onelogin.plugins.module_utils._common.text import is_clean
from ansible_collections.community.onelogin.plugins.module_utils._common.validation import (
    OptionSpec,
    check_concurrency,
    check_range,
    convert_options,
    name_type,
)

SPECS: dict[str, OptionSpec] = {
    "word": {"type": "str", "choices": ["one", "two"]},
    "name": {"text": True, "default": "nobody"},
    "whole": {"type": "int", "default": 3},
    "number": {"type": "float"},
    "yes": {"type": "bool", "default": False},
    "words": {"type": "list", "elements": "str"},
    "anything": {"type": "list"},
    "table": {"type": "dict", "options": {"size": {"type": "int", "default": 1}}},
    "free": {"type": "dict"},
    "raw": {"type": "raw"},
}
DEFAULTS = {
    "word": None,
    "name": "nobody",
    "whole": 3,
    "number": None,
    "yes": False,
    "words": None,
    "anything": None,
    "table": None,
    "free": None,
    "raw": None,
}


def test_missing_and_null_options_get_their_defaults() -> None:
    assert convert_options({}, SPECS) == DEFAULTS
    assert convert_options(dict.fromkeys(SPECS), SPECS) == DEFAULTS


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("word", "two", "two"),
        ("name", "", ""),
        ("whole", 0, 0),
        ("whole", " -12 ", -12),
        ("whole", "+7", 7),
        ("number", 2, 2.0),
        ("number", "2.5", 2.5),
        *(("yes", given, True) for given in (True, "yes", "ON", "true", "y", "T", 1, "1", 1.0)),
        *(("yes", given, False) for given in (False, "no", "off", "False", "N", "f", 0, "0", 0.0)),
        ("words", "a, b ,c", ["a", "b", "c"]),
        ("words", ("a", 1, 2.5), ["a", "1", "2.5"]),
        ("words", 7, ["7"]),
        ("anything", [None, {"a": 1}], [None, {"a": 1}]),
        ("anything", {"a": 1}, [{"a": 1}]),
        ("table", {}, {"size": 1}),
        ("table", '{"size": "5"}', {"size": 5}),
        ("free", '{"a": [1]}', {"a": [1]}),
        ("free", {"a": 1}, {"a": 1}),
        ("raw", {1, 2}, {1, 2}),
    ],
)
def test_a_value_is_converted(name: str, given: object, value: object) -> None:
    found = convert_options({name: given}, SPECS)
    assert found == {**DEFAULTS, name: value}
    assert type(found[name]) is type(value)


ITEM = "Correct the item; nothing was sent for it."
INPUT = "Correct the input and run again; nothing was changed for this item."
TEXT = """Write it as text: "12345" in YAML, '"12345"' in INI."""


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        ({"word": "three"}, "word is 'three'; it must be one of one, two.", INPUT),
        ({"word": True}, "word is True; it must be text.", INPUT),
        ({"word": ["one"]}, "word is ['one']; it must be text.", INPUT),
        ({"name": 12345}, "name is 12345, a number: YAML or INI may have changed the value.", TEXT),
        ({"name": True}, "name is True, a boolean: YAML or INI may have changed the value.", TEXT),
        ({"whole": True}, "whole is True; it must be a whole number.", INPUT),
        ({"whole": 2.0}, "whole is 2.0; it must be a whole number.", INPUT),
        ({"whole": "700_002"}, "whole is '700_002'; it must be a whole number.", INPUT),
        ({"number": False}, "number is False; it must be a number.", INPUT),
        ({"number": [1]}, "number is [1]; it must be a number.", INPUT),
        ({"yes": "maybe"}, "yes is 'maybe'; it must be true or false.", INPUT),
        ({"words": ["a", ["b"]]}, "words is ['b']; it must be text.", INPUT),
        ({"table": "{"}, "table is '{'; it must be a dictionary.", INPUT),
        ({"free": [1]}, "free is [1]; it must be a dictionary.", INPUT),
        ({"table": {"size": "x"}}, "size is 'x'; it must be a whole number.", INPUT),
        ({"table": {"sizes": 1}}, 'Unknown option "sizes". Did you mean "size"?', ITEM),
        ({"Words": 1}, 'Unknown option "Words". Did you mean "words"?', ITEM),
        ({"xyz": 1}, 'Unknown option "xyz".', ITEM),
        ({7: 1}, 'Unknown option "7".', ITEM),
        (
            {"id": 1},
            'Unknown option "id". The id of a user in OneLogin is user_id; other ids do not identify a user.',
            ITEM,
        ),
    ],
)
def test_a_wrong_value_is_refused(given: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(OneLoginError) as caught:
        convert_options(given, SPECS)
    assert caught.value.as_result() == {
        "code": "invalid",
        "http_status": None,
        "message": message,
        "request_id": None,
        "hint": hint,
    }


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "null"),
        (False, "a boolean"),
        (0, "a number"),
        (1.5, "a number"),
        ("", "text"),
        ([], "a list"),
        ((), "a list"),
        ({}, "a dictionary"),
        (Decimal(1), "of another type"),
    ],
)
def test_types_have_names(value: object, name: str) -> None:
    assert name_type(value) == name


def test_a_range_includes_its_ends() -> None:
    for value in (1, 5):
        check_range("x", value, 1, 5)
    for value in (1, 64):
        check_concurrency(value)
    check_range("x", 10**9, 0)
    messages = []
    refused: list[Callable[[], None]] = [
        *(partial(check_range, "x", value, 1, 5, "seconds") for value in (0.5, 6, float("nan"))),
        partial(check_range, "x", 10**9 + 1, 1),
        *(partial(check_concurrency, value) for value in (0, 65)),
    ]
    for check in refused:
        with pytest.raises(OneLoginError) as caught:
            check()
        messages.append(caught.value.message)
    assert messages == [
        "x is 0.5; it must be from 1 to 5 seconds.",
        "x is 6; it must be from 1 to 5 seconds.",
        "x is nan; it must be from 1 to 5 seconds.",
        "x is 1000000001; it must be from 1 to 1000000000.",
        "concurrency is 0; it must be from 1 to 64.",
        "concurrency is 65; it must be from 1 to 64.",
    ]


def test_names_in_a_message_are_ten_at_most() -> None:
    assert list_names(["a"]) == "a"
    assert list_names([*"abcdefghij"]) == "a, b, c, d, e, f, g, h, i, j"
    assert list_names([*"abcdefghijkl"]) == "a, b, c, d, e, f, g, h, i, j and 2 more"
    assert (fold("Rene\u0301E"), is_clean("x" * 500), is_clean("x" * 501), is_clean("\x1b")) == (
        "ren\u00e9e",
        True,
        False,
        False,
    )


# Errors


def _fail() -> None:
    dict[str, int]()["a secret"]


def _mistake(*, raised: bool) -> Unforeseen:
    if raised:
        try:
            _fail()
        except KeyError as error:
            return Unforeseen(error)
    return Unforeseen(KeyError("a secret"))


CAUSE = OneLoginError("unavailable", "It broke", http_status=503, request_id="r-1\x1b", hint="Wait.", retry_after=2.5)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (CAUSE, ["unavailable", 503, "It broke.", "r-1", "Wait."]),
        (OneLoginError("expired", "Really?\n"), ["expired", None, "Really? .", None, "Run again to start a new one."]),
        (OneLoginError("expired", "Stop!"), ["expired", None, "Stop!", None, "Run again to start a new one."]),
        (
            OneLoginError("expired", "x" * 600, request_id=""),
            ["expired", None, f"{'x' * 600}.", None, "Run again to start a new one."],
        ),
        (
            OutcomeUnknown(CAUSE),
            [
                "unconfirmed",
                503,
                "It is not known whether the request took effect: It broke.",
                "r-1",
                "Check the user's devices before you send again.",
            ],
        ),
        (
            CodeRefused(http_status=401, request_id="r-2"),
            [
                "otp_rejected",
                401,
                "The one-time code was not accepted.",
                "r-2",
                "Ask the person for the code again; it can be tried until it expires.",
            ],
        ),
        (
            _mistake(raised=False),
            [
                "unconfirmed",
                None,
                "It is not known whether this took effect, because of a bug in the collection: KeyError.",
                None,
                "Check the user's devices before you send again, and report this bug.",
            ],
        ),
        (OneLoginError.from_result({"code": "of a later release"}), ["invalid", None, ".", None, INPUT]),
    ],
)
def test_an_error_has_these_fields(error: OneLoginError, expected: list[Any]) -> None:
    assert [*error.as_result()] == ["code", "http_status", "message", "request_id", "hint"]
    assert [*error.as_result().values()] == expected


def test_an_error_is_read_as_it_was_returned() -> None:
    assert OneLoginError.from_result(CAUSE.as_result()).as_result() == CAUSE.as_result()
    assert (CAUSE.retry_after, str(CAUSE)) == (2.5, "It broke")


def test_a_bug_is_reported_with_its_place_and_without_its_text() -> None:
    line = _fail.__code__.co_firstlineno + 1
    assert _mistake(raised=True).message == (
        "It is not known whether this took effect, because of a bug in the collection:"
        f" KeyError in test_values.py, line {line}."
    )


def test_the_error_codes() -> None:
    """Playbooks compare with them."""
    assert " ".join(HINTS) == (
        "invalid unauthorized forbidden not_found unknown_user no_phone inactive not_in_policy unknown_factor ambiguous"
        " rate_limited unavailable timeout rejected expired otp_rejected unconfirmed unlicensed bad_response"
    )


# The clock and secrets


def test_the_real_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    monkeypatch.setattr(time, "monotonic", lambda: 12.5)
    real = clock.Clock()
    for seconds in (-1, 0.25):
        real.sleep(seconds)
    assert (slept, real.monotonic()) == ([0.0, 0.25], 12.5)
    assert abs(real.now() - datetime.now(timezone.utc)) < timedelta(minutes=1)
    assert 2.0 <= real.jitter(2.0, 2.5) <= 2.5


def test_times_are_shown_in_utc_in_whole_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 1, 1, 1, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=2)))
    monkeypatch.setattr(clock.Clock, "now", lambda _self: moment)
    assert clock.format_time(moment) == "2025-12-31T23:00:00Z"
    assert clock.Clock().format_time_after(61) == "2025-12-31T23:01:01Z"
    assert clock.format_epoch(1_700_000_000.9) == "2023-11-14T22:13:20Z"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (" 2020-07-21T18:11:54.1234567z ", "2020-07-21T18:11:54.123456+00:00"),
        ("2020-07-21T18:11:54.5+02:00", "2020-07-21T16:11:54.500000+00:00"),
        ("2020-07-21T18:11:54", "2020-07-21T18:11:54+00:00"),
        ("2020-07-21", "2020-07-21T00:00:00+00:00"),
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00+00:00"),
        ("1969-12-31T23:59:59Z", None),
        ("8999-12-31T23:59:59Z", "8999-12-31T23:59:59+00:00"),
        ("9000-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("2020-13-01", None),
        ("soon", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_a_timestamp_is_read_in_utc(text: object, shown: str | None) -> None:
    moment = clock.parse_timestamp(text)
    assert (moment and moment.isoformat()) == shown


def test_a_listener_gets_each_list_of_secrets_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_listeners", [])
    heard: list[list[str]] = []
    listener = heard.append
    for _time in range(2):
        secrets.add_listener(listener)
    value = {"a": "12345678", "b": {"c": "1234567", "d": "otpauth://totp/x?issuer=y&secret=JBSWY3DP"}, "e": None}
    assert secrets.mask(value) is value
    assert heard == [["12345678", "otpauth://totp/x?issuer=y&secret=JBSWY3DP", "JBSWY3DP"]]
