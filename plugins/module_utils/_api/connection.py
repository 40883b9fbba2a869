# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The account and the connection to it, validated without a request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.community.onelogin.plugins.module_utils._api.account import (
    add_environment,
    build_credential_error,
    build_url,
    find_region,
    is_loopback,
    normalize_host,
)
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.secrets import mask
from ansible_collections.community.onelogin.plugins.module_utils._common.validation import check_range

_TOKEN = re.compile("[!-~]+")


@dataclass(frozen=True)
class AccessToken:
    """An access token.

    :param account_id: the account that it belongs to; None if that is not known.
    """

    text: str = field(repr=False)
    account_id: int | None = None


@dataclass(frozen=True)
class Connection:
    """Connection options, valid as a whole.

    :raises OneLoginError: ``invalid`` from :meth:`from_options`.
    """

    base_url: str
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    token: AccessToken | None = None
    verify: bool | str = True
    request_timeout: float = 30
    retries: int = 5
    rate_limit_timeout: float = 3900
    rate_limit_reserve: int = 0

    @property
    def access_token(self) -> str | None:
        """The token that was given."""
        return self.token.text if self.token else None

    @property
    def host(self) -> str:
        """The host of the account, equal for all its spellings; empty if no account is named."""
        return normalize_host(self.base_url)

    @property
    def region(self) -> str:
        """The region of the host. Accounts of different regions can have the same id."""
        return find_region(self.host)

    @property
    def is_loopback(self) -> bool:
        """Whether it is a simulator on this machine, for which no proxy is used."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    @property
    def has_credential(self) -> bool:
        """Whether a token can be generated."""
        return bool(self.client_id and self.client_secret)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets, which no text may show."""
        return tuple(secret for secret in (self.client_secret, self.access_token) if secret)

    @classmethod
    def from_options(cls, options: Mapping[str, Any], *, offline: bool = False) -> Connection:
        """Build it from module or plugin options, and from the environment.

        :param offline: no API call follows, so neither a credential nor an account is required.
        """
        given, options = options, add_environment(options)
        token = read_token(options["access_token"])
        client_id, client_secret = options["client_id"], options["client_secret"]
        base_url = build_url(options["base_url"], options["subdomain"])
        if not offline and not base_url:
            raise OneLoginError(
                "invalid",
                "No account is set: neither subdomain nor base_url has a value.",
                hint="Set subdomain (or ONELOGIN_SUBDOMAIN in the environment), such as acme for https://acme.onelogin.com.",
            )
        if not offline and not token and not (client_id and client_secret):
            raise build_credential_error(given)
        verify: bool | str = True
        if not options["validate_certs"]:
            verify = False
        elif options.get("ca_path"):
            verify = _existing(options["ca_path"])
        for name, least, unit in (
            ("request_timeout", 1, "seconds"),
            ("retries", 1, ""),
            ("rate_limit_timeout", -1, "seconds"),
            ("rate_limit_reserve", 0, ""),
        ):
            check_range(name, options[name], least, unit=unit)
        return cls(
            base_url=base_url,
            client_id=client_id,
            client_secret=mask(client_secret),
            token=mask_token(token),
            verify=verify,
            request_timeout=options["request_timeout"],
            retries=options["retries"],
            rate_limit_timeout=options["rate_limit_timeout"],
            rate_limit_reserve=options["rate_limit_reserve"],
        )


def is_token(value: object) -> bool:
    """Return whether it can be a token, that is, text that is valid in a header."""
    return isinstance(value, str) and bool(_TOKEN.fullmatch(value))


def read_token(value: object) -> AccessToken | None:
    """Read a token from a string, or from what the access_token module returned.

    :raises OneLoginError: ``invalid`` for anything else.
    """
    account_id = None
    while isinstance(value, Mapping):
        account_id = read_account_id(value.get("account_id"))
        value = value.get("access_token")
    if value is None or value == "":
        return None
    if isinstance(value, str) and is_token(value.strip()):
        return AccessToken(value.strip(), account_id)
    raise OneLoginError("invalid", "access_token is neither a token nor the result of the access_token module.")


def mask_token(token: AccessToken | None) -> AccessToken | None:
    """Mask a token in all output, and return it."""
    if token:
        mask(token.text)
    return token


def read_account_id(value: object) -> int | None:
    """Read the id of an account; None unless it is a positive number of at most 18 digits."""
    text = "" if isinstance(value, bool) else str(value)
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,17}", text) else None


def _existing(path: str) -> str:
    if not Path(path).exists():
        raise OneLoginError("invalid", f"ca_path is not an existing file or folder: {path}")
    return path
