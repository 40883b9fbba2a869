# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow the guides as a reader does: save files under their captions, and run the commands in order, twice.

The kinds of blocks in a guide:

** with a caption: a file of that name; with ``, continued``, the rest of it;
** ``shell``: commands. With ``.. fails: why`` above it they must fail; with ``.. not run: why`` they are not run;
** ``text`` without a caption: lines that the commands above it print, with ``…`` for variable parts;
** other ``yaml``: an excerpt; if it is a playbook, Ansible checks its syntax.

``042137`` stands for the code of the person in its line.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.harness import (
    BIN,
    CLIENT_ID,
    CLIENT_SECRET,
    MODULES,
    ROOT,
    Simulator,
    Task,
    environment,
    play,
    recap,
    run_ansible,
    run_playbook,
    server,
)

pytestmark = pytest.mark.once("the modules and roles of a guide have their own tests there")

RST = ROOT / "docs/docsite/rst"
GUIDES = sorted(page.stem for page in RST.glob("guide_*.rst"))
BLOCK = re.compile(
    r"(?:^\.\. (?P<marker>fails|not run): .+\n\n)?"
    r"^\.\. code-block:: (?P<language>\w+)\n(?:    :caption: (?P<caption>.+)\n)?\n(?P<text>(?:    .*\n|\n)+)",
    re.MULTILINE,
)
PEOPLE = """\
email,username,phone,department,sim_answer
jane@example.com,jane,+12025550101,engineering,accept
john@example.com,john,+12025550102,sales,accept
amal@example.com,amal,+12025550103,sales,accept
svc-backup@example.com,svc-backup,,it,never
"""
GROUPS = {"groups": [{"id": 7, "name": "MFA required"}, {"id": 8, "name": "Staff"}]}
CODE = "042137"
MADE_UP = "http://127.0.0.1:8765"
START = "make simulator ARGS="


@dataclass(frozen=True)
class Block:
    """A block of code of a guide."""

    marker: str | None
    language: str
    caption: str | None
    text: str


def blocks_of(guide: str) -> list[Block]:
    """Return the blocks in order; every block must have a form that is recognized."""
    source = (RST / f"{guide}.rst").read_text(encoding="utf-8")
    found = [
        Block(
            match["marker"],
            match["language"],
            match["caption"],
            re.sub("^    ", "", match["text"], flags=re.M).strip("\n") + "\n",
        )
        for match in BLOCK.finditer(source)
    ]
    assert len(found) == source.count("code-block::"), f"{guide} has a block that is not at the margin"
    assert len([b for b in found if b.marker]) == len(re.findall(r"^\.\. (?:fails|not run):", source, re.M)), guide
    return found


def _without_reads(text: str) -> str:
    """Remove the commands that only read, which need no second run."""
    commands = re.split(r"(?<!\\)\n", text)
    reads = re.compile(r" (--check|--graph|--tags mfa_plan|community\.onelogin\.audit)\b")
    return "\n".join(each for each in commands if not reads.search(each))


class Reader:
    """Follow a guide in an empty home folder."""

    def __init__(self, home: Path, guide: str) -> None:
        self.home = home
        self.blocks = blocks_of(guide)
        self.starts_simulator = any(block.text.startswith(START) for block in self.blocks)
        self.exports: list[str] = []
        self.printed = ""
        self.ran = 0
        self.sim: Simulator | None = None
        (home / "simulated.csv").write_text(PEOPLE, encoding="utf-8")
        (home / "groups.json").write_text(json.dumps(GROUPS), encoding="utf-8")

    def read(self) -> None:
        """Run all blocks. The second time, output is not compared, since there is less to do."""
        again = self.ran > 0
        self.exports = []
        for block in self.blocks:
            if block.caption:
                self._save(block.caption, block.text)
            elif block.language == "shell" and block.marker != "not run":
                self._run(block, again)
            elif block.language == "text" and not again:
                self._compare(block.text)

    def begin(self, *arguments: str) -> Simulator:
        """Start a simulator."""
        self.sim = Simulator(*arguments)
        return self.sim

    def _save(self, caption: str, text: str) -> None:
        name, _comma, continued = caption.partition(", ")
        file = self.home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        before = file.read_text(encoding="utf-8") if continued else ""
        file.write_text(before + self._with_codes(text), encoding="utf-8")

    def _run(self, block: Block, again: bool) -> None:
        if block.text.startswith(START):
            if not again:
                arguments = shlex.split(block.text.removeprefix(START))[0].replace("$HOME", str(self.home))
                self.begin(*shlex.split(arguments.replace("--port 8765", "--port 0")))
            return
        sim = self.sim or self.begin(
            *("--people", str(self.home / "simulated.csv"), "--groups", str(self.home / "groups.json")),
            *("--answer-after", "0.5", "--seed", "3"),
            *("--credential", f"{CLIENT_ID}:{CLIENT_SECRET}"),
        )
        text = self._with_codes(_without_reads(block.text) if again else block.text).replace(MADE_UP, sim.url)
        if not text.strip():
            return
        done = subprocess.run(
            ["bash", "-eu", "-o", "pipefail", "-c", "\n".join([*self.exports, text])],
            cwd=self.home,
            env=self._environment(sim),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        self.exports += [line for line in text.splitlines() if line.startswith("export ")]
        self.printed = done.stdout + done.stderr
        self.ran += 1
        assert (done.returncode != 0) == (block.marker == "fails"), f"{text}\n{self.printed}"
        assert "Traceback" not in self.printed
        assert "DEPRECATION" not in self.printed
        if again:
            assert recap(self.printed)[0] == set(), f"a second run changed something:\n{text}\n{self.printed}"

    def _environment(self, sim: Simulator) -> dict[str, str]:
        env = environment(self.home, sim.url)
        if self.starts_simulator:
            # Such a guide exports the URL and the credential of the simulator.
            env = {name: value for name, value in env.items() if not name.startswith("ONELOGIN_")}
            env["ONELOGIN_TEST_RESULTS"] = str(self.home / "results.jsonl")
        return server.for_shell(env)

    def _with_codes(self, text: str) -> str:
        if CODE not in text:
            return text
        assert self.sim, "the guide uses a code before it starts a simulator"
        lines = text.splitlines()
        for number, line in enumerate(lines):
            if CODE in line:
                (who,) = (name for name in ("jane", "john", "amal") if name in line)
                lines[number] = line.replace(CODE, self.sim.messages(who)[-1]["code"])
        return "\n".join(lines) + "\n"

    def _compare(self, text: str) -> None:
        for line in text.splitlines():
            pattern = ".*".join(map(re.escape, line.split("…")))
            assert re.search(pattern, self.printed), f"{line!r} is not in\n{self.printed}"


@pytest.mark.once("the modules and roles of a guide have their own tests there")
@pytest.mark.shows("code", "*", "Ansible shows extra variables of its command line; the code is spent by then")
@pytest.mark.shows("*", "sheets/*", "a sheet is for its person to read")
@pytest.mark.parametrize("guide", [g for g in GUIDES if any(b.language == "shell" for b in blocks_of(g))])
def test_a_guide_works_and_a_second_run_changes_nothing(guide: str, tmp_path: Path) -> None:
    reader = Reader(tmp_path, guide)
    try:
        reader.read()
        assert reader.ran or not reader.sim
        if reader.sim:
            once = _traces(reader)
            reader.read()
            assert _traces(reader) == once
    finally:
        if reader.sim:
            reader.sim.stop()


def _of_readme(text: str) -> str:
    """Return the YAML block of the README that begins with a text."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = (found for found in re.findall(r"^```yaml\n(.*?)^```$", readme, re.M | re.S) if found.startswith(text))
    return str(block)


@pytest.mark.parametrize(
    ("name", "enrolling"),
    [("Enrol one person", 3), ("Enrol many people", 2)],
)
def test_playbooks_of_the_readme_work_in_check_mode_and_twice(
    start: Callable[..., Simulator], tmp_path: Path, name: str, enrolling: int
) -> None:
    """``enrolling`` is the number of tasks that enrol; the others start a new challenge in each run."""
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    sim = start("--people", str(tmp_path / "people.csv"), "--answer-after", "0.5")
    playbook, env = _of_readme(f"- name: {name}"), environment(tmp_path, sim.url)
    predicted = run_playbook(tmp_path, playbook, env, "--check")
    assert (predicted.rc, sim.writes()) == (0, []), predicted.output
    first = run_playbook(tmp_path, playbook, env)
    registrations = sim.count("POST", "/registrations")
    second = run_playbook(tmp_path, playbook, env)
    assert (first.rc, second.rc) == (0, 0), first.output + second.output
    assert any(result["changed"] for result in first.results[:enrolling])
    assert not any(result["changed"] for result in second.results[:enrolling])
    assert sim.count("POST", "/registrations") == registrations


def _traces(reader: Reader) -> Any:
    """The state that a second run must not change. In a rehearsal, people who rejected are asked again."""
    assert reader.sim
    if reader.starts_simulator:
        return [
            person["devices"]
            for person in map(reader.sim.person, [f"{n}@example.com" for n in ("jane", "john", "amal")])
        ]
    return reader.sim.writes(), reader.sim.messages()


def _playbooks() -> Iterator[Any]:
    for guide in GUIDES:
        for number, block in enumerate(blocks_of(guide)):
            if block.language == "yaml" and not block.caption:
                yield pytest.param(block.text, id=f"{guide}-{number}")


@pytest.mark.parametrize("text", list(_playbooks()))
def test_playbooks_that_are_not_run_pass_the_syntax_check(text: str, tmp_path: Path) -> None:
    """They run in another test (guide_unattended in test_sheets.py), or are only examples."""
    read = yaml.safe_load(text)
    if not (isinstance(read, list) and "hosts" in read[0]):
        return
    for play_ in read:
        for name in play_.get("vars_files", []):
            (tmp_path / name).write_text("{}\n")
    (tmp_path / "playbook.yml").write_text(text, encoding="utf-8")
    env = environment(tmp_path, "http://127.0.0.1:9")
    done = run_ansible(tmp_path, env, "ansible-playbook", "--syntax-check", "playbook.yml")
    assert done.returncode == 0, done.stderr


SCOPES = ("Authentication Only", "Read Users", "Manage Users", "Read All", "Manage All")
ENOUGH = {
    "any": SCOPES,
    "Read Users": SCOPES[1:],
    "Manage Users": ("Manage Users", "Manage All"),
    "Read All": ("Read All", "Manage All"),
    "Manage All": ("Manage All",),
}
WITHOUT_CREDENTIAL = {"enrolment_sheets", "mfa_journal", "mfa_journal_info"}


@pytest.fixture
def scoped(tmp_path: Path) -> Iterator[Simulator]:
    """An account with a credential for each scope; the client id is the name of the scope."""
    (tmp_path / "people.csv").write_text(
        "email,phone,sim_enrolled\njane@example.com,+12025550101,\neve@example.com,+12025550102,OneLogin Protect\n"
    )
    sim = Simulator(
        *("--people", str(tmp_path / "people.csv"), "--answer-after", "0.5"),
        *(argument for scope in SCOPES for argument in ("--credential", f"{scope}:secret of {scope}:{scope}")),
    )
    yield sim
    sim.stop()


def _table(guide: str) -> dict[str, str]:
    source = (RST / f"{guide}.rst").read_text(encoding="utf-8")
    return dict(re.findall(r"^``(\w+)``  +(\S.*)$", source, re.MULTILINE))


@pytest.mark.shows("client secret", "*", "Ansible shows the lines of a playbook where a task failed; here they hold it")
@pytest.mark.shows("* token", "*", "a task returns it that should have no_log", until_masked=True)
def test_the_scope_each_module_needs(scoped: Simulator, tmp_path: Path) -> None:
    scopes = _table("guide_credentials")
    assert set(scopes) == {*MODULES, *WITHOUT_CREDENTIAL}
    jane, eve, protect = {"email": "jane@example.com"}, {"email": "eve@example.com"}, {"factor": "OneLogin Protect"}
    registration = {"registration_id": "{{ mfa_registration.results[-1].registration.id }}"}
    verification = {"verification_id": "{{ mfa_verification.results[-1].verification.id }}"}
    options: dict[str, dict[str, Any]] = {
        "access_token": {},
        "rate_limit_info": {},
        "user_info": jane,
        "user": {**jane, "attributes": {"title": "{{ item }}"}},
        "group_info": {},
        "event_info": {},
        "policy_info": {},
        "mfa_factor_info": jane,
        "mfa_registration": {**jane, **protect},
        "mfa_registration_info": {**jane, **registration},
        "mfa_registration_wait": {**jane, **registration, "sleep": 0.3},
        "mfa_device_info": eve,
        "mfa_verification": {**eve, **protect},
        "mfa_verification_info": {**eve, **verification},
        "mfa_verification_wait": {**eve, **verification, "sleep": 0.3},
        "mfa_token": eve,
        "mfa_device": {**eve, **protect},
    }
    assert set(options) == set(scopes) - WITHOUT_CREDENTIAL
    tasks: list[Task] = [
        {
            "name": module,
            f"community.onelogin.{module}": {
                **given,
                "client_id": "{{ item }}",
                "client_secret": "secret of {{ item }}",
            },
            "loop": list(SCOPES),
            "register": module,
            "ignore_errors": True,
        }
        for module, given in options.items()
    ]
    run = run_playbook(tmp_path, play(tasks), environment(tmp_path, scoped.url))
    for module in options:
        results = dict(zip(SCOPES, run[module]["results"], strict=True))
        enough = tuple(scope for scope, result in results.items() if "error" not in result)
        assert enough == ENOUGH[scopes[module]], f"{module} is said to need {scopes[module]}"
        refused = {result["error"]["code"] for scope, result in results.items() if scope not in enough}
        assert refused <= {"forbidden"}, module


def test_modules_that_need_no_credential(tmp_path: Path) -> None:
    assert {
        name for name, scope in _table("guide_credentials").items() if scope == "no credential"
    } == WITHOUT_CREDENTIAL
    env = {
        k: v for k, v in environment(tmp_path, "").items() if k not in ("ONELOGIN_CLIENT_ID", "ONELOGIN_CLIENT_SECRET")
    }
    tasks: list[Task] = [
        {"community.onelogin.mfa_journal": {"journal": "journal.sqlite", "older_than": 0}},
        {"community.onelogin.mfa_journal_info": {"journal": "journal.sqlite"}},
        {"community.onelogin.enrolment_sheets": {"folder": str(tmp_path / "sheets"), "registrations": []}},
    ]
    run = run_playbook(tmp_path, play(tasks), env)
    assert run.rc == 0, run.output


@pytest.mark.parametrize(
    ("scope", "mfa", "good"),
    [("Read Users", False, True), ("Read Users", True, False), ("Manage All", True, True), (SCOPES[0], False, False)],
)
def test_the_scope_the_inventory_needs(scoped: Simulator, tmp_path: Path, scope: str, mfa: bool, good: bool) -> None:
    (tmp_path / "onelogin.yml").write_text(yaml.safe_dump({"plugin": "community.onelogin.users", "mfa": mfa}))
    credential = {"ONELOGIN_CLIENT_ID": scope, "ONELOGIN_CLIENT_SECRET": f"secret of {scope}"}
    done = subprocess.run(
        [BIN / "ansible-inventory", "-i", "onelogin.yml", "--list"],
        cwd=tmp_path,
        env=environment(tmp_path, scoped.url, **credential, ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="true"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode == 0) == good, done.stderr
    assert good or "Manage All" in " ".join(done.stderr.split())


@pytest.mark.parametrize("people", [2, 20])
def test_the_number_of_calls_in_the_guide_on_limits(people: int, tmp_path: Path) -> None:
    """Count the calls in the table of the guide on limits."""
    source = (RST / "guide_limits.rst").read_text(encoding="utf-8")
    first, again, codes = (
        int(factor or 1) * people + int(more)
        for factor, more in re.findall(r"^.+  (?:(\d) )?N, and (\d) for the task$", source, re.MULTILINE)
    )
    rows = [f"{number},p{number}@example.com,+1202555{number}" for number in range(1000, 1000 + people)]
    (tmp_path / "people.csv").write_text("\n".join(["id,email,phone", *rows]))
    sim = Simulator("--people", str(tmp_path / "people.csv"), "--credential", f"{CLIENT_ID}:{CLIENT_SECRET}")
    try:
        everyone = [{"user_id": 1000 + number, "factor": "OneLogin SMS"} for number in range(people)]
        env = environment(tmp_path, sim.url)

        def calls(module: str, **options: Any) -> int:
            before = len(sim.log())
            run = run_playbook(tmp_path, play([{f"community.onelogin.{module}": options}]), env)
            assert run.rc == 0, run.output
            return len(sim.log()) - before

        verified = [{**person, "verified": True} for person in everyone]
        groups_read = 1  # for people named by their ids
        assert calls("mfa_registration", batch=verified) == first + groups_read
        assert calls("mfa_registration", batch=verified) == again + groups_read
        mails = [{**person, "factor": "OneLogin Email"} for person in everyone]
        assert calls("mfa_registration", batch=mails) == first + groups_read
        with_codes = [
            {
                **mail,
                "registration_id": sim.person(str(mail["user_id"]))["registrations"][-1]["id"],
                "otp": sim.messages(str(mail["user_id"]))[-1]["code"],
            }
            for mail in mails
        ]
        assert calls("mfa_registration", batch=with_codes) == codes + groups_read
    finally:
        sim.stop()
