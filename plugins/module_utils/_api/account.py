# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Find the account and its credential, from the options and the environment.

The environment is one profile. If the options identify another account, its credential and token are not used, so
that they are never sent to another account.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError

VARIABLES = {
    "subdomain": "ONELOGIN_SUBDOMAIN",
    "base_url": "ONELOGIN_BASE_URL",
    "client_id": "ONELOGIN_CLIENT_ID",
    "client_secret": "ONELOGIN_CLIENT_SECRET",
    "access_token": "ONELOGIN_ACCESS_TOKEN",
}
"""The options that are chosen as a group, and their environment variables."""

_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")  # a name or an address
_BLANK = re.compile(r"[\s\\\x00-\x1f\x7f]")  # urlsplit drops some of these
_PORTS = {"http": 80, "https": 443}
_URL_HINT = "Write it as https://acme.onelogin.com."
_SUBDOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)


def add_environment(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options, with the account and the credential from the environment if the options have none.

    An empty variable, as AWX makes of an input that is left out, counts as not set.
    """
    own, around = {name: options.get(name) for name in VARIABLES}, _read_environment()
    if _is_elsewhere(own, around):
        return {**options, **own}
    if own["base_url"] or own["subdomain"]:
        around["base_url"] = around["subdomain"] = None
    if own["client_id"] or own["client_secret"]:
        around["access_token"] = None
    return {**options, **{name: around[name] if own[name] is None else own[name] for name in VARIABLES}}


def build_credential_error(options: Mapping[str, Any]) -> OneLoginError:
    """Return the error for a missing credential.

    :param options: the options of the task.
    """
    hint, around = "Set them, or ONELOGIN_CLIENT_ID and ONELOGIN_CLIENT_SECRET in the environment.", _read_environment()
    if (around["client_secret"] or around["access_token"]) and _is_elsewhere(options, around):
        hint = (
            "The credential in the environment belongs to another account than the task. Set the one of this account."
        )
    return OneLoginError(
        "invalid",
        "No API credential is set: neither access_token nor both client_id and client_secret have a value.",
        hint=hint,
    )


def build_url(base_url: str | None, subdomain: str | None) -> str:
    """Return the account's URL, without a slash at its end; empty if no account is set.

    :raises OneLoginError: ``invalid`` if it is not a valid URL, or would send a credential in clear text.
    """
    if base_url:
        return _check_url(base_url)
    if not subdomain:
        return ""
    if not _SUBDOMAIN.fullmatch(subdomain):
        raise OneLoginError(
            "invalid",
            f"{subdomain!r} is not a valid subdomain.",
            hint="Set only acme for https://acme.onelogin.com, or set the complete URL as base_url.",
        )
    return f"https://{subdomain.lower()}.onelogin.com"


def _read_environment() -> dict[str, str | None]:
    return {name: os.environ.get(variable) or None for name, variable in VARIABLES.items()}


def _is_elsewhere(own: Mapping[str, Any], around: Mapping[str, Any]) -> bool:
    """Return whether the options identify another account than the environment does."""
    try:
        mine, theirs = (normalize_host(build_url(its.get("base_url"), its.get("subdomain"))) for its in (own, around))
    except OneLoginError:  # reported when the account is used
        return bool(own.get("base_url") or own.get("subdomain"))
    return bool(mine and theirs and mine != theirs)


def _check_url(base_url: str) -> str:
    # The messages do not show it, because any part may be a password.
    try:
        url = urlsplit(base_url)
        host, _port = url.hostname or "", url.port
    except ValueError:
        raise OneLoginError("invalid", "base_url is not a URL.", hint=_URL_HINT) from None
    more = url.query or url.fragment or "@" in url.netloc or _BLANK.search(base_url)
    if url.scheme not in ("http", "https") or not _HOST.fullmatch(host) or more:
        raise OneLoginError(
            "invalid",
            "base_url is not the URL of an account. Leave out users, queries, fragments and blanks.",
            hint=_URL_HINT,
        )
    if url.scheme == "http" and not is_loopback(host):
        raise OneLoginError(
            "invalid",
            f"base_url would send the credential to {host} in clear text.",
            hint="Use https; plain http is for a simulator on this machine only.",
        )
    return base_url.rstrip("/")


def normalize_host(url: str) -> str:
    """Return the host of a URL, with an unusual port and a path, equal for all spellings.

    :param url: a URL that :func:`build_url` has checked, or an empty text.
    """
    parts = urlsplit(url.lower())
    host = (parts.hostname or "").rstrip(".")
    if is_loopback(host):
        host = "localhost"
    port = parts.port if parts.port != _PORTS.get(parts.scheme) else None
    host = f"[{host}]" if ":" in host else host
    return (f"{host}:{port}" if port else host) + parts.path.rstrip("/")


def find_region(host: str) -> str:
    """Return the region of a normalized host: ``local`` for a simulator on this machine, ``eu`` or ``us``.

    Without a region in its name, a host is of the region ``us``, as in OneLogin's SDK for Python.
    """
    name = re.split("[:/]", host)[0]
    if is_loopback(name):
        return "local"
    return "eu" if name.split(".")[-3:-1] == ["eu", "onelogin"] else "us"


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
