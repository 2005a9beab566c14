"""Hides personal numbers in a message: identity cards, mobile phones, bank cards and number plates."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from stdnum import luhn
from stdnum.cn import ric


class Kind(StrEnum):
    """What kind of personal number was hidden."""

    ID_CARD = "id_card"
    MOBILE = "mobile"
    BANK_CARD = "bank_card"
    PLATE = "plate"


@dataclass(frozen=True, slots=True)
class Masked:
    """A message with its personal numbers hidden, and which kinds there were, in order of appearance."""

    text: str
    found: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class _Digits:
    """One unbroken run of digits: its characters and where each stands in the original text."""

    text: str
    places: tuple[int, ...]


_CHINESE = dict(
    zip("零〇一二三四五六七八九幺洞拐两壹贰叁肆伍陆柒捌玖", "00123456789107212345678 9".replace(" ", ""), strict=True)
)
_SEPARATOR = re.compile(r"[\s\-‐‑–—.·_/()]{1,3}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"
_LETTER, _MARK, _LAST = "[A-HJ-NP-Z]", "[A-HJ-NP-Z0-9]", "[A-HJ-NP-Z0-9挂学警港澳]"
_GAP = r"[\s·.\-]{1,2}"
_NO_AMOUNT = r"(?!\s?[元块万米])"
_PLATE = re.compile(rf"[{_PROVINCES}]{_LETTER}[\s·.\-]?(?={_LETTER}{{0,5}}\d){_MARK}{{4,5}}{_LAST}(?![A-Z0-9])")
_SPACED_PLATE = re.compile(
    rf"(?:[{_PROVINCES}]{_LETTER}(?:{_GAP})?(?:{_MARK}(?:{_GAP})?){{4,5}}{_LAST}(?!(?:{_GAP})?[A-Z0-9])"
    rf"|[{_PROVINCES}]{_GAP}{_LETTER}(?:{_GAP})?{_MARK}{{4,5}}{_LAST}(?![A-Z0-9])"
    rf"|[{_PROVINCES}]{_GAP}{_LETTER}(?:{_GAP}{_MARK}){{4,5}}{_GAP}{_LAST}(?![A-Z0-9])(?!{_GAP}{_MARK}(?!{_MARK})))"
    rf"{_NO_AMOUNT}"
)
"""One typed with gaps: in its number, behind the province, or around every sign."""
_FEWEST_DIGITS = 3
_NO_PROVINCE = re.compile(
    "[最全更重创翻刷]新|[收珍储隐]藏|[多白]云|[昂宝珍名]贵|漆黑|[年沥]青|[天大即行]使|[安长]宁|启蒙|[流复]苏|大吉"
)
"""Words whose last character is a province's only elsewhere: a letter after a gap belongs to no plate then."""
_LONGEST = 21


def _folded(text: str) -> tuple[str, list[int]]:
    """The text after NFKC and upper case, and for each character the place it came from."""
    characters: list[str] = []
    places: list[int] = []
    for place, original in enumerate(text):
        for character in unicodedata.normalize("NFKC", original).upper():
            if unicodedata.category(character) != "Cf":
                characters.append(character)
                places.append(place)
    return "".join(characters), places


def _chains(folded: str, places: list[int]) -> Iterator[list[_Digits]]:
    """Runs of digits (Arabic or Chinese, X at the end) that only separators keep apart."""
    digits = "".join(_CHINESE.get(character, character) for character in folded)
    chain: list[_Digits] = []
    end = 0
    for run in re.finditer(r"[0-9]+X?", digits):
        if chain and not _SEPARATOR.fullmatch(digits[end : run.start()]):
            yield chain
            chain = []
        chain.append(_Digits(run[0], tuple(places[run.start() : run.end()])))
        end = run.end()
    if chain:
        yield chain


def _is_date(text: str) -> bool:
    """Whether eight digits are a day between 1900 and 2100."""
    try:
        return 1900 <= dt.date.fromisoformat(text).year <= 2100
    except ValueError:
        return False


def _is_id_card(number: str) -> bool:
    """An 18-digit number with a right check digit, or with a real birthday in it; a 15-digit one with a birthday."""
    if len(number) == 18 and number[:17].isdigit():
        return ric.is_valid(number) or (number[0] in "12345678" and _is_date(number[6:14]))
    return len(number) == 15 and number.isdigit() and number[0] in "12345678" and _is_date("19" + number[6:12])


def _is_mobile(number: str) -> bool:
    """A mobile number of mainland China, with or without the country's prefix."""
    if not number.isdigit() or not 11 <= len(number) <= 15:
        return False
    try:
        parsed = phonenumbers.parse(number if len(number) == 11 else "+" + number.lstrip("0"), "CN")
    except phonenumbers.NumberParseException:
        return False
    return parsed.country_code == 86 and bool(_MOBILE.fullmatch(str(parsed.national_number)))


def _is_bank_card(number: str) -> bool:
    """16 to 19 digits whose Luhn check digit is right."""
    return number.isdigit() and 16 <= len(number) <= 19 and number[0] in "3456" and luhn.is_valid(number)


def _kind(number: str) -> Kind | None:
    """What a joined run of digits is, if it is personal."""
    if _is_id_card(number):
        return Kind.ID_CARD
    if _is_bank_card(number):
        return Kind.BANK_CARD
    return Kind.MOBILE if _is_mobile(number) else None


def _hits(chain: list[_Digits]) -> Iterator[tuple[Kind, tuple[int, ...]]]:
    """The personal numbers in one chain, longest joins first from each start, never overlapping."""
    start = 0
    while start < len(chain):
        for end in range(min(len(chain), start + _LONGEST), start, -1):
            number = "".join(run.text for run in chain[start:end])
            if len(number) <= _LONGEST and (kind := _kind(number)):
                yield kind, tuple(place for run in chain[start:end] for place in run.places)
                start = end - 1
                break
        start += 1


def _plates(folded: str) -> Iterator[list[int]]:
    """Where the signs of each number plate stand, written together or with gaps."""
    taken = 0
    for found in sorted([*_PLATE.finditer(folded), *_spaced_plates(folded)], key=lambda one: (one.start(), one.end())):
        if found.start() >= taken:
            taken = found.end()
            yield [place for place in range(*found.span()) if folded[place].isalnum()]


def _spaced_plates(folded: str) -> Iterator[re.Match[str]]:
    """Number plates typed with gaps: with three digits at least, and no province that ends another word."""
    for found in _SPACED_PLATE.finditer(folded):
        is_word = _NO_PROVINCE.fullmatch(folded, max(0, found.start() - 1), found.start() + 1)
        if not is_word and sum(map(str.isdigit, found[0])) >= _FEWEST_DIGITS:
            yield found


def _kept(kind: Kind) -> tuple[int, int]:
    """How many characters stay readable at the beginning and at the end."""
    return {Kind.ID_CARD: (3, 2), Kind.BANK_CARD: (0, 4), Kind.MOBILE: (3, 4), Kind.PLATE: (2, 1)}[kind]


def mask(text: str) -> Masked:
    """Hide personal numbers; public hotlines, amounts and dates stay as they are."""
    folded, places = _folded(text)
    hits = [hit for chain in _chains(folded, places) for hit in _hits(chain)]
    hits += [(Kind.PLATE, tuple(places[place] for place in spots)) for spots in _plates(folded)]
    shown = list(text)
    for kind, spots in hits:
        first, last = _kept(kind)
        for spot in spots[first : len(spots) - last]:
            shown[spot] = "*"
    return Masked(text="".join(shown), found=tuple(kind for kind, _ in sorted(hits, key=lambda hit: hit[1][0])))
