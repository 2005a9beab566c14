"""Prices: shown and typed in yuan, kept as whole fen. Nothing is paid here."""

from __future__ import annotations

import re
import unicodedata

from models.errors import Invalid
from models.wording import say

MOST_FEN = 1_000_000_00
_TYPED = re.compile(r"[¥￥]?(\d{1,7})(?:\.(\d{1,2}))?(?:元|块|块钱|元钱)?")


def fen_of(typed: str) -> int:
    """A price as typed (35, 35.5, ¥35.50, 35元) in fen; Invalid where it is none, or more than may be."""
    plain = unicodedata.normalize("NFKC", typed).replace(" ", "").replace(",", "")
    found = _TYPED.fullmatch(plain)
    if found is None:
        raise Invalid("item.price")
    return checked(int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")))


def checked(fen: int) -> int:
    """A price in fen that may be asked."""
    if not 0 < fen <= MOST_FEN:
        raise Invalid("item.price")
    return fen


def yuan(fen: int) -> str:
    """A price as people read it: 35 元, 35.50 元."""
    whole, rest = divmod(fen, 100)
    return say("item.yuan", amount=f"{whole}.{rest:02}" if rest else f"{whole}")
