# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Enrolment sheets: from what ``mfa_registration`` returned to a page for each person who has an app to set up."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import parse_qs, urlsplit

from ansible_collections.community.onelogin.plugins.module_utils._common.clock import parse_timestamp, timestamp
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.statuses import ACCEPTED, PENDING
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

try:
    import segno
except ImportError:
    SEGNO_MISSING = True
else:
    SEGNO_MISSING = False

_PERSON_KEYS = ("user", "email", "username", "user_id")
_LONGEST = 1024  # bytes of a secret that a phone's camera still reads from paper
_NOTHING_TO_SCAN = (
    "The registration is pending, and nothing came with it that an app could scan. OneLogin tells it once, when the "
    "registration is made with return_secrets, and only for OneLogin Protect and Authenticator."
)


class SheetResult(TypedDict):
    """A page as the module returns it."""

    user: str
    factor: str
    path: str
    expires_at: str | None
    changed: bool


class WithoutSheet(TypedDict):
    """Who has no page, as the module returns it."""

    user: str
    factor: str
    reason: str


@dataclass(frozen=True)
class Words:
    """What the caller can say on every sheet."""

    title: str | None = None
    organisation: str | None = None
    contact: str | None = None


@dataclass(frozen=True)
class Person:
    """Whom a sheet is for: as the caller names them, and by the name they are addressed with."""

    user: str
    name: str


@dataclass(frozen=True)
class Registration:
    """An enrolment under way, as far as a sheet tells of it.

    :param url: what the app scans.
    :param key: what the person types instead.
    :param protect: the app is OneLogin Protect, which ends the enrolment by itself; any other shows a code.
    """

    id: str
    user_id: str
    factor: str
    status: str
    expires_at: str | None
    url: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)
    protect: bool = False

    @classmethod
    def from_result(cls, row: Mapping[str, Any]) -> Registration:
        """Read what ``mfa_registration`` returns as ``registration``."""
        data = row.get("factor_data") or {}
        url, token = _text(data.get("totp_url")), _text(data.get("verification_token"))
        return cls(
            id=_text(row.get("id")),
            user_id=_text(row.get("user_id")),
            factor=_text(row.get("factor")),
            status=_text(row.get("status")),
            expires_at=_text(row.get("expires_at")) or None,
            url=url or None,
            key=token or _secret_of(url) or None,
            protect=bool(token),
        )

    @property
    def mark(self) -> str:
        """What a page holds to be known as this registration's."""
        return f'<meta name="onelogin-registration" content="{Markup.escape(self.id)}">'


@dataclass(frozen=True)
class Obstacle:
    """Why no page can be made.

    :param earlier: what one of an earlier run is, if there is one - ``good``, if it is of the same registration;
        ``spent``, so that it should go; or ``unknown``.
    """

    reason: str
    earlier: str = "unknown"


@dataclass(frozen=True)
class Sheet:
    """A page to be: for whom, of what, the name of its file, and what is in the way."""

    person: Person
    registration: Registration
    name: str
    obstacle: Obstacle | None


def sheets(rows: Sequence[Mapping[str, Any]], now: datetime) -> list[Sheet]:
    """The page of each registration, in their order.

    :param rows: results of ``mfa_registration``, with ``item`` as a batch and a loop add it, or with one of ``user``,
        ``email``, ``username`` and ``user_id``; ``name`` is how the person is addressed.
    :raises OneLoginError: ``invalid``, where one is nobody's, or two mean the same page.
    """
    made: list[Sheet] = []
    first: dict[str, int] = {}
    for index, row in enumerate(rows):
        sheet = _sheet(index, row, now)
        if first.setdefault(sheet.name, index) != index:
            raise OneLoginError(
                "invalid",
                f"registrations[{first[sheet.name]}] and registrations[{index}] are of the same person and factor: "
                f"{sheet.person.user}, {sheet.registration.factor}.",
                hint="Leave one of them out; no sheet was written.",
            )
        made.append(sheet)
    return made


def render(sheet: Sheet, words: Words) -> str:
    """The page, whole: it needs no other file and no network, and the same input makes the same page."""
    style = _beside("sheet.css")
    registration = sheet.registration
    expires = parse_timestamp(registration.expires_at)
    return _template().render(
        person=sheet.person,
        registration=registration,
        words=words,
        expires=timestamp(expires) if expires else None,
        style=Markup(style),  # noqa: S704 - a file of this collection
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        qr=Markup(_qr(registration.url or "")),  # noqa: S704 - made by segno
        key=_in_groups(registration.key or ""),
    )


def _sheet(index: int, row: Mapping[str, Any], now: datetime) -> Sheet:
    told, item = row.get("registration"), row.get("item")
    named = {**(item if isinstance(item, Mapping) else {"user": item}), **row}
    registration = Registration.from_result(told if isinstance(told, Mapping) else {})
    if not registration.factor:
        registration = replace(registration, factor=_text(named.get("factor")) or "an app")
    user = next((_text(named[key]) for key in _PERSON_KEYS if named.get(key)), registration.user_id)
    if not user:
        raise OneLoginError(
            "invalid",
            f"registrations[{index}] does not say whose it is.",
            hint="Hand over what mfa_registration returned in results, or add the person's email.",
        )
    person = Person(user, _text(named.get("name")) or user)
    return Sheet(person, registration, _file_name(person, registration), _obstacle(row, registration, now))


def _obstacle(row: Mapping[str, Any], registration: Registration, now: datetime) -> Obstacle | None:
    expires = parse_timestamp(registration.expires_at)
    if row.get("failed") or not registration.status:
        return Obstacle(_text(row.get("msg")) or "There is no registration.")
    if registration.status == ACCEPTED:
        return Obstacle("The factor is enrolled already.", earlier="spent")
    if registration.status != PENDING:
        return Obstacle(f"The registration is {registration.status}.", earlier="spent")
    if expires and expires <= now:
        return Obstacle(f"The registration expired at {timestamp(expires)}. Register anew.", earlier="spent")
    if not registration.id:
        return Obstacle("The factor would be enrolled; in check mode there is no secret.")
    if not registration.url:
        return Obstacle(_NOTHING_TO_SCAN, earlier="good")
    if len(registration.url.encode()) > _LONGEST:
        return Obstacle(f"The secret is longer than {_LONGEST} bytes, too long for a code that a phone can read.")
    return None


def _file_name(person: Person, registration: Registration) -> str:
    """A name that no address can lead elsewhere, the same in every run, and of this person and factor only."""
    identity = f"{registration.user_id or person.user.casefold()}\0{registration.factor.casefold()}"
    digest = hashlib.sha256(identity.encode()).hexdigest()[:8]
    return f"{_slug(person.user, 'person')}-{_slug(registration.factor, 'app')}-{digest}.html"


def _slug(text: str, otherwise: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9@._-]+", "-", plain)[:80].strip("-._@") or otherwise


def _secret_of(url: str) -> str:
    """The key in an otpauth URL; none where it is no such URL."""
    try:
        return parse_qs(urlsplit(url).query).get("secret", [""])[0]
    except ValueError:
        return ""


def _in_groups(key: str) -> str:
    """A key as people read it off: in fours, unless it has a form of its own."""
    return " ".join(re.findall(".{1,4}", key)) if key.isalnum() and len(key) > 8 else key


def _qr(text: str) -> str:
    return str(segno.make(text, error="m", micro=False).svg_inline(border=4, light="white", omitsize=True))


def _text(value: object) -> str:
    return "" if value is None else str(value)


@cache
def _template() -> Template:
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(
        _beside("sheet.html.j2")
    )


@cache
def _beside(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
