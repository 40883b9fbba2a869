# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The people of an example: their number, answers, contact data, devices and available factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from simulator.simulation import DEFAULT_FACTORS

FACTORS = {factor.name: factor.factor_id for factor in DEFAULT_FACTORS}
MOST = 5


@dataclass(frozen=True)
class Person:
    """A person and the user in the account.

    :param after: seconds after which the person answers without help; longer than any undisturbed run,
        and sometimes longer than the message is valid.
    :param allowed: the factors of the person's policy; all if it is empty.
    """

    answer: str
    after: int
    has_phone: bool
    has_email: bool
    enrolled: tuple[str, ...]
    allowed: tuple[str, ...]

    def is_offered(self, factor: str) -> bool:
        """Whether the person's policy has a factor."""
        return not self.allowed or factor in self.allowed


factors = st.sampled_from(list(FACTORS))
people = st.lists(
    st.builds(
        Person,
        answer=st.sampled_from(["never", "accept", "reject"]),
        after=st.sampled_from([30, 100, 200]),
        has_phone=st.sampled_from([*[True] * 5, False]),
        has_email=st.sampled_from([*[True] * 5, False]),
        enrolled=st.lists(factors, unique=True, max_size=3).map(tuple),
        allowed=st.one_of(*[st.just(())] * 3, st.lists(factors, unique=True, max_size=4).map(tuple)),
    ),
    min_size=1,
    max_size=MOST,
)


def user_id_of(person: int) -> int:
    """Return the user id of a person by number."""
    return 101 + person


def person_of(user_id: int) -> int:
    """Return the number of a person by user id."""
    return user_id - 101


def names_of(person: int, people: list[Person]) -> dict[str, Any]:
    """Return the options that can identify a person."""
    names: dict[str, Any] = {"user_id": user_id_of(person), "username": f"person{person}"}
    return {**names, "email": f"person{person}@example.com"} if people[person].has_email else names


def rows(people: list[Person]) -> list[dict[str, Any]]:
    """Return the people as rows for the simulator."""
    return [
        {
            "id": user_id_of(number),
            **{name: value for name, value in names_of(number, people).items() if name != "user_id"},
            "phone": f"+1555000010{number}" if person.has_phone else "",
            "sim_answer": person.answer,
            "sim_answer_after": person.after,
            "sim_enrolled": list(person.enrolled),
            "sim_factors": list(person.allowed),
        }
        for number, person in enumerate(people)
    ]
