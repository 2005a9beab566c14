"""Numbered lines offered to a resident, and which of them a message picks."""

from __future__ import annotations

import re

from bot.memory import Memory, Offer, OfferKind, Ranked
from bot.words import says
from casework import guide
from casework.mediation.telling import ASKS_KEPT
from models.errors import NotFound
from models.wording import say
from nlp.choice import is_corrected
from nlp.intent import Heard
from nlp.normalise import normalise
from people.viewers import Viewer

NEAREST = 3
_ONES = "一二三四五六七八九"
_ABOVE_TEN = re.compile(rf"(?:就|我)?(?:要|选择?|按|回复?|看|是)?(?:第|编号)?十([{_ONES}])(?:号|个|项|条|的|吧)*")
_MARKS = re.compile(r"[^\w]+")
_NONE = (OfferKind.NONE, OfferKind.REPORT_NEW)
_BY_WORD = {
    "none": _NONE,
    "unsure": (OfferKind.UNSURE, OfferKind.REPORT_NEW),
    "useful": (OfferKind.USEFUL, OfferKind.SOLVED, OfferKind.CASE_SOLVED),
    "unsolved": (OfferKind.UNSOLVED, OfferKind.NOT_SOLVED, OfferKind.CASE_NOT_SOLVED),
    "satisfied": (OfferKind.SATISFIED, OfferKind.CASE_SATISFIED),
    "not_satisfied": (OfferKind.NOT_SATISFIED, OfferKind.CASE_NOT_SATISFIED),
}
RATINGS = frozenset(
    {
        *(OfferKind.SOLVED, OfferKind.NOT_SOLVED, OfferKind.SATISFIED, OfferKind.NOT_SATISFIED),
        *(OfferKind.CASE_SOLVED, OfferKind.CASE_NOT_SOLVED, OfferKind.CASE_SATISFIED, OfferKind.CASE_NOT_SATISFIED),
    }
)
"""What is said of a person's reply, or of a case: heard also where nothing else is answered."""
_ZERO = (OfferKind.NONE, OfferKind.REPORT_NEW, OfferKind.PERSON, OfferKind.UNSURE)


def chosen(memory: Memory, heard: Heard) -> Offer | None:
    """The offered line a message picks: by its number, by its own words, or by saying 'none', 'not sure', 'useful'."""
    if heard.choice is not None:
        return _by_number(list_meant(memory, heard), heard.choice)
    if (number := _above_ten(heard.normalised)) and number <= len(memory.offered):
        return memory.offered[number - 1]
    by_label = (offer for offer in memory.offered if normalise(offer.label) == heard.normalised)
    return next(by_label, None) or _by_word(memory, heard.normalised)


def _above_ten(normalised: str) -> int:
    """The number above ten that a message is, in words (十二, 第十一个, 我选十三); 0 where it is none. A list of items
    may be that long."""
    found = _ABOVE_TEN.fullmatch(_MARKS.sub("", normalised))
    return 10 + _ONES.index(found[1]) + 1 if found else 0


def list_meant(memory: Memory, heard: Heard) -> tuple[Offer, ...]:
    """The list a number is of: the last one, or, where 打错了 stands before it, the one picked from before."""
    return memory.picked_from if memory.picked_from and is_corrected(heard.normalised) else memory.offered


def _by_number(offered: tuple[Offer, ...], number: int) -> Offer | None:
    if 1 <= number <= len(offered):
        return offered[number - 1]
    return _first(offered, _ZERO) if number == 0 else None


def _first(offered: tuple[Offer, ...], kinds: tuple[OfferKind, ...]) -> Offer | None:
    return next((offer for kind in kinds for offer in offered if offer.kind is kind), None)


def _by_word(memory: Memory, normalised: str) -> Offer | None:
    if memory.offered and _first(memory.offered, _NONE) is None and says("none", normalised):
        return person()
    if _first(memory.offered, (OfferKind.REPORT_SAME,)) and says("me_too", normalised):
        return _the_same(memory.offered)
    for word, kinds in _BY_WORD.items():
        if (offer := _first(memory.offered, kinds)) and says(word, normalised):
            return offer
    if memory.entry and says("unsolved", normalised):
        return Offer("", OfferKind.UNSOLVED)
    return Offer("", OfferKind.USEFUL) if memory.entry and says("useful", normalised) else None


def _the_same(offered: tuple[Offer, ...]) -> Offer:
    """The one case that may be the same; of several it must be asked which (no value)."""
    same = [offer for offer in offered if offer.kind is OfferKind.REPORT_SAME]
    return same[0] if len(same) == 1 else Offer("", OfferKind.REPORT_SAME)


def rating() -> tuple[Offer, ...]:
    """What stands below an answer: useful, not solved, a person."""
    return (
        Offer(say("choice.useful"), OfferKind.USEFUL),
        Offer(say("choice.unsolved"), OfferKind.UNSOLVED),
        person(),
    )


def person() -> Offer:
    """Ask for the person on duty."""
    return Offer(say("choice.person"), OfferKind.PERSON)


def none_of_these() -> Offer:
    """None of the entries offered: a person, please."""
    return Offer(say("choice.none"), OfferKind.NONE)


def whether_me() -> tuple[Offer, ...]:
    """What stands below a notice of a sign-in: it was me, it was not."""
    return (Offer(say("sign_in.me"), OfferKind.ME), Offer(say("sign_in.not_me"), OfferKind.NOT_ME))


def whether_solved(case_id: int) -> tuple[Offer, ...]:
    """What stands below the answer to a case: solved, not solved."""
    return (
        Offer(say("desk.asker.solved"), OfferKind.CASE_SOLVED, str(case_id)),
        Offer(say("desk.asker.unsolved"), OfferKind.CASE_NOT_SOLVED, str(case_id)),
    )


def received(notice_id: int) -> Offer:
    """What stands below an emergency: 收到."""
    return Offer(say("notice.chat.received"), OfferKind.NOTICE_RECEIVED, str(notice_id))


_OPENED = {"reviews": OfferKind.REVIEW_LIST, "review": OfferKind.REVIEW, "jury": OfferKind.JURY}


def to_open(what: str) -> tuple[Offer, ...]:
    """What stands below a letter of what waits to be looked at; ``review:17`` is one thing of it."""
    name, _, value = what.partition(":")
    return (Offer(say(f"moderation.tell.open_{name}"), _OPENED[name], value),) if name in _OPENED else ()


def account() -> Offer:
    """What belongs to oneself: signing in elsewhere, another chat, letting this one go."""
    return Offer(say("account.mine"), OfferKind.ACCOUNT)


async def nearest(
    ranked: tuple[Ranked, ...], *, viewer: Viewer, place_id: int, most: int = NEAREST
) -> tuple[Offer, ...]:
    """The titles of the entries nearest to a question; one no longer shown is left out."""
    offers: list[Offer] = []
    for one in ranked:
        try:
            entry = await guide.entry(one.key, viewer=viewer, place_id=place_id)
        except NotFound:
            continue
        offers.append(Offer(entry.content.title, OfferKind.ENTRY, one.key))
    return tuple(offers[:most])


def of_mediation(mediation_id: int, agreement: int, asks: str) -> tuple[Offer, ...]:
    """The two choices of the letter that came last to a side of a mediation."""
    if asks == ASKS_KEPT:
        return whether_kept(mediation_id)
    return whether_agreed(mediation_id, agreement) if agreement else whether_wanted(mediation_id)


def whether_wanted(mediation_id: int, *, is_sure: bool = False) -> tuple[Offer, ...]:
    """The two choices of a side that is asked whether it wants a mediation."""
    kind = OfferKind.MEDIATION_REFUSE_SURE if is_sure else OfferKind.MEDIATION_REFUSE
    return (
        Offer(say("mediation.choice.consent"), OfferKind.MEDIATION_CONSENT, str(mediation_id)),
        Offer(say("mediation.choice.refuse"), kind, str(mediation_id)),
    )


def whether_agreed(mediation_id: int, agreement: int, *, is_sure: bool = False) -> tuple[Offer, ...]:
    """The two choices of a side that is shown a draft."""
    kind = OfferKind.MEDIATION_SURE if is_sure else OfferKind.MEDIATION_CONFIRM
    return (
        Offer(say("mediation.choice.confirm"), kind, f"{mediation_id}:{agreement}"),
        Offer(say("mediation.choice.object"), OfferKind.MEDIATION_OBJECT, str(mediation_id)),
    )


def whether_kept(mediation_id: int) -> tuple[Offer, ...]:
    """The two choices of a side that is asked whether what was agreed is kept; the later word counts."""
    return (
        Offer(say("mediation.choice.kept"), OfferKind.MEDIATION_KEPT, str(mediation_id)),
        Offer(say("mediation.choice.broken"), OfferKind.MEDIATION_BROKEN, str(mediation_id)),
    )
