# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The options of the modules, as data: what one item takes, and what a task takes as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ansible_collections.community.onelogin.plugins.module_utils._common.validation import OptionSpec


@dataclass(frozen=True)
class Options:
    """Some options with their specifications."""

    specs: Mapping[str, OptionSpec]

    def __add__(self, other: Options) -> Options:
        return Options({**self.specs, **other.specs})


CONNECTION = Options(
    {
        # The environment's account and credential are chosen as a whole: see _api/account.py.
        "subdomain": {"type": "str"},
        "base_url": {"type": "str"},
        "client_id": {"type": "str"},
        "client_secret": {"type": "str", "no_log": True},
        "access_token": {"type": "raw", "no_log": True},
        "validate_certs": {"type": "bool", "default": True, "env": "ONELOGIN_VALIDATE_CERTS"},
        "ca_path": {"type": "path", "env": "ONELOGIN_CA_PATH"},
        "request_timeout": {"type": "float", "default": 30.0},
        "retries": {"type": "int", "default": 5},
        "rate_limit_timeout": {"type": "float", "default": 3900.0},
        "rate_limit_reserve": {"type": "int", "default": 0, "env": "ONELOGIN_RATE_LIMIT_RESERVE"},
        "journal": {"type": "str", "no_log": True, "env": "ONELOGIN_JOURNAL"},
        "journal_keep_days": {"type": "float"},
        "progress": {"type": "bool", "default": True, "env": "ONELOGIN_PROGRESS"},
    }
)

WAIT = Options(
    {
        "timeout": {"type": "float", "default": 300.0},
        "delay": {"type": "float", "default": 0.0},
        "sleep": {"type": "float", "default": 2.0},
        "max_sleep": {"type": "float", "default": 30.0},
        "msg": {"type": "str"},
        "events": {"type": "bool", "default": False},
    }
)

USER = Options(
    {"user_id": {"type": "int"}, "email": {"type": "str", "text": True}, "username": {"type": "str", "text": True}}
)

FACTOR = Options({"factor": {"type": "str"}, "factor_id": {"type": "int"}})

DEVICE = FACTOR + Options({"device_id": {"type": "str"}})

MESSAGE = Options({"expires_in": {"type": "int"}, "custom_message": {"type": "str"}, "redirect_to": {"type": "str"}})

CODE = Options({"otp": {"type": "raw", "no_log": True}, "return_secrets": {"type": "bool", "default": False}})

KEY = Options({"key": {"type": "str", "no_log": False}})

BATCH = Options(
    {
        "batch": {"type": "raw"},
        "concurrency": {"type": "int", "default": 8},
        "on_error": {"type": "str", "default": "continue", "choices": ["continue", "stop"]},
        "on_duplicate": {"type": "str", "default": "refuse", "choices": ["refuse", "fail"]},
    }
)

IDENTIFYING = ("key", *USER.specs, *DEVICE.specs, "registration_id", "verification_id")
"""The options that identify an item. Only these are repeated in results."""
