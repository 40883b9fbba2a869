# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of a result that may be shown: named fields of plain text, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._common.clock import read_iso_time
from ansible_collections.community.onelogin.plugins.plugin_utils._pages.text import clean_name, clean_text
from ansible_collections.community.onelogin.plugins.plugin_utils._report.types import (
    Ids,
    ReportError,
    ReportRow,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._report.words import Words, label_status

OUTCOMES = ("failed", "open", "done")

_OBJECTS = ("registration", "verification", "device")
_SECRET_NAME = re.compile(r"otp|secret|token|seed|password|factor_data", re.IGNORECASE)
_SEED = re.compile(r"otpauth(-migration)?:\S+", re.IGNORECASE)
_HIDDEN = "(hidden)"
_SHORTEST_SECRET = 4
_NO_GROUPS = ("all", "ungrouped")


def build_row(
    row: Mapping[str, Any], words: Words, done: Collection[str], groups: Mapping[str, Sequence[str]]
) -> ReportRow:
    """Return the row as it may be shown.

    :param done: the statuses that count as done.
    :param groups: the groups of each host, for a row that names none.
    """
    hidden = sorted(set(_find_secrets(row)), key=len, reverse=True)
    host, user, factor, status = (read_name(row.get(name)) for name in ("host", "user", "factor", "status"))
    who = user or host or "no one"
    text = _drop_name(_hide_secrets(row.get("msg"), hidden), who, factor)
    error = _build_error(row.get("error"), text, hidden) if row.get("failed") else None
    status = status or (error["code"] if error else "unknown")
    named, ids = row.get("groups"), _read_ids(row)
    changed, elapsed = bool(row.get("changed")), _read_seconds(row.get("elapsed"))
    label = label_status(words, status, changed=changed, elapsed=elapsed, expires=bool(ids["expires_at"]))
    return {
        "who": who,
        "name": _drop_same_name(read_name(row.get("name")), who),
        "host": host,
        "user": user,
        "factor": factor,
        "groups": _read_groups(named if isinstance(named, (list, tuple)) else groups.get(host or "", ())),
        "outcome": _choose_outcome(status, words, done, failed=bool(row.get("failed")), user=user),
        "status": status,
        "label": label,
        "changed": changed,
        "text": text or (error["message"] if error else label),
        "awaits": row["awaits"] if row.get("awaits") in ("otp", "user") else None,
        "accepted_at": format_time(row.get("accepted_at")),
        "elapsed": elapsed,
        "former_phone": read_name(row.get("former_phone")),
        "former_group": read_name(row.get("former_group")),
        "asked_at": format_time(row.get("asked_at")),
        "cause": None,
        "since_last": None,
        **ids,
        "error": error,
    }


def read_time(value: Any) -> datetime | None:
    """Return a time as UTC; None for anything else."""
    if isinstance(value, str):
        try:
            value = read_iso_time(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value.astimezone(timezone.utc) if value.tzinfo else value.replace(tzinfo=timezone.utc)


def format_time(value: Any) -> str | None:
    """Return a time in UTC to the second, in the format of ISO 8601."""
    time = read_time(value)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ") if time else None


def read_name(value: Any) -> str | None:
    """Return a name as plain text on one line; None without a name."""
    return clean_name(value) or None


def _choose_outcome(status: str, words: Words, done: Collection[str], *, failed: bool, user: str | None) -> str:
    if status == words.lacking and user:
        return "open"
    if failed:
        return "failed"
    return "done" if status in done else "open"


def _drop_same_name(name: str | None, who: str) -> str | None:
    """Return the name of the person, unless it is the same as the address or username."""
    return None if name is None or name.casefold() == who.casefold() else name


def _read_seconds(value: Any) -> int | None:
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e9 else None


def _hide_secrets(value: Any, hidden: Iterable[str]) -> str:
    """Return a sentence without secrets."""
    text = _SEED.sub(_HIDDEN, clean_text(value))
    for secret in hidden:
        text = text.replace(secret, _HIDDEN)
    return text


def _find_secrets(value: Any, secret: bool = False) -> Iterator[str]:
    """Return every text under a name that suggests a secret."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _find_secrets(inner, secret or bool(_SECRET_NAME.search(str(name))))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _find_secrets(inner, secret)
    elif secret and isinstance(value, (str, int)) and len(str(value)) >= _SHORTEST_SECRET:
        yield str(value)


def _drop_name(text: str, who: str, factor: str | None) -> str:
    """Return the sentence without the name at its beginning, which has a separate column."""
    for name in (f"{who}, {factor}: ", f"{who}: "):
        if text.startswith(name):
            return text[len(name) :]
    return text


def _build_error(given: Any, text: str, hidden: Sequence[str]) -> ReportError:
    """Return the failure and the hint. The sentence of the row may have more details than the error."""
    error = given if isinstance(given, Mapping) else {}
    message = _hide_secrets(error.get("message"), hidden)
    hint = _hide_secrets(error.get("hint"), hidden)
    if message and text.startswith(message):
        hint = text[len(message) :].strip() or hint
    return {
        "code": read_name(error.get("code")) or "unknown",
        "http_status": read_name(error.get("http_status")),
        "message": message or text,
        "request_id": read_name(error.get("request_id")),
        "hint": hint,
    }


def _read_ids(row: Mapping[str, Any]) -> Ids:
    """Return the ids of the user, registration or verification, and device, and until when it is valid."""
    name = next((name for name in _OBJECTS if isinstance(row.get(name), Mapping)), None)
    about = row[name] if name else {}
    return {
        "user_id": read_name(about.get("user_id")) or read_name(row.get("user_id")),
        "registration_id": read_name(about.get("id")) if name == "registration" else None,
        "verification_id": read_name(about.get("id")) if name == "verification" else None,
        "device_id": read_name(about.get("device_id")),
        "expires_at": format_time(about.get("expires_at")),
    }


def _read_groups(names: Iterable[Any]) -> list[str]:
    found = (read_name(name) for name in names)
    # Names that differ in case only have an order, too.
    names = {name for name in found if name and name not in _NO_GROUPS}
    return sorted(names, key=lambda name: (name.casefold(), name))
