# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""With a journal, an enrolment by code takes two runs of the same task; the second gets the codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.conftest import Playbook
from tests.integration.harness import Simulator, task
from tests.integration.journals import SMS, Database, by_person

pytestmark = pytest.mark.libraries("it is about SQLAlchemy and the databases")

PEOPLE = [f"{name}@example.com" for name in ("kelly", "rita", "nils", "mia")]
TEMPLATE = "{{ people | map('combine', {'factor': 'OneLogin SMS'}) | list }}"


def test_the_second_run_confirms_people_with_a_code(
    sim: Simulator, playbook: Playbook, new_sqlite: Database, tmp_path: Path
) -> None:
    tasks = [task("mfa_registration", {"batch": TEMPLATE, "journal": new_sqlite.where}, name="run")]

    def run(**codes: str) -> dict[str, dict[str, object]]:
        rows = [
            {"email": email, **({"otp": codes[email.split("@")[0]]} if email.split("@")[0] in codes else {})}
            for email in PEOPLE
        ]
        (tmp_path / "people.json").write_text(json.dumps({"people": rows}))
        return by_person(playbook(tasks, "--extra-vars", "@people.json"))

    def code(name: str) -> str:
        return str(sim.messages(f"{name}@example.com")[-1]["code"])

    first = run()
    assert all(result["changed"] for result in first.values())
    wrong = f"{(int(code('rita')) + 1) % 10**6:06}"
    second = run(kelly=code("kelly"), rita=wrong)
    assert second["kelly@example.com"]["registration"]["status"] == "accepted"  # type: ignore[index]
    assert second["kelly@example.com"]["changed"]
    assert second["rita@example.com"]["error"]["code"] == "otp_rejected"  # type: ignore[index]
    for email in PEOPLE[2:]:
        assert not second[email]["changed"]
        assert second[email]["msg"] == "The registration is still pending; nothing was sent."
        until = [run_[email]["registration"]["expires_at"] for run_ in (first, second)]  # type: ignore[index]
        assert until[0], "OneLogin returns the expiry only once"
        assert until[1] == until[0]
    third = run(kelly=code("kelly"), rita=code("rita"))
    assert third["rita@example.com"]["registration"]["status"] == "accepted"  # type: ignore[index]
    assert not third["kelly@example.com"]["changed"]
    for email in PEOPLE:
        ids = {run_[email]["registration"]["id"] for run_ in (first, second, third) if "registration" in run_[email]}  # type: ignore[index]
        assert len(ids) == 1
    assert len(sim.messages()) == len(PEOPLE), "no one got a second message"

    late = code("nils")
    sim.admin("POST", "/clock", {"advance": 121})
    fourth = run(nils=late)
    assert fourth["nils@example.com"]["msg"] == (
        "The earlier registration is rejected, so there is a new one. The registration is made and pending. The code"
        " was not used: no unexpired registration is known for this user."
    )
    assert len(sim.messages("nils@example.com")) == len(sim.messages("mia@example.com")) == 2
    fifth = run(nils=code("nils"))
    assert fifth["nils@example.com"]["registration"]["status"] == "accepted"  # type: ignore[index]
    assert [row["status"] for row in new_sqlite.rows() if row["user_name"] == "nils@example.com"] == [
        "rejected",
        "accepted",
    ]


def test_a_verification_by_code_takes_two_runs(sim: Simulator, playbook: Playbook, database: Database) -> None:
    def options(otp: str | None = None) -> dict[str, object]:
        code = {"otp": otp} if otp else {}
        return {"email": "eve@example.com", "factor": SMS, "journal": database.where, **code}

    first = playbook([task("mfa_verification", options(), name=str(n)) for n in range(2)])
    assert first["0"]["changed"]
    assert not first["1"]["changed"]
    (message,) = sim.messages()
    wrong = f"{(int(message['code']) + 1) % 10**6:06}"
    second = playbook([task("mfa_verification", options(otp)) for otp in (wrong, message["code"])])
    assert second.results[0]["error"]["code"] == "otp_rejected"
    assert second.results[1]["verification"]["status"] == "accepted"
    assert {result["verification"]["id"] for result in (*first.results, *second.results)} == {
        first["0"]["verification"]["id"]
    }
    third = playbook([task("mfa_verification", options(), name="new")])
    assert third.only["changed"], "an answered verification is over, so this starts a new one"
    assert len(sim.messages()) == 2


def test_an_answer_to_an_old_verification_does_not_count(
    sim: Simulator, playbook: Playbook, database: Database
) -> None:
    """A help desk verifies the person now; the journal has no record of the earlier answer."""
    ask = task(
        "mfa_verification", {"email": "eve@example.com", "factor": "OneLogin Protect", "journal": database.where}
    )
    sim.set(answer_after=600)  # the test answers before
    first = playbook([ask]).only
    sim.admin("POST", "/people/eve/approve")
    again = playbook([ask]).only
    assert (again["changed"], again["verification"]["id"]) == (False, first["verification"]["id"])
    with database.connected() as connection:
        connection.exec_driver_sql("UPDATE onelogin_journal SET status = 'pending'")
    database.age(200)
    later = playbook([ask]).only
    assert later["changed"]
    assert later["verification"]["id"] != first["verification"]["id"]


def test_a_person_who_lost_the_device_is_enrolled_again(sim: Simulator, playbook: Playbook, database: Database) -> None:
    """The person confirmed it, which the journal did not record, and the device was removed later."""
    who = {"email": "nils@example.com", "factor": "OneLogin Protect"}
    enrol = task("mfa_registration", {**who, "journal": database.where}, name="enrol")
    first = playbook([enrol])["enrol"]
    sim.admin("POST", "/people/nils/approve")
    lose = task("mfa_device", {**who, "state": "absent"}, name="lose")
    again = playbook([lose, enrol])
    assert again["lose"]["changed"]
    assert again["enrol"]["changed"]
    assert again["enrol"]["registration"]["id"] != first["registration"]["id"]
    assert not playbook([enrol])["enrol"]["changed"]
