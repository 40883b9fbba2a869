# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of an enrolment sheet: its texts, its template, and what the person scans, taps or types.

OneLogin returns an ``otpauth:`` URL for OneLogin Protect and for Authenticator
(https://developers.onelogin.com/api-docs/2/multi-factor-authentication/enroll-factor). It is the content of the code,
and also the link: Apple documents that iOS opens it in the app that the person has chosen
(https://developer.apple.com/documentation/authenticationservices/securing-logins-with-icloud-keychain-verification-codes),
and Android in an app that is registered for it. OneLogin documents no other link for OneLogin Protect.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TypedDict
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ansible_collections.community.onelogin.plugins.module_utils._common.clock import format_time, parse_timestamp
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.plugin_utils._pages.assets import hash_source, read_asset
from ansible_collections.community.onelogin.plugins.plugin_utils._pages.text import break_long_words, clean_text
from ansible_collections.community.onelogin.plugins.plugin_utils._sheets.sheets import (
    Recipient,
    Sheet,
    SheetRegistration,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._sheets.texts import Texts, load_texts
from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

try:
    import segno
except ImportError:
    SEGNO_MISSING = True
else:
    SEGNO_MISSING = False

_HERE = Path(__file__).parent
_SCHEME = "otpauth://"
_HINT = "Correct the template, or leave it out; nothing was written."


class DesignOptions(TypedDict):
    """The options of the module that are the same for all pages."""

    title: str | None
    organisation: str | None
    contact: str | None
    language: str | None
    texts: str | None
    template: str | None
    timezone: str | None


@dataclass(frozen=True)
class Design:
    """What all pages of a task share."""

    texts: Texts
    template: Template
    title: str
    organisation: str
    contact: str
    zone: ZoneInfo | None

    @classmethod
    def from_options(cls, options: DesignOptions) -> Design:
        """Return the design that the options describe.

        :raises OneLoginError: ``invalid``, if the texts, the template or the time zone cannot be used.
        """
        design = cls(
            texts=load_texts(options["language"] or "en", options["texts"]),
            template=_load_own_template(options["template"]) if options["template"] else _load_template(),
            title=clean_text(options["title"]),
            organisation=clean_text(options["organisation"]),
            contact=clean_text(options["contact"]),
            zone=_load_zone(options["timezone"]),
        )
        if options["template"]:
            design.check(options["template"])
        return design

    def check(self, path: str) -> None:
        """Check the template with a person who does not exist, before there is a secret.

        :raises OneLoginError: ``invalid``, if it fails, or leaves out what a page needs.
        """
        registration = SheetRegistration(
            "id", "1", "Authenticator", "pending", None, f"{_SCHEME}totp/x?secret=AAAA", "AAAA"
        )
        sheet = Sheet(Recipient("jane@example.com", "Jane Doe"), registration, "name", None)
        try:
            page = render(sheet, self)
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as problem:
            raise OneLoginError("invalid", f"The template {path} cannot be used: {problem}.", hint=_HINT) from None
        for name, part in (("mark", registration.mark), ("qr", "<svg")):
            if part not in page:
                message = f"The template {path} does not show {{{{ {name} }}}}, which each page needs."
                raise OneLoginError("invalid", message, hint=_HINT)


def render(sheet: Sheet, design: Design) -> str:
    """Return the page, whole: it needs no other file and no network, and the same input makes the same page."""
    registration, texts = sheet.registration, design.texts
    expires = parse_timestamp(registration.expires_at)
    style = read_asset(_HERE / "sheet.css")
    key = _group_key(registration.key or "")
    values = {
        "app": "OneLogin Protect" if registration.protect else texts.by_name["other_app"],
        "contact": design.contact or texts.by_name["contact_default"],
        "factor": registration.factor,
        "name": sheet.person.name,
        "organisation": design.organisation,
        "time": texts.format_time(_localize(expires, design.zone)) if expires else "",
        "user": sheet.person.user,
    }
    shown = {name: Markup("<bdi>{}</bdi>").format(value) for name, value in values.items()}

    def text(name: str) -> Markup:
        return texts.fill(name, {**shown, "app": values["app"], "contact": values["contact"], "time": values["time"]})

    return design.template.render(
        **values,
        plain=lambda name: texts.fill(name, values),
        text=text,
        steps=texts.fill_each("protect_steps" if registration.protect else "authenticator_steps", values),
        title=design.title or texts.fill("title", values),
        language=texts.language,
        direction=texts.by_name["direction"],
        named=sheet.person.name != sheet.person.user,
        protect=registration.protect,
        expires=format_time(expires) if expires else None,
        mark=Markup(registration.mark),  # noqa: S704 - made of an escaped id
        style=Markup(style),  # noqa: S704 - a file of this collection
        style_hash=Markup(hash_source(style)),  # noqa: S704 - of the file above
        qr=Markup(_draw_qr(registration.url or "")),  # noqa: S704 - made by segno
        url=registration.url,
        link=_select_link(registration.url),
        key=key,
    )


def _select_link(url: str | None) -> str | None:
    """Return the URL that an app on the same phone opens; None for any other, which a browser could follow."""
    return url if url and url.lower().startswith(_SCHEME) else None


def _localize(moment: datetime, zone: ZoneInfo | None) -> datetime:
    return moment.astimezone(zone)


def _load_zone(name: str | None) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"timezone is {name!r}, which is not a known time zone on this machine."
        raise OneLoginError("invalid", message, hint="Use a name such as Europe/Berlin; nothing was written.") from None


def _group_key(key: str) -> str:
    """Return a key in groups of four, as people read it; unchanged if it has another form."""
    return " ".join(re.findall(".{1,4}", key)) if key.isalnum() and len(key) > 8 else key


def _draw_qr(text: str) -> str:
    return str(segno.make(text, error="m", micro=False).svg_inline(border=4, light="white", omitsize=True))


def build_environment() -> ImmutableSandboxedEnvironment:
    """Return the environment of the templates of pages: they cannot reach anything but their values."""
    environment = ImmutableSandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["soft"] = break_long_words
    return environment


@cache
def _load_template() -> Template:
    return build_environment().from_string(read_asset(_HERE / "sheet.html.j2"))


def _load_own_template(path: str) -> Template:
    try:
        return build_environment().from_string(Path(path).expanduser().read_text(encoding="utf-8"))
    except OSError as problem:
        message = f"The template {path} cannot be read: {problem.strerror}."
    except UnicodeDecodeError:
        message = f"The template {path} is not text in UTF-8."
    except TemplateError as problem:
        message = f"The template {path} cannot be used: {problem}."
    raise OneLoginError("invalid", message, hint=_HINT)
