"""Reads how old somebody is from a message, and whether an option such as 70到79岁 holds for that age."""

from __future__ import annotations

import re

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "廿": 20}
_NUMBER = r"(\d{1,3}|[零〇一二两三四五六七八九十百廿]{1,5})"
_AGE = re.compile(_NUMBER + r"(?=多?(?:周|虚)?岁|多?了|多岁)")
_BARE = re.compile(_NUMBER)
_BETWEEN = re.compile(r"(\d{1,3})(?:岁)?(?:到|至|-|–)(\d{1,3})岁")
_FROM = re.compile(r"满?(\d{1,3})岁(?:及以上|以上|了)?")
_BELOW = re.compile(r"(?:不到|未满|不满|没满|没到)(\d{1,3})岁|(\d{1,3})岁以下")
OLDEST = 120


def _value(text: str) -> int:
    """A number of up to three digits or in Chinese numerals (七十二, 一百零二)."""
    if text.isascii():
        return int(text)
    total, last = 0, 0
    for sign in text:
        if sign in "十百":
            total += (last or 1) * (10 if sign == "十" else 100)
            last = 0
        else:
            last = _DIGITS[sign]
    return total + last


def find_age(text: str, *, is_reply: bool) -> int | None:
    """The age in a normalised message, in years; ``is_reply`` where an age was asked for, so that 72 alone is one."""
    found = _AGE.search(text) or (_BARE.search(text) if is_reply else None)
    if found is None:
        return None
    years = _value(found[1])
    return years if 0 < years <= OLDEST else None


def holds(option: str, years: int) -> bool | None:
    """Whether an option's words cover an age; None where they name none."""
    if found := _BETWEEN.search(option):
        return int(found[1]) <= years <= int(found[2])
    if found := _BELOW.search(option):
        return years < int(found[1] or found[2])
    if found := _FROM.search(option):
        return years >= int(found[1])
    return None
