# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Argument specifications as values that are merged, so that no option is specified twice.

Their documentation is in the doc fragments of the same names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible.module_utils.basic import env_fallback
from ansible.module_utils.common.parameters import AnsibleFallbackNotFound

Options = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Arguments:
    """Options as AnsibleModule takes them."""

    options: Options

    def __add__(self, other: Arguments) -> Arguments:
        return Arguments({**self.options, **other.options})


def _environment(name: str, **more: Any) -> dict[str, Any]:
    return {"fallback": (_set_in_environment, [name]), **more}


def _set_in_environment(*names: str) -> str:
    """The variable; an empty one, as AWX makes of an input that is left out, counts as not set.

    :raises AnsibleFallbackNotFound: there is none.
    """
    value: str = env_fallback(*names)
    if not value:
        raise AnsibleFallbackNotFound
    return value


CONNECTION = Arguments(
    {
        # What the environment says of these five is taken together, in _account.py.
        "subdomain": {"type": "str"},
        "base_url": {"type": "str"},
        "client_id": {"type": "str"},
        "client_secret": {"type": "str", "no_log": True},
        "access_token": {"type": "raw", "no_log": True},
        "validate_certs": _environment("ONELOGIN_VALIDATE_CERTS", type="bool", default=True),
        "ca_path": _environment("ONELOGIN_CA_PATH", type="path"),
        "request_timeout": {"type": "float", "default": 30.0},
        "retries": {"type": "int", "default": 5},
        "rate_limit_timeout": {"type": "float", "default": 3900.0},
        "rate_limit_reserve": _environment("ONELOGIN_RATE_LIMIT_RESERVE", type="int", default=0),
        "journal": _environment("ONELOGIN_JOURNAL", type="str", no_log=True),
        "journal_keep_days": {"type": "float"},
        "progress": _environment("ONELOGIN_PROGRESS", type="bool", default=True),
    }
)

WAIT = Arguments(
    {
        "timeout": {"type": "float", "default": 300.0},
        "delay": {"type": "float", "default": 0.0},
        "sleep": {"type": "float", "default": 2.0},
        "max_sleep": {"type": "float", "default": 30.0},
        "msg": {"type": "str"},
    }
)

USER = Arguments({"user_id": {"type": "int"}, "email": {"type": "str"}, "username": {"type": "str"}})

FACTOR = Arguments({"factor": {"type": "str"}, "factor_id": {"type": "int"}})

MESSAGE = Arguments({"expires_in": {"type": "int"}, "custom_message": {"type": "str"}, "redirect_to": {"type": "str"}})

CODE = Arguments({"otp": {"type": "raw", "no_log": True}, "return_secrets": {"type": "bool", "default": False}})

IDENTIFYING = (*USER.options, *FACTOR.options, "device_id", "registration_id", "verification_id")
"""The options that say which item is meant; these, and no others, are repeated in results."""


def one_or_many(item: Arguments) -> Arguments:
    """The options of an item at the top level, and ``batch``, a list of items with the very same options."""
    return item + Arguments(
        {
            "batch": {"type": "list", "elements": "dict", "options": item.options},
            "concurrency": {"type": "int", "default": 8},
            "on_error": {"type": "str", "default": "continue", "choices": ["continue", "stop"]},
            "on_duplicate": {"type": "str", "default": "refuse", "choices": ["refuse", "fail"]},
        }
    )
