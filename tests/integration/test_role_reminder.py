# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role mfa_reminder and its playbook, with a real mail server: who gets a mail, and that no one gets two."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import trustme

from scripts.download_collections import collections
from tests.integration.harness import CLIENT_ID, CLIENT_SECRET, ROOT, Simulator, environment, run_playbook, task
from tests.integration.journals import Playing
from tests.integration.mail_server import PASSWORD, USERNAME, MailServer, serve
from tests.integration.people import Done, Role, host
from tests.integration.watch import watch

DAY = 86400
ALL: dict[str, Any] = {"mfa_reminder_users": "all"}


class Reminders:
    """Run the playbook against a simulator and a mail server."""

    def __init__(self, folder: Path, sim: Simulator, **variables: Any) -> None:
        self.env = {"ANSIBLE_COLLECTIONS_PATH": str(collections())}
        self.role = Role(folder, sim, "mfa_reminder", "remind", **variables)
        self.journal = self.role.journal

    def __call__(self, hosts: dict[str, Any], *arguments: str, **extra: Any) -> Done:
        return self.role(hosts, *arguments, env=self.env, **extra)

    def playing(self, **extra: Any) -> Playing:
        """Start the playbook for the whole account, so that the test can kill it."""
        home = self.role.folder
        variables = home / "killed.json"
        variables.write_text(json.dumps({**self.role.variables, **ALL, **extra}))
        tasks = [{"ansible.builtin.import_role": {"name": "community.onelogin.mfa_reminder"}}]
        return Playing(home, self.role.sim.url, tasks, "-e", f"@{variables}", **self.env)


def summary(run: Done) -> dict[str, Any]:
    """The summary that the role returns."""
    (result,) = (its for name, its in run.by_name.items() if name.endswith(" : Collect the results"))
    found: dict[str, Any] = result["ansible_stats"]["data"]["mfa_reminder_summary"]
    return found


def statuses(run: Done) -> dict[str, str]:
    """The status of each person, by the name before the @."""
    return {name: row["status"] for name, row in run.rows.items()}


@pytest.fixture
def served() -> Iterator[tuple[MailServer, dict[str, Any]]]:
    """A mail server, and the option of the role for it."""
    with serve() as server:
        yield server


@pytest.fixture
def server(served: tuple[MailServer, dict[str, Any]]) -> MailServer:
    """The mail server."""
    return served[0]


@pytest.fixture
def remind(tmp_path: Path, sim: Simulator, served: tuple[MailServer, dict[str, Any]]) -> Reminders:
    """Run the playbook against the shared simulator."""
    return Reminders(tmp_path, sim, mfa_reminder_mail=served[1])


PEOPLE = """\
email,username,firstname,lastname,status,sim_enrolled
ann@example.com,ann,{number},{{ 6 * 7 }},,
ben@example.com,ben,Ben,Bright,,OneLogin SMS
svc@example.com,svc-backup,,,,
sue@example.com,sue,Sue,Spent,2,
,lou,Lou,Letterless,,
"""


def test_each_host_gets_the_result_of_its_own_person(
    start: Callable[..., Simulator], tmp_path: Path, served: tuple[MailServer, dict[str, Any]]
) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    server, mail = served
    own = {**mail, "subject": "For {name}", "body": "{name}, {address}, {username}, {number}: {sender}"}
    remind = Reminders(tmp_path, start("--people", str(tmp_path / "people.csv")), mfa_reminder_mail=own)
    names = ["ann", "ben", "svc", "sue", "nobody"]
    hosts = {**{name: host(name) for name in names}, "lou": {"onelogin_username": "lou"}}
    exclude = ["SVC-Backup", "ghost@example.com"]

    planned = remind(hosts, "--check", mfa_reminder_exclude=exclude)
    expected = {"ben": "enrolled", "svc": "excluded", "sue": "inactive", "lou": "invalid", "nobody": "unknown_user"}
    assert statuses(planned) == {**expected, "ann": "due"}
    assert (planned.failed, planned.changed) == ({"lou", "nobody"}, {"ann"})
    assert "MFA reminders: Check mode: 1 of 2 people without MFA would be reminded, 2 failed." in planned.output
    assert (server.received, remind.journal.file.exists()) == ({}, False)

    run = remind(hosts, mfa_reminder_exclude="\n".join(exclude), mfa_reminder_report=str(tmp_path / "reports"))
    assert statuses(run) == {**expected, "ann": "reminded"}
    assert (run.rc, run.failed, run.changed) == (2, {"lou", "nobody"}, {"ann"})
    name = "{number} {{ 6 * 7 }}"
    text = f"{name}, ann@example.com, ann, 1: IT Support <it@example.com>"
    assert (server.received, server.mail_to("ann")) == ({"ann": 1}, (f"For {name}", text))
    assert "MFA reminders: 1 of 2 people without MFA were reminded, 2 failed." in run.output
    assert "The user is suspended in OneLogin" in run.rows["sue"]["msg"]
    assert "has no e-mail address in OneLogin" in run.rows["lou"]["msg"]
    warning = "mfa_reminder_exclude has ghost@example.com, but no such person is in this run."
    assert warning in " ".join(run.output.split())
    assert summary(run)["statuses"]["reminded"] == 1
    report = json.loads(next((tmp_path / "reports").glob("*.json")).read_text())
    assert [(row["who"], row["label"]) for row in report["rows"] if row["changed"]] == [("ann@example.com", "reminded")]
    assert (report["totals"]["people_open"], report["totals"]["people_done"]) == (1, 3)

    again = remind(hosts, mfa_reminder_exclude=exclude)
    assert statuses(again) == {**expected, "ann": "waiting"}
    assert (again.changed, server.received) == (set(), {"ann": 1})


def test_reminders_come_at_intervals_and_end_with_an_escalation(remind: Reminders, server: MailServer) -> None:
    """The test shifts the times of the journal instead of waiting. Kelly was enrolled two days ago."""
    people = {"mfa_reminder_users": ["kelly@example.com", "mia", "nora@example.com"]}
    options = {**people, "mfa_reminder_max": 2, "mfa_reminder_factors": ["OneLogin Voice", "SMS"]}
    first = remind({}, **options)
    assert (first.rc, statuses(first)) == (0, {"kelly": "reminded", "mia": "reminded", "nora": "enrolled"})
    subject, text = server.mail_to("kelly")
    assert subject == "Please set up multi-factor authentication for OneLogin"
    assert ("Hello Kelly Slater," in text, "ask IT Support <it@example.com>" in text) == (True, True)

    again = remind({}, **options)
    following = (datetime.now().astimezone() + timedelta(days=7)).date()
    assert f"MFA reminders: 0 of 2 are due; the next on {following}." in again.output
    assert (again.changed, {row["reminder"]["number"] for row in again.rows.values()}) == (set(), {1, 2})

    remind.journal.age(7 * DAY)
    assert statuses(remind({}, "--check", **options, mfa_reminder_every_days=8))["kelly"] == "waiting"
    second = remind({}, **options)
    assert second.rows["kelly"]["reminder"]["number"] == 2
    assert server.received == {"kelly": 2, "mia": 2}

    remind.journal.age(7 * DAY)
    third = remind({}, "--check", **options)
    assert (statuses(third)["mia"], third.failed, third.changed) == ("escalate", set(), set())
    assert summary(third)["escalate"] == ["kelly@example.com", "mia"]
    assert "escalate (2): These people got the maximum of reminders" in third.output
    assert statuses(remind({}, "--check", **{**options, "mfa_reminder_factors": "OneLogin Email"})) == {
        "kelly": "escalate",
        "mia": "escalate",
        "nora": "due",
    }


def test_a_killed_run_sends_no_mail_twice(
    start: Callable[..., Simulator], tmp_path: Path, served: tuple[MailServer, dict[str, Any]]
) -> None:
    """Three runs are killed, each at its first mail: before the session begins, at the address, and after
    the server has the text. The claims of all three count."""
    server, mail = served
    remind = Reminders(tmp_path, start("--count", "4"), mfa_reminder_mail=mail)
    for point in ("greeting", "address", "text"):
        reached, go_on = threading.Event(), threading.Event()

        def hold(reached: threading.Event = reached, go_on: threading.Event = go_on) -> None:
            reached.set()
            go_on.wait(60)

        server.at = {point: hold}
        run = remind.playing()
        assert reached.wait(60)
        run.kill()
        server.at = {}
        go_on.set()
    last = remind({}, **ALL)
    names = [f"person{n:05}" for n in (1, 2, 3, 4)]
    assert statuses(last) == {**dict.fromkeys(names[:3], "waiting"), names[3]: "reminded"}
    # The mail of the second run was being sent, and can arrive or not.
    assert set(server.received) - {names[1]} == {names[2], names[3]}
    assert set(server.received.values()) == {1}

    info = run_playbook(
        tmp_path,
        json.dumps(
            [
                {
                    "hosts": "localhost",
                    "gather_facts": False,
                    "tasks": [
                        task("mfa_journal_info", {"kind": "reminder", "journal": remind.journal.where}, name="info")
                    ],
                }
            ]
        ),
        environment(tmp_path, remind.role.sim.url),
    )
    found = [entry["status"] for entry in info["info"]["entries"]]
    assert found == ["unconfirmed", "unconfirmed", "unconfirmed", "sent"]


def test_a_mail_that_the_server_refuses_is_not_counted(tmp_path: Path, sim: Simulator) -> None:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    people = {"mfa_reminder_users": ["kelly@example.com", "mia@example.com"]}
    watch.note("mail password", PASSWORD)
    watch.note("mail password", "wrong-mail-password-1")
    with serve(tls_context=context, auth_required=True) as (server, mail):
        login = {**mail, "username": USERNAME, "password": PASSWORD}
        remind = Reminders(tmp_path, sim, mfa_reminder_mail=login)

        wrong = remind({}, **people, mfa_reminder_mail={**login, "password": "wrong-mail-password-1"})
        assert statuses(wrong) == {"kelly": "unavailable", "mia": "unavailable"}
        assert "failed, please check your username and/or password" in wrong.rows["kelly"]["msg"]
        assert "was not tried" in wrong.rows["mia"]["msg"]
        assert (server.greetings, remind.journal.rows()) == (2, []), "the client greets again after STARTTLS"

        server.refused = {"kelly@example.com"}
        run = remind({}, **people)
        assert (run.failed, statuses(run)) == ({"localhost"}, {"kelly": "invalid", "mia": "reminded"})
        assert "No such mailbox" in run.rows["kelly"]["msg"]
        assert [row["user_name"] for row in remind.journal.rows()] == ["mia@example.com"]

        server.refused = set()
        assert statuses(remind({}, **people)) == {"kelly": "reminded", "mia": "waiting"}
        assert server.received == {"kelly": 1, "mia": 1}

    remind.journal.age(7 * DAY)
    down = remind({}, **people)
    assert {row["error"]["message"].partition("cannot")[2] for row in down.results} == {
        " be reached: Connection refused."
    }
    assert len(remind.journal.rows()) == 2


class Chat:
    """An HTTP server instead of Slack and Teams. ``refused`` are addresses that it does not know."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.refused: set[str] = set()
        chat = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                email = parse_qs(urlsplit(self.path).query)["email"][0]
                known = self.headers["Authorization"] == f"Bearer {TOKEN}" and email not in chat.refused
                self.answer(200, {"ok": True, "user": {"id": f"U-{email}"}} if known else {"ok": False, "error": "x"})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if "channel" in body:
                    chat.texts[body["channel"]] = body["text"]
                    self.answer(200, {"ok": True})
                elif body["recipient"] in chat.refused:
                    self.answer(404, {})
                else:
                    chat.texts[body["recipient"]] = body["attachments"][0]["content"]["body"][0]["text"]
                    self.answer(202, {})

            def answer(self, status: int, body: dict[str, Any]) -> None:
                text = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_arguments: Any) -> None:
                """Print nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/{TOKEN}"


TOKEN = "xoxb-slack-token-5d8e1c7b"


@pytest.fixture
def chat() -> Iterator[Chat]:
    """The running server."""
    chat = Chat()
    thread = threading.Thread(target=chat.server.serve_forever)
    thread.start()
    yield chat
    chat.server.shutdown()
    thread.join()
    chat.server.server_close()


@pytest.mark.parametrize("name", ["slack", "teams"])
def test_the_example_sends_reminders_and_reports_failures(
    tmp_path: Path, sim: Simulator, chat: Chat, name: str
) -> None:
    watch.note("chat token", TOKEN)
    remind = Role(tmp_path, sim, "mfa_reminder", "remind", mfa_reminder_users="kelly@example.com, mia@example.com")
    options: dict[str, Any] = {
        "mfa_reminder_tasks": str(ROOT / f"examples/reminders/{name}.yml"),
        "slack_url": chat.url,
        "slack_token": TOKEN,
        "teams_webhook": chat.url,
    }
    chat.refused = {"mia@example.com"}
    run = remind({}, **options)
    assert statuses(run) == {"kelly": "reminded", "mia": "unavailable"}
    ((channel, text),) = chat.texts.items()
    assert channel.endswith("kelly@example.com")
    assert "Your OneLogin account kelly@example.com still needs" in text
    assert "This is reminder 1." in text
    assert "The task file reports that the reminder was not sent." in run.output

    chat.refused = set()
    again = remind({}, **options)
    assert (again.rc, statuses(again)) == (0, {"kelly": "waiting", "mia": "reminded"})
    assert len(chat.texts) == 2


def test_after_a_failed_task_file_all_reminders_count(tmp_path: Path, sim: Simulator) -> None:
    tasks = tmp_path / "tasks.yml"
    tasks.write_text(
        json.dumps(
            [
                {"name": "Show people", "ansible.builtin.debug": {"var": "mfa_reminder_people"}},
                {
                    "name": "Some",
                    "ansible.builtin.set_fact": {"mfa_reminder_not_sent": "{{ mfa_reminder_people[:1] }}"},
                },
                {"name": "Fail", "ansible.builtin.fail": {"msg": "The chat is down."}},
            ]
        )
    )
    remind = Role(tmp_path, sim, "mfa_reminder", "remind", mfa_reminder_tasks="tasks.yml")
    hosts = {name: host(name) for name in ("eve", "kelly", "mia")}
    planned = remind(hosts, "--check")
    assert statuses(planned) == {"eve": "enrolled", "kelly": "due", "mia": "due"}
    task_name = "community.onelogin.mfa_reminder : Show people"
    assert task_name not in planned.by_name
    run = remind(hosts)
    assert statuses(run) == {"eve": "enrolled", "kelly": "unavailable", "mia": "unconfirmed"}
    assert (run.failed, run.changed) == ({"kelly", "mia"}, set())
    assert [person["number"] for person in run.by_name[task_name]["mfa_reminder_people"]] == [1, 1]

    # The connection options of the role's action can come from the defaults of the group.
    connection = {"base_url": sim.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    by_defaults: dict[str, Any] = {
        "hosts": "all",
        "gather_facts": False,
        "module_defaults": {"group/community.onelogin.onelogin": connection},
        "roles": ["community.onelogin.mfa_reminder"],
    }
    nowhere = {"ONELOGIN_BASE_URL": "http://127.0.0.1:9", "ONELOGIN_CLIENT_SECRET": "no-such-secret"}
    again = remind({"mia": host("mia")}, text=json.dumps([by_defaults]), env=nowhere)
    assert (again.rc, statuses(again), task_name in again.by_name) == (0, {"mia": "waiting"}, False)


def test_without_community_general_nothing_is_sent(tmp_path: Path, sim: Simulator) -> None:
    mail = {"host": "127.0.0.1", "sender": "it@example.com"}
    run = Role(tmp_path, sim, "mfa_reminder", "remind", mfa_reminder_mail=mail)({}, **ALL)
    assert (run.rc, "ansible-galaxy collection install community.general" in run.output) == (2, True)
    assert [row for row in sim.log() if row["path"].startswith("/api/")] == []
