"""Hides in a text for everybody what tells where somebody lives or is reached: numbers, plates, homes, one's own line.

Numbers of ``nlp.mask``; a home is a building with a room, in the forms in which people write it here. Public hotlines,
building numbers by themselves, prices, dates and codes stay.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from nlp.mask import Kind as Number
from nlp.mask import mask


class Exposed(StrEnum):
    """What kind of thing was hidden."""

    ID_CARD = "id_card"
    MOBILE = "mobile"
    BANK_CARD = "bank_card"
    PLATE = "plate"
    HOME = "home"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Shielded:
    """A text for everybody, and which kinds of things were hidden in it, each once."""

    text: str
    found: tuple[Exposed, ...]


_N = "0-9零〇一二两三四五六七八九十百"
_BUILDING = rf"[{_N}]{{1,4}}\s*(?:号楼|号|栋|幢|座|弄)"
_UNIT = rf"(?:\s*[,，、\-–—]?\s*[{_N}]{{1,2}}\s*(?:单元|门|梯))?"
_ROOM = rf"[{_N}]{{3,5}}(?![{_N}])\s*(?:室|房间|号房|房)?"
_HOMES = re.compile(rf"{_BUILDING}{_UNIT}\s*[,，、的之\-–—]{{0,2}}\s*({_ROOM})")
_DASHED = re.compile(
    r"(?:(?:我家?|家里?|住|来|到|在|去|送|地址|门牌|取|敲|找)(?:是|为)?[:：]?\s*)"
    r"(?<![0-9\-])[0-9]{1,3}\s*[-–—]\s*(?:[0-9]{1,2}\s*[-–—]\s*)?([0-9]{3,4})(?![0-9\-–—.:])"
)
_BARE_ROOM = re.compile(rf"(?:我家?|住|家住|来|到)(?:是|在)?\s*([{_N}]{{3,5}})(?![{_N}])\s*(?:室|房间)")
_OWN_LINE = re.compile(
    r"(?:我家?|家里|本人|我的|自家)的?\s*(?:座机|电话|固话|号码)?\s*(?:是|为)?[:：]?\s*"
    r"((?:\(?0[0-9]{2,3}\)?[\s\-–—]?)?[2-9][0-9]{3}[\s\-–—]?[0-9]{3,4})(?![0-9])"
)
_KINDS = {
    Number.ID_CARD: Exposed.ID_CARD,
    Number.MOBILE: Exposed.MOBILE,
    Number.BANK_CARD: Exposed.BANK_CARD,
    Number.PLATE: Exposed.PLATE,
}
_LOCAL = str.maketrans("滬蘇魯貴雲遼瓊贛寧陝", "沪苏鲁贵云辽琼赣宁陕")


def _folded(text: str) -> tuple[str, list[int]]:
    """The text after NFKC without what is invisible, and for each character the place it came from."""
    characters: list[str] = []
    places: list[int] = []
    for place, original in enumerate(text):
        for character in unicodedata.normalize("NFKC", original):
            if unicodedata.category(character) != "Cf":
                characters.append(character)
                places.append(place)
    return "".join(characters), places


def shield(text: str) -> Shielded:
    """Hide personal numbers, rooms behind a building, and the number of one's own line; takes linear time."""
    masked = mask(text.translate(_LOCAL))
    shown = list(text)
    for place, (before, after) in enumerate(zip(text.translate(_LOCAL), masked.text, strict=True)):
        if before != after:
            shown[place] = after
    found = [_KINDS[kind] for kind in masked.found]
    folded, places = _folded("".join(shown))
    for pattern, kind in (
        (_HOMES, Exposed.HOME),
        (_DASHED, Exposed.HOME),
        (_BARE_ROOM, Exposed.HOME),
        (_OWN_LINE, Exposed.LINE),
    ):
        for one in pattern.finditer(folded):
            found.append(kind)
            for at in range(one.start(1), one.end(1)):
                if folded[at].isalnum() and folded[at] not in "室房间号":
                    shown[places[at]] = "*"
    return Shielded("".join(shown), tuple(dict.fromkeys(found)))
