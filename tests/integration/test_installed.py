# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive is installed into an empty path, and its playbooks run by name with only the credential set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.integration.artifact import archive, bare_environment, bare_python, credential, run
from tests.integration.harness import Simulator, recap

pytestmark = pytest.mark.once("it installs its own ansible-core")

__all__ = ["archive", "bare_python"]

ENGINEERS, SELLERS = {"amara", "mei"}, {"olivia", "samuel"}
PEOPLE = ENGINEERS | SELLERS
Ansible = Callable[..., CompletedProcess[str]]


@pytest.fixture
def collections(archive: Path, bare_python: Path, tmp_path: Path) -> Path:
    """A path that contains only the installed archive."""
    path = tmp_path / "collections"
    done = run(
        *(bare_python / "ansible-galaxy", "collection", "install", archive, "--offline", "-p", path),
        cwd=tmp_path,
        env=bare_environment(tmp_path, bare_python),
    )
    assert done.returncode == 0, done.stdout
    return path


@pytest.fixture
def people(collections: Path) -> Path:
    """An inventory from the archive."""
    return collections / "ansible_collections/community/onelogin/examples/ci/people.yml"


@pytest.fixture
def sim(start: Callable[..., Simulator], people: Path) -> Simulator:
    """An account with the people of that inventory."""
    return start("--inventory", str(people), "--answer-after", "1")


@pytest.fixture
def ansible(sim: Simulator, people: Path, collections: Path, bare_python: Path, tmp_path: Path) -> Ansible:
    """Run a playbook by name for the people; only the credential and the path of the collection are set."""

    def _run(playbook: str, *arguments: str, path: Path = collections) -> CompletedProcess[str]:
        env = {"ANSIBLE_COLLECTIONS_PATH": str(path), **credential(sim.url)}
        command = (bare_python / "ansible-playbook", "-i", people, f"community.onelogin.{playbook}")
        return run(
            *command,
            *arguments,
            cwd=tmp_path,
            env=bare_environment(tmp_path, bare_python, **env),
        )

    return _run


def test_the_playbooks_come_from_the_installed_copy(ansible: Ansible, tmp_path: Path) -> None:
    """Without it there is no collection, so the other test does not use the checkout."""
    done = ansible("onboard", path=tmp_path / "nowhere")
    assert done.returncode != 0
    assert "community.onelogin.onboard could not be found" in done.stdout


def test_all_four_playbooks_run(ansible: Ansible, sim: Simulator) -> None:
    """The tests of each role show the second run and check mode."""

    def changed(playbook: str, *arguments: str) -> set[str]:
        done = ansible(playbook, *arguments)
        assert done.returncode == 0, done.stdout
        people, failed = recap(done.stdout)
        assert not failed, done.stdout
        return people

    gate = ("-e", "mfa_audit_fail_below=100")
    refused = ansible("audit", *gate)
    assert (refused.returncode != 0, recap(refused.stdout)) == (True, (set(), PEOPLE))
    assert changed("onboard") == PEOPLE
    assert all(len(person["devices"]) == 1 for person in sim.state()["people"]), sim.state()
    assert changed("onboard") == set()
    assert changed("audit", *gate) == set()
    # A challenge starts a new verification each time.
    assert changed("challenge", "--limit", "engineering", "-e", "mfa_challenge_factors='OneLogin Voice'") == ENGINEERS
    assert changed("offboard", "-e", "mfa_offboarding_factors=all") == PEOPLE
    assert not any(person["devices"] for person in sim.state()["people"])
    assert len(sim.writes()) == 4 + 2 + 4
