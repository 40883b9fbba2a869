# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX 24.6.1 accepts, in credential types, surveys and projects, and which jobs it starts.

The source is https://github.com/ansible/awx: ``awx/main/fields.py`` (inputs and injectors),
``awx/api/views/__init__.py`` (surveys), ``awx/main/models/mixins.py`` (answers), ``awx/main/utils/ansible.py``
(playbooks), ``awx/main/models/jobs.py`` and ``inventory.py`` (slices) and ``workflow.py`` (artifacts).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OF_TEXT = {"choices", "multiline", "format", "secret"}
_OF_INPUT = {"id", "label", "type", "help_text", "default"} | _OF_TEXT
# What a default has to be; of the two with choices, one choice a line.
_QUESTIONS: dict[str, type | tuple[type, ...]] = {
    "text": str,
    "textarea": str,
    "password": str,
    "multiplechoice": str,
    "multiselect": str,
    "integer": int,
    "float": (float, int),
}
_PLAYBOOK = re.compile(r"\s*-?\s*(hosts|(ansible\.builtin\.)?(include|import_playbook)):")
_NO_PLAYBOOKS_IN = {"roles", "tasks", "group_vars", "host_vars"}

Question = Mapping[str, Any]


def wrong_with_inputs(inputs: Any) -> Iterator[str]:
    """Why a type of credential may not have these inputs."""
    if not isinstance(inputs, dict) or inputs.keys() - {"fields", "required"}:
        yield f"inputs are fields and required, not {inputs}"
        return
    fields: list[dict[str, Any]] = inputs.get("fields", [])
    ids = [field.get("id") for field in fields]
    if len(set(ids)) < len(ids) or "tower" in ids:
        yield f"an id is taken: {ids}"
    if not isinstance(inputs.get("required", []), list):
        yield "required is no list"
    for field in fields:
        yield from _wrong_with_field(field)


def _wrong_with_field(field: Mapping[str, Any]) -> Iterator[str]:
    name, kind = field.get("id"), field.get("type", "string")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        yield f"{name} is no id"
    if unknown := field.keys() - _OF_INPUT:
        yield f"{name} cannot have {unknown}"
    if not all(isinstance(field.get(key, ""), str) for key in ("label", "help_text")) or "label" not in field:
        yield f"{name} needs a label, and texts"
    if kind not in ("string", "boolean"):
        yield f"{name} cannot be a {kind}"
    if kind == "boolean" and field.keys() & _OF_TEXT:
        yield f"{name} is no text"
    if "default" in field and not isinstance(field["default"], {"string": str, "boolean": bool}.get(kind, ())):
        yield f"the default of {name} is no {kind}"
    if not all(isinstance(field.get(key, False), bool) for key in ("secret", "multiline")):
        yield f"{name} is secret or not, and has many lines or not"
    if field.get("format", "url") not in ("url", "ssh_private_key"):
        yield f"{name} has no such format"


def wrong_with_injectors(inputs: Mapping[str, Any], injectors: Any) -> Iterator[str]:
    """Why a type of credential may not have these injectors. Files are not known here."""
    if not isinstance(injectors, dict) or injectors.keys() - {"env", "extra_vars"}:
        yield f"injectors are env and extra_vars, not {injectors}"
        return
    example = {field["id"]: "EXAMPLE" for field in inputs.get("fields", [])}
    for variable, template in injectors.get("env", {}).items():
        if not _NAME.fullmatch(variable) or variable.startswith("ANSIBLE_"):
            yield f"{variable} may not be set"
        if not isinstance(template, str) or not template.isascii():
            yield f"{variable} is to be plain ASCII"
        yield from _wrong_with_template(variable, template, example)
    for variable, value in injectors.get("extra_vars", {}).items():
        for template in value.values() if isinstance(value, dict) else [value]:
            yield from _wrong_with_template(variable, template, example)


def _wrong_with_template(variable: str, template: Any, example: Mapping[str, str]) -> Iterator[str]:
    try:
        ImmutableSandboxedEnvironment(undefined=StrictUndefined).from_string(template).render(example)
    except TemplateError as error:
        yield f"{variable}: {error}"


def wrong_with_survey(survey: Any) -> Iterator[str]:
    """Why a template may not have this survey."""
    for key, kind in (("name", str), ("description", str), ("spec", list)):
        if not isinstance(survey.get(key), kind):
            yield f"{key} is no {kind.__name__}"
    questions: list[Question] = survey.get("spec") or []
    if not questions:
        yield "there is no question"
    variables = [question.get("variable") for question in questions]
    if len(set(variables)) < len(variables):
        yield f"a variable is asked for twice: {variables}"
    for question in questions:
        yield from _wrong_with_question(question)


def _wrong_with_question(question: Question) -> Iterator[str]:
    name, kind = question.get("variable"), str(question.get("type"))
    if not all(isinstance(question.get(key), str) for key in ("type", "question_name", "variable")):
        yield f"{name} needs a type, a name and a variable"
    if not isinstance(question.get("required"), bool):
        yield f"{name} is required or not"
    if kind not in _QUESTIONS:
        yield f"{name} cannot be a {kind}"
        return
    default = question.get("default", "")
    if default != "" and not isinstance(default, _QUESTIONS[kind]):
        yield f"the default of {name} is no {kind}"
    if not all(isinstance(question.get(key, 0), int) for key in ("min", "max")):
        yield f"the bounds of {name} are no whole numbers"
    if kind in ("multiplechoice", "multiselect"):
        choices = question.get("choices")
        # AWX takes lines as well, and rewrites them.
        if not isinstance(choices, list) or not all(isinstance(choice, str) for choice in choices):
            yield f"{name} has no choices"
        elif set(str(default).splitlines()) - set(choices):
            yield f"the default of {name} cannot be chosen"


def wrong_with_answers(survey: Mapping[str, Any], answers: Mapping[str, Any]) -> Iterator[str]:
    """Why a job of a template that does not ask for variables besides its survey's would not be started with these."""
    questions = {question["variable"]: question for question in survey["spec"]}
    for variable in answers.keys() - questions.keys():
        yield f"{variable} is not asked for"
    for variable, question in questions.items():
        if variable in answers:
            yield from _wrong_with_answer(question, answers[variable])
        elif question["required"]:
            yield f"{variable} is missing"


def _wrong_with_answer(question: Question, answer: Any) -> Iterator[str]:
    variable, kind = question["variable"], question["type"]
    size = answer
    if kind in ("text", "textarea", "password"):
        if not isinstance(answer, str):
            yield f"{variable} is to be text"
            return
        size = len(answer)
    elif kind in ("multiplechoice", "multiselect"):
        chosen = answer if kind == "multiselect" else [answer]
        if not isinstance(chosen, list) or not set(chosen) <= set(question["choices"]):
            yield f"{variable} is to be chosen from {question['choices']}"
        return
    elif type(answer) not in ((int,) if kind == "integer" else (int, float)):
        yield f"{variable} is to be a number"
        return
    if not question.get("min", size) <= size <= question.get("max", size):
        yield f"{variable} is too small or too large"


def count_slices(template: Mapping[str, Any], prompts: Mapping[str, Any], hosts: Collection[str]) -> int:
    """Into how many jobs AWX cuts a job: never more than the inventory has hosts."""
    asked: int | None = prompts.get("job_slice_count") if template["ask_job_slice_count_on_launch"] else None
    count: int = asked or template["job_slice_count"]
    return max(1, min(count, len(hosts)))


def hosts_of_jobs(hosts: Iterable[str], slices: int, limit: Collection[str] = ()) -> list[list[str]]:
    """The hosts of each slice. AWX deals them out in the order of their names, and Ansible applies the limit later."""
    ordered = sorted(hosts)
    dealt = [ordered[number::slices] for number in range(slices)]
    return [[host for host in its if not limit or host in limit] for its in dealt]


def merge_artifacts(jobs: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What slices hand on together: of each name, what the job that ended last has."""
    merged: dict[str, Any] = {}
    for artifacts in jobs:
        merged.update(artifacts)
    return merged


def playbooks_in(folder: Path) -> set[str]:
    """What a project offers as playbooks: YAML in which a line looks like a play, or like one that is taken in."""
    return {
        str(file.relative_to(folder))
        for file in folder.rglob("*.y*ml")
        if file.suffix in (".yml", ".yaml")
        and not any(part in _NO_PLAYBOOKS_IN or part.startswith(".") for part in file.relative_to(folder).parts[:-1])
        and any(_PLAYBOOK.match(line) for line in file.read_text(encoding="utf-8").splitlines())
    }
