"""Everything a turn may look at: who speaks, what they said, what it means, and what is remembered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.incoming import Attached, bare_kind
from bot.memory import FORGET_TOPIC_MS, Memory, Offer, Ranked
from bot.reply import Outcome, Reply
from casework.conversations import Talk
from casework.guide import Found
from courier.letters import Letter
from models import clock
from nlp.intent import Heard
from nlp.normalise import normalise
from people.viewers import Viewer

LONGEST_SAID = 200


@dataclass(frozen=True, slots=True)
class Scene:
    """One message about to be answered. ``found`` ranks it alone, ``in_context`` after the question before it (None
    where there is none); ``chosen`` is the offered line it picks; ``line_id`` is the resident's line. ``attached`` came
    along, in pieces of one ``album`` perhaps; it is kept while ``may_attach``: not too many in an hour."""

    talk: Talk
    viewer: Viewer
    original: str
    masked: str
    heard: Heard
    memory: Memory
    chosen: Offer | None
    found: Found | None
    in_context: Found | None
    line_id: int = 0
    is_too_fast: bool = False
    network: str = ""
    attached: tuple[Attached, ...] = ()
    album: str = ""
    may_attach: bool = True

    @property
    def place_id(self) -> int:
        """The neighbourhood spoken to."""
        return self.talk.place_id

    @property
    def bare(self) -> str:
        """What came without words of its own, such as ``photo``; '' where there are words."""
        return bare_kind(self.original)

    @property
    def said(self) -> str:
        """The masked message in one written form, by which the same said again is known."""
        return normalise(self.masked)[:LONGEST_SAID]

    @property
    def ranked(self) -> tuple[Ranked, ...]:
        """The entries nearest to the message alone, with scores."""
        return ranked_of(self.found)

    @property
    def ranked_in_context(self) -> tuple[Ranked, ...]:
        """The entries nearest to the message as it continues the question before it."""
        return ranked_of(self.in_context or self.found)


def ranked_of(found: Found | None) -> tuple[Ranked, ...]:
    """The entries of a ranking with their scores."""
    return tuple(Ranked(hit.key, round(hit.score, 3)) for hit in found.hits) if found else ()


def reply(
    scene: Scene,
    outcome: Outcome,
    text: str,
    *,
    offers: tuple[Offer, ...] = (),
    memory: Memory | None = None,
    ranked: tuple[Ranked, ...] = (),
) -> Reply:
    """A plain reply: a text, its numbered lines, and what they do when chosen."""
    letter = Letter(text, choices=tuple(offer.label for offer in offers))
    kept = replace(memory if memory is not None else scene.memory, offered=offers)
    return Reply(letter, outcome, kept, ranked)


def word_back(scene: Scene, text: str, *, offers: tuple[Offer, ...] = ()) -> Reply:
    """A word that asks nothing and moves nothing on: a number still picks from what was on offer, else from
    ``offers``."""
    waiting = scene.memory.offered
    said = reply(scene, Outcome.SMALL_TALK, text, offers=() if waiting else offers, ranked=scene.ranked)
    return replace(said, memory=replace(said.memory, offered=waiting or offers))


def just_asked(scene: Scene) -> bool:
    """Whether what is picked was asked just now: a digit typed hours later may mean something else."""
    return clock.now_ms() - scene.memory.spoken_ms <= FORGET_TOPIC_MS
