"""Screening: what becomes of words before neighbours see them, and who may not write for a while."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum

from forum.boards import kind_of
from forum.kinds import COMMITTEE
from forum.moderation import newcomers, standing, word_lists
from models.board import BoardName
from nlp.exposed import Exposed, Shielded, shield
from nlp.mask import mask
from nlp.screen import Action, Hit, Screen, find, starred
from people.viewers import Viewer

_MOST_FOUND, _MOST_HITS = 200, 3


class Verdict(StrEnum):
    """What may be done with it: published, held until somebody has looked, or not taken at all."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    HOLD = "hold"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Screened:
    """Words as they may be kept: ``hidden`` are the kinds of things that were masked, which the author is told.

    ``reason`` is the key of a sentence for the author where it is held or refused, ``found`` what the lists found,
    for whoever looks at it.
    """

    title: str
    text: str
    hidden: tuple[Exposed, ...] = ()
    verdict: Verdict = Verdict.PASS
    reason: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wants to say: in private, or to everybody; anew, or in the place of what they said before.

    ``hides_homes``: where somebody lives is hidden also in what the committee says.
    """

    text: str
    title: str = ""
    is_private: bool = False
    is_change: bool = False
    hides_homes: bool = False


async def screen(words: Words, *, by: Viewer, place_id: int, board: BoardName) -> Screened:
    """审一遍: called before every transaction that keeps a new or changed post or reply; writes nothing.

    What is asked in private is told to an official: its words are nobody's to judge, and where somebody lives belongs
    in it. What the committee says, and those who answer officially on the board, is not held either.
    """
    await standing.must_be_able_to_write(by, place_id=place_id, board=board)
    if words.is_private or any(by.holds(role, place_id) for role in COMMITTEE | kind_of(board).officials):
        return _with_numbers_hidden(words)
    lists = await word_lists.screen_of(place_id)
    head, body, hits = await asyncio.to_thread(_looked_at, words, lists)
    held = await newcomers.why_held(words.text, by=by, place_id=place_id, is_change=words.is_change)
    return _judged(head, body, hits, held=held)


def _looked_at(words: Words, lists: Screen) -> tuple[Shielded, Shielded, list[Hit]]:
    """In a thread: five thousand characters take some hundredths of a second."""
    head, body = shield(words.title), shield(words.text)
    return head, body, find(f"{head.text}\n{body.text}", lists)


def _with_numbers_hidden(words: Words) -> Screened:
    if words.hides_homes:
        head, body = shield(words.title), shield(words.text)
        return Screened(head.text, body.text, tuple(dict.fromkeys((*head.found, *body.found))))
    head, body = mask(words.title), mask(words.text)
    found = tuple(dict.fromkeys(Exposed(kind.value) for kind in (*head.found, *body.found)))
    return Screened(head.text, body.text, found)


def _judged(head: Shielded, body: Shielded, hits: list[Hit], *, held: str) -> Screened:
    title, _, text = starred(f"{head.text}\n{body.text}", hits).partition("\n")
    hidden = tuple(dict.fromkeys((*head.found, *body.found)))
    stopped = [hit for hit in hits if hit.action is not Action.MASK]
    found = " ".join(f"{hit.list}:{hit.word.replace(' ', '')}" for hit in stopped[:_MOST_HITS])
    actions = {hit.action for hit in hits}
    if Action.BLOCK in actions:
        return Screened(title, text, hidden, Verdict.REFUSE, "moderation.blocked", found[:_MOST_FOUND])
    if Action.HOLD in actions or held:
        told = " ".join(one for one in (found, held) if one)
        return Screened(title, text, hidden, Verdict.HOLD, f"moderation.held_{held or 'words'}", told[:_MOST_FOUND])
    return Screened(title, text, hidden)
