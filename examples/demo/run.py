# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rehearse an onboarding: start the simulator, read people from a file, and run the playbook twice.

All output comes from the playbook's results and from the simulator's state. The exit status is 0 if each person has a
result, the simulator's state matches the results, and the second run skipped the people who were done.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
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
PEOPLE = HERE.parent / "people.csv"
INVENTORY = Path("examples/inventories/hr.people.yml")  # reads PEOPLE
WAIT = 8  # seconds; the simulator's people answer within four
SHOWN = 15  # invalid rows that an error lists
REPORTS = Path(".cache/demo")  # remains after the demo, with the pages
SHEETS = REPORTS / "sheets"
CREDENTIAL = ("demo-client", "demo-secret-of-the-simulator")
# The simulator runs on this machine, so a proxy would not reach it.
HTTP = build_opener(ProxyHandler({}))

# The columns of the simulator that come from variables of the hosts, without those that begin with sim_.
SEED = ("email", "username", "firstname", "lastname", "phone", "department")

Row = dict[str, Any]
Hosts = dict[str, dict[str, Any]]


class DemoError(Exception):
    """The demo cannot continue; the text gives the reason."""


class Simulator:
    """The simulated account, in a separate process."""

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

    def read(self, path: str) -> Any:
        """Return the response of an admin path, or None if it is an error."""
        try:
            with HTTP.open(Request(f"{self.url}/_simulator{path}"), timeout=30) as response:  # noqa: S310
                return json.load(response)
        except HTTPError:
            return None

    def stop(self) -> None:
        """Stop the process."""
        self.process.terminate()
        self.process.communicate(timeout=10)


@contextmanager
def simulated(people: Path) -> Iterator[Simulator]:
    """Start a simulator and stop it in any case."""
    simulator = Simulator(people)
    try:
        yield simulator
    finally:
        simulator.stop()


def as_source(people: Path, folder: Path, codes: Path | None = None) -> Path:
    """Return the inventory source of the people: the example's, or one written into a folder.

    :param codes: a file with the codes that people received
    """
    if people == PEOPLE and not codes:
        return INVENTORY
    options = {
        "plugin": "community.onelogin.people",
        "file": str(people),
        "keyed_groups": [{"key": "onelogin_department", "prefix": "department"}],
        **({"codes": str(codes)} if codes else {}),
    }
    source = folder / f"{'codes' if codes else people.stem}.people.yml"
    source.write_text(json.dumps(options), encoding="utf-8")  # JSON is valid YAML
    return source


def read_hosts(people: Path, folder: Path) -> Hosts:
    """Return the hosts of the people, with their variables.

    :raises DemoError: if the file cannot be used
    """
    command = [str(Path(sys.executable).with_name("ansible-inventory")), "-i", str(as_source(people, folder)), "--list"]
    environment = {**os.environ, "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true", "ANSIBLE_NOCOLOR": "1"}
    done = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("[ERROR]: ")]
        raise DemoError(errors[0].removeprefix("[ERROR]: ") if errors else done.stderr.strip())
    found: Hosts = plain(json.loads(done.stdout)["_meta"]["hostvars"])
    bad = [str(own["onelogin_row_error"]) for own in found.values() if "onelogin_row_error" in own]
    if len(bad) == len(found):
        raise DemoError(f"No row can be used. {' '.join(bad[:SHOWN])}")
    return found


def plain(value: Any) -> Any:
    """Remove the marks that ansible-inventory adds to text that it does not evaluate as a template."""
    if isinstance(value, dict):
        return value["__ansible_unsafe"] if "__ansible_unsafe" in value else {k: plain(v) for k, v in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def as_seed(hosts: Hosts, folder: Path) -> Path:
    """Write the people as the simulator reads them: the column user_id is ``id``, and each user needs a name."""
    rows = []
    for own in hosts.values():
        if "onelogin_row_error" in own:
            continue
        row = {name: own.get(f"onelogin_{name}", "") for name in SEED}
        row |= {name.removeprefix("onelogin_"): v for name, v in own.items() if name.startswith("onelogin_sim_")}
        row["id"] = own.get("onelogin_user_id", "")
        if not (row["email"] or row["username"]):
            row["username"] = f"user{row['id']}"
        rows.append(row)
    seed = folder / "seed.csv"
    with seed.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    return seed


class Rehearsal:
    """Run the playbook against a simulator."""

    def __init__(self, simulator: Simulator, people: Path, folder: Path) -> None:
        self.simulator = simulator
        self.people = people
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ONELOGIN_")},
            "ONELOGIN_BASE_URL": simulator.url,
            "ONELOGIN_CLIENT_ID": CREDENTIAL[0],
            "ONELOGIN_CLIENT_SECRET": CREDENTIAL[1],
            "ONELOGIN_JOURNAL": str(folder / "journal.sqlite"),
            "ONELOGIN_DEMO_RESULTS": str(folder / "results.json"),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback_plugins"),
            "ANSIBLE_STDOUT_CALLBACK": "demo",
            "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
        }

    def run(self, codes: Path | None = None) -> tuple[list[Row], list[str]]:
        """Run the playbook and return the results and the failed hosts.

        :param codes: a file with the codes that people received
        :raises DemoError: if the playbook returns no results
        """
        source = str(as_source(self.people, self.folder, codes))
        command = ["ansible-playbook", "-i", source, "community.onelogin.onboard"]
        command += ["-e", f"mfa_onboarding_wait_timeout={WAIT}", "-e", f"mfa_onboarding_report={REPORTS}"]
        command += ["-e", f"mfa_onboarding_sheets={SHEETS}"]
        print("\n  $", " ".join(command).replace(str(self.folder), "..."), flush=True)
        playbook = Path(sys.executable).with_name(command[0])
        results = self.folder / "results.json"
        results.unlink(missing_ok=True)
        done = subprocess.run([playbook, *command[1:]], check=False, cwd=ROOT, env=self.environment)
        content = json.loads(results.read_text(encoding="utf-8")) if results.exists() else {}
        if not content.get("results"):
            raise DemoError(f"The playbook ended with status {done.returncode} and without results.")
        return content["results"], content["failed_hosts"]

    def write_codes(self, hosts: Hosts, rows: Sequence[Row]) -> Path:
        """Write a file with the codes of the people whose registration awaits one."""
        own: dict[str, list[Row]] = {}
        for row in rows:
            own.setdefault(row["host"], []).append(row)
        lines = [["email", "username", "user_id", "factor", "code"]]
        for host, its in own.items():
            factors = hosts[host].get("mfa_onboarding_factors", [])
            for factor, row in zip(factors, its, strict=False):
                if code := self._code(row):
                    user = [str(hosts[host].get(f"onelogin_{name}", "")) for name in lines[0][:3]]
                    lines.append([*user, str(factor.get("factor", factor.get("factor_id"))), code])
        file = self.folder / "codes.csv"
        file.touch(mode=0o600)
        with file.open("w", encoding="utf-8", newline="") as table:
            csv.writer(table).writerows(lines)
        return file

    def _code(self, row: Row) -> str | None:
        if row["awaits"] != "otp":
            return None
        registration = row["registration"]
        person = f"/people/{registration['user_id']}"
        response = self.simulator.read(f"{person}/totp?id={quote(registration['id'])}")
        response = response or self.simulator.read(f"{person}/message")
        return response["answer"] if response and response["answer"] else None

    def devices(self) -> set[str]:
        """Return the ids of all devices in the simulator."""
        return {
            device["device_id"] for person in self.simulator.read("/state")["people"] for device in person["devices"]
        }

    def writes(self) -> Counter[str]:
        """Count the requests that change a user, by the user's id."""
        return Counter(
            row["path"].split("/")[5]
            for row in self.simulator.read("/log")
            if row["method"] != "GET" and row["path"].startswith("/api/2/mfa/users/")
        )

    def messages(self) -> Counter[str]:
        """Count the messages and voice calls that people got, by the user's id."""
        return Counter(str(message["user_id"]) for message in self.simulator.read("/messages"))


def find_mismatches(rows: Sequence[Row], failed_hosts: Sequence[str], hosts: set[str], devices: set[str]) -> list[str]:
    """List mismatches between results, hosts and the simulator's state."""
    wrong = [f"{host} has no result" for host in sorted(hosts - {row["host"] for row in rows})]
    failed = {row["host"] for row in rows if row["failed"]}
    wrong += [f"the host {host} failed, but its person did not" for host in sorted(set(failed_hosts) - failed)]
    wrong += [f"the person of {host} failed, but the host did not" for host in sorted(failed - set(failed_hosts))]
    return wrong + [
        f"the result of {row['host']} is enrolled in {row['factor']}, but the simulator has no such device"
        for row in rows
        if row["status"] == "accepted" and row["registration"]["device_id"] not in devices
    ]


def show_second_run(first: Sequence[Row], second: Sequence[Row], writes: Counter[str], messages: Counter[str]) -> bool:
    """Print what the second run did.

    :param writes: requests of the second run that change a user, by the user's id
    :param messages: messages of the second run, by the user's id
    :returns: whether it skipped the people that the first run enrolled
    """
    pending = {row["host"] for row in first if row["status"] != "accepted"}
    done = {row["host"]: str(row["registration"]["user_id"]) for row in first if row["host"] not in pending}
    changed = sum(row["changed"] for row in second if row["host"] in done)
    requests, messages_to_them = (sum(count[user] for user in set(done.values())) for count in (writes, messages))
    print(
        f"\n  {len(done)} people were done after the first run. The second run changed {changed} of them,"
        f" with {requests} requests and {messages_to_them} messages."
    )
    again = [row for row in second if row["host"] in pending]
    print(
        f"  Of the other {len({row['host'] for row in again})} it changed {sum(row['changed'] for row in again)},"
        f" with {sum(messages.values()) - messages_to_them} messages."
    )
    return not (changed or requests or messages_to_them)


def rehearse(people: Path, folder: Path) -> int:
    """Run the demo; return 0 if both runs went as expected, else 1."""
    began = time.monotonic()
    hosts = read_hosts(people, folder)
    shutil.rmtree(ROOT / SHEETS, ignore_errors=True)
    with simulated(as_seed(hosts, folder)) as simulator:
        rehearsal = Rehearsal(simulator, people, folder)
        print(f"A simulated OneLogin account runs at {simulator.url}; nothing leaves this machine.")
        print(f"The demo enrols {len(hosts)} people of {people.name}, each in the factor of the row.")

        first, failed_hosts = rehearsal.run()
        problems = find_mismatches(first, failed_hosts, set(hosts), rehearsal.devices())

        writes, messages = rehearsal.writes(), rehearsal.messages()
        print("\nSecond run, with the codes that people received. The journal has the pending registrations.")
        second, failed_hosts = rehearsal.run(rehearsal.write_codes(hosts, first))
        problems += find_mismatches(second, failed_hosts, set(hosts), rehearsal.devices())
        if not show_second_run(first, second, rehearsal.writes() - writes, rehearsal.messages() - messages):
            problems.append("the second run changed people that the first run had enrolled")

        calls = simulator.read("/log/summary")["total"]
        print(f"\nBoth runs took {time.monotonic() - began:.0f} s and {calls} API calls.")
        (page,) = (ROOT / REPORTS).glob("*.html")
        print(f"Open in a browser: the report of the second run {page}")
        print(f"and the pages that people scan in {ROOT / SHEETS}")
    for problem in problems:
        print(f"Unexpected: {problem}.", file=sys.stderr)
    return 1 if problems else 0


def main() -> int:
    """Read the arguments and rehearse."""
    parser = argparse.ArgumentParser(description="Rehearse an onboarding from start to end, against the simulator.")
    parser.add_argument("--people", type=Path, default=PEOPLE, help="the people file: CSV, TSV or XLSX")
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
