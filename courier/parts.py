"""A letter too long for one message of a channel becomes several, cut where a reader would pause."""

from __future__ import annotations

import re
from dataclasses import replace

from courier.letters import Letter

LONGEST = {"telegram": 3_500, "wechat": 600}
"""UTF-16 units of text in one message, by channel. The Bot API takes 4,096 and slows down for long ones; WeChat takes
2,048 bytes, of which a Chinese character is three."""
_PAUSES = (re.compile(r"\n\n+"), re.compile(r"\n"), re.compile(r"(?<=[。！？；!?;])"), re.compile(r"(?<=[，、,: ：])"))


def units(text: str) -> int:
    """The length of a text in UTF-16 units, as chat systems count it."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def parts(letter: Letter, *, channel: str) -> list[Letter]:
    """The letter as the messages it is sent in; what is to be pressed or opened stands under the last."""
    most = LONGEST.get(channel)
    if most is None or units(letter.text) <= most:
        return [letter]
    *first, last = cut(letter.text, most=most)
    return [*(Letter(text) for text in first), replace(letter, text=last)]


def cut(text: str, *, most: int) -> list[str]:
    """Pieces of at most so many UTF-16 units, cut at a paragraph, else a line, a sentence, a comma, else anywhere."""
    pieces, rest = [], text
    while units(rest) > most:
        at = _pause(rest, most)
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [piece for piece in (*pieces, rest) if piece]


def shortened(text: str, *, most: int) -> str:
    """The text in at most so many UTF-16 units; one that is longer ends in an ellipsis."""
    return text if units(text) <= most else f"{text[: _fits(text, most - 1)]}…"


def _pause(text: str, most: int) -> int:
    """Where to cut: the last pause that leaves more than half of what fits."""
    fits = _fits(text, most)
    for pause in _PAUSES:
        ends = [found.end() for found in pause.finditer(text, 0, fits) if found.end() > fits // 2]
        if ends:
            return ends[-1]
    return fits


def _fits(text: str, most: int) -> int:
    """How many characters from the start are at most so many units."""
    end = min(len(text), most)
    while units(text[:end]) > most:
        end -= max(1, (units(text[:end]) - most) // 2)
    return end
