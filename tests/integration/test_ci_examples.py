# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pipelines of ``examples/ci``: their steps are run as a CI server would, against the simulator."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from packaging.requirements import Requirement

from tests.integration.artifact import CI, archive, bare_python, credential, run
from tests.integration.ci_servers import READERS, Ended, Job, Machines, Settings
from tests.integration.harness import CLIENT_SECRET, ROOT, Simulator, environment, server
from tests.integration.journals import Database

pytestmark = pytest.mark.once("the pipelines install their own ansible-core")

__all__ = ["archive", "bare_python"]

SCHEMAS = {
    "github": ("--builtin-schema", "vendor.github-workflows"),
    "gitlab": ("--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"),
}
SERVERS = pytest.mark.parametrize("server", READERS)
PEOPLE = (CI / "people.yml").read_text(encoding="utf-8")
JOBS = ["lint", "plan", "onboard"]


class Pipeline:
    """A pipeline of one of the servers, with its settings and its account."""

    def __init__(self, server: str, settings: Settings, sim: Simulator, journal: Database, machines: Machines) -> None:
        self.server, self.settings, self.sim, self.journal, self.machines = server, settings, sim, journal, machines

    @property
    def jobs(self) -> list[Job]:
        """The jobs in order."""
        return list(READERS[self.server]((CI / f"{self.server}.yml").read_text(encoding="utf-8"), self.settings))

    def run_job(self, job: Job) -> Ended:
        """Run a job, and check that its output and artifacts do not contain the secret."""
        ended = self.machines.run(job)
        files = [file.read_text(encoding="utf-8") for file in ended.published.rglob("*") if file.is_file()]
        assert not any(CLIENT_SECRET in each for each in [ended.output, *files])
        return ended

    def run(self) -> Iterator[tuple[str, Ended]]:
        """Run the jobs until one fails; requesting the next job approves it."""
        for job in self.jobs:
            assert job.waits_for_approval == (job.name == "onboard")
            ended = self.run_job(job)
            yield job.name, ended
            if not ended.ok:
                return


@pytest.fixture
def pipeline(
    start: Callable[..., Simulator], archive: Path, bare_python: Path, new_postgres: Database, tmp_path: Path
) -> Callable[..., Pipeline]:
    """``people`` is the inventory, ``account`` the people in the account."""

    def _pipeline(server: str, people: str = PEOPLE, account: str = PEOPLE, branch: str = "main") -> Pipeline:
        (tmp_path / "account.yml").write_text(account)
        sim = start("--inventory", str(tmp_path / "account.yml"), "--answer-after", "1")
        where = credential(sim.url)
        variables = {"ONELOGIN_BASE_URL": where.pop("ONELOGIN_BASE_URL"), "ONELOGIN_COLLECTION": str(archive)}
        settings = Settings({**where, "ONELOGIN_JOURNAL": new_postgres.where}, variables, branch)
        return Pipeline(server, settings, sim, new_postgres, Machines(tmp_path, bare_python, people))

    return _pipeline


def _changed(text: str, host: str, **variables: Any) -> str:
    inventory = yaml.safe_load(text)
    for group in inventory["all"]["children"].values():
        if host in group["hosts"]:
            group["hosts"][host] |= variables
    return yaml.safe_dump(inventory)


def _report(ended: Ended) -> dict[str, str]:
    """Read the outcome of each person from the JSON report; the other formats must agree."""
    files = {file.suffix: file for file in ended.published.rglob("*.*")}
    outcomes = {row["host"]: row["outcome"] for row in json.loads(files[".json"].read_text())["rows"]}
    cases = list(ET.parse(files[".xml"]).getroot().iter("testcase"))
    bad = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    assert (len(cases), len(bad)) == (len(outcomes), list(outcomes.values()).count("failed"))
    page = files[".html"].read_text(encoding="utf-8")
    assert all(host in page for host in outcomes)
    return outcomes


def _devices(sim: Simulator) -> int:
    return sum(len(person["devices"]) for person in sim.state()["people"])


def test_everyone_is_onboarded_once_after_approval(pipeline: Callable[..., Pipeline]) -> None:
    """On GitHub; the test of a rejection runs the jobs of GitLab."""
    made = pipeline("github")
    jobs = dict[str, Ended]()
    for name, ended in made.run():
        jobs[name] = ended
        assert ended.ok, ended.output
        if name == "plan":
            assert set(_report(ended)) == {"amara", "mei", "olivia", "samuel"}
            assert made.sim.writes() == []
    assert list(jobs) == JOBS
    assert set(_report(jobs["onboard"]).values()) == {"done"}
    assert _devices(made.sim) == 4
    assert len(made.journal.rows()) == 4

    written = made.sim.writes()
    again = made.run_job(made.jobs[-1])
    assert again.ok, again.output
    assert made.sim.writes() == written


@SERVERS
def test_reports_are_published_after_a_failure(server: str) -> None:
    jobs = READERS[server]((CI / f"{server}.yml").read_text(encoding="utf-8"), Settings({}, {}))
    published = {job.name: [(step.publishes, step.always) for step in job.steps if step.publishes] for job in jobs}
    assert published == {"lint": [], "plan": [("plan/", True)], "onboard": [("reports/", True)]}


def test_a_rejection_fails_the_pipeline_and_is_in_the_report(pipeline: Callable[..., Pipeline]) -> None:
    made = pipeline("gitlab", account=_changed(PEOPLE, "mei", sim_answer="reject"))
    *before, (name, ended) = made.run()
    assert [(job, each.ok) for job, each in before] == [("lint", True), ("plan", True)]
    assert (name, ended.ok) == ("onboard", False)
    assert _report(ended) == {"amara": "done", "mei": "failed", "olivia": "done", "samuel": "done"}
    assert _devices(made.sim) == 3


def test_a_plan_with_an_unknown_user_is_published_and_ends_the_pipeline(pipeline: Callable[..., Pipeline]) -> None:
    made = pipeline("github", people=_changed(PEOPLE, "mei", onelogin_email="nobody@example.com"))
    *_lint, (name, ended) = made.run()
    assert (name, ended.ok) == ("plan", False)
    assert _report(ended)["mei"] == "failed"
    assert made.sim.writes() == []


@SERVERS
def test_an_invalid_inventory_fails_the_pipeline(pipeline: Callable[..., Pipeline], server: str) -> None:
    ((name, ended),) = pipeline(server, people=PEOPLE.replace("        mei:", "        amara:")).run()
    assert (name, ended.ok) == ("lint", False)
    assert "amara" in ended.output


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        pytest.param("", "", None, id="the example"),
        pytest.param("        mei:", "        amara:", "amara", id="a duplicate"),
        pytest.param("      hosts:", "      host:", "(host)", id="a key for which Ansible only warns"),
        pytest.param("  children:\n", "  children\n", "people.yml", id="no YAML"),
        pytest.param("all:\n", "- all:\n", "people.yml", id="no inventory"),
    ],
)
def test_the_script_finds_an_invalid_inventory(tmp_path: Path, right: str, wrong: str, said: str | None) -> None:
    people = PEOPLE.replace(right, wrong, 1)
    assert (people == PEOPLE) == (said is None)
    (tmp_path / "people.yml").write_text(people, encoding="utf-8")
    done = run("sh", CI / "lint.sh", cwd=tmp_path, env=server.for_shell(environment(tmp_path, "")))
    assert (done.returncode, said is None or said in done.stdout) == (int(said is not None), True), done.stdout


@SERVERS
def test_another_branch_is_only_linted_without_secrets(pipeline: Callable[..., Pipeline], server: str) -> None:
    made = pipeline(server, branch="someones")
    ((name, ended),) = made.run()
    assert (name, ended.ok) == ("lint", True), ended.output
    (lint,) = made.jobs
    assert not set(lint.env.values()) & set(made.settings.secrets.values())
    assert made.sim.log() == []


def _valid(server: str, file: Path) -> bool:
    command = [sys.executable, "-m", "check_jsonschema", *SCHEMAS[server], str(file)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@SERVERS
def test_a_pipeline_matches_the_schema_of_its_server(server: str, tmp_path: Path) -> None:
    assert _valid(server, CI / f"{server}.yml")
    wrong = tmp_path / "wrong.yml"
    wrong.write_text((CI / f"{server}.yml").read_text(encoding="utf-8").replace("environment: ", "environments: "))
    wrong.write_text(wrong.read_text().replace("script:", "skript:").replace("runs-on:", "runs_on:"))
    assert not _valid(server, wrong)


def test_the_pinned_versions_are_those_of_the_tests() -> None:
    locked = {}
    for line in (ROOT / "requirements/lock.txt").read_text().splitlines():
        if "==" in line and not line.startswith("#"):
            requirement = Requirement(line.removesuffix("\\"))
            if not requirement.marker or requirement.marker.evaluate():
                locked[requirement.name.lower()] = str(requirement.specifier)
    for line in (CI / "requirements.txt").read_text().splitlines():
        if not line.startswith("#"):
            requirement = Requirement(line)
            assert locked[requirement.name.lower()] == str(requirement.specifier)
