# Copyright: (c) 2026, community.onelogin contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the heading row to columns with a meaning.

The headings are those of the exports of Okta, Microsoft Entra ID, Google Workspace, Workday, BambooHR and OneLogin, as
published examples of such files show them. Where a system lets administrators choose headings, they are its usual ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Optional

from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.cells import clean_cell
from ansible_collections.community.onelogin.plugins.plugin_utils._people_file.errors import PeopleFileError

USER_FIELDS = ("email", "username", "user_id")
PERSON_FIELDS = ("firstname", "lastname", "phone", "department")
FACTOR_OPTIONS = ("verified", "display_name", "expires_in", "custom_message", "redirect_to")
SIGN_IN = "sign_in"
"""The name with which people sign in elsewhere. It counts where a row has no other identity."""
CODE = "otp"
FIELDS = (*USER_FIELDS, *PERSON_FIELDS, "factor", *FACTOR_OPTIONS, CODE)
"""The names of our columns."""

WantedHeadings = Mapping[str, Optional[str]]
"""The option ``columns``: their headings by our names; None to ignore what would be recognised."""

# Headings in lower case, without anything but letters and digits. Where a file has several, the first one here counts.
# "User ID", "Display name" and "User name" mean other things elsewhere than our user_id, display_name and username do.
_THEIRS: Mapping[str, tuple[str, ...]] = {
    "email": (
        *("email", "workemail", "emailprimarywork", "primaryworkemail", "emailaddress", "emailaddressprimarywork"),
        *("workemailaddress", "primaryemail", "primaryemailaddress", "mail", "businessemail", "companyemail"),
        *(
            "emailwork",
            "emailaddresswork",
            "useremail",
            "mailaddress",
            "emailadresse",
            "adresseemail",
            "correoelectronico",
        ),
    ),
    "username": ("oneloginusername",),
    "user_id": ("oneloginid", "oneloginuserid"),
    SIGN_IN: ("login", "userprincipalname", "upn", "username", "loginname", "signinname", "signinemail"),
    "firstname": (
        *(
            "firstname",
            "givenname",
            "legalfirstname",
            "legalnamefirstname",
            "preferredfirstname",
            "preferrednamefirstname",
            "forename",
            "vorname",
        ),
        *("prenom", "nombre"),
    ),
    "lastname": (
        *(
            "lastname",
            "surname",
            "familyname",
            "legallastname",
            "legalnamelastname",
            "preferredlastname",
            "preferrednamelastname",
            "sn",
        ),
        *("nachname", "nom", "apellido", "apellidos"),
    ),
    "phone": (
        *("mobilephone", "mobile", "mobilenumber", "mobilephonenumber", "phonemobile", "cellphone", "cell"),
        *("phone", "phonenumber", "primaryphone", "phoneprimary", "telephone", "telephonenumber", "mobiltelefon"),
        *("handy", "telefon", "telefono"),
    ),
    "department": ("department", "departmentname", "dept", "abteilung", "departement", "departamento"),
    # Not "mfa": elsewhere it says whether someone has it.
    "factor": (
        *("factor", "factors", "mfafactor", "mfafactors", "oneloginfactor", "mfamethod", "mfatype", "secondfactor"),
        *("authenticationfactor", "authenticationmethod"),
    ),
    "verified": ("verified", "preverified"),
    "display_name": ("devicename", "devicedisplayname"),
    "expires_in": ("expiresin",),
    "custom_message": ("custommessage",),
    "redirect_to": ("redirectto",),
    CODE: ("otp", "otpcode", "mfacode", "passcode", "onetimecode", "onetimepassword", "verificationcode"),
}
_CODES = ("code", "codes")
_SENT = ("email", "username", "user_id", "factor", "verified", CODE)
"""Columns that decide who gets a message and which, so a misspelt one must not pass for an unknown one."""
_SECRET = re.compile(r"passw|secret|token|kennwort|contrase|motdepasse")
"""Parts of headings of columns that must not become variables, which anyone sees who sees the inventory."""
_ALIKE = 0.8


@dataclass(frozen=True)
class Column:
    """A column of a file.

    :param field: its name among ours, None for an unknown column.
    """

    index: int
    heading: str
    field: str | None


@dataclass(frozen=True)
class Columns:
    """The columns of a file, and how many cells its heading row has."""

    all: tuple[Column, ...]
    width: int

    @property
    def fields(self) -> set[str]:
        """The names of ours that the file has."""
        return {column.field for column in self.all if column.field}

    @property
    def names_users(self) -> bool:
        """Whether a row can identify a user."""
        return bool(self.fields.intersection((*USER_FIELDS, SIGN_IN)))


def read_headings(cells: Sequence[str], wanted: WantedHeadings, *, codes: bool) -> Columns:
    """Find the meaning of each column of a row, if it is the heading row.

    :param wanted: the option ``columns``.
    :param codes: whether the file is one of codes, in which the column may be named ``code``.
    """
    headings = [" ".join(clean_cell(cell).split()) for cell in cells]
    keys = [_list_keys(heading) for heading in headings]
    fields: dict[int, str] = {}
    # Those of the option come first, so that no other field takes their columns.
    for field in sorted((*FIELDS, SIGN_IN), key=lambda field: field not in wanted):
        index = _find(field, headings, keys, wanted, codes)
        if index is not None and index not in fields:
            fields[index] = field
    columns = [Column(index, heading, fields.get(index)) for index, heading in enumerate(headings) if heading]
    kept = [column for column in columns if column.field or not _SECRET.search(_simplify(column.heading))]
    return Columns(tuple(kept), max((column.index + 1 for column in columns), default=0))


def check_headings(columns: Columns, wanted: WantedHeadings, file: str, line: int, *, codes: bool) -> None:
    """Refuse headings that would be misunderstood.

    :param codes: whether the file is one of codes, which the option ``columns`` is not for.
    :raises PeopleFileError: a heading of ``columns`` is not there, one of ours is there twice, or probably misspelt.
    """
    found = [column.heading for column in columns.all]
    for field, heading in wanted.items():
        if heading is not None and field not in columns.fields:
            raise PeopleFileError(
                f'{file} line {line}: there is no column "{heading}", which columns has for {field}.'
                f" The columns: {', '.join(found)}."
            )
    plain = [_simplify(heading) for heading in found]
    for column in columns.all:
        if column.field in _SENT and plain.count(_simplify(column.heading)) > 1:
            raise PeopleFileError(
                f'{file} line {line}: there are two columns "{column.heading}". Remove or rename one of them.'
            )
        if column.field is None and (meant := _find_meant(column.heading, columns, wanted)):
            option = (
                f", or set columns: {{{meant}: {column.heading}}}; for another meaning, set columns: {{{meant}: null}}"
            )
            raise PeopleFileError(
                f'{file} line {line}: unknown column "{column.heading}". Did you mean "{meant}"?'
                f" Rename it{'' if codes else option}."
            )


def _find_meant(heading: str, columns: Columns, wanted: WantedHeadings) -> str | None:
    """Return the column of ours of which a heading is probably a misspelling."""
    absent = [field for field in _SENT if field not in columns.fields and field not in wanted]
    absent = [field for field in absent if _simplify(field) != _simplify(heading)]
    return next(iter(get_close_matches(_simplify(heading), absent, 1, _ALIKE)), None)


def check_wanted(wanted: Mapping[str, object]) -> None:
    """Refuse an option ``columns`` or ``defaults`` with names that are not ours.

    :raises PeopleFileError: there is such a name.
    """
    for name in wanted:
        if name not in FIELDS:
            close = get_close_matches(str(name).lower(), FIELDS, 1)
            hint = f'Did you mean "{close[0]}"?' if close else f"The names: {', '.join(FIELDS)}."
            raise PeopleFileError(f'Unknown name "{name}" in the options columns or defaults. {hint}')


def name_variables(columns: Iterable[Column], taken: Iterable[str]) -> dict[int, str]:
    """Name the variable of each unknown column, by its index: a prefix, and the heading in letters Ansible allows.

    :param taken: variables that mean something else.
    """
    names: dict[int, str] = {}
    used = set(taken)
    for column in columns:
        if column.field is None:
            stem = "onelogin_" + (re.sub(r"\W+", "_", column.heading.casefold(), flags=re.ASCII).strip("_") or "column")
            name, number = stem, 1
            while name in used:
                number += 1
                name = f"{stem}_{number}"
            used.add(name)
            names[column.index] = name
    return names


def _find(
    field: str, headings: Sequence[str], keys: Sequence[Sequence[str]], wanted: WantedHeadings, codes: bool
) -> int | None:
    """Return the index of the column for a field of ours.

    :param keys: the forms of each heading.
    """
    if field in wanted:
        heading = wanted[field]
        sought = [_simplify(heading)] if heading is not None else []
        return next((index for index, found in enumerate(keys) if found[0] in sought), None)
    exact = next((index for index, heading in enumerate(headings) if heading.lower() == field), None)
    if exact is not None:
        return exact
    theirs = (*_THEIRS[field], *(_CODES if codes and field == CODE else ()))
    return next((index for name in theirs for index, found in enumerate(keys) if name in found), None)


def _list_keys(heading: str) -> list[str]:
    """Return the forms of a heading to be looked up: as it is, without what is in brackets, and what is in brackets."""
    without = re.sub(r"\[[^\]]*\]|\([^)]*\)|\b[Rr]equired\b|\*", " ", heading)
    return [_simplify(text) for text in (heading, without, *re.findall(r"\[([^\]]*)\]", heading))]


def _simplify(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading.casefold())
