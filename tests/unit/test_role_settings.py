# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the roles: blanks, percentages, misspelt variables; and the notes of hosts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleActionFail, AnsibleError
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.hosts import NOTE, read_hosts, take_note
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.settings import (
    find_misspelt,
    list_options,
    read_settings,
)
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.types import WorkItem
from ansible_collections.community.onelogin.plugins.plugin_utils._roles.work_items import name_factors_variable

from tests.unit.role_data import work

ROLES = Path(__file__).resolve().parents[2] / "roles"
SPECS = sorted(ROLES.glob("*/meta/argument_specs.yml"))
RUN = {"ansible_run_tags": ["all"], "ansible_skip_tags": []}


def read_options(role: str) -> dict[str, dict[str, Any]]:
    """Read the options in the argument specification of a role."""
    spec = yaml.safe_load((ROLES / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    options: dict[str, dict[str, Any]] = spec["argument_specs"]["main"]["options"]
    return options


OPTIONS = [(path.parents[1].name, name) for path in SPECS for name in read_options(path.parents[1].name)]
REQUIRED: dict[str, dict[str, Any]] = {
    role: {name: [] for name, spec in read_options(role).items() if spec.get("required")}
    for role in dict.fromkeys(role for role, _name in OPTIONS)
}


class Templar:
    """A templar for plain values; a template is an error."""

    def template(self, value: Any) -> Any:
        """Return the value unchanged."""
        if isinstance(value, str) and "{{" in value:
            raise AnsibleError("'nowhere' is undefined")
        return value


def work_of(role: str, variables: Mapping[str, Any]) -> list[WorkItem]:
    """The work items of a host with these variables."""
    note = take_note(role, {**RUN, **variables}, Templar())
    return work({"person": None, "name": "h", "groups": [], "note": note, "user_status": None}, role=role)


@pytest.mark.parametrize("blank", [None, ""])
@pytest.mark.parametrize(("role", "name"), OPTIONS)
def test_a_blank_option_counts_as_not_given(role: str, name: str, blank: str | None) -> None:
    if name not in list_options(role):  # the option can differ by host
        others = {"onelogin_user_id": 7, "onelogin_email": "jane@example.com", name_factors_variable(role): ["SMS"]}
        others.pop(name, None)
        if name in ("mfa_offboarding_users", "mfa_reset_users"):
            (item,) = work_of(role, {**others, name: blank})
            assert item["problem"] == f"{name} is set but empty. Add the people, or remove it."
            return
        assert work_of(role, {**others, name: blank}) == work_of(role, others)
    elif name in REQUIRED[role]:
        with pytest.raises(AnsibleActionFail, match=f"{name} is not set. "):
            read_settings(role, {name: blank}, None)
    else:
        assert read_settings(role, {**REQUIRED[role], name: blank}, None) == read_settings(role, REQUIRED[role], None)


@pytest.mark.parametrize("role", REQUIRED)
def test_the_defaults_of_a_role_are_those_of_its_specification(role: str) -> None:
    defaults = yaml.safe_load((ROLES / role / "defaults" / "main.yml").read_text(encoding="utf-8"))
    specified = {name: spec["default"] for name, spec in read_options(role).items() if "default" in spec}
    assert set(defaults) <= set(read_options(role))
    # A role variable without a default is blank or computed.
    assert {name: value for name, value in defaults.items() if value != "" and "{{" not in str(value)} == specified
    assert not {name for name, value in defaults.items() if value == ""} & set(specified)


def test_options_get_the_types_of_their_specification() -> None:
    given = {"mfa_onboarding_wait": "no", "mfa_onboarding_wait_timeout": "60", "mfa_onboarding_concurrency": "4"}
    settings = read_settings("mfa_onboarding", {**given, "mfa_audit_report": "ignored"}, "/inventory")
    assert (settings["wait"], settings["wait_timeout"], settings["concurrency"]) == (False, 60.0, 4)
    assert (settings["challenge"], settings["report"], settings["max_fail_percentage"]) == (False, None, None)
    with pytest.raises(AnsibleActionFail, match=r"mfa_onboarding_concurrency.*\. Nothing was done\.$"):
        read_settings("mfa_onboarding", {"mfa_onboarding_concurrency": "many"}, None)


@pytest.mark.parametrize(
    ("given", "environment", "journal"),
    [
        ({}, None, "/inventory/.onelogin-journal.sqlite"),
        ({}, "/from/environment", "/from/environment"),
        ({"mfa_onboarding_journal": "/given"}, "/from/environment", "/given"),
        ({"mfa_onboarding_journal": "none"}, "/from/environment", "none"),
    ],
)
def test_the_journal_is_beside_the_inventory_by_default(
    monkeypatch: pytest.MonkeyPatch, given: Mapping[str, Any], environment: str | None, journal: str
) -> None:
    monkeypatch.delenv("ONELOGIN_JOURNAL", raising=False)
    if environment:
        monkeypatch.setenv("ONELOGIN_JOURNAL", environment)
    assert read_settings("mfa_onboarding", given, "/inventory")["journal"] == journal
    assert "journal" not in read_settings("mfa_offboarding", {}, "/inventory")


PERCENTAGES = (
    ("mfa_onboarding", "max_fail_percentage"),
    ("mfa_offboarding", "max_fail_percentage"),
    ("mfa_audit", "fail_below"),
)


@pytest.mark.parametrize(("role", "name"), PERCENTAGES)
@pytest.mark.parametrize(
    ("given", "value"), [(50, 50.0), ("50", 50.0), ("50%", 50.0), (" 12.5 % ", 12.5), (0, 0.0), ("100", 100.0)]
)
def test_a_percentage_can_have_a_percent_sign(role: str, name: str, given: Any, value: float) -> None:
    assert read_settings(role, {f"{role}_{name}": given}, None)[name] == value


@pytest.mark.parametrize(("role", "name"), PERCENTAGES)
@pytest.mark.parametrize("given", ["most", -1, 100.5, "nan", "%", "50 % of all", "5 0"])
def test_an_invalid_percentage_is_refused(role: str, name: str, given: Any) -> None:
    with pytest.raises(AnsibleActionFail, match=f"{role}_{name} is {given}; it must be a percentage from 0 to 100"):
        read_settings(role, {f"{role}_{name}": given}, None)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("mfa_onboarding_user", "mfa_onboarding_users"),
        ("mfa_onboarding_factor", "mfa_onboarding_factors"),
        ("mfa_onboarding_wait_timeut", "mfa_onboarding_wait_timeout"),
        ("mfa_onbording_hosts", "mfa_onboarding_hosts"),
        ("mfa_report_format", "mfa_report_formats"),
        ("mfa_report_formats", None),
        ("mfa_onboarding_users", None),
        ("mfa_onboarding_hosts", None),
        ("mfa_onboarding_results", None),
        ("mfa_onboarding_summary", None),
        ("mfa_onboarding_coverage", None),
        ("mfa_offboarding_factors", None),
        ("mfa_offboarding_hosts", None),
        ("mfa_of_my_own", None),
        ("onboarding_user", None),
    ],
)
def test_a_variable_similar_to_an_option_is_a_misspelling(name: str, meant: str | None) -> None:
    assert find_misspelt("mfa_onboarding", ["ansible_user", name]) == ({name: meant} if meant else {})


# Hosts


class HostVars(dict[str, dict[str, Any]]):
    """The variables of the hosts."""

    def raw_get(self, name: str) -> dict[str, Any]:
        """Return the variables of one host, without templating."""
        return self[name]


def hosts_of(variables: Mapping[str, Any] | None = None, **hosts: dict[str, Any]) -> Any:
    """Read the hosts of a play."""
    given = {
        "groups": {"all": list(hosts), "sales": ["b", "a"], "it": ["b"]},
        "hostvars": HostVars(hosts),
        "ansible_play_batch": list(hosts),
        **(variables or {}),
    }
    return read_hosts("mfa_audit", given)


def test_hosts_have_their_note_groups_and_status() -> None:
    note = {"id": "n1"}
    record = {"status": 3, "firstname": "Ann", "lastname": "Lee"}
    a, b, c = hosts_of(
        a={NOTE: note, "onelogin_user": record},
        skipped={NOTE: {"skipped": True}},
        never={},
        b={NOTE: note, "onelogin_user": {"status": None}, "onelogin_firstname": "Bo ", "onelogin_lastname": ""},
        c={NOTE: note, "onelogin_user": "no record", "onelogin_firstname": "{{ inventory_hostname }}"},
    )
    assert a == {"name": "a", "person": "Ann Lee", "groups": ["sales"], "note": note, "user_status": "locked"}
    assert b == {"name": "b", "person": "Bo", "groups": ["it", "sales"], "note": note, "user_status": None}
    assert c == {"name": "c", "person": None, "groups": [], "note": note, "user_status": None}


def test_a_misspelt_variable_of_a_host_is_refused() -> None:
    with pytest.raises(AnsibleActionFail) as refused:
        hosts_of(a={NOTE: {"id": "n1"}}, b={NOTE: {"id": "n1"}, "mfa_audit_user": [], "mfa_audit_filter": {}})
    assert refused.value.message == (
        "Host b has variables that mfa_audit does not know: mfa_audit_filter (did you mean mfa_audit_filters?),"
        " mfa_audit_user (did you mean mfa_audit_users?). Nothing was done."
    )


def test_a_misspelt_variable_of_the_play_is_refused() -> None:
    """The variables of a host do not include those of the play and of the role."""
    with pytest.raises(AnsibleActionFail, match=r"^The play has variables .*mfa_audit_fail_bellow \(did you mean"):
        hosts_of({"mfa_audit_fail_bellow": 5}, a={NOTE: {"id": "n1"}})


@pytest.mark.parametrize("role", ["mfa_onboarding", "mfa_challenge"])
@pytest.mark.parametrize(("survey", "factor"), [([], "SMS"), (["Voice"], "Voice")])
def test_an_empty_list_from_a_survey_leaves_the_factors_of_the_inventory(
    role: str, survey: list[str], factor: str
) -> None:
    given = {"onelogin_username": "jane", f"{role}_factors": ["SMS"], f"{role}_survey_factors": survey}
    assert [item["factor"] for item in work_of(role, given)] == [factor]


def test_a_variable_that_cannot_be_evaluated_is_the_problem_of_its_host() -> None:
    note = take_note("mfa_audit", {**RUN, "onelogin_email": "{{ nowhere }}", "onelogin_username": "jane"}, Templar())
    assert (note["email"], note["username"]) == (None, "jane")
    assert note["problem"] == "The variable onelogin_email cannot be evaluated: 'nowhere' is undefined"
