# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From hosts and people to the items of one bulk call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

USER_KEYS = ("user_id", "email", "username")
TARGET_KEYS = ("device_id", "factor", "factor_id")

Item = dict[str, Any]
"""What is to be done for one person: ``host``, ``groups``, ``user``, ``factor``, ``options`` for the module, and
``problem`` or None."""


class _UnreadableError(Exception):
    """What stands in a variable cannot be read; the text says which."""


def items(
    hosts: Iterable[Mapping[str, Any]],
    variable: str = "mfa_onboarding_factors",
    targets: bool = True,
    module: str | None = None,
) -> list[Item]:
    """The items of all hosts, in their order.

    :param hosts: of each host ``host`` (its name), ``groups``, ``factors``, and ``users`` (people) or, for the one
        person the host stands for, ``user_id``, ``email`` and ``username``, of which the first that is set counts.
        Factors and people may be lists, or text as a survey gives it. A host may have a ``problem`` in their place.
    :param variable: where factors are to be named, for who is told that they are missing.
    :param targets: whether a factor or a device has to be named.
    :param module: the module whose batch the items are for, so that what it would refuse is one item's problem only.
    """
    made: list[Item] = []
    check = ArgumentSpecValidator(_spec_of(module)) if module else None
    takers: dict[tuple[str, ...], str] = {}
    for host in hosts:
        of_host = {"host": host["host"], "groups": sorted(host.get("groups") or ())}
        problem, wanted = host.get("problem"), []
        if not problem:
            try:
                wanted = list(_wanted(host, variable))
            except _UnreadableError as unreadable:
                problem = str(unreadable)
        if problem:
            made.append({**of_host, "user": None, "factor": None, "options": {}, "problem": problem})
        for options in wanted:
            work = tuple(f"{key}={str(options[key]).casefold()}" for key in USER_KEYS + TARGET_KEYS if key in options)
            made.append(
                {
                    **of_host,
                    "user": _first(options, USER_KEYS),
                    "factor": _first(options, TARGET_KEYS),
                    "options": options,
                    "problem": _problem(options, takers.get(work), variable if targets else None)
                    or (_refusal(options, check) if check else None),
                }
            )
            takers.setdefault(work, host["host"])
    return made


def _wanted(host: Mapping[str, Any], variable: str) -> Iterator[dict[str, Any]]:
    """The module's options, once for each person and factor. A person without a factor comes up once as well."""
    of_host = _listed(host.get("factors"), variable, _named_factor) or [{}]
    users = _listed(host.get("users"), variable.rpartition("_")[0] + "_users", _named_user)
    if users is None:
        key = next((key for key in USER_KEYS if _is_set(host.get(key))), None)
        users = [{key: host[key]}] if key else [{}]
    for user in users:
        own = {name: value for name, value in user.items() if name != "factors" and _is_set(value)}
        if any(name in own for name in TARGET_KEYS):
            yield own
            continue
        for factor in _listed(user.get("factors"), "factors", _named_factor) or of_host:
            yield {**own, **{name: value for name, value in factor.items() if _is_set(value)}}


def _listed(given: Any, variable: str, named: Any) -> list[dict[str, Any]] | None:
    """A list of dicts, from what may be one, or names, or the text of either; None for nothing at all.

    Surveys and ``-e name=value`` give everything as text: JSON, YAML, or names with commas or line ends between.
    """
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    if isinstance(given, str):
        given = _parsed(given.strip(), variable)
    if isinstance(given, Mapping):
        given = [given]
    if not isinstance(given, Sequence):
        raise _UnreadableError(f"{variable} is neither a list nor the text of one.")
    return [dict(one) if isinstance(one, Mapping) else named(one) for one in given]


def _parsed(text: str, variable: str) -> Any:
    if text[0] in "[{" or text.startswith("- "):
        try:
            return yaml.safe_load(text)
        except yaml.YAMLError:
            raise _UnreadableError(f"{variable} begins like a list in JSON or YAML, and is none.") from None
    return [name.strip() for name in text.replace("\n", ",").split(",") if name.strip()]


def _named_factor(name: Any) -> dict[str, Any]:
    return {"factor_id" if str(name).isdigit() else "factor": name}


def _named_user(name: Any) -> dict[str, Any]:
    return {"email" if "@" in str(name) else "user_id" if str(name).isdigit() else "username": name}


def _problem(options: Mapping[str, Any], taker: str | None, variable: str | None) -> str | None:
    """Why an item is not fit to be sent along, if so."""
    if not any(key in options for key in USER_KEYS):
        return "Nothing says who this is. Set onelogin_user_id, onelogin_email or onelogin_username."
    for key in ("user_id", "factor_id"):
        if not str(options.get(key, 0)).isdigit():
            return f"{key} is {options[key]}, which is not a number."
    if variable and not any(key in options for key in TARGET_KEYS):
        return f"No factor is asked for. Set {variable}, for the host or for its group."
    if taker is not None:
        return f"The same is asked for already, by host {taker}. Leave one of them out."
    return None


def _spec_of(module: str) -> dict[str, Any]:
    found = import_module(f"ansible_collections.community.onelogin.plugins.modules.{module}")
    spec: dict[str, Any] = found.OPERATION.item.options
    return spec


def _refusal(options: Mapping[str, Any], check: ArgumentSpecValidator) -> str | None:
    errors = check.validate(dict(options)).error_messages
    return f"{'. '.join(errors)}." if errors else None


def _is_set(value: Any) -> bool:
    return value is not None and value != ""


def _first(options: Mapping[str, Any], keys: Sequence[str]) -> Any:
    return next((options[key] for key in keys if key in options), None)
