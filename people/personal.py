"""Telephone and identity numbers: checked, sealed, shown in part, and found again by exactly the same number."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from models import clock
from models.sealed import keyed_hash, keyed_hashes, seal, unseal
from models.transaction import fetch
from people.scope import must_see
from people.viewers import Viewer

_MOBILE = re.compile(r"1[3-9]\d{9}")
_FILLING = re.compile(r"[\s\-()]")


class WrongNumber(ValueError):
    """A number that cannot be one; ``key`` says how."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Numbers:
    """A person's numbers as they are stored."""

    phone_sealed: str | None = None
    phone_hash: str | None = None
    id_number_sealed: str | None = None
    id_number_hash: str | None = None
    born: dt.date | None = None


def plain_digits(text: str) -> str:
    """The same with digits of any width or script as 0 to 9, so that one number is found however it was typed."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in plain)


def phone_of(text: str) -> str:
    """A telephone number in one form, mobile or landline with its area; '' stays ''. WrongNumber says what is wrong."""
    bare = _FILLING.sub("", plain_digits(text)).removeprefix("+86")
    if not bare or _MOBILE.fullmatch(bare):
        return bare
    try:
        parsed = phonenumbers.parse(bare, "CN")
    except phonenumbers.NumberParseException as error:
        raise WrongNumber("phone") from error
    if not bare.isdecimal() or parsed.country_code != 86 or not phonenumbers.is_valid_number(parsed):
        raise WrongNumber("phone")
    return bare


def id_number_of(text: str) -> str:
    """An identity number of 18 characters whose birthday and check digit are right (GB 11643-1999); '' stays ''."""
    bare = plain_digits(text).replace(" ", "").upper()
    if not bare:
        return ""
    if len(bare) != 18 or not bare[:17].isdecimal() or not bare.isascii():
        raise WrongNumber("id_number_length")
    try:
        born = ric.get_birth_date(bare)
    except ValidationError as error:
        raise WrongNumber("id_number_birthday") from error
    if not dt.date(1880, 1, 1) < born <= clock.today():
        raise WrongNumber("id_number_birthday")
    if ric.calc_check_digit(bare) != bare[-1]:
        raise WrongNumber("id_number_check")
    return bare


def sealed(phone: str, id_number: str) -> Numbers:
    """Both numbers as they are stored; what is empty stays so."""
    return Numbers(
        phone_sealed=seal(phone) if phone else None,
        phone_hash=phone_mark(phone) if phone else None,
        id_number_sealed=seal(id_number) if id_number else None,
        id_number_hash=id_number_mark(id_number) if id_number else None,
        born=birthday(id_number) if id_number else None,
    )


def birthday(id_number: str) -> dt.date:
    """The birthday in an identity number that was checked: its 7th to 14th digits."""
    return dt.date.fromisoformat(id_number[6:14])


def phone_mark(phone: str) -> str:
    """By which a telephone number is found."""
    return keyed_hash(_phone_text(phone))


def id_number_mark(id_number: str) -> str:
    """By which an identity number is found."""
    return keyed_hash(_id_number_text(id_number))


def _phone_text(phone: str) -> str:
    return f"phone {phone}"


def _id_number_text(id_number: str) -> str:
    return f"id {id_number}"


def _hidden(text: str) -> str:
    first, last = (3, 2) if len(text) == 18 else (3, 4)
    return text[:first] + "*" * (len(text) - first - last) + text[-last:]


def hidden(token: str | None) -> str:
    """A sealed number with its middle hidden; '' where there is none."""
    return _hidden(unseal(token)) if token else ""


async def people_with(text: str, *, viewer: Viewer, place_id: int) -> list[int]:
    """The ids of a place's people with exactly this telephone or identity number; none where it is neither."""
    must_see(viewer, "home.read", place_id, thing="place")
    found = [
        await fetch(f"SELECT person_id FROM personal WHERE place_id=$1 AND {column}=$2", place_id, mark)
        for kind in ("phone", "id_number")
        for column, mark in _marks(text, kind)
    ]
    return sorted({row["person_id"] for rows in found for row in rows})


def _marks(text: str, kind: str) -> list[tuple[str, str]]:
    """The column and the hash under every key: while keys change, a number may be stored under either."""
    read, said = {"phone": (phone_of, _phone_text), "id_number": (id_number_of, _id_number_text)}[kind]
    try:
        number = read(text)
    except WrongNumber:
        return []
    return [(f"{kind}_hash", mark) for mark in keyed_hashes(said(number))] if number else []
