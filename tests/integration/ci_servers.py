# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the pipelines of ``examples/ci`` as their CI servers do, and run their shell steps.

Only the syntax that those files use is supported; anything else is an error, so that nothing in them is untested.
The meaning of a step is documented at https://docs.github.com/actions/reference and https://docs.gitlab.com/ci/yaml.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.integration.artifact import CI, bare_environment, run

MAIN = "main"


@dataclass(frozen=True)
class Settings:
    """The settings of the repository, and the branch of the pipeline."""

    secrets: Mapping[str, str]
    variables: Mapping[str, str]
    branch: str = MAIN


@dataclass(frozen=True)
class Step:
    """A shell script, or a path to publish."""

    script: str = ""
    publishes: str = ""
    always: bool = False


@dataclass(frozen=True)
class Job:
    """The steps that run on one machine."""

    name: str
    shell: tuple[str, ...]
    env: Mapping[str, str]
    steps: tuple[Step, ...]
    waits_for_approval: bool = False
    junit: str = ""


@dataclass(frozen=True)
class Ended:
    """The result of a job; ``published`` is the folder of its artifacts."""

    ok: bool
    output: str
    published: Path


def github(text: str, settings: Settings) -> Iterator[Job]:
    """The jobs of a GitHub Actions workflow that a push starts, in order."""
    flow = yaml.safe_load(text)
    contexts: dict[str, Mapping[str, str]] = {
        "secrets": settings.secrets,
        "vars": settings.variables,
        "github": {"ref": f"refs/heads/{settings.branch}"},
    }

    def value_of(reference: str) -> str:
        context, name = reference.split(".")
        return contexts[context].get(name, "")  # a value that is not set is empty

    def holds(condition: str) -> bool:
        found = re.fullmatch(r"(\w+\.\w+) == '([^']*)'", condition)
        assert found, condition
        return value_of(found[1]) == found[2]

    def filled(env: Mapping[str, str]) -> dict[str, str]:
        return {
            name: re.sub(r"\$\{\{ ([\w.]+) \}\}", lambda found: value_of(found[1]), text) for name, text in env.items()
        }

    def step_of(step: Mapping[str, Any]) -> Iterator[Step]:
        condition = step.get("if", "")
        assert condition in ("", "always()"), condition
        if "run" in step:
            assert "${{" not in step["run"]
            yield Step(script=step["run"], always=bool(condition))
        elif step["uses"].startswith("actions/upload-artifact@"):
            yield Step(publishes=step["with"]["path"], always=bool(condition))
        else:  # the checkout and a Python are already there
            assert re.match(r"actions/(checkout|setup-python)@", step["uses"]), step

    reached: set[str] = set()
    for name, job in flow["jobs"].items():
        if holds(job.get("if", "github.ref == 'refs/heads/" + settings.branch + "'")):
            assert {job.get("needs")} - {None} <= reached
            reached.add(name)
            yield Job(
                name=name,
                shell=("bash", "-e"),
                env={"CI": "true", "GITHUB_ACTIONS": "true", **filled({**flow["env"], **job.get("env", {})})},
                steps=tuple(each for step in job["steps"] for each in step_of(step)),
                waits_for_approval="environment" in job,
            )


def gitlab(text: str, settings: Settings) -> Iterator[Job]:
    """The jobs of a pipeline of GitLab CI for a push, in the order of the stages."""
    pipeline = yaml.safe_load(text)
    own_words = {"stages", "default", "variables"}
    names = sorted(set(pipeline) - own_words, key=lambda name: pipeline["stages"].index(pipeline[name]["stage"]))
    for name in names:
        job = pipeline[name]
        (rule,) = job.get("rules", [{}])
        if rule:
            assert rule["if"] == "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"
            if settings.branch != MAIN:
                continue
        artifacts = job.get("artifacts", {})
        always = artifacts.get("when") == "always"
        # Protected variables are only for protected branches. The settings override the file.
        secrets = settings.secrets if settings.branch == MAIN else {}
        yield Job(
            name=name,
            shell=("bash", "-eo", "pipefail"),
            env={"CI": "true", "GITLAB_CI": "true", **pipeline["variables"], **settings.variables, **secrets},
            steps=(
                Step(script="\n".join([*pipeline["default"]["before_script"], *job["script"]])),
                *(Step(publishes=path, always=always) for path in artifacts.get("paths", [])),
            ),
            waits_for_approval=rule.get("when") == "manual",
            junit=artifacts.get("reports", {}).get("junit", ""),
        )


READERS: dict[str, Callable[[str, Settings], Iterator[Job]]] = {"github": github, "gitlab": gitlab}


class Machines:
    """Run jobs, each in its own checkout and home folder."""

    def __init__(self, folder: Path, bare_python: Path, people: str) -> None:
        self.folder, self.bare_python, self.people, self.count = folder, bare_python, people, 0

    def run(self, job: Job) -> Ended:
        """Run the steps until one fails, and then the remaining steps that always run."""
        self.count += 1
        place = self.folder / f"{self.count} {job.name}"
        checkout, home, published = place / "checkout", place / "home", place / "published"
        shutil.copytree(CI, checkout)
        (checkout / "people.yml").write_text(self.people, encoding="utf-8")
        home.mkdir()
        env = bare_environment(home, self.bare_python, **job.env)
        ok, output = True, ""
        for step in job.steps:
            if not (ok or step.always):
                continue
            if step.publishes:
                shutil.copytree(checkout / step.publishes, published / step.publishes)
                continue
            script = place / "script"
            script.write_text(step.script, encoding="utf-8")
            done = run(*job.shell, script, cwd=checkout, env=env)
            ok, output = ok and done.returncode == 0, output + done.stdout
        if job.junit:
            assert list(published.glob(job.junit))
        return Ended(ok, output, published)
