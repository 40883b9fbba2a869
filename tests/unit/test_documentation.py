# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of each module describes the options that the module has, and its examples use no others."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn
from unittest import mock

import pytest
import yaml
from ansible.config.manager import ensure_type
from ansible.module_utils.basic import AnsibleModule
from ansible_collections.community.onelogin.plugins.module_utils._common.errors import ErrorResult

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
COLLECTION = "community.onelogin"
MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("[!_]*.py"))
INVENTORIES = sorted(path.stem for path in (PLUGINS / "inventory").glob("[!_]*.py"))

# The defaults of keys that an option omits.
DEFAULTS: Mapping[str, Any] = {
    "type": "str",
    "elements": None,
    "default": None,
    "choices": None,
    "required": False,
    "aliases": [],
}
# The keys of a return value. The first three are required.
RETURN_KEYS = ("description", "returned", "type", "elements", "sample", "contains")
TYPES = {"str", "int", "float", "bool", "list", "dict", "raw"}

Options = Mapping[str, Mapping[str, Any]]


def load_plugin(kind: str, name: str) -> Any:
    """Import the Python module of a plugin."""
    return import_module(f"ansible_collections.{COLLECTION}.plugins.{kind}.{name}")


class SpecPassed(Exception):
    """A module has passed this argument specification to AnsibleModule."""


def pass_spec(_module: AnsibleModule, argument_spec: Options, **_more: object) -> NoReturn:
    """Stand in for the constructor of AnsibleModule.

    :raises SpecPassed: always
    """
    raise SpecPassed(argument_spec)


@cache
def read_argument_spec(name: str) -> Options:
    """Get the argument specification that a module passes to AnsibleModule."""
    with mock.patch.object(AnsibleModule, "__init__", pass_spec), pytest.raises(SpecPassed) as passed:
        load_plugin("modules", name).main()
    spec: Options = passed.value.args[0]
    return spec


def read_documentation(kind: str, name: str) -> dict[str, Any]:
    """Parse the documentation of a plugin and add the options of its fragments."""
    documented: dict[str, Any] = yaml.safe_load(load_plugin(kind, name).DOCUMENTATION)
    options = documented.setdefault("options", {})
    for fragment in documented.get("extends_documentation_fragment", ()):
        for option, shared in yaml.safe_load(read_fragment(fragment)).get("options", {}).items():
            options[option] = {**shared, **options.get(option, {})}
    return documented


def read_fragment(fragment: str) -> str:
    """Get the text of a fragment. The last part of its name is an attribute, by default DOCUMENTATION."""
    namespace, collection, name, *attribute = fragment.split(".")
    builtin = (namespace, collection) == ("ansible", "builtin")
    package = "ansible.plugins" if builtin else f"ansible_collections.{namespace}.{collection}.plugins"
    found = import_module(f"{package}.doc_fragments.{name}").ModuleDocFragment
    return str(getattr(found, attribute[0].upper() if attribute else "DOCUMENTATION"))


def compare_options(documented: Options, spec: Options, where: str = "") -> list[str]:
    """List how the documented options differ from the specified ones, suboptions included."""
    problems = [f"{where}{name} is not documented" for name in sorted(spec.keys() - documented.keys())]
    problems += [f"{where}{name} is documented only" for name in sorted(documented.keys() - spec.keys())]
    for name in sorted(spec.keys() & documented.keys()):
        entry, option = documented[name], spec[name]
        for key, default in DEFAULTS.items():
            documented_value, value = entry.get(key, default), option.get(key, default)
            if documented_value != value:
                problems.append(f"{where}{name}: {key} {documented_value!r} is documented, {value!r} is specified")
        for variable in option.get("fallback", (None, ()))[1]:
            if f"E({variable})" not in str(entry["description"]):
                problems.append(f"{where}{name}: the environment variable {variable} is not documented")
        problems += compare_options(entry.get("suboptions", {}), option.get("options", {}), f"{where}{name}.")
    return problems


def find_module_calls(tasks: Any) -> Iterator[tuple[str, Any]]:
    """Yield the name and the arguments of each task that calls a module of the collection."""
    if isinstance(tasks, list):
        for task in tasks:
            yield from find_module_calls(task)
    elif isinstance(tasks, Mapping):
        for key, value in tasks.items():
            if str(key).startswith(f"{COLLECTION}."):
                yield str(key).removeprefix(f"{COLLECTION}."), value
            else:
                yield from find_module_calls(value)


def find_unknown_options(arguments: Any, spec: Options, where: str) -> Iterator[str]:
    """Yield the names in a task's arguments that are not options. Templates are skipped."""
    if isinstance(arguments, list):
        for item in arguments:
            yield from find_unknown_options(item, spec, where)
    elif isinstance(arguments, Mapping):
        for name, value in arguments.items():
            if name not in spec:
                yield f"{where}{name}"
            elif "options" in spec[name]:
                yield from find_unknown_options(value, spec[name]["options"], f"{where}{name}.")


@pytest.mark.parametrize("name", MODULES)
def test_the_documented_options_are_those_of_the_module(name: str) -> None:
    documented = read_documentation("modules", name)
    assert documented["module"] == name
    problems = compare_options(documented["options"], read_argument_spec(name))
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", MODULES)
def test_examples_use_options_that_exist(name: str) -> None:
    found = list(find_module_calls(yaml.safe_load(load_plugin("modules", name).EXAMPLES)))
    assert name in {called for called, _arguments in found}
    unknown = [
        line for called, args in found for line in find_unknown_options(args, read_argument_spec(called), f"{called}: ")
    ]
    assert not unknown, "\n".join(unknown)


def check_return_values(values: Mapping[str, Mapping[str, Any]]) -> None:
    """Check that each return value, nested ones included, has a description, a condition and a type."""
    for name, value in values.items():
        assert set(RETURN_KEYS[:3]) <= set(value) <= set(RETURN_KEYS), name
        assert {value["type"], value.get("elements", "str")} <= TYPES, name
        check_return_values(value.get("contains", {}))


@pytest.mark.parametrize("name", MODULES)
def test_return_values_are_well_formed(name: str) -> None:
    values = yaml.safe_load(load_plugin("modules", name).RETURN)
    assert values
    check_return_values(values)


@pytest.mark.parametrize("name", INVENTORIES)
def test_the_documentation_of_an_inventory_plugin(name: str) -> None:
    found = read_documentation("inventory", name)
    options = found["options"]
    assert (found["name"], options["plugin"]["choices"]) == (name, [f"{COLLECTION}.{name}"])
    for option in options.values():
        assert option.get("type", "str") in TYPES | {"path", "boolean"}
        ensure_type(option.get("default"), option.get("type"))
    code = (PLUGINS / "inventory" / f"{name}.py").read_text(encoding="utf-8")
    assert set(re.findall(r'get_option\("(\w+)"\)', code)) <= set(options)
    assert set(yaml.safe_load(load_plugin("inventory", name).EXAMPLES)) <= set(options)


def test_the_filters_of_the_inventory_are_those_of_user_info() -> None:
    spec = {
        name: option
        for name, option in read_argument_spec("user_info")["batch"]["options"].items()
        if name not in ("fields", "key")
    }
    assert compare_options(read_documentation("inventory", "users")["options"]["filters"]["suboptions"], spec) == []


SPEC: Options = {
    "size": {"type": "int", "default": 3},
    "batch": {"type": "raw", "options": {"mode": {"choices": ["a", "b"]}}},
}
DOCUMENTED: Options = {
    "size": {"type": "int", "default": 3},
    "batch": {"type": "raw", "suboptions": {"mode": {"choices": ["a", "b"]}}},
}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"size": {"default": 3}}, "size: type 'str' is documented, 'int' is specified"),
        ({"size": {"type": "int", "default": 4}}, "size: default 4 is documented, 3 is specified"),
        ({"weight": {"type": "int"}}, "weight is documented only"),
        ({"batch": {"type": "raw"}}, "batch.mode is not documented"),
        (
            {"batch": {"type": "raw", "suboptions": {"mode": {"choices": ["a"]}}}},
            "batch.mode: choices ['a'] is documented, ['a', 'b'] is specified",
        ),
    ],
)
def test_a_difference_is_found(change: Options, problem: str) -> None:
    assert compare_options(DOCUMENTED, SPEC) == []
    assert compare_options({**DOCUMENTED, **change}, SPEC) == [problem]


@pytest.mark.parametrize("name", MODULES)
def test_the_sample_of_an_error_is_an_error(name: str) -> None:
    """In a YAML dictionary on one line, a comma in a text begins another key."""
    error = yaml.safe_load(load_plugin("modules", name).RETURN).get("error", {})
    assert set(error.get("sample", {})) <= set(ErrorResult.__annotations__)


def test_ansible_doc_lists_what_users_can_use_and_nothing_else() -> None:
    expected = {
        "module": MODULES,
        "filter": sorted(path.stem for path in (PLUGINS / "filter").glob("*.yml")),
        "role": sorted(path.parts[-3] for path in (PLUGINS.parent / "roles").glob("*/meta/argument_specs.yml")),
    }
    listed = {}
    for kind in expected:
        command = [str(Path(sys.executable).with_name("ansible-doc")), "--type", kind, "--list", "--json", COLLECTION]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        listed[kind] = sorted(name.rpartition(".")[2] for name in json.loads(done.stdout))
    assert listed == expected
