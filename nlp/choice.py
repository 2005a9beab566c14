"""Reads a choice from a numbered list in any form people type it: 1 １ 一 ① 第一个 选1 1. 第1项 打错了，是1."""

from __future__ import annotations

import re

_DIGITS = {"零": 0, "〇": 0, "一": 1, "壹": 1, "二": 2, "两": 2, "贰": 2, "三": 3, "叁": 3, "四": 4, "五": 5}
_DIGITS |= {"六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "幺": 1, "俩": 2, "仨": 3}
_WRONG = r"(?:我|刚才|刚刚)*(?:打|按|选|点|写|发|回|搞|弄)?错了?"
_SLIP = rf"(?:{_WRONG}|不对|不是(?:[这那]个|[0-9一二三四五六七八九])?(?=[\s,，、]))"
_AGAIN = r"[\s,，、。.!！]*(?:应该|我)?(?:要|是|选)*"
_SLIPPED = re.compile(_SLIP)
_CHOICE = re.compile(
    rf"(?:{_SLIP}{_AGAIN})?"
    r"(?:就|那就?|我)?(?:要|选择?|按|回复|回|看|是|点)?(?:第|编号|序号|数字|no|#|选项)?[.\s]*"
    r"([0-9]{1,2}|[零〇一壹二两贰三叁四五六七八九十幺])"
    r"\ufe0f?\u20e3?\s*(?:号|个|项|条|种|那个|那项|那条|的|吧|哦|呀|啊|谢谢)*"
)
_EDGES = " \t\n.。,，、;；:：!！~()[]{}【】「」<>《》\"'“”‘’*-"


def find_choice(text: str) -> int | None:
    """The number chosen by a normalised message that says nothing else, or None."""
    found = _CHOICE.fullmatch(text.strip(_EDGES))
    if not found:
        return None
    return int(found[1]) if found[1].isascii() else _DIGITS[found[1]]


def is_corrected(text: str) -> bool:
    """Whether a choice begins with saying that the one before was a slip (打错了，是3)."""
    return _SLIPPED.match(text.strip(_EDGES)) is not None
