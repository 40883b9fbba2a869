# Copyright: (c) 2026, community.onelogin contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Checks of input: ranges of numbers, and the types of options."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, TypedDict

from ansible_collections.community.onelogin.plugins.module_utils._common.clock import FAR
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import OneLoginError

_CONCURRENCY = (1, 64)
_WHOLE = re.compile(r"[+-]?[0-9]+")  # int() would also take 700_002
_TRUE = ("yes", "on", "true", "y", "t", "1", "1.0")
_FALSE = ("no", "off", "false", "n", "f", "0", "0.0")


class OptionSpec(TypedDict, total=False):
    """An option, in the words of Ansible's argument specification.

    ``options`` are those of a dictionary. ``env`` names an environment variable that replaces it. ``text`` marks
    a name that must be written as text, since a number could have been another text before YAML or INI read it.
    """

    type: str
    elements: str
    default: Any
    choices: list[str]
    no_log: bool
    env: str
    text: bool
    options: Mapping[str, OptionSpec]


_TYPES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (type(None), "null"),
    (bool, "a boolean"),
    ((int, float), "a number"),
    (str, "text"),
    ((list, tuple), "a list"),
    (Mapping, "a dictionary"),
)


def name_type(value: object) -> str:
    """Return the type of a value in the words of YAML, for messages that must not show the value."""
    return next((name for types, name in _TYPES if isinstance(value, types)), "of another type")


def check_range(name: str, value: float, least: float, most: float = FAR, unit: str = "") -> None:
    """Refuse a number outside a range, and what is not a number.

    :raises OneLoginError: ``invalid``.
    """
    if not least <= value <= most:
        words = f" {unit}" if unit else ""
        raise OneLoginError("invalid", f"{name} is {value}; it must be from {least} to {most}{words}.")


def check_concurrency(value: int) -> None:
    """Refuse a number of simultaneous calls that is out of range.

    :raises OneLoginError: ``invalid``.
    """
    check_range("concurrency", value, *_CONCURRENCY)


def convert_options(given: Mapping[str, Any], specs: Mapping[str, OptionSpec]) -> dict[str, Any]:
    """Return the options with the types of their specifications, complete with defaults.

    An option that is null counts as not set.

    :raises OneLoginError: ``invalid`` for an option that does not exist or has a wrong value.
    """
    for name in given:
        if name not in specs:
            raise OneLoginError(
                "invalid", _unknown(str(name), specs), hint="Correct the item; nothing was sent for it."
            )
    return {
        name: spec.get("default") if given.get(name) is None else convert(name, given[name], spec)
        for name, spec in specs.items()
    }


def convert(name: str, value: Any, spec: OptionSpec) -> Any:
    """Return a value with the type of its specification.

    :raises OneLoginError: ``invalid`` for a value that is not of this type.
    """
    if spec.get("text") and not isinstance(value, str):
        raise _lost_text(name, value)
    converted = _CONVERTERS[spec.get("type", "str")](name, value, spec)
    choices = spec.get("choices")
    if choices and converted not in choices:
        raise OneLoginError("invalid", f"{name} is {converted!r}; it must be one of {', '.join(choices)}.")
    return converted


def _unknown(name: str, specs: Mapping[str, OptionSpec]) -> str:
    if name == "id":
        return 'Unknown option "id". The id of a user in OneLogin is user_id; other ids do not identify a user.'
    close = get_close_matches(name.lower(), specs, 1)
    return f'Unknown option "{name}".' + (f' Did you mean "{close[0]}"?' if close else "")


def _lost_text(name: str, value: Any) -> OneLoginError:
    return OneLoginError(
        "invalid",
        f"{name} is {value!r}, {name_type(value)}: YAML or INI may have changed the value.",
        hint="""Write it as text: "12345" in YAML, '"12345"' in INI.""",
    )


def _wrong(name: str, value: Any, wanted: str) -> OneLoginError:
    return OneLoginError("invalid", f"{name} is {value!r}; it must be {wanted}.")


def _string(name: str, value: Any, _spec: OptionSpec) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise _wrong(name, value, "text")
    return str(value)


def _integer(name: str, value: Any, _spec: OptionSpec) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(value)
    raise _wrong(name, value, "a whole number")


def _number(name: str, value: Any, _spec: OptionSpec) -> float:
    try:
        return float(value) if not isinstance(value, bool) else float("")
    except (TypeError, ValueError):
        raise _wrong(name, value, "a number") from None


def _boolean(name: str, value: Any, _spec: OptionSpec) -> bool:
    text = str(value).lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise _wrong(name, value, "true or false")


def _list(name: str, value: Any, spec: OptionSpec) -> list[Any]:
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")]
    if not isinstance(value, (list, tuple)):
        value = [value]
    element: OptionSpec = {"type": spec.get("elements", "raw")}
    return [convert(name, one, element) for one in value]


def _dictionary(name: str, value: Any, spec: OptionSpec) -> dict[str, Any]:
    read = value
    if isinstance(value, str):
        try:
            read = json.loads(value)
        except ValueError:
            read = None
    if not isinstance(read, Mapping):
        raise _wrong(name, value, "a dictionary")
    return convert_options(read, spec["options"]) if "options" in spec else dict(read)


def _raw(_name: str, value: Any, _spec: OptionSpec) -> Any:
    return value


_CONVERTERS = {
    "str": _string,
    "int": _integer,
    "float": _number,
    "bool": _boolean,
    "list": _list,
    "dict": _dictionary,
    "raw": _raw,
}
