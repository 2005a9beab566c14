"""Whether what is said where a report asked for its place is one: a sentence that thanks, asks, or tells of the problem
again is none, and neighbours who may read a place do not read it."""

from __future__ import annotations

import re
from enum import StrEnum

from bot.memory import Memory
from bot.words import parts_said, says
from casework import guide
from nlp.intent import Heard, Intent, understand
from nlp.similar import SAME, grams, similar

AGAIN = 0.5
"""Of the character pairs of the shorter of two texts, so many in both say the same."""
_BEFORE = re.compile(r"^(?:喏|哦|嗯|[,，、\s]|就|也|都|是|在|靠|还)+")
_AFTER = re.compile(r"(?:那里|那边|那儿|这里|这边|这儿|啊|呀|呢|的|嘛|吧|[。！!\s])+$")
_SIDE = re.compile(
    r"(?:最|靠|这|那)?[上下前后里外左右东西南北中旁对](?:面|边|头|侧|间|部)?"
    r"(?:[这那第]?[0-9一二三四五六七八九十]?(?:幢|栋|排|个|间|盏|条|户|家|层|楼|号|单元))?"
)
"""Words of direction, a closed class (后面, 最里面那幢)."""


def is_asked_for(memory: Memory) -> bool:
    """Whether a report waits for its place."""
    return bool(memory.report_line) and not memory.report_where


def is_all_place(normalised: str) -> bool:
    """Nothing but a place that is known as one (3号楼201, 在5号楼那边)."""
    found = "".join(parts_said("somewhere", normalised))
    return bool(found) and found in (normalised, _core(normalised))


def _core(normalised: str) -> str:
    """Without what stands around a place."""
    return _AFTER.sub("", _BEFORE.sub("", normalised))


class AtHeart(StrEnum):
    """What words that sound like danger say without 就在… before and …那里 behind."""

    CALM = "calm"
    PERHAPS = "perhaps"
    DANGER = "danger"


def at_heart(normalised: str) -> AtHeart:
    """Whether what sounds like danger does so by more than the words around a place (就在后面, 树底下那边)."""
    core = _core(normalised)
    if not core or _SIDE.fullmatch(core) is not None:
        return AtHeart.CALM
    heard = understand(core, words=guide.words())
    if heard.emergency is not None:
        return AtHeart.DANGER
    return AtHeart.PERHAPS if heard.perhaps_danger else AtHeart.CALM


def may_be_place(text: str, heard: Heard, *, report: str) -> bool:
    """Whether words (masked) that follow 'where?' can be the place of a report."""
    if says("somewhere", heard.normalised):
        return True
    if heard.asks or heard.intent is Intent.SMALL_TALK or says("unsure", heard.normalised):
        return False
    if heard.intent is Intent.FOLLOW_UP and not says("hanging", heard.normalised):
        return False  # 什么时候来修; what begins with 那 is a place (那个角落).
    again = understand(text, words=guide.words())  # By itself: in mid-conversation a few words (灯坏了) are no report.
    return not (again.intent is Intent.REPORT and again.by_rule) and similar(report, text) < SAME


def tells_again(text: str, report: str) -> bool:
    """Whether words say the problem of a report once more (我说楼道灯坏了啊, 灯坏了呀)."""
    told, known = grams(text), grams(report)
    return len(told & known) >= AGAIN * min(len(told), len(known))


def bare_place(masked: str, heard: Heard) -> str:
    """The place that a message names and says nothing else (在3号楼2楼), or ''."""
    is_bare = is_all_place(heard.normalised) and not heard.asks
    return masked.strip() if is_bare else ""
