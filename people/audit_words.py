"""The audit log in words: what was done, to which thing, and what more is known of it, none of it as the code says."""

from __future__ import annotations

import re

from models.wording import knows, say

_NUMBER = re.compile(r"\d+")
_WORDS_OF = ("staff.role", "join.reason", "staff.danger", "rules.accent", "records.purpose")
"""Where a single word of a detail may have its name."""
_LED = re.compile(r"(purpose|paper|accent:?) (.+)")
_RULE = re.compile(r"([a-z_]+): (.* -> .*)", re.DOTALL)


def verb_in_words(verb: str) -> str:
    """做了什么; of a verb without words of its own what it is about."""
    area = f"permission.area.{verb.partition('.')[0]}"
    found = (key for key in (f"audit.verb.{verb}", f"permission.{verb}", area) if knows(key))
    return say(next(found, "audit.verb.other"))


def thing_in_words(subject: str, subject_id: int | None) -> str:
    """对象, with its number where it has one."""
    key = f"audit.thing.{subject}"
    number = "" if subject_id is None else f" {subject_id}"
    return f"{say(key if knows(key) else 'audit.thing.other')}{number}"


def detail_in_words(detail: str) -> str:
    """说明, piece by piece."""
    if found := _RULE.fullmatch(detail):
        key = f"rules.name.{found[1]}"
        return say("audit.detail.rule", name=say(key) if knows(key) else found[1], change=found[2])
    return say("audit.join").join(_piece(piece) for piece in detail.split(", ")) if detail else ""


def _piece(piece: str) -> str:
    key = f"audit.detail.{_NUMBER.sub('n', piece).replace(' ', '_')}"
    if knows(key):
        return say(key, **dict(zip("abc", _NUMBER.findall(piece), strict=False)))
    if found := _LED.fullmatch(piece):
        return say(f"audit.detail.{found[1].rstrip(':')}", word=_word(found[2]))
    return _word(piece)


def _word(text: str) -> str:
    return next((say(f"{group}.{text}") for group in _WORDS_OF if knows(f"{group}.{text}")), text)
