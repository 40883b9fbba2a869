# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text on pages: what is left of a value, and where a long word can be broken."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.community.onelogin.plugins.plugin_utils._pages.assets import hash_source
from ansible_collections.community.onelogin.plugins.plugin_utils._pages.text import (
    break_long_words,
    clean_name,
    clean_text,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Jane Doe", "Jane Doe"),
        ("  Jane \t\n Doe ", "Jane Doe"),
        ("J\u00ada\u200bn\u2060e\u2065 \ufffeD\uffffoe\x00", "Jane Doe"),
        ("a\u200cb", "a\u200cb"),
        (7, "7"),
        (True, ""),
        (7.5, ""),
        (None, ""),
        (["Jane"], ""),
    ],
)
def test_the_text_of_a_value(value: Any, text: str) -> None:
    assert (clean_text(value), clean_name(value)) == (text, text)


def test_a_name_is_cut_and_a_text_is_not() -> None:
    assert (clean_text("x" * 501), clean_name("x" * 501)) == ("x" * 501, "x" * 499 + "…")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("short words of <b>", "short words of &lt;b&gt;"),
        ("x" * 20, "x" * 20),
        ("x" * 21, "x" * 14 + "|" + "x" * 7),
        ("x" * 29, "x" * 14 + "|" + "x" * 14 + "|x"),
        ("jane.doe@mail.example.com", "jane.|doe|@mail.|example.|com"),
        ("@jane_doe/a+b=c-d..example", "@jane_|doe/|a+|b=|c-|d..|example"),
        ("a <" + "x" * 20 + "> b", "a &lt;" + "x" * 13 + "|" + "x" * 7 + "&gt; b"),
        ("x" * 21 + "  " + "y" * 21 + " z", "x" * 14 + "|" + "x" * 7 + "  " + "y" * 14 + "|" + "y" * 7 + " z"),
        ("", ""),
    ],
)
def test_only_long_words_can_be_broken(text: str, shown: str) -> None:
    assert break_long_words(text) == shown.replace("|", "<wbr>")


def test_the_source_expression_of_a_script() -> None:
    assert hash_source("") == "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
