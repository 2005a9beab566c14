"""Blanks of texts that are used often, such as {单位}: filled from what a text is about, and never sent unfilled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from models.errors import Invalid
from models.wording import say


class Blank(StrEnum):
    """What can be filled in; how each is called stands in ``community/wording/canned.toml``."""

    NUMBER = "number"
    UNIT = "unit"
    DATE = "date"
    TODAY = "today"
    STAFF = "staff"
    WHERE = "where"
    WORK = "work"


Values = Mapping[Blank, str]
_BLANK = re.compile(r"[{｛][^\S\n]*([^{}｛｝\s][^{}｛｝\n]{0,15}?)[^\S\n]*[}｝]")


def names() -> dict[str, Blank]:
    """What staff write between the braces."""
    return {say(f"canned.blank.{blank.value}"): blank for blank in Blank}


def filled(text: str, values: Values) -> str:
    """The text with every blank filled of which something is known; the others stay, to be seen."""
    known = names()

    def fill(found: re.Match[str]) -> str:
        blank = known.get(found[1])
        return (values.get(blank, "") if blank is not None else "") or found[0]

    return _BLANK.sub(fill, text)


def must_be_filled(text: str) -> str:
    """Give back a text that goes to a resident; refused while anything between braces is left in it."""
    left = dict.fromkeys(found[0] for found in _BLANK.finditer(text))
    if left:
        raise Invalid("canned.blanks_left", blanks=say("canned.between").join(left))
    return text
