# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report as JUnit XML, in which a CI server shows each person and factor as a test.

What a person did (rejected it, was too late, gave a wrong code) is a failure, as is a person without MFA in an audit
that fails for that. What kept the person from being asked, such as an unknown user, is an error. What is still open is
a skipped test: it is not done, and nothing is wrong with it.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

from ansible_collections.community.onelogin.plugins.plugin_utils._report.rows import read_time
from ansible_collections.community.onelogin.plugins.plugin_utils._report.types import Report, ReportRow

_FAILURES = ("rejected", "expired", "timeout", "otp_rejected", "none")


def as_junit(report: Report) -> str:
    """Return one test suite with a test for each person and factor."""
    cases = [_build_case(report, row) for row in report["rows"]]
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
        "skipped": str(sum(case.find("skipped") is not None for case in cases)),
        "time": _compute_seconds(report["started"], report["generated"]),
    }
    suite = ET.Element("testsuite", {"name": report["title"], **counts})
    # The schema allows no zone here.
    suite.set("timestamp", str(report["started"] or report["generated"]).rstrip("Z"))
    suite.extend(cases)
    # Not every reader takes a count of skipped tests of all suites.
    suites = ET.Element("testsuites", {name: counts[name] for name in counts if name != "skipped"})
    suites.append(suite)
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _build_case(report: Report, row: ReportRow) -> ET.Element:
    case = ET.Element(
        "testcase",
        {
            "classname": report["title"],
            "name": ", ".join(part for part in (row["who"], row["factor"]) if part),
            "time": _compute_seconds(report["started"], row["accepted_at"]),
        },
    )
    if error := row["error"]:
        kind = "failure" if error["code"] in _FAILURES else "error"
        problem = ET.SubElement(case, kind, {"type": error["code"], "message": error["message"]})
        problem.text = error["hint"]
    elif row["outcome"] == "open":
        ET.SubElement(case, "skipped", {"message": row["text"]})
    else:
        ET.SubElement(case, "system-out").text = row["text"]
    return case


def _compute_seconds(start: Any, end: Any) -> str:
    """Return how long it took; 0 if that is not known."""
    first, last = read_time(start), read_time(end)
    return f"{max(0.0, (last - first).total_seconds()):.0f}" if first and last else "0"
