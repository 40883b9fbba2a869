# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole of onboarding, rehearsed: a simulated OneLogin, the people of a CSV, and the playbook, run twice.

Everything printed comes from the playbook's results and from what the simulator saw. The exit status is 0 when each
person got a verdict, the simulator agrees with it, and the second run left alone whoever was done.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
INVENTORY = Path("examples/inventories/people_csv.py")
WAIT = 8  # seconds; the people of the simulator answer within four
SHOWN = 15  # failures listed in full
REPORTS = Path(".cache/demo")  # stays when all else of the demo is gone
CREDENTIAL = ("demo-client", "demo-secret-of-the-simulator")
# The simulator is on this machine, whatever proxy there is.
HTTP = build_opener(ProxyHandler({}))

Row = dict[str, Any]


class DemoError(Exception):
    """The demo cannot go on; the text says why."""


class Simulator:
    """The simulated account, in a process of its own."""

    def __init__(self, people: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "simulator", "--people", str(people), "--credential", ":".join(CREDENTIAL)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout  # noqa: S101 - it is a pipe
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            raise DemoError(self.process.communicate()[1].strip())

    def ask(self, path: str) -> Any:
        """What an admin path says; None where there is nothing."""
        try:
            with HTTP.open(Request(f"{self.url}/_simulator{path}"), timeout=30) as answer:  # noqa: S310
                return json.load(answer)
        except HTTPError:
            return None

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.communicate(timeout=10)


@contextmanager
def simulated(people: Path) -> Iterator[Simulator]:
    """A simulator for a while, stopped whatever happens."""
    simulator = Simulator(people)
    try:
        yield simulator
    finally:
        simulator.stop()


def as_seed(people: Path, folder: Path) -> Path:
    """The people as the simulator takes them: it calls the column user_id ``id``, and needs a name for each user."""
    with people.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        columns = list(table.fieldnames or [])
        rows = list(table)
    if "user_id" not in columns:
        return people
    for row in rows:
        row["id"] = row.pop("user_id")
        if not (row.get("email") or row.get("username")):
            row["username"] = f"user{row['id']}"
    seed = folder / people.name
    with seed.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*dict.fromkeys(["id", "username", *(c for c in columns if c != "user_id")])])
        writer.writeheader()
        writer.writerows(rows)
    return seed


def read_inventory(people: Path) -> dict[str, Any]:
    """What the inventory script makes of the people.

    :raises DemoError: something in the file cannot be used.
    """
    command = [sys.executable, str(INVENTORY), "--list"]
    environment = {**os.environ, "ONELOGIN_PEOPLE_CSV": str(people)}
    done = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise DemoError(done.stderr.strip())
    found: dict[str, Any] = json.loads(done.stdout)
    return found


class Rehearsal:
    """The playbook, run against a simulator."""

    def __init__(self, simulator: Simulator, people: Path, folder: Path) -> None:
        self.simulator = simulator
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ONELOGIN_")},
            "ONELOGIN_BASE_URL": simulator.url,
            "ONELOGIN_CLIENT_ID": CREDENTIAL[0],
            "ONELOGIN_CLIENT_SECRET": CREDENTIAL[1],
            "ONELOGIN_PEOPLE_CSV": str(people),
            "ONELOGIN_JOURNAL": str(folder / "journal.sqlite"),
            "ONELOGIN_DEMO_RESULTS": str(folder / "results.json"),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback_plugins"),
            "ANSIBLE_STDOUT_CALLBACK": "demo",
            "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
        }

    def run(self, *more: str) -> tuple[list[Row], list[str]]:
        """Run the playbook; the results, and the hosts that failed.

        :raises DemoError: it came to no results.
        """
        command = ["ansible-playbook", "-i", str(INVENTORY), *more, "community.onelogin.onboard"]
        command += ["-e", f"mfa_onboarding_wait_timeout={WAIT}", "-e", f"mfa_onboarding_report={REPORTS}"]
        print("\n  $", " ".join(command).replace(str(self.folder), "..."), flush=True)
        playbook = Path(sys.executable).with_name(command[0])
        handed_over = self.folder / "results.json"
        handed_over.unlink(missing_ok=True)
        done = subprocess.run([playbook, *command[1:]], check=False, cwd=ROOT, env=self.environment)
        content = json.loads(handed_over.read_text(encoding="utf-8")) if handed_over.exists() else {}
        if not content.get("results"):
            raise DemoError(f"The playbook ended with status {done.returncode} and without results.")
        return content["results"], content["failed_hosts"]

    def told(self, inventory: dict[str, Any], rows: Sequence[Row]) -> Path:
        """An inventory with the codes that people tell, for those whose registration awaits one."""
        own: dict[str, list[Row]] = {}
        for row in rows:
            own.setdefault(row["host"], []).append(row)
        hosts = {}
        for host, its in own.items():
            if not any(row["awaits"] == "otp" for row in its):
                continue
            factors = inventory["_meta"]["hostvars"][host].get("mfa_onboarding_factors", [])
            # A text that looks like a template stays behind: no message is sent for what is carried on.
            plain = [{name: v for name, v in factor.items() if not isinstance(v, dict)} for factor in factors]
            hosts[host] = {
                "mfa_onboarding_factors": [{**f, **self._code(row)} for f, row in zip(plain, its, strict=True)]
            }
        file = self.folder / "codes.json"
        file.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
        file.chmod(0o600)
        return file

    def _code(self, row: Row) -> dict[str, str]:
        if row["awaits"] != "otp":
            return {}
        registration = row["registration"]
        person = f"/people/{registration['user_id']}"
        said = self.simulator.ask(f"{person}/totp?id={quote(registration['id'])}")
        said = said or self.simulator.ask(f"{person}/message")
        return {"otp": said["answer"]} if said and said["answer"] else {}

    def devices(self) -> set[str]:
        """The ids of all devices there are in the simulator."""
        return {
            device["device_id"] for person in self.simulator.ask("/state")["people"] for device in person["devices"]
        }

    def writes(self) -> Counter[str]:
        """How often something was asked for that changes a user, by the user's id."""
        return Counter(
            row["path"].split("/")[5]
            for row in self.simulator.ask("/log")
            if row["method"] != "GET" and row["path"].startswith("/api/2/mfa/users/")
        )

    def messages(self) -> Counter[str]:
        """How many messages and calls people got, by the user's id."""
        return Counter(str(message["user_id"]) for message in self.simulator.ask("/messages"))


def departments(inventory: dict[str, Any]) -> dict[str, str]:
    """The department of each host."""
    groups = inventory["all"]["children"]
    return {host: group for group in groups for host in inventory[group]["hosts"]}


def status_of(row: Row) -> str:
    """The column in which a result is counted."""
    if row["failed"]:
        return "failed"
    return "enrolled" if row["status"] == "accepted" else "pending"


def show(rows: Sequence[Row], department: dict[str, str]) -> None:
    """Print counts by department and factor, then who failed, why, and what to do."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        counts.setdefault((department[row["host"]], str(row["factor"] or "-")), Counter())[status_of(row)] += 1
    statuses = [s for s in ("enrolled", "pending", "failed") if any(s in count for count in counts.values())]
    print("\n" + table_line("department", "factor", statuses))
    for (group, factor), count in sorted(counts.items()):
        print(table_line(group, factor, [str(count[status] or "") for status in statuses]))
    listed("Who failed, why, and what to do", [row["msg"] for row in rows if row["failed"]])
    listed("Not done yet", [row["msg"] for row in rows if row["status"] == "pending"])


def table_line(group: str, factor: str, cells: Sequence[str]) -> str:
    """A line of the table of counts."""
    return f"  {group:<18}{factor:<20}" + "".join(f"{cell:>10}" for cell in cells)


def listed(heading: str, lines: Sequence[str]) -> None:
    """Print the first of some lines, if there are any."""
    if lines:
        print(f"\n  {heading}:")
    for line in lines[:SHOWN]:
        print(f"  * {line}")
    if len(lines) > SHOWN:
        print(f"  * and {len(lines) - SHOWN} more")


def disagreements(rows: Sequence[Row], failed_hosts: Sequence[str], hosts: set[str], devices: set[str]) -> list[str]:
    """Where verdicts, hosts and the simulator's own state are not of one mind."""
    wrong = [f"{host} has no verdict" for host in sorted(hosts - {row["host"] for row in rows})]
    failed = {row["host"] for row in rows if row["failed"]}
    wrong += [f"{host} failed as a host, but not as a person" for host in sorted(set(failed_hosts) - failed)]
    wrong += [f"{host} failed as a person, but not as a host" for host in sorted(failed - set(failed_hosts))]
    return wrong + [
        f"{row['host']} is said to be enrolled in {row['factor']}, and the simulator knows no such device"
        for row in rows
        if row["status"] == "accepted" and row["registration"]["device_id"] not in devices
    ]


def show_second_run(first: Sequence[Row], second: Sequence[Row], writes: Counter[str], messages: Counter[str]) -> bool:
    """Print what the second run did.

    :param writes: requests of the second run that change a user, by the user's id
    :param messages: messages of the second run, by the user's id
    :returns: whether it skipped the people whom the first run enrolled
    """
    pending = {row["host"] for row in first if row["status"] != "accepted"}
    done = {row["host"]: str(row["registration"]["user_id"]) for row in first if row["host"] not in pending}
    changed = sum(row["changed"] for row in second if row["host"] in done)
    asked, reached = (sum(count[user] for user in set(done.values())) for count in (writes, messages))
    print(f"\n  {len(done)} people were done: {changed} changed, {asked} requests to change them, {reached} messages.")
    show_again([row for row in second if row["host"] in pending], sum(messages.values()) - reached)
    return not (changed or asked or reached)


def show_again(rows: Sequence[Row], messages: int) -> None:
    """Print what the second run did for the people whom the first run did not enrol."""
    people, changed = len({row["host"] for row in rows}), sum(row["changed"] for row in rows)
    print(f"  {people} were not: {changed} changed, {messages} messages.")
    lines = [f"{'changed' if row['changed'] else 'unchanged'}: {row['msg']}" for row in rows]
    listed("What the second run made of those", lines)


def rehearse(people: Path, folder: Path) -> int:
    """Run the demo; return 0 if both runs went as expected, else 1."""
    began = time.monotonic()
    inventory = read_inventory(people)
    hosts = set(inventory["_meta"]["hostvars"])
    with simulated(as_seed(people, folder)) as simulator:
        rehearsal = Rehearsal(simulator, people, folder)
        print(f"A simulated OneLogin account runs at {simulator.url}; nothing leaves this machine.")
        print(f"{len(hosts)} people of {people.name} are to be enrolled, each in the factor of its row.")

        first, failed_hosts = rehearsal.run()
        problems = disagreements(first, failed_hosts, hosts, rehearsal.devices())
        show(first, departments(inventory))

        writes, messages = rehearsal.writes(), rehearsal.messages()
        print("\nThe same again, with the codes people have told. The journal knows what is still pending.")
        second, failed_hosts = rehearsal.run("-i", str(rehearsal.told(inventory, first)))
        problems += disagreements(second, failed_hosts, hosts, rehearsal.devices())
        if not show_second_run(first, second, rehearsal.writes() - writes, rehearsal.messages() - messages):
            problems.append("the second run changed people whom the first run had enrolled")

        calls = simulator.ask("/log/summary")["total"]
        print(f"\nBoth runs took {time.monotonic() - began:.0f} s and {calls} calls of the API.")
        (page,) = (ROOT / REPORTS).glob("*.html")
        print(f"The second run's report, to be opened in a browser: {page}")
    for problem in problems:
        print(f"Not as it should be: {problem}.", file=sys.stderr)
    return 1 if problems else 0


def main() -> int:
    """Read the arguments and rehearse."""
    parser = argparse.ArgumentParser(description="Onboarding from start to end, against the simulator.")
    parser.add_argument("--people", type=Path, default=HERE.parent / "people.csv", help="a CSV of people")
    people = parser.parse_args().people.resolve()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with tempfile.TemporaryDirectory() as folder:
            return rehearse(people, Path(folder))
    except (DemoError, OSError, UnicodeDecodeError, csv.Error) as problem:
        print(f"demo: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
