"""Sums as they are typed and read: a line is what it is and an amount in yuan, kept in whole fen."""

from __future__ import annotations

import re
import unicodedata

from forum.property.statements import MOST_FEN, MOST_LINES, MOST_NAME, Sum
from models.errors import Invalid

_LINE = re.compile(r"(.+?)[ :=]+([-+]?)¥?([\d,]{1,15})(?:\.(\d{1,2}))?元?")


def lines_of(typed: str) -> tuple[Sum, ...]:
    """``物业费收入 12345.60`` on each line, what was spent with a minus; Invalid names the line that is none."""
    found = [_line(one) for one in typed.splitlines() if one.strip()]
    if len(found) > MOST_LINES:
        raise Invalid("property.lines", most=MOST_LINES)
    return tuple(found)


def _line(text: str) -> Sum:
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    read = _LINE.fullmatch(plain)
    digits = read[3].replace(",", "") if read else ""
    if read is None or not digits:
        raise Invalid("property.line_wrong", line=text.strip()[:MOST_NAME])
    fen = int(digits) * 100 + int((read[4] or "").ljust(2, "0"))
    if fen > MOST_FEN:
        raise Invalid("property.line", most=MOST_NAME)
    return Sum(read[1].strip(), -fen if read[2] == "-" else fen)


def yuan(fen: int) -> str:
    """Fen as yuan with two places: ``12,345.60``."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02}"
