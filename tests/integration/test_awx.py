# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook awx.configure, run from the installed collection with the modules of awx.awx against a controller.

Another organization of the controller has objects with the same names. An administrator of the organization does all
but what needs the rights of a system administrator.
"""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.download_collections import collections
from tests.integration.controller import OF_ORGANIZATION, TOKEN, Controller, RefusedError, serving
from tests.integration.controller_rules import (
    hosts_of_jobs,
    merge_artifacts,
    wrong_with_answers,
    wrong_with_injectors,
    wrong_with_inputs,
    wrong_with_survey,
)
from tests.integration.harness import BIN, ROOT, environment

pytestmark = pytest.mark.once("it is about the objects of a controller, which has an ansible-core of its own")

AWX = ROOT / "playbooks/awx"
TYPES = yaml.safe_load((AWX / "credential_types.yml").read_text(encoding="utf-8"))
DATA = yaml.safe_load((AWX / "templates.yml").read_text(encoding="utf-8"))
TEMPLATES, WORKFLOW = DATA["onelogin_awx_job_templates"], DATA["onelogin_awx_workflow"]
SURVEYS = {template["name"]: template["survey"] for template in [*TEMPLATES, WORKFLOW]}
REPOSITORY = "https://git.example.com/onelogin.git"
SECRET = "the-client-secret-of-awx-8e2f"
INPUTS = {"subdomain": "acme", "client_id": "the-id", "client_secret": SECRET, "skip_certificate_check": False}
SETTINGS: dict[str, Any] = {
    "onelogin_awx_scm_url": REPOSITORY,
    "onelogin_awx_execution_environment_image": "registry.example.com/onelogin:1",
    "onelogin_awx_credential_inputs": INPUTS,
    "onelogin_awx_slices": 2,
}


@dataclass(frozen=True)
class Configured:
    """The result of a run."""

    rc: int
    output: str

    @property
    def changed(self) -> set[str]:
        """The items of loops, and the tasks without a loop, that changed."""
        task, found = "", set()
        for line in self.output.splitlines():
            if heading := re.match(r"TASK \[(.*)\]", line):
                task = heading[1]
            elif change := re.match(r"changed: \[localhost\](?: => \(item=(.*)\))?", line):
                found.add(change[1] or task)
        return found


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A path of collections that has this one as users have it, and ``ansible.controller``.

    Red Hat makes ``ansible.controller`` from the source of ``awx.awx``: the role ``template_galaxy`` in AWX's source
    replaces the names, as this does.
    """
    folder = tmp_path_factory.mktemp("installed")
    command = [str(BIN / "ansible-galaxy"), "collection", "install", "--force", str(ROOT), "-p", str(folder)]
    env = environment(folder, "", ANSIBLE_GALAXY_COLLECTIONS_PATH_WARNING="false")
    subprocess.run(command, cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL)
    its = folder / "ansible_collections/ansible/controller"
    shutil.copytree(collections() / "ansible_collections/awx/awx/plugins", its / "plugins")
    (its / "galaxy.yml").write_text("namespace: ansible\nname: controller\nversion: 24.6.1\n")
    for file in (its / "plugins").rglob("*.py"):
        text = file.read_text(encoding="utf-8").replace('_COLLECTION_TYPE = "awx"', '_COLLECTION_TYPE = "controller"')
        file.write_text(text.replace("awx.awx", "ansible.controller"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def controller(installed: Path) -> Iterator[Controller]:
    """A controller whose projects can clone what the collection has for it, with another organization's objects."""
    project = installed / "ansible_collections/community/onelogin/playbooks/awx/project"
    with serving(Controller({REPOSITORY: project})) as it:
        _fill_other_organization(it)
        yield it


def _fill_other_organization(it: Controller) -> None:
    other = it.create("organizations", {"name": "Other"})["id"]
    kind = it.create("credential_types", {"name": "Other", "kind": "cloud", "inputs": {"fields": []}})["id"]
    for name in ("OneLogin", "OneLogin journal", "OneLogin reminder mail"):
        it.create("credentials", {"name": name, "organization": other, "credential_type": kind})
    image = {"name": "OneLogin", "organization": other, "image": "registry.example.com/other:1"}
    it.create("execution_environments", image)
    told = {"name": "OneLogin", "organization": other, "scm_type": "git", "scm_url": REPOSITORY}
    project = it.create("projects", told)["id"]
    it.create("inventories", {"name": "OneLogin survey", "organization": other})
    inventory = it.create("inventories", {"name": "OneLogin users", "organization": other})["id"]
    for template in TEMPLATES:
        told = {"name": template["name"], "project": project, "playbook": template["playbook"], "inventory": inventory}
        it.create("job_templates", told)
    it.create("workflow_job_templates", {"name": WORKFLOW["name"], "organization": other})


def configure(
    installed: Path, controller: Controller, *arguments: str, token: str = OF_ORGANIZATION, **settings: Any
) -> Configured:
    """Run the playbook."""
    controller.writes.clear()
    machine = environment(
        installed, "", CONTROLLER_HOST=controller.url, CONTROLLER_OAUTH_TOKEN=token, ANSIBLE_PIPELINING="true"
    )
    env = {name: value for name, value in machine.items() if not re.match("ONELOGIN_|ANSIBLE_CALLBACK", name)}
    env["ANSIBLE_COLLECTIONS_PATH"] = os.pathsep.join(map(str, (installed, collections())))
    (installed / "settings.json").write_text(json.dumps(settings))
    done = subprocess.run(
        [BIN / "ansible-playbook", "community.onelogin.awx.configure", "-e", "@settings.json", *arguments],
        cwd=installed,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    output = done.stdout + done.stderr
    assert "Traceback" not in output, output
    assert "collection version" not in output, output
    for secret in (TOKEN, OF_ORGANIZATION, SECRET):
        assert secret not in output
    return Configured(done.returncode, output)


@pytest.fixture(scope="module")
def checked(installed: Path, controller: Controller) -> Configured:
    """A run in check mode while nothing exists."""
    return configure(installed, controller, "--check", **SETTINGS)


@pytest.fixture(scope="module")
def types(installed: Path, controller: Controller, checked: Configured) -> Configured:
    """A run that creates the credential types."""
    return configure(installed, controller, "--tags", "credential_types", token=TOKEN)


@pytest.fixture(scope="module")
def first(installed: Path, controller: Controller, types: Configured) -> Configured:
    """The first run by an administrator of the organization. It shows whatever there is to show."""
    return configure(installed, controller, "-vvv", **SETTINGS)


def test_a_check_of_nothing_says_what_it_cannot_know(checked: Configured) -> None:
    assert (checked.rc, "fatal:" in checked.output) == (0, False), checked.output
    kinds, inventories = {each["name"] for each in TYPES}, {"OneLogin users", "OneLogin survey"}
    environment_and_workflow = {"Create the execution environment", "Create the workflow"}
    assert checked.changed == kinds | inventories | environment_and_workflow
    (unknown,) = re.findall(
        r"Not checked, because these need objects that do not exist yet: (.*)\. Run", checked.output
    )
    assert set(unknown.split(", ")) >= {"OneLogin", "OneLogin journal", "OneLogin users (source)", "node approve"}
    assert all(template["name"] in unknown for template in TEMPLATES)


def test_the_credential_types_can_be_created_alone(types: Configured) -> None:
    assert (types.rc, types.changed) == (0, {each["name"] for each in TYPES}), types.output


def test_all_of_it_is_made(controller: Controller, first: Configured) -> None:
    assert first.rc == 0, first.output
    kinds = controller.all("credential_types")
    assert [{key: kinds[each["name"]][key] for key in each} for each in TYPES] == TYPES
    credentials = controller.all("credentials")
    assert {name: each["inputs"] for name, each in credentials.items()} == {
        "OneLogin": INPUTS,
        "OneLogin journal": {},
        "OneLogin reminder mail": {},
    }
    image, project = (
        controller.all("execution_environments")["OneLogin (Default)"],
        controller.all("projects")["OneLogin"],
    )
    inventories = controller.all("inventories")
    inventory = inventories["OneLogin users"]
    assert (image["image"], image["organization"]) == ("registry.example.com/onelogin:1", controller.organization)
    assert (project["scm_url"], project["default_environment"]) == (REPOSITORY, image["id"])

    (source,) = controller.all("inventory_sources").values()
    assert (source["source"], source["source_path"], source["source_project"]) == ("scm", "onelogin.yml", project["id"])
    assert (source["inventory"], source["credential"]) == (inventory["id"], credentials["OneLogin"]["id"])
    assert (source["execution_environment"], source["update_on_launch"]) == (image["id"], True)

    made = controller.all("job_templates")
    assert made.keys() == {template["name"] for template in TEMPLATES}
    for template in TEMPLATES:
        each = made[template["name"]]
        attached = {"OneLogin", "OneLogin journal", template.get("credential", "OneLogin")}
        assert {its["id"] for its in controller.related(each, "credentials")} == {
            credentials[name]["id"] for name in attached
        }
        assert (each["project"], each["execution_environment"]) == (project["id"], image["id"])
        assert controller.survey(each)["spec"] == template["survey"]
        # A job that takes people from elsewhere does not wait until the whole company is read.
        takes_people = any(question["required"] for question in template["survey"]) or "enrolled" in each["playbook"]
        assert each["inventory"] == inventories["OneLogin survey" if takes_people else "OneLogin users"]["id"]
        assert each["survey_enabled"]
    assert {name for name, template in made.items() if template["job_slice_count"] == 2} == {
        "OneLogin onboard",
        "OneLogin challenge",
    }
    proofs = {name for name, each in made.items() if "mfa_challenge_fail_pending" in each["extra_vars"]}
    assert proofs == {"OneLogin identity check", "OneLogin identity check, codes"}


def test_in_the_workflow_somebody_approves_before_anybody_is_challenged(
    controller: Controller, first: Configured
) -> None:
    workflow = controller.all("workflow_job_templates")[WORKFLOW["name"]]
    assert controller.survey(workflow)["spec"] == WORKFLOW["survey"]
    nodes = controller.all("workflow_job_template_nodes")
    asked = {name: controller.find(node["unified_job_template"]) for name, node in nodes.items()}
    assert {name: (each["type"], each["name"]) for name, each in asked.items()} == {
        "onboard": ("job_template", "OneLogin onboard"),
        "approve": ("workflow_approval_template", "Challenge those who were onboarded?"),
        "challenge": ("job_template", "OneLogin challenge, newly enrolled"),
        "audit": ("job_template", "OneLogin audit"),
    }
    templates = controller.all("job_templates").values()
    assert all(each in templates for name, each in asked.items() if name != "approve")
    links = {
        (name, how, after["identifier"])
        for name, node in nodes.items()
        for how in ("always_nodes", "success_nodes", "failure_nodes")
        for after in controller.related(node, how)
    }
    assert links == {
        ("onboard", "always_nodes", "approve"),
        ("approve", "success_nodes", "challenge"),
        ("challenge", "always_nodes", "audit"),
    }
    # A limit reaches the jobs that work on hosts. The job with an inventory without hosts would find none.
    assert workflow["ask_limit_on_launch"]
    assert {name for name, each in asked.items() if each.get("ask_limit_on_launch")} == {"onboard", "audit"}
    # With slices, a limit would leave some without a host, and the artifacts of only one would be handed on.
    people = ["eve", "kelly", "mia", "rex"]
    assert controller.jobs(nodes["onboard"], people, limit={"kelly"}) == [["kelly"]]
    assert controller.jobs(nodes["challenge"], [], limit={"kelly"}) == [[]]


def test_a_second_run_changes_nothing(installed: Path, controller: Controller, first: Configured) -> None:
    """With the modules of ``ansible.controller``, which call the API where a gateway has it."""
    before = {kind: copy.deepcopy(controller.all(kind)) for kind in ("credentials", "job_templates", "projects")}
    second = configure(installed, controller, **SETTINGS, onelogin_awx_collection="ansible.controller")
    assert (second.rc, second.changed) == (0, set()), second.output
    assert "WARNING]: " not in second.output
    # The project is brought up to date, which changes nothing in the controller's settings.
    assert controller.writes == [f"POST projects/{before['projects']['OneLogin']['id']}/update"]
    assert before == {kind: controller.all(kind) for kind in before}


def test_a_check_says_what_would_change(installed: Path, controller: Controller, first: Configured) -> None:
    run = configure(installed, controller, "--check", **{**SETTINGS, "onelogin_awx_slices": 4})
    assert (run.rc, run.changed) == (0, {"OneLogin onboard", "OneLogin challenge"}), run.output
    assert "Not checked" not in run.output
    assert controller.writes == []


def test_the_url_of_the_project_is_asked_for(installed: Path, controller: Controller) -> None:
    run = configure(installed, controller)
    assert run.rc == 2
    assert "Set onelogin_awx_scm_url" in run.output
    assert str(installed / "ansible_collections/community/onelogin/playbooks/awx/project") in run.output
    assert controller.writes == []
    run = configure(installed, controller, onelogin_awx_collection="awx.tower")
    assert (run.rc, "Set it to awx.awx or ansible.controller." in run.output) == (2, True), run.output


# --- the data


def options(role: str) -> dict[str, Any]:
    """The options of a role."""
    spec = yaml.safe_load((ROOT / f"roles/{role}/meta/argument_specs.yml").read_text(encoding="utf-8"))
    found: dict[str, Any] = spec["argument_specs"]["main"]["options"]
    return found


ROLES = {
    "onboard.yml": "mfa_onboarding",
    "challenge.yml": "mfa_challenge",
    "challenge_enrolled.yml": "mfa_challenge",
    "offboard.yml": "mfa_offboarding",
    "reset.yml": "mfa_reset",
    "remind.yml": "mfa_reminder",
    "audit.yml": "mfa_audit",
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: str(template["name"]))
def test_what_is_asked_is_an_option_of_the_role(template: Mapping[str, Any]) -> None:
    known = options(ROLES[template["playbook"]])
    assert template.get("extra_vars", {}).keys() <= known.keys()
    for question in template["survey"]:
        option = known[question["variable"]]
        assert "default" not in question  # or it would have to be kept equal to the role's
        if option["type"] == "bool":
            assert question["choices"] == ["true", "false"]
        if question["type"] == "integer":
            assert option["type"] in ("int", "float", "str")


def test_what_the_workflow_asks_is_asked_alike_by_its_templates() -> None:
    asked = [question for node in WORKFLOW["nodes"] if "template" in node for question in SURVEYS[node["template"]]]
    for question in WORKFLOW["survey"]:
        (same,) = [each for each in asked if each["variable"] == question["variable"]]
        words = ("question_name", "question_description")
        assert {k: v for k, v in same.items() if k not in words} == {
            k: v for k, v in question.items() if k not in words
        }


def test_the_credentials_set_what_the_connection_options_read() -> None:
    fragment = (ROOT / "plugins/doc_fragments/connection.py").read_text(encoding="utf-8")
    known = set(re.findall(r"E\((ONELOGIN_\w+)\)", fragment)) - {"ONELOGIN_PROGRESS"}
    assert {variable for kind in TYPES for variable in kind["injectors"].get("env", ())} == known
    (mail,) = (kind["injectors"]["extra_vars"]["mfa_reminder_mail"] for kind in TYPES if "mail" in kind["name"])
    assert mail.keys() == options("mfa_reminder")["mfa_reminder_mail"]["options"].keys()


def test_what_is_secret_is_kept_secret() -> None:
    secret = {each["id"] for kind in TYPES for each in kind["inputs"]["fields"] if each.get("secret")}
    assert secret == {"client_secret", "access_token", "url", "password"}
    for survey in SURVEYS.values():
        assert all(question["type"] == "password" for question in survey if "otp" in json.dumps(question))


# --- the rules, which all of the above relies on


def test_the_rules_of_slices_and_answers() -> None:
    assert hosts_of_jobs("dacb", 2) == [["a", "c"], ["b", "d"]]
    assert hosts_of_jobs("dacb", 2, {"c"}) == [["c"], []]
    assert merge_artifacts([{"ids": [1], "a": 1}, {"ids": [2]}]) == {"ids": [2], "a": 1}
    required = {**QUESTION, "type": "multiselect", "required": True}
    assert list(wrong_with_answers({"spec": [required]}, {"q": []})) == []
    assert list(wrong_with_answers({"spec": [required]}, {}))


def test_what_an_administrator_of_the_organization_may_not_do() -> None:
    it = Controller({})
    other = it.create("organizations", {"name": "Other"})["id"]
    for path, body in (
        (["credential_types"], {"name": "A", "kind": "cloud"}),
        (["execution_environments"], {"name": "A", "image": "a"}),
        (["execution_environments"], {"name": "A", "image": "a", "organization": other}),
    ):
        with pytest.raises(RefusedError) as refused:
            it.answer("POST", path, {}, body, limited=True)
        assert refused.value.status == 403
        assert it.answer("POST", path, {}, {**body, "name": path[0] + str(len(body))})[0] == 201
    hidden = it.create("inventories", {"name": "People", "organization": other, "kind": None})
    assert hidden["kind"] == ""
    assert it.answer("GET", ["inventories"], {"name": "People"}, {}, limited=True)[1]["count"] == 0
    assert it.answer("GET", ["inventories", "People++Other"], {}, {})[1]["id"] == hidden["id"]


FIELD = {"id": "url", "label": "URL", "type": "string"}


@pytest.mark.parametrize(
    "fields",
    [
        [{**FIELD, "label": 1}],
        [{**FIELD, "id": "a-b"}],
        [{**FIELD, "id": "tower"}],
        [{**FIELD, "type": "integer"}],
        [{**FIELD, "type": "boolean", "secret": True}],
        [{**FIELD, "default": True}],
        [{**FIELD, "description": "no such key"}],
        [FIELD, FIELD],
    ],
    ids=str,
)
def test_the_rules_refuse_inputs(fields: list[dict[str, Any]]) -> None:
    assert list(wrong_with_inputs({"fields": [FIELD]})) == []
    assert list(wrong_with_inputs({"fields": fields}))


@pytest.mark.parametrize(
    "env",
    [{"A": "{{ other }}"}, {"A": "{{ url"}, {"A": "é"}, {"ANSIBLE_CONFIG": "{{ url }}"}, {"1": "{{ url }}"}],
    ids=str,
)
def test_the_rules_refuse_injectors(env: dict[str, str]) -> None:
    assert list(wrong_with_injectors({"fields": [FIELD]}, {"env": {"A": "{{ url }}"}})) == []
    assert list(wrong_with_injectors({"fields": [FIELD]}, {"env": env}))


QUESTION = {"question_name": "Q", "variable": "q", "type": "multiplechoice", "choices": ["a"], "required": False}


@pytest.mark.parametrize(
    "change",
    [
        {"type": "choice"},
        {"required": "false"},
        {"variable": None},
        {"choices": None},
        {"choices": [True]},
        {"default": "b"},
        {"type": "integer", "default": "1"},
        {"max": "10"},
    ],
    ids=str,
)
def test_the_rules_refuse_questions(change: dict[str, Any]) -> None:
    texts = {"name": "", "description": ""}
    assert list(wrong_with_survey({**texts, "spec": [QUESTION]})) == []
    assert list(wrong_with_survey({**texts, "spec": [{**QUESTION, **change}]}))
