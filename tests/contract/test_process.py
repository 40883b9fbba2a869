# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator as a process: starting, stopping, options, and the sources of its people."""

from __future__ import annotations

import ast
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
import trustme

from tests.contract.harness import DATA, ROOT, Simulator

Start = Callable[..., Simulator]


def refused(*arguments: str) -> str:
    """Start a simulator that must fail, and return its message, which is one line."""
    done = subprocess.run(
        [sys.executable, "-m", "simulator", *arguments],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_first_line_is_the_url_and_a_signal_ends_the_process_quietly(start: Start, number: signal.Signals) -> None:
    sim = start("--people", str(DATA / "people.csv"))
    assert sim.url.startswith("http://127.0.0.1:")
    assert sim.url.rsplit(":", 1)[1].isdigit()
    assert sim.http.get(sim.url + "/_simulator/state").status_code == 200
    sim.process.send_signal(number)
    out, err = sim.process.communicate(timeout=30)
    assert sim.process.returncode == 0
    assert out == ""
    assert err.splitlines() == ["credential simulator-id (Manage All)", "8 people"]


def test_half_a_request_is_neither_an_error_nor_a_request(start: Start) -> None:
    sim = start("--people", str(DATA / "people.csv"))
    for path in ("/_simulator/clock", "/auth/oauth2/v2/token"):
        with socket.create_connection(("127.0.0.1", int(sim.url.rsplit(":", 1)[1]))) as connection:
            connection.sendall(f"POST {path} HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\n{{".encode())
    assert sim.admin("GET", "/log") == []
    assert sim.stop() == (0, "", "credential simulator-id (Manage All)\n8 people\n")


def test_the_process_ends_promptly_while_a_call_hangs(start: Start) -> None:
    sim = start()
    sim.fault("hang")
    hanging = subprocess.Popen(
        [sys.executable, "-c", f"import urllib.request as u; u.urlopen('{sim.url}/x')"],
        stderr=subprocess.DEVNULL,
        env={"no_proxy": "127.0.0.1"},
    )
    for _turn in range(100):
        if sim.admin("GET", "/log"):
            break
    sim.process.terminate()
    sim.process.communicate(timeout=30)
    assert sim.process.returncode == 0
    assert hanging.wait(timeout=30) != 0


def test_the_documented_default_credential(start: Start) -> None:
    sim = start()
    answer = sim.http.post(
        sim.url + "/auth/oauth2/v2/token",
        json={"grant_type": "client_credentials"},
        auth=("simulator-id", "simulator-secret"),
    )
    assert answer.status_code == 200


def test_the_simulator_listens_only_on_loopback() -> None:
    assert "loopback" in refused("--host", "0.0.0.0")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--switch", "container=bag"], "container is one of object, list, docs"),
        (["--switch", "colour=red"], "no switch 'colour'"),
        (["--switch", "container"], "NAME=VALUE"),
        (["--credential", "one"], "ID:SECRET"),
        (["--credential", "a:b:Everything"], "Manage All"),
        (["--limit", "-1"], "limit is a whole number"),
        (["--speed", "0"], "speed"),
        (["--people", "nowhere.csv"], "nowhere.csv"),
        (["--factors", "nowhere.json"], "nowhere.json"),
        (["--tls-key", "nowhere.pem"], "--tls-key goes with --tls-cert"),
        (["--tls-cert", "nowhere.pem"], "--tls-cert and --tls-key cannot be used: [Errno 2] No such file"),
        (["--tls-cert", "simulator/README.md"], "--tls-cert and --tls-key cannot be used: [SSL]"),
    ],
)
def test_invalid_options_are_refused(arguments: list[str], text: str) -> None:
    said = refused(*arguments)
    assert text in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("email,id\na@x.y,one\n", "people.csv line 2, column id: 'one' is not a number"),
        ("email\na@x.y\n\n,\n", "people.csv line 4: more cells than the header has"),
        ("email,phone\na@x.y,1\n,2\n", "people.csv line 3: neither email nor username"),
        (
            "email,sim_answer\na@x.y,maybe\n",
            "line 2, column sim_answer: 'maybe' is not one of accept, reject, never",
        ),
        ("email,sim_answer_after\na@x.y,-1\n", "column sim_answer_after: '-1' is not a duration"),
        ("email,sim_exists\na@x.y,perhaps\n", "column sim_exists: 'perhaps' is neither"),
        ("email,status\na@x.y,6\n", "column status: '6' is not a status"),
        ("email,state\na@x.y,4\n", "column state: '4' is not a state"),
        ("email,sim_wrong_codes\na@x.y,-2\n", "column sim_wrong_codes: '-2' is negative"),
        ("email\na@x.y\nA@X.Y\n", "line 3, column email: 'A@X.Y' is people.csv line 2's too"),
        ("email,sim_enrolled\na@x.y,Telepathy\n", "no factor 'Telepathy'"),
        ("email\n", "people.csv: no people in it"),
    ],
)
def test_an_invalid_csv_file_is_refused_with_the_place(tmp_path: Path, text: str, where: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(text)
    assert where in refused("--people", str(path))


def test_people_from_a_csv_file(sim: Simulator) -> None:
    rows = sim.call("GET", "/api/2/users").json()
    assert [row["id"] for row in rows] == list(range(36216766, 36216774))
    kelly = sim.call("GET", "/api/2/users/36216766").json()
    wanted = {
        "firstname": "Kelly",
        "phone": "+64272001122",
        "department": "Waves",
        "title": "Surfer",
        "company": "WSL",
        "group_id": 7,
        "status": 1,
        "state": 1,
        "external_id": "x-1",
        "samaccountname": "kslater",
        "directory_id": 3,
        "custom_attributes": {"food": "chicken"},
    }
    assert wanted.items() <= kelly.items()
    assert "note" not in kelly
    nils = sim.call("GET", "/api/2/users/36216768").json()
    assert (nils["status"], nils["state"]) == (3, 2)
    assert sim.call("GET", "/api/2/users/36216774").status_code == 404


def test_missing_ids_are_assigned(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("id,email\n,a@x.y\n36216766,b@x.y\n,c@x.y\n", encoding="utf-8-sig")
    sim = start("--people", str(path))
    found = {name: sim.admin("GET", f"/people/{name}@x.y")["user_id"] for name in "abc"}
    assert found == {"a": 36216767, "b": 36216766, "c": 36216768}


def test_people_from_an_inventory(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "hosts.yml"
    path.write_text(
        """
all:
  vars: {onelogin_department: Ops, phone: not-a-column}
  hosts:
    plain: {}
  children:
    people:
      vars: {sim_answer: never}
      hosts:
        kelly: {onelogin_email: kelly@x.y, onelogin_user_id: 5, sim_enrolled: [OneLogin SMS]}
        rita: {onelogin_username: rita, sim_answer: reject, onelogin_department: Sales}
"""
    )
    sim = start("--inventory", str(path), "--credential", "all-id:all-secret")
    sim.log_in()
    rows = sim.call("GET", "/api/2/users").json()
    assert [(r["id"], r["username"], r["department"], r["phone"]) for r in rows] == [
        (5, "kelly@x.y", "Ops", None),
        (36216766, "rita", "Sales", None),
    ]
    assert len(sim.admin("GET", "/people/kelly@x.y")["devices"]) == 1


def test_an_invalid_inventory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hosts.yml"
    path.write_text("all: {hosts: {a: {onelogin_email: a@x.y, sim_answer: maybe}}}")
    assert "hosts.yml host a, column sim_answer" in refused("--inventory", str(path))
    path.write_text("all: {hosts: {a: {}}}")
    assert "no host has" in refused("--inventory", str(path))
    path.write_text("[broken")
    assert "hosts.yml" in refused("--inventory", str(path))


def test_generated_people_are_the_same_for_the_same_seed(start: Start) -> None:
    seen = []
    for _turn in range(2):
        sim = start("--count", "3", "--seed", "5", "--credential", "all-id:all-secret")
        sim.log_in()
        rows = sim.call("GET", "/api/2/users").json()
        assert [row["email"] for row in rows] == [f"person0000{n}@example.com" for n in (1, 2, 3)]
        seen.append((sim.token, sim.enrol(rows[0]["id"], 58959)["id"]))
    assert seen[0] == seen[1]


def test_factors_from_a_file(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "factors.json"
    path.write_text(
        '[{"factor_id": 65347, "name": "Send 6-digit OTP to mobile", "auth_factor_name": "SMS"},'
        ' {"factor_id": 32233, "name": "Duo Security", "auth_factor_name": "Duo Security"}]'
    )
    sim = start("--factors", str(path), "--credential", "all-id:all-secret")
    sim.log_in()
    names = [row["name"] for row in sim.mfa("GET", 36216766, "factors").json()]
    assert names == ["Send 6-digit OTP to mobile", "Duo Security"]
    assert sim.enrol(36216766, 65347)["type_display_name"] == "Send 6-digit OTP to mobile"
    duo = {"factor_id": 32233, "display_name": "Duo"}
    assert sim.mfa("POST", 36216766, "registrations", duo).status_code == 422
    people = tmp_path / "people.csv"
    people.write_text("email,sim_enrolled\na@x.y,Duo Security\n")
    said = refused("--factors", str(path), "--people", str(people))
    assert "Duo Security is not enrolled through the API" in said


def test_the_clock_can_run_faster(start: Start) -> None:
    sim = start("--speed", "1000", "--answer-after", "60", "--credential", "all-id:all-secret")
    sim.log_in()
    registration = sim.enrol(36216766, 58958)
    status = "pending"
    for _turn in range(500):
        status = sim.mfa("GET", 36216766, f"registrations/{registration['id']}").json()["status"]
        if status != "pending":
            break
    assert status == "accepted"
    # A client sleeps by its own clock, so the headers give 3.6 seconds for a window of an hour.
    assert int(sim.call("GET", "/api/2/users").headers["X-RateLimit-Reset"]) <= 4


def test_options_set_the_answers_of_people(start: Start) -> None:
    sim = start("--answer", "reject", "--answer-after", "60", "--credential", "all-id:all-secret")
    sim.log_in()
    path = f"registrations/{sim.enrol(36216766, 58958)['id']}"
    sim.pass_time(30)
    assert sim.mfa("GET", 36216766, path).json()["status"] == "pending"
    sim.pass_time(31)
    assert sim.mfa("GET", 36216766, path).json()["status"] == "rejected"


def test_responses_can_have_latency(start: Start) -> None:
    sim = start("--latency", "1000", "--credential", "all-id:all-secret")
    sim.log_in()
    assert sim.call("GET", "/api/2/users").elapsed.total_seconds() >= 1
    assert sim.http.get(sim.url + "/_simulator/state").elapsed.total_seconds() < 1


@pytest.mark.parametrize("apart", [False, True])
def test_the_simulator_serves_https(start: Start, tmp_path: Path, apart: bool) -> None:
    """The key is in the file of the certificate or in its own. A reset works too, although ssl reports it as an end."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    known = tmp_path / "ca.pem"
    cert, key = (str(tmp_path / name) for name in ("cert.pem", "key.pem"))
    authority.cert_pem.write_to_path(str(known))
    for blob in issued.cert_chain_pems:
        blob.write_to_path(cert, append=True)
    issued.private_key_pem.write_to_path(key if apart else cert, append=True)
    keys = ("--tls-key", key) if apart else ()
    sim = start("--credential", "all-id:all-secret", "--tls-cert", cert, *keys, authority=known)
    assert sim.url.startswith("https://127.0.0.1:")
    sim.log_in()
    page = sim.call("GET", "/api/2/users", params={"limit": 3})
    assert page.links["next"]["url"].startswith(sim.url)
    sim.fault("reset_before")
    with pytest.raises(requests.ConnectionError, match="Connection aborted"):
        sim.call("GET", "/api/2/users")
    assert sim.call("GET", "/api/2/users").status_code == 200
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{sim.url}/_simulator/state", timeout=30)
    assert sim.stop() == (0, "", "credential all-id (Manage All)\n10 people\n")


def test_the_simulator_shares_no_code_with_the_collection() -> None:
    files = sorted((ROOT / "simulator").glob("*.py"))
    assert files
    for path in files:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not [n for n in names if n.startswith(("ansible", "plugins"))], path
