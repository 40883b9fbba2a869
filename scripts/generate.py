# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write what follows from other files, so that nobody has to keep the two alike by hand.

``meta/runtime.yml`` gets the action group ``onelogin``: every module of ``plugins/modules`` that speaks to OneLogin.
``plugins/action`` gets a file for each of them, all alike: the sanity tests want the names to match.
``plugins/modules`` get what several of them return from ``return_values.yml``.
``roles`` get what several of them take from ``role_options.yml``, in their argument specifications.
The files that name the collection's version get that of ``galaxy.yml``.
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
BLOCK = r"^{indent}{name}:\n(?:{indent} .*\n)+"
ACTION = """\
# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.community.onelogin.plugins.plugin_utils._controller.action import action_of

ActionModule = action_of(__name__)
"""
# Where the version stands in files that name it.
VERSIONS = {
    Path("plugins/module_utils/_common/version.py"): r'(?<=^VERSION = ").*(?="$)',
    Path("examples/ci/install.sh"): r"(?<=community\.onelogin:)[^}]*",
    Path("examples/execution-environment/requirements.yml"): r"(?<=^    version: ).*$",
}


def modules() -> list[str]:
    """The names of the modules that are an operation of the core, sorted."""
    files = (ROOT / MODULES).glob("*.py")
    return sorted(path.stem for path in files if "OPERATION" in path.read_text(encoding="utf-8"))


def runtime(text: str) -> str:
    """``meta/runtime.yml`` with the action group as it should be; the rest and the comments stay.

    :raises ValueError: the text does not end with the action group
    """
    heading = f"action_groups:\n  {GROUP}:"
    if heading not in text:
        raise ValueError(f"{RUNTIME} has no action group {GROUP}")
    names = "".join(f"\n    - {name}" for name in modules()) or " []"
    wanted = f"{text.partition(heading)[0]}{heading}{names}\n"
    before, after = yaml.safe_load(text), yaml.safe_load(wanted)
    before["action_groups"][GROUP] = after["action_groups"][GROUP]
    if before != after:
        raise ValueError(f"the action group {GROUP} has to be the last thing in {RUNTIME}")
    return wanted


def returning(text: str) -> str:
    """A module with what it returns told as in the others."""
    code, start, told = text.partition('\nRETURN = r"""\n')
    return code + start + alike(told, RETURN_VALUES.read_text(encoding="utf-8"))


def taking(text: str, role: str) -> str:
    """The argument specification of a role with what it takes told as in the others."""
    return alike(text, ROLE_OPTIONS.read_text(encoding="utf-8").replace("ROLE_", f"{role}_"), " " * 6)


def alike(text: str, shared: str, indentation: str = "") -> str:
    """A text in YAML with the blocks that others share as they stand in the shared text, so far indented."""
    for name in yaml.safe_load(shared):
        (block,) = re.findall(BLOCK.format(indent="", name=name), shared, re.MULTILINE)
        wanted = indent(block, indentation).replace("\\", r"\\")
        text = re.sub(BLOCK.format(indent=indentation, name=name), wanted, text, flags=re.MULTILINE)
    return text


def versioned(text: str, place: str, version: str) -> str:
    """A text with the version in its place.

    :raises ValueError: there is not exactly one such place
    """
    wanted, places = re.subn(place, version, text, flags=re.MULTILINE)
    if places != 1:
        raise ValueError(f"{places} places for the version: {place}")
    return wanted


def generated() -> dict[Path, str | None]:
    """What each generated file should hold; None for one that should not be there.

    :raises ValueError: see :func:`runtime` and :func:`versioned`
    """
    there = (path for path in (ROOT / ACTIONS).glob("*.py") if path.read_text(encoding="utf-8") == ACTION)
    wanted: dict[Path, str | None] = {ACTIONS / path.name: None for path in there}
    wanted |= {ACTIONS / f"{name}.py": ACTION for name in modules()}
    for path in (MODULES / f"{name}.py" for name in modules()):
        wanted[path] = returning((ROOT / path).read_text(encoding="utf-8"))
    for path in (ROOT / ROLES).glob("*/meta/argument_specs.yml"):
        wanted[path.relative_to(ROOT)] = taking(path.read_text(encoding="utf-8"), path.parent.parent.name)
    wanted[RUNTIME] = runtime((ROOT / RUNTIME).read_text(encoding="utf-8"))
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    for path, place in VERSIONS.items():
        wanted[path] = versioned((ROOT / path).read_text(encoding="utf-8"), place, version)
    return wanted


def current(path: Path) -> str | None:
    """What a file holds, None if it is not there."""
    return (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).exists() else None


def write(path: Path, text: str | None) -> None:
    """Make a file hold a text, or be no more."""
    if text is None:
        (ROOT / path).unlink()
    else:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8")


def _pins(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.partition(";")[0].strip().lower() for line in lines if "==" in line]


def unlocked() -> list[str]:
    """The exact requirements of ``requirements/*.in`` that their lock does not hold."""
    missing: list[str] = []
    for path in sorted((ROOT / "requirements").glob("*.in")):
        lock = path.with_name("importer.txt" if path.stem == "importer" else "lock.txt")
        locked = _pins(lock)
        missing += [f"requirements/{lock.name} lacks {pin}" for pin in _pins(path) if pin not in locked]
    return missing


def main() -> int:
    """Write the files or, with ``--check``, only tell which are out of date (1 if any is)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    check = parser.parse_args().check

    stale = {path: text for path, text in generated().items() if text != current(path)}
    for path, text in stale.items():
        if check:
            print(f"{path} is out of date: make generate")
        else:
            write(path, text)
            print(f"{path} {'removed' if text is None else 'written'}")

    missing = unlocked()
    for pin in missing:
        print(f"{pin}: make lock")
    if not stale and not missing:
        print(f"up to date, {len(modules())} modules in the action group")
    return 1 if missing or (stale and check) else 0


if __name__ == "__main__":
    sys.exit(main())
