# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the event source, checked before any request."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ansible_collections.community.onelogin.plugins.module_utils._api.connection import Connection
from ansible_collections.community.onelogin.plugins.module_utils._common.clock import parse_timestamp
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError
from ansible_collections.community.onelogin.plugins.module_utils._common.names import read_name
from ansible_collections.community.onelogin.plugins.module_utils._common.validation import (
    OptionSpec,
    check_range,
    convert_options,
)
from ansible_collections.community.onelogin.plugins.module_utils._engine.options import CONNECTION

# The source pauses between two tries by itself, so that ansible-rulebook can end it at any time.
_NO_PAUSES = {"retries": 1, "rate_limit_timeout": 0.0}
_NOT_OF_A_SOURCE = {*_NO_PAUSES, "journal", "journal_keep_days", "progress"}
_HINT = "Correct the source in the rulebook. No request was sent."

SPECS: Mapping[str, OptionSpec] = {
    **{name: spec for name, spec in CONNECTION.specs.items() if name not in _NOT_OF_A_SOURCE},
    "ca_path": {**CONNECTION.specs["ca_path"], "type": "str"},
    "event_types": {"type": "list", "elements": "str"},
    "interval": {"type": "float", "default": 30.0},
    "overlap": {"type": "float", "default": 600.0},
    "state_file": {"type": "str"},
    "since": {"type": "str"},
    "feedback": {"type": "bool", "default": False},
}
"""The options in a rulebook. ``feedback`` is one of ansible-rulebook, which reads it itself."""


@dataclass(frozen=True)
class SourceOptions:
    """The options of an event source, valid as a whole.

    :param types: names or ids of types; empty for all.
    :param interval: seconds between two readings.
    :param overlap: how far each reading goes back, for events that OneLogin lists late.
    :param since: the moment from which a source without a state returns events; None for its start.
    """

    connection: Connection
    types: tuple[str, ...]
    interval: float
    overlap: timedelta
    state_file: Path
    since: datetime | None

    @classmethod
    def parse(cls, arguments: Mapping[str, Any]) -> SourceOptions:
        """Read the options from the arguments of a source in a rulebook.

        :raises OneLoginError: ``invalid``.
        """
        given = {name: value for name, value in arguments.items() if name != "eda_feedback_queue"}
        try:
            options = convert_options(_add_environment(given), SPECS)
            check_range("interval", options["interval"], 1, unit="seconds")
            check_range("overlap", options["overlap"], 0, unit="seconds")
        except OneLoginError as error:
            error.hint = _HINT
            raise
        if not options["state_file"]:
            raise OneLoginError("invalid", "state_file is not set.", hint="Name a file. The source creates it.")
        options["ca_path"] = options["ca_path"] and str(Path(options["ca_path"]).expanduser())
        names = (read_name("event_types", name) for name in options["event_types"] or ())
        return cls(
            Connection.from_options({**options, **_NO_PAUSES}),
            tuple(name for name in names if name),
            options["interval"],
            timedelta(seconds=options["overlap"]),
            Path(options["state_file"]).expanduser().absolute(),
            _read_moment(options["since"]),
        )


def _add_environment(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments, with the environment variables that stand in for options outside of the credential."""
    around = {name: os.environ.get(spec["env"]) or None for name, spec in SPECS.items() if "env" in spec}
    return {**around, **{name: value for name, value in given.items() if value is not None}}


def _read_moment(text: str | None) -> datetime | None:
    moment = parse_timestamp(text)
    if text and not moment:
        raise OneLoginError("invalid", f"since is {text}; it must be a time such as 2026-11-24T09:30:00Z.", hint=_HINT)
    return moment
