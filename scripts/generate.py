# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the files, and the parts of files, that follow from other files.

- ``meta/runtime.yml``: the action group ``onelogin``, with all modules and actions of roles that call the OneLogin API.
- ``plugins/action``: a file for each of these modules. The files are identical, but ansible-test requires their names.
- ``plugins/modules``: the documentation of return values that several modules have, from ``return_values.yml``.
- ``roles``: the specification of options that several roles have, from ``role_options.yml``.
- ``playbooks/awx/tasks/ansible.controller.yml``: the tasks of ``awx.awx.yml`` with the modules of the other collection.
- The files that contain the version of the collection: the version in ``galaxy.yml``.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from textwrap import indent

import yaml

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = Path("meta/runtime.yml")
GROUP = "onelogin"
ACTIONS = Path("plugins/action")
MODULES = Path("plugins/modules")
ROLES = Path("roles")
RETURN_VALUES = Path(__file__).with_name("return_values.yml")
ROLE_OPTIONS = Path(__file__).with_name("role_options.yml")
AWX_TASKS = Path("playbooks/awx/tasks/awx.awx.yml")
CONTROLLER_TASKS = AWX_TASKS.with_name("ansible.controller.yml")
BLOCK = r"^{indent}{name}:\n(?:{indent} .*\n)+"
ACTION = """\
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.community.onelogin.plugins.plugin_utils._controller.action import build_action

ActionModule = build_action(__name__)
"""
# Patterns of the version in the files that contain it.
VERSIONS = {
    Path("plugins/module_utils/_common/version.py"): r'(?<=^VERSION = ").*(?="$)',
    Path("examples/ci/install.sh"): r"(?<=community\.onelogin:)[^}]*",
    Path("examples/execution-environment/requirements.yml"): r"(?<=^    version: ).*$",
}


def list_modules() -> list[str]:
    """List the names of the modules that run an operation, sorted."""
    files = (ROOT / MODULES).glob("*.py")
    return sorted(path.stem for path in files if "OPERATION" in path.read_text(encoding="utf-8"))


def list_actions() -> list[str]:
    """List the names of the actions without a module that call the OneLogin API, sorted."""
    files = (ROOT / MODULES).glob("*.yml")
    return sorted(path.stem for path in files if "community.onelogin.connection" in path.read_text(encoding="utf-8"))


def update_runtime(text: str) -> str:
    """Update the action group in the text of ``meta/runtime.yml``, and keep the rest and the comments.

    :raises ValueError: the text does not end with the action group
    """
    heading = f"action_groups:\n  {GROUP}:"
    if heading not in text:
        raise ValueError(f"{RUNTIME} has no action group {GROUP}")
    names = "".join(f"\n    - {name}" for name in sorted(list_modules() + list_actions())) or " []"
    wanted = f"{text.partition(heading)[0]}{heading}{names}\n"
    before, after = yaml.safe_load(text), yaml.safe_load(wanted)
    before["action_groups"][GROUP] = after["action_groups"][GROUP]
    if before != after:
        raise ValueError(f"the action group {GROUP} has to be the last thing in {RUNTIME}")
    return wanted


def update_return_values(text: str) -> str:
    """Update the shared return values in the text of a module."""
    code, start, values = text.partition('\nRETURN = r"""\n')
    return code + start + replace_blocks(values, RETURN_VALUES.read_text(encoding="utf-8"))


def update_role_options(text: str, role: str) -> str:
    """Update the shared options in the argument specification of a role."""
    return replace_blocks(text, ROLE_OPTIONS.read_text(encoding="utf-8").replace("ROLE_", f"{role}_"), " " * 6)


def replace_blocks(text: str, shared: str, indentation: str = "") -> str:
    """Replace blocks of a YAML text by the blocks with the same names in the shared text.

    :param indentation: the indentation of the blocks in the text
    """
    for name in yaml.safe_load(shared):
        (block,) = re.findall(BLOCK.format(indent="", name=name), shared, re.MULTILINE)
        wanted = indent(block, indentation).replace("\\", r"\\")
        text = re.sub(BLOCK.format(indent=indentation, name=name), wanted, text, flags=re.MULTILINE)
    return text


def generate_controller_tasks(text: str) -> str:
    """Return the tasks with the modules of ``ansible.controller``, which are those of ``awx.awx`` by another name."""
    heading = "# `make generate` writes this file from awx.awx.yml.\n"
    return re.sub(r"^  awx\.awx\.", "  ansible.controller.", text, flags=re.MULTILINE).replace(
        "# Tasks", f"{heading}# Tasks", 1
    )


def replace_version(text: str, place: str, version: str) -> str:
    """Replace the version in a text.

    :param place: the pattern of the version
    :raises ValueError: the pattern does not match exactly once
    """
    wanted, places = re.subn(place, version, text, flags=re.MULTILINE)
    if places != 1:
        raise ValueError(f"{places} matches for the version, expected 1: {place}")
    return wanted


def generate_texts() -> dict[Path, str | None]:
    """Return the expected text of each generated file; None for a file that must not exist.

    :raises ValueError: see :func:`update_runtime` and :func:`replace_version`
    """
    existing = (path for path in (ROOT / ACTIONS).glob("*.py") if path.read_text(encoding="utf-8") == ACTION)
    wanted: dict[Path, str | None] = {ACTIONS / path.name: None for path in existing}
    wanted |= {ACTIONS / f"{name}.py": ACTION for name in list_modules()}
    for path in (MODULES / f"{name}.py" for name in list_modules()):
        wanted[path] = update_return_values((ROOT / path).read_text(encoding="utf-8"))
    for path in (ROOT / ROLES).glob("*/meta/argument_specs.yml"):
        wanted[path.relative_to(ROOT)] = update_role_options(path.read_text(encoding="utf-8"), path.parent.parent.name)
    wanted[RUNTIME] = update_runtime((ROOT / RUNTIME).read_text(encoding="utf-8"))
    wanted[CONTROLLER_TASKS] = generate_controller_tasks((ROOT / AWX_TASKS).read_text(encoding="utf-8"))
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    for path, place in VERSIONS.items():
        wanted[path] = replace_version((ROOT / path).read_text(encoding="utf-8"), place, version)
    return wanted


def read_text(path: Path) -> str | None:
    """Return the text of a file, or None if it does not exist."""
    return (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).exists() else None


def write_text(path: Path, text: str | None) -> None:
    """Write the text into a file; if the text is None, delete the file."""
    if text is None:
        (ROOT / path).unlink()
    else:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8")


def _pins(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    # A line of a lock file ends with a backslash, because the hashes follow.
    return [re.split(r"[;\\]", line)[0].strip().lower() for line in lines if "==" in line]


def find_unlocked() -> list[str]:
    """List the pinned requirements in ``requirements/*.in`` that are not in their lock file.

    The lock file has the same name, or is ``lock.txt``.
    """
    missing: list[str] = []
    for path in sorted((ROOT / "requirements").glob("*.in")):
        lock = path.with_suffix(".txt")
        lock = lock if lock.exists() else path.with_name("lock.txt")
        locked = _pins(lock)
        missing += [f"requirements/{lock.name} lacks {pin}" for pin in _pins(path) if pin not in locked]
    return missing


def main() -> int:
    """Write the files, or only list outdated ones with ``--check``.

    :returns: 1 if a lock file is outdated, or with ``--check`` any file, else 0
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, and fail if a file is outdated")
    check = parser.parse_args().check

    stale = {path: text for path, text in generate_texts().items() if text != read_text(path)}
    for path, text in stale.items():
        if check:
            print(f"{path} is out of date: make generate")
        else:
            write_text(path, text)
            print(f"{path} {'removed' if text is None else 'written'}")

    missing = find_unlocked()
    for pin in missing:
        print(f"{pin}: make lock")
    if not stale and not missing:
        print(f"up to date, {len(list_modules())} modules in the action group")
    return 1 if missing or (stale and check) else 0


if __name__ == "__main__":
    sys.exit(main())
