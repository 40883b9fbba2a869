# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enrolment sheets: their content, in each language; and the codes of otpauth URLs."""

from __future__ import annotations

import base64
import re
from datetime import datetime, timezone
from html.parser import HTMLParser
from pathlib import Path
from time import tzset
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.community.onelogin.plugins.filter.otp import otpauth_code
from ansible_collections.community.onelogin.plugins.plugin_utils._otp.otpauth import read_secret
from ansible_collections.community.onelogin.plugins.plugin_utils._sheets.page import Design, render
from ansible_collections.community.onelogin.plugins.plugin_utils._sheets.sheets import Sheet, build_sheets
from ansible_collections.community.onelogin.plugins.plugin_utils._sheets.texts import LANGUAGES, SHIPPED
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 7, 21, 18, 0, tzinfo=timezone.utc)
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
URL = f"otpauth://totp/OneLogin:jane%40example.com?secret={SEED}&issuer=OneLogin"


def row(item: dict[str, Any] | str | None = None, **registration: Any) -> dict[str, Any]:
    """Build a result of ``mfa_registration`` in a batch."""
    registered = {
        "id": "36c6cf4c-a315-46ce-81f9-a91a475488cf",
        "user_id": 36216766,
        "factor_id": 58957,
        "factor": "Authenticator",
        "display_name": "Authenticator",
        "status": "pending",
        "device_id": None,
        "expires_at": None,
        "factor_data": {"totp_url": URL},
        **registration,
    }
    return {"changed": True, "failed": False, "item": item or {"email": "jane@example.com"}, "registration": registered}


def sheet(**registration: Any) -> Sheet:
    """Build the only sheet of one result."""
    (made,) = build_sheets([row(**registration)], NOW)
    return made


def design(**given: Any) -> Design:
    """Build the design from options of the module."""
    options = dict.fromkeys(("title", "organisation", "contact", "texts", "template", "language"))
    return Design.from_options({**options, "timezone": "UTC", **given})  # type: ignore[typeddict-item]


def page(registration: dict[str, Any] | None = None, name: str = "", **options: Any) -> str:
    """Render the page of one result, without its style."""
    (made,) = build_sheets([{**row(**registration or {}), "name": name}], NOW)
    return re.sub(r"<style>.*</style>", "", render(made, design(**options)), flags=re.S)


@given(st.text(max_size=200), st.text(max_size=200))
def test_names_of_files_have_only_safe_characters(user: str, factor: str) -> None:
    (made,) = build_sheets([row({"email": user or "jane"}, factor=factor)], NOW)
    assert re.fullmatch(r"[a-z0-9][a-z0-9@._-]*-[a-z0-9][a-z0-9@._-]*-[0-9a-f]{8}\.html", made.name)
    assert len(made.name.encode()) < 255


def test_names_of_files_are_stable_and_unique() -> None:
    assert sheet().name == sheet(id="another", factor_id=None, factor_data=None).name
    people = [row({"email": email}, user_id=index) for index, email in enumerate(("ä@x", "ö@x", "../x", "x", "X"))]
    assert len({made.name for made in build_sheets(people, NOW)}) == 5
    assert build_sheets([row({"email": "../../etc/passwd"})], NOW)[0].name.startswith("etc-passwd-authenticator-")


class _Texts(HTMLParser):
    """Collect the text of a page, its elements, and the targets of its links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not {"src", "srcset", "style", "onload", "onclick"} & {name for name, _value in attrs}
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        """The text of the page, with single spaces."""
        return " ".join(" ".join(self.words).split())


PROTECT: dict[str, Any] = {"factor": "Our app", "factor_data": {"totp_url": URL, "verification_token": "01-1912451"}}


def test_a_page_has_instructions_the_expiry_and_a_contact() -> None:
    options = {"title": "A second step", "organisation": "Example Company", "contact": "the help desk"}
    shown = _Texts(page({"expires_at": "2026-07-21T20:11:54+02:00"}, "Jane Doe", **options)).text
    wanted = (
        "A second step Hello Jane Doe , When you sign in at Example Company , you will also confirm with your phone",
        "Please do this before 21 July 2026, 18:11 (UTC).",
        "Tell the number that you see at that moment to the help desk.",
        "This page is only for Jane Doe ( jane@example.com ).",
        "ask the help desk.",
        " ".join(re.findall("....", SEED)),
    )
    assert [text for text in wanted if text not in shown] == []
    plain = _Texts(page()).text
    general = (
        "Set up Authenticator on your phone",
        "Hello,",
        "your company's",
        "within the next days",
        "the person who",
    )
    assert [text for text in general if text not in plain] == []


def test_protect_needs_no_code_and_shows_its_own_key() -> None:
    shown = _Texts(page(PROTECT)).text
    assert "install OneLogin Protect" in shown
    assert "When the app lists your account, you are done." in shown
    assert "Key 01-1912451" in shown
    assert "Set up Our app on your phone" in shown
    assert "30 seconds" not in shown


def test_a_german_page_is_german_throughout() -> None:
    options: dict[str, Any] = {
        "language": "de",
        "timezone": "Europe/Berlin",
        "organisation": "Beispiel AG",
        "contact": "Helpdesk",
    }
    registrations: list[dict[str, Any]] = [{"expires_at": "2026-07-21T18:11:54Z"}, PROTECT]
    for registration in registrations:
        text = page(registration, "Jana Müller", **options)
        shown = _Texts(text).text
        assert '<html lang="de" dir="ltr">' in text
        assert "Guten Tag Jana Müller , wenn Sie sich bei Beispiel AG anmelden, bestätigen Sie künftig" in shown
        english = {"the", "you", "your", "code,", "with", "please", "key", "account"}
        assert english & set(shown.lower().split()) == set()
    assert "bis zum 21. Juli 2026, 20:11 Uhr (MESZ)." in page({"expires_at": "2026-07-21T18:11:54Z"}, **options)
    assert "(MEZ)" in page({"expires_at": "2027-01-21T18:11:54Z"}, **options)


@pytest.mark.parametrize(
    ("zone", "time"),
    [
        ("Europe/Berlin", "21 July 2026, 20:11 (CEST)"),
        ("America/New_York", "21 July 2026, 14:11 (EDT)"),
        ("Asia/Tokyo", "22 July 2026, 03:11 (JST)"),
    ],
)
def test_times_have_the_name_of_their_zone(zone: str, time: str, monkeypatch: pytest.MonkeyPatch) -> None:
    registration = {"expires_at": "2026-07-21T18:11:54Z"}
    assert time in page(registration, timezone=zone)
    monkeypatch.setenv("TZ", zone)
    tzset()
    assert time in page(registration, timezone=None), "the zone of the controller"
    monkeypatch.undo()
    tzset()


@pytest.mark.parametrize(
    ("url", "linked"),
    [(URL, True), ("OTPAUTH://totp/x", True), ("https://a.example/scan", False), ("javascript:alert(1)", False)],
)
def test_only_otpauth_urls_are_linked(url: str, linked: bool) -> None:
    assert _Texts(page({"factor_data": {"totp_url": url}})).links == ([url] if linked else [])


def test_names_are_not_markup_or_templates() -> None:
    result = {**row({"email": "<script>alert(1)</script>"}), "name": "\"'{{ 7 * 7 }}{key}<b>"}
    (made,) = build_sheets([result], NOW)
    text = render(made, design(title="<i>", organisation="{% raw %}", contact="<u>{user}"))
    assert not {"script", "b", "i", "u"} & set(_Texts(text).tags)
    assert "\"'{{ 7 * 7 }}{key}<b>" in _Texts(text).text
    assert "{% raw %}" in text
    assert "&lt;u&gt;{user}" in text


def test_characters_that_disguise_a_name_are_removed() -> None:
    hostile = "\u202a\u202e\u2066\u2069\u200e\u200f\x00\x1b"
    result = {**row({"email": f"jane{hostile}@example.com"}), "name": f"Jane{hostile}Doe"}
    (made,) = build_sheets([result], NOW)
    text = render(made, design(organisation=f"Ex{hostile}ample", contact=f"he{hostile}lp", title=f"Set{hostile} up"))
    assert not set(text) & set(hostile)


def test_the_same_input_makes_the_same_page() -> None:
    assert render(sheet(), design()) == render(sheet(), design())


def test_a_key_that_cannot_be_read_is_left_out() -> None:
    shown = _Texts(page({"factor_data": {"totp_url": "https://[onelogin.example/scan"}}))
    assert "If you cannot scan" not in shown.text
    assert "svg" in shown.tags


def test_the_languages_have_the_same_texts() -> None:
    found = {name: yaml.safe_load((SHIPPED / f"{name}.yml").read_text(encoding="utf-8")) for name in LANGUAGES}
    assert {path.stem for path in SHIPPED.iterdir()} == set(LANGUAGES)
    for texts in found.values():
        assert list(texts) == list(found["en"])
        lengths = {name: len(value) for name, value in texts.items() if isinstance(value, list)}
        assert lengths == {"protect_steps": 4, "authenticator_steps": 4, "months": 12}


def _texts_file(folder: Path, texts: Any) -> str:
    path = folder / "texts.yml"
    path.write_text(texts if isinstance(texts, str) else yaml.safe_dump(texts), encoding="utf-8")
    return str(path)


def test_another_language_comes_from_a_file(tmp_path: Path) -> None:
    english = yaml.safe_load((SHIPPED / "en.yml").read_text(encoding="utf-8"))
    hebrew = {**english, "direction": "rtl", "hello": "שלום {name},", "zones": {"UTC": "זמן אוניברסלי"}}
    options: dict[str, Any] = {"language": "he", "texts": _texts_file(tmp_path, hebrew)}
    text = page({"expires_at": "2026-07-21T20:11:54Z"}, "Jane", **options)
    assert '<html lang="he" dir="rtl">' in text
    assert "שלום Jane ," in _Texts(text).text
    assert "20:11 (זמן אוניברסלי)" in text
    # A file can replace single texts of a language of the collection.
    options = {"language": "de", "texts": _texts_file(tmp_path, {"hello_unnamed": "Moin <b>,"})}
    shown = _Texts(page(**options))
    assert "Moin <b>, wenn Sie" in shown.text
    assert "b" not in shown.tags


def _template(folder: Path, text: str) -> str:
    path = folder / "page.html.j2"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_template_renders_the_page(tmp_path: Path) -> None:
    template = _template(
        tmp_path, "{{ mark }}<h1>{{ organisation }}: {{ name }}</h1>{{ qr }}{{ text('hello') }}{{ key }}"
    )
    (made,) = build_sheets([{**row(), "name": "<Jane>"}], NOW)
    text = render(made, design(template=template, organisation="A & B"))
    assert "<h1>A &amp; B: &lt;Jane&gt;</h1>" in text
    assert made.registration.mark in text
    assert "Hello <bdi>&lt;Jane&gt;</bdi>," in text


@pytest.mark.parametrize(
    ("algorithm", "length", "moment", "code"),
    [
        ("SHA1", 20, 59, "94287082"),
        ("SHA1", 20, 1111111109, "07081804"),
        ("SHA256", 32, 59, "46119246"),
        ("SHA256", 32, 20000000000, "77737706"),
        ("sha512", 64, 59, "90693936"),
        ("SHA512", 64, 2000000000, "38618901"),
    ],
)
def test_the_codes_of_rfc_6238(algorithm: str, length: int, moment: int, code: str) -> None:
    secret = base64.b32encode((b"1234567890" * 7)[:length]).decode().rstrip("=")
    url = f"otpauth://totp/x?secret={secret}&digits=8&algorithm={algorithm}&period=30&issuer=Another&image=x"
    assert otpauth_code(url, at=moment) == code
    assert otpauth_code(url.replace("period=30", "period=60"), at=2 * moment) == code


def test_the_defaults_are_six_digits_thirty_seconds_and_sha1() -> None:
    url = "otpauth://totp/Acme:svc?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert otpauth_code(url, at=1111111109.9) == "081804"
    assert otpauth_code(url.replace("GEZ", "gez"), at=1111111109) == "081804"


NOT_OTPAUTH = "it does not begin with otpauth://totp/"


@pytest.mark.parametrize(
    ("given_url", "why"),
    [
        (SEED, NOT_OTPAUTH),
        (f"https://totp/x?secret={SEED}", NOT_OTPAUTH),
        (f"otpauth://hotp/x?secret={SEED}&counter=1", NOT_OTPAUTH),
        (f"otpauth://[totp/x?secret={SEED}", "it is not a URL"),
        (f"otpauth://totp/{SEED}", "it has no secret"),
        ("otpauth://totp/x?secret=", "it has no secret"),
        ("otpauth://totp/x?secret=01-1912451", "its secret is not base32"),
        ("otpauth://totp/x?secret=é", "its secret is not base32"),
        (f"otpauth://totp/x?secret={SEED}&algorithm={SEED}", "its algorithm is none of SHA1, SHA256, SHA512"),
        (f"otpauth://totp/x?secret={SEED}&digits={SEED}", "its digits is not a number from 1 to 10"),
        (f"otpauth://totp/x?secret={SEED}&digits=0", "its digits is not a number from 1 to 10"),
        (f"otpauth://totp/x?secret={SEED}&digits=11", "its digits is not a number from 1 to 10"),
        (f"otpauth://totp/x?secret={SEED}&digits=\uff16", "its digits is not a number from 1 to 10"),
        (f"otpauth://totp/x?secret={SEED}&period=0", "its period is not a number from 1 to 3600"),
        (f"otpauth://totp/x?secret={SEED}&period=3601", "its period is not a number from 1 to 3600"),
        (f"otpauth://totp/x?secret={SEED}&period=30.0", "its period is not a number from 1 to 3600"),
        ({"totp_url": SEED}, NOT_OTPAUTH),
        (None, NOT_OTPAUTH),
    ],
)
def test_an_invalid_otpauth_url_is_refused_and_not_shown(given_url: Any, why: str) -> None:
    with pytest.raises(AnsibleFilterError) as caught:
        otpauth_code(given_url)
    assert str(caught.value) == (
        f"otpauth_code: the input is not the otpauth URL of an authenticator app, since {why}. "
        "Give factor_data.totp_url of an mfa_registration with return_secrets."
    )


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("", "287082"),
        ("&digits=10", "1094287082"),
        ("&digits=6&algorithm=sha1&period=1", "083773"),
        ("&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "287082"),
    ],
)
def test_the_codes_of_other_urls(more: str, code: str) -> None:
    url = f"OTPAUTH://TOTP/x?secret={SEED if 'secret' in more else 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'}{more}"
    assert otpauth_code(url, at=59) == code


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("secret=JBSWY3DPEHPK3PXP", "996554"),
        (f"secret={SEED}&digits=1", "7"),
        (f"secret={SEED}&period=3600", "702218"),
    ],
)
def test_what_only_newer_releases_of_pyotp_refuse(url: str, code: str) -> None:
    try:
        found = otpauth_code(f"otpauth://totp/x?{url}", at=59)
    except AnsibleFilterError as refusal:
        found = str(refusal)
        assert "app, since PyOTP does not accept it (" in found
        assert not [secret for secret in (SEED, "JBSWY3DPEHPK3PXP") if secret in found]
    else:
        assert found == code


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        (URL, SEED),
        (f"x?secret=a&secret={SEED}", SEED),
        ("otpauth://totp/x", ""),
        ("otpauth://[x?secret=a", ""),
        (None, ""),
    ],
)
def test_the_key_that_people_can_type(url: object, secret: str) -> None:
    assert read_secret(url) == secret
