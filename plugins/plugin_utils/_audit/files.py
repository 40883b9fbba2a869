# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files that keep audits: one for each, and no file is ever written again.

The name has the time and the scope, so that the audits of other scopes need not be read.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import parse_timestamp
from ansible_collections.community.onelogin.plugins.plugin_utils._audit.scope import hash_scope
from ansible_collections.community.onelogin.plugins.plugin_utils._files.private_file import check_folder, write_file
from ansible_collections.community.onelogin.plugins.plugin_utils._pages.text import clean_name
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import (
    Account,
    Audit,
    AuditedPerson,
    Scope,
)

FORMAT = "community.onelogin audit"
VERSION = 1

_NAME = "audit-{time}-{scope}-{random}.json"
_PATTERN = re.compile(r"audit-(\d{8}T\d{6}\.\d{6}Z)-([0-9a-f]{12})-[0-9a-f]{8}\.json")
_AHEAD = timedelta(minutes=5)
"""How far the clocks of two machines may differ."""


class _UnreadableError(Exception):
    """A file cannot be read as an audit; the text says why."""


def prepare_folder(folder: str, *, check_mode: bool) -> None:
    """Check that audits can be read from a folder and kept in it; create it if it does not exist.

    :param check_mode: only read.
    :raises AnsibleActionFail: they cannot.
    """
    path, reason = Path(folder), None
    try:
        if not check_mode:
            check_folder(path)
        elif path.exists() or path.is_symlink():
            next(path.iterdir(), None)
    except OSError as problem:
        reason = problem.strerror
    if reason:
        raise AnsibleActionFail(
            f"mfa_audit_history is {folder}, and no audit can be kept there: {reason}."
            " Set a folder that you can write to. Nothing was done."
        )


def build_file_name(audit: Audit) -> str:
    """Return a name that no other audit has, and that sorts by time."""
    time = audit["finished"].replace("-", "").replace(":", "")
    return _NAME.format(time=time, scope=hash_scope(audit["scope"]), random=secrets.token_hex(4))


def keep_audit(path: str, audit: Audit) -> None:
    """Write the file of an audit, in one step and for its owner only.

    :raises AnsibleActionFail: it cannot be written.
    """
    reason = None
    try:
        write_file(Path(path), json.dumps(audit, ensure_ascii=False, indent=1) + "\n")
    except OSError as problem:
        reason = problem.strerror
    if reason:
        raise AnsibleActionFail(f"The audit cannot be kept in {path}: {reason}. Run again to keep it.")


def read_audits(
    folder: str, scope: Scope, most: int, fits: Callable[[Audit], bool] = lambda _audit: True
) -> tuple[list[Audit], list[str]]:
    """Return the last audits of a scope, the latest first.

    :param most: how many to read.
    :param fits: whether an audit is one of those to return, such as of the same account.
    :returns: the audits, and a sentence for each file that cannot be read.
    """
    audits: list[Audit] = []
    problems: list[str] = []
    for path in _find_files(Path(folder), hash_scope(scope)):
        if len(audits) == most:
            break
        try:
            audit = _read(path)
        except _UnreadableError as unreadable:
            problems.append(f"{path} {unreadable}")
            continue
        if audit["scope"] == scope and fits(audit):
            audits.append(audit)
    return audits, problems


def same_account(one: Account, other: Account) -> bool:
    """Return whether two audits are of one account. Without the id of either, its host decides."""
    if one["name"] and other["name"]:
        return one["name"] == other["name"]
    return one["host"] == other["host"]


def _find_files(folder: Path, scope: str) -> list[Path]:
    if not folder.is_dir():
        return []
    found = ((_PATTERN.fullmatch(path.name), path) for path in folder.iterdir())
    of_scope = [(match[1], path) for match, path in found if match and match[2] == scope]
    return [path for _time, path in sorted(of_scope, reverse=True)]


def _read(path: Path) -> Audit:
    """Read a file.

    :raises _UnreadableError: it is damaged, or not an audit.
    """
    content = _load(path)
    if not isinstance(content, Mapping) or content.get("format") != FORMAT:
        raise _UnreadableError("is not an audit.")
    if content.get("version") != VERSION:
        raise _UnreadableError(f"has version {content.get('version')}, which this release does not read.")
    try:
        audit = _audit_of(content)
    except (KeyError, TypeError, ValueError):
        raise _UnreadableError("is an audit with missing or wrong values.") from None
    finished = parse_timestamp(audit["finished"])
    if not finished or finished > datetime.now(timezone.utc) + _AHEAD:
        raise _UnreadableError(f"has the time {audit['finished']}, which is not in the past.")
    return audit


def _load(path: Path) -> Any:
    try:
        if not path.is_file():
            raise _UnreadableError("is not a file.")
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise _UnreadableError(f"cannot be read: {problem.strerror}.") from None
    except (ValueError, RecursionError):
        raise _UnreadableError("is damaged: it is not JSON.") from None


def _audit_of(content: Mapping[str, Any]) -> Audit:
    """Return the audit in a file.

    :raises KeyError, TypeError, ValueError: a value is missing or of the wrong type.
    """
    account, scope = content["account"], content["scope"]
    return {
        "format": FORMAT,
        "version": VERSION,
        "account": {"host": _text(account["host"]), "name": _optional(account["name"], str)},
        "scope": {"kind": scope["kind"], "selection": dict(scope["selection"])},
        "started": _text(content["started"]),
        "finished": _text(content["finished"]),
        "lost": _optional(content["lost"], int),
        "gained": _optional(content["gained"], int),
        "people": [_person_of(person) for person in content["people"]],
    }


def _person_of(person: Mapping[str, Any]) -> AuditedPerson:
    factors = person["factors"]
    return {
        "user_id": _optional(person["user_id"], int),
        "user": clean_name(_text(person["user"])),
        "name": clean_name(_optional(person["name"], str)) or None,
        "groups": _names(person["groups"]),
        "factors": None if factors is None else _names(factors),
        "asked_at": _optional(person["asked_at"], str),
    }


def _names(values: Any) -> list[str]:
    if not isinstance(values, list):
        raise TypeError
    return [clean_name(_text(value)) for value in values]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _optional(value: Any, kind: type[Any]) -> Any:
    if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
        raise TypeError
    return value
