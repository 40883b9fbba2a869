# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a role: validated once for all hosts, with the role's defaults for those that are blank."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.yaml import yaml_load

_ROLES = Path(__file__).parents[3] / "roles"
_OF_HOSTS = re.compile(r"onelogin_.*|.*_users|(?!mfa_reset_factors$).*_factors")
"""Options that may differ by host. They are read for each host, and not here."""
_MARKUP = re.compile(r"\b[CMOPV]\(([^)]*)\)")
"""Semantic markup of documentation, such as V(none)."""
_RETURNED = ("_results", "_summary", "_coverage", "_files")
_JOURNAL = ".onelogin-journal.sqlite"

_KEPT = {"sheets": "pages", "history": "audits"}
"""Options that name folders, and what people need there after the run."""

Settings = dict[str, Any]


def read_settings(role: str, values: Mapping[str, Any], inventory_dir: str | None) -> Settings:
    """Return the options of a role by their names without the role's, such as ``wait_timeout``.

    Null and empty text, as AWX sends for a blank answer, mean the role's default.

    :param values: the options as the variables have them.
    :raises AnsibleActionFail: an option has a wrong value.
    """
    spec = _options(role)
    given = {name: _drop_blank(value) for name, value in values.items() if name in spec and _is_given(value)}
    _refuse_missing(spec, given)
    checked = ArgumentSpecValidator(spec).validate(given)
    if checked.error_messages:
        raise AnsibleActionFail(f"{' '.join(checked.error_messages)}. Nothing was done.")
    settings = {name[len(role) + 1 :]: value for name, value in checked.validated_parameters.items()}
    for name in ("max_fail_percentage", "fail_below"):
        if name in settings:
            settings[name] = _percentage(f"{role}_{name}", settings[name])
    if settings.get("history"):
        settings["history"] = str(Path(os.path.expandvars(settings["history"])).expanduser().absolute())
    if f"{role}_journal" in spec and not settings.get("journal"):
        settings["journal"] = os.environ.get("ONELOGIN_JOURNAL") or str(Path(inventory_dir or ".").resolve() / _JOURNAL)
    return settings


def refuse_folder_of_job(role: str, settings: Settings) -> None:
    """Refuse to keep files in the folder of an AWX job, which AWX deletes when the job ends.

    :raises AnsibleActionFail: an option names such a folder.
    """
    job = os.environ.get("AWX_PRIVATE_DATA_DIR")
    for name, files in _KEPT.items():
        if job and settings.get(name) and Path(settings[name]).resolve().is_relative_to(Path(job).resolve()):
            raise AnsibleActionFail(
                f"{role}_{name} is {settings[name]}, in the folder of this AWX job. AWX deletes it when the job ends,"
                f" and the {files} with it. Set a folder that the execution environment mounts. Nothing was done."
            )


def find_new_journal(journal: str | None) -> str | None:
    """Return the journal if it is a file that does not exist yet, so that this run creates it."""
    if not journal or journal == "none" or "://" in journal:
        return None
    path = Path(os.path.expandvars(journal)).expanduser()
    return None if path.exists() else str(path.absolute())


def list_options(role: str) -> list[str]:
    """Return the names of the role's options that are the same for all hosts."""
    return list(_options(role))


def find_misspelt(role: str, variables: Iterable[str]) -> dict[str, str]:
    """Variables that are nearly an option of the role or of its report, with the option that was probably meant."""
    known = [*_all_options(role), f"{role}_hosts", *_all_options("mfa_report")]
    suspects = {
        name for name in variables if name.startswith("mfa_") and name not in known and not name.endswith(_RETURNED)
    }
    if not suspects:
        return {}
    others = {option for path in _ROLES.glob("mfa_*") for option in (*_all_options(path.name), f"{path.name}_hosts")}
    close = {name: get_close_matches(name, known, 1, 0.85) for name in suspects - others}
    return {name: found[0] for name, found in close.items() if found}


def _refuse_missing(spec: Mapping[str, dict[str, Any]], given: Mapping[str, Any]) -> None:
    """Say what a required option is for, if it is not set.

    :raises AnsibleActionFail: one is not set.
    """
    for name, its in spec.items():
        if its.get("required") and name not in given:
            description = its["description"]
            purpose = _MARKUP.sub(r"\1", description if isinstance(description, str) else description[0])
            raise AnsibleActionFail(f"{name} is not set. {purpose} Nothing was done.")


def _is_given(value: Any) -> bool:
    return value is not None and value != ""


def _drop_blank(value: Any) -> Any:
    """Return a dictionary without the keys that have no value; any other value as it is."""
    return {key: its for key, its in value.items() if _is_given(its)} if isinstance(value, Mapping) else value


def _percentage(name: str, given: Any) -> float | None:
    text = str(given if given is not None else "").strip()
    if not text:
        return None
    number = text[:-1].strip() if text.endswith("%") else text
    try:
        value = float(number)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 100:
        raise AnsibleActionFail(f"{name} is {given}; it must be a percentage from 0 to 100. Nothing was done.")
    return value


@cache
def _all_options(role: str) -> Mapping[str, dict[str, Any]]:
    path = _ROLES / role / "meta" / "argument_specs.yml"
    if not path.exists():
        return {}
    # Ansible's function uses libyaml, which takes a tenth of the time.
    spec: dict[str, dict[str, Any]] = yaml_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]
    return spec.get("options", {})


@cache
def _options(role: str) -> Mapping[str, dict[str, Any]]:
    return {name: spec for name, spec in _all_options(role).items() if not _OF_HOSTS.fullmatch(name)}
