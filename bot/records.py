"""Records of people in the chat of somebody who works here: whether a chat is enough, lines to pick, what is left of
it. Numbers are never said in a chat; what is said leaves nothing readable behind, since others read chats at the desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from courier.letters import Link
from models.wording import say
from people import login

MOST = 8
"""So many lines stand in one list; the next ones come at a digit."""


async def is_enough(scene: Scene) -> bool:
    """Whether a chat proves enough: who comes to the pages by a second step has none here (ADR 0054)."""
    viewer = scene.viewer
    return not login.asks_second_step(viewer) and not await login.has_second_step(viewer.person_id)


def on_page(scene: Scene, path: str) -> Reply:
    """Nothing but the way to the page, where they prove who they are once more."""
    return told(scene, say("register.second_step"), path)


def told(scene: Scene, text: str, path: str, *, offers: Sequence[Offer] = ()) -> Reply:
    """A reply with its page below it; of its words nothing stays readable in the conversation."""
    said = reply(scene, Outcome.RECORDS, text, offers=tuple(offers))
    assert said.letter is not None
    letter = replace(said.letter, links=(Link(say("register.link"), path),))
    return replace(said, letter=letter, kept=say("register.kept"))


def record(key: str, verb: str, *given: object, **facts: object) -> Offer:
    """A line that leads to a list or a card of the register."""
    return Offer(say(f"register.{key}", **facts), OfferKind.RECORD, ":".join(map(str, (verb, *given))))


def person(person_id: int, label: str) -> Offer:
    """A line that opens somebody's card."""
    return Offer(label, OfferKind.RECORD, f"person:{person_id}")


def above(words: str, text: str) -> str:
    """A text below what has to be said first."""
    return f"{words}\n{text}" if words else text
