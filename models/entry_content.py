"""What one entry of the convenience policy pack says: the shape shared by YAML files, stored versions and pages."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, model_validator
from pydantic_core import PydanticCustomError

NOT_APPLICABLE = "不适用"
NOT_VERIFIED = "未核实"

_PLANES = "".join(f"\\U{plane:08x}\\U{plane + 1:08x}" for plane in range(0xFFFE, 0x110000, 0x10000))
_NO_TEXT = re.compile(
    f"[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff\\ufdd0-\\ufdef\\ufeff{_PLANES}]"
)


_CHECKED = "fields_checked_by names who checked {name}, but its status says {state}"
_STATE_IS = "{name} does not agree with its status, which says {state}"


def _text(value: str) -> str:
    """Refuse control characters and such: neither a spreadsheet nor every database can hold them."""
    if found := _NO_TEXT.search(value):
        code = f"U+{ord(found[0]):04X}"
        raise PydanticCustomError("no_text", "holds the character {code}, which is no text", {"code": code})
    return value


def cleaned(text: str) -> str:
    """What somebody typed, with a blank for every character that an entry does not take."""
    return _NO_TEXT.sub(" ", text)


def _one_line(value: str) -> str:
    if "\n" in value:
        raise PydanticCustomError("two_lines", "must stand on one line")
    return value


Text = Annotated[str, AfterValidator(_text)]
Line = Annotated[Text, Field(min_length=1, max_length=200), AfterValidator(_one_line)]
Words = Annotated[Text, Field(min_length=1, max_length=60), AfterValidator(_one_line)]
Lines = Annotated[list[Line], Field(min_length=1)]
LinesOrNone = Lines | Literal["不适用", "未核实"]


class Shape(BaseModel):
    """A frozen record that refuses unknown keys, so that a typing slip in a file is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Scope(StrEnum):
    """Whether the rule is the country's or the city's."""

    NATIONAL = "national"
    CITY = "city"


class FieldState(StrEnum):
    """How sure the writers are of one field."""

    VERIFIED = "verified"
    NOT_VERIFIED = "not_verified"
    YEARLY = "yearly"
    NOT_APPLICABLE = "not_applicable"


StatedField = Literal["conditions", "materials", "steps", "where", "time_limit", "fee", "amount", "legal_basis"]
"""The fields that say how sure their writers are."""
STATED: tuple[StatedField, ...] = get_args(StatedField)

CHECKED_STATES = frozenset({FieldState.VERIFIED, FieldState.YEARLY})
"""Where somebody has looked and answers for it."""

PHONE_NUMBER = r"^[0-9][0-9-]{2,15}$"


class Phone(Shape):
    """A number to ring and what it answers."""

    number: Annotated[str, Field(pattern=PHONE_NUMBER)]
    name: Words


class Where(Shape):
    """Place, hours, phones and online channel; a neighbourhood may overlay its own."""

    place: Line
    hours: Line
    phones: Annotated[list[Phone], Field(min_length=1)]
    online: Line


class Since(Shape):
    """When a rule began: a real date, or only a year, or not known; exactly one of the three."""

    date: dt.date | None = None
    year: Annotated[int, Field(ge=1950, le=2100)] | None = None
    unknown: bool = False

    @model_validator(mode="after")
    def exactly_one(self) -> Since:
        """Refuse a record that says two things or nothing."""
        if sum((self.date is not None, self.year is not None, self.unknown)) != 1:
            raise PydanticCustomError("since_of_three", "give exactly one of date, year, unknown: true")
        return self


class Option(Shape):
    """One possible reply to a condition question, the words that betray it, and what then holds.

    ``ends`` where that settles it and a further question would only puzzle ("not for households from elsewhere").
    """

    answer: Words
    words: list[Words] = []
    says: Annotated[Text, Field(min_length=1, max_length=300)]
    ends: bool = False


class Variant(Shape):
    """A question the answer depends on, with its options; 'not sure' is added by the dialogue."""

    ask: Words
    options: Annotated[list[Option], Field(min_length=2, max_length=20)]


class Source(Shape):
    """A statute or an official page."""

    title: Line
    url: HttpUrl | None = None


class EntryContent(Shape):
    """Everything one entry says, to residents and (``note``) to staff only.

    ``checked_by`` answers for every field that is verified or changes yearly, but for those that ``fields_checked_by``
    gives to somebody else.

    How many ways of asking a shared entry needs is checked by ``casework.entry_checks``: one made from a single reply
    at the desk has only the words of those who asked (docs/adr/0010-local-entries.md).
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    category: Words
    title: Words
    scope: Scope
    summary: Annotated[Text, Field(min_length=10, max_length=160)]
    who: Line
    conditions: LinesOrNone
    materials: LinesOrNone
    steps: LinesOrNone
    where: Where
    time_limit: Line
    fee: Line
    amount: Annotated[Text, Field(min_length=1, max_length=400)]
    legal_basis: LinesOrNone
    valid_from: Since
    valid_to: dt.date | None = None
    checked_on: dt.date
    checked_by: Words
    fields_checked_by: dict[StatedField, Words] = {}
    review_by: dt.date
    changes_in: list[Annotated[int, Field(ge=1, le=12)]] = []
    owner_desk: Words
    status: dict[StatedField, FieldState]
    aliases: list[Words]
    keywords: list[Words]
    phrasings: Annotated[list[Words], Field(min_length=1)]
    sample_questions: list[Words]
    variants: Annotated[list[Variant], Field(max_length=2)] = []
    note: Text = ""
    sources: list[Source] = []

    @model_validator(mode="after")
    def every_field_has_a_state(self) -> EntryContent:
        """Each checkable field says how sure it is, and 'not verified' text agrees with its state."""
        if missing := set(STATED) - set(self.status):
            names = {"missing": ", ".join(sorted(missing))}
            raise PydanticCustomError("status_missing", "status is missing for {missing}", names)
        for name, state in self.status.items():
            value = getattr(self, name)
            if value in ([NOT_VERIFIED], [NOT_APPLICABLE]):
                about = {"name": name, "word": value[0]}
                raise PydanticCustomError("absent_in_list", "{name}: write {word} itself, not a list of it", about)
            if value == NOT_VERIFIED and state is not FieldState.NOT_VERIFIED:
                raise PydanticCustomError("not_verified_but", _STATE_IS, {"name": name, "state": state.value})
            if value == NOT_APPLICABLE and state is not FieldState.NOT_APPLICABLE:
                raise PydanticCustomError("not_applicable_but", _STATE_IS, {"name": name, "state": state.value})
        return self

    @model_validator(mode="after")
    def only_what_is_sure_was_checked(self) -> EntryContent:
        """Nobody has checked what is not verified or does not apply."""
        for name in self.fields_checked_by:
            if (state := self.status[name]) not in CHECKED_STATES:
                raise PydanticCustomError("checked_though", _CHECKED, {"name": name, "state": state.value})
        return self

    def checker(self, name: StatedField) -> str:
        """Who checked a field, '' where its status says that nobody has."""
        if self.status[name] not in CHECKED_STATES:
            return ""
        return self.fields_checked_by.get(name, self.checked_by)
