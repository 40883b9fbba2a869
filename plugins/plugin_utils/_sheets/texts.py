# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The texts of enrolment sheets in a language: those of the collection, and those of a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from markupsafe import Markup, escape

SHIPPED = Path(__file__).with_name("languages")
LANGUAGES = ("en", "de")

_LISTS = {"protect_steps": None, "authenticator_steps": None, "months": 12}
_VALUES = ("app", "contact", "factor", "name", "organisation", "time", "user")
_TIME_VALUES = ("day", "month", "year", "hour", "minute", "zone")
_DIRECTIONS = ("ltr", "rtl")
_PLACE = re.compile(r"\{(\w*)\}")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_HINT = "The file plugins/plugin_utils/_sheets/languages/en.yml of the collection has all names; nothing was written."


@dataclass(frozen=True)
class Texts:
    """The texts of one language, by name."""

    language: str
    by_name: Mapping[str, Any]

    def fill(self, name: str, values: Mapping[str, object]) -> Markup:
        """Return a text as HTML, with values in the place of their names."""
        return _fill(self.by_name[name], values)

    def fill_each(self, name: str, values: Mapping[str, object]) -> list[Markup]:
        """Return the texts of a list as HTML, with values in the place of their names."""
        return [_fill(text, values) for text in self.by_name[name]]

    def format_time(self, moment: datetime) -> str:
        """Return a time in its own zone, with the name of the zone."""
        zone = moment.tzname() or "UTC"
        values = {
            "day": str(moment.day),
            "month": self.by_name["months"][moment.month - 1],
            "year": str(moment.year),
            "hour": f"{moment.hour:02}",
            "minute": f"{moment.minute:02}",
            "zone": self.by_name["zones"].get(zone, zone),
        }
        return _PLACE.sub(lambda place: values[place[1]], self.by_name["time"])


def load_texts(language: str, path: str | None) -> Texts:
    """Return the texts of a language.

    :param language: ``en``, ``de``, or the language of the file, as HTML names it, such as ``fr`` or ``pt-BR``.
    :param path: a file with texts, which take precedence over those of the collection.
    :raises OneLoginError: ``invalid``, if there are no such texts or the file cannot be used.
    """
    if not _TAG.fullmatch(language):
        raise _error(
            f"language is {language!r}, which is not the code of a language.", "Use a code such as en, de or pt-BR."
        )
    own = _read(Path(path).expanduser()) if path else {}
    shipped = _load_shipped(language) if language in LANGUAGES else {}
    if not shipped and not own:
        raise _error(
            f"There are no texts in the language {language}.",
            f"Use one of {', '.join(LANGUAGES)}, or name a file with texts in the option texts.",
        )
    _check(own, str(path), () if shipped else _load_shipped("en"))
    return Texts(language, {**shipped, **own})


def _fill(text: str, values: Mapping[str, object]) -> Markup:
    parts = _PLACE.split(text)
    return Markup("").join(escape(values[part] if index % 2 else part) for index, part in enumerate(parts))


@cache
def _load_shipped(language: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((SHIPPED / f"{language}.yml").read_text(encoding="utf-8"))
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise _error(f"The file of texts {path} cannot be read: {problem.strerror}.", _HINT) from None
    except (UnicodeDecodeError, yaml.YAMLError):
        raise _error(f"The file of texts {path} is not YAML in UTF-8.", _HINT) from None
    if not isinstance(found, dict):
        raise _error(f"The file of texts {path} is not a dictionary of texts by name.", _HINT)
    return {str(name): value for name, value in found.items()}


def _check(own: Mapping[str, Any], path: str, needed: Iterable[str]) -> None:
    """Check the texts of a file.

    :param needed: the names that the file must have.
    """
    known = _load_shipped("en")
    for name in own:
        if name not in known:
            close = get_close_matches(name, known, 1)
            meant = f" Did you mean {close[0]}?" if close else ""
            raise _error(f"The file of texts {path} has the unknown name {name}.{meant}", _HINT)
    if missing := [name for name in needed if name not in own]:
        raise _error(f"The file of texts {path} lacks {', '.join(missing)}.", _HINT)
    for name, value in own.items():
        if problem := _find_problem(name, value):
            raise _error(f"In the file of texts {path}, {name} {problem}.", _HINT)


def _find_problem(name: str, value: Any) -> str | None:
    """Return the problem of a text in a file; None if it is valid."""
    if name == "direction":
        return None if value in _DIRECTIONS else f"must be one of {', '.join(_DIRECTIONS)}"
    if name == "zones":
        return None if _maps_texts(value) else "must be a dictionary of names of time zones"
    if name in _LISTS:
        if problem := _find_list_problem(value, _LISTS[name]):
            return problem
    elif not isinstance(value, str):
        return "must be a text"
    values = _TIME_VALUES if name == "time" else _VALUES
    return _find_text_problem(value if isinstance(value, list) else [value], values)


def _maps_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(part, str) for pair in value.items() for part in pair)


def _find_list_problem(value: Any, count: int | None) -> str | None:
    """Return the problem of a list that must have a number of texts, or at least one; None if it is valid."""
    if isinstance(value, list) and (len(value) == count if count else value):
        return None
    return f"must be a list of {count} texts" if count else "must be a list of at least one text"


def _find_text_problem(texts: Sequence[Any], values: Sequence[str]) -> str | None:
    for text in texts:
        if not isinstance(text, str):
            return "must contain only texts"
        for place in _PLACE.findall(text):
            if place not in values:
                return f"has the unknown value {{{place}}}; the values are {', '.join(values)}"
    return None


def _error(message: str, hint: str) -> OneLoginError:
    return OneLoginError("invalid", message, hint=hint)
