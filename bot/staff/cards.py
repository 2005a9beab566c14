"""The card of a question as staff read it in their group, and what its buttons say when they are pressed."""

from __future__ import annotations

from dataclasses import dataclass

from bot.staff.board import Button, Face
from casework.topics import Card
from courier.parts import shortened
from models.question import QuestionState
from models.wording import say, say_moment

MOST_TEXT, MOST_LINE = 900, 300
_VERBS = {
    QuestionState.WAITING: ("claim",),
    QuestionState.CLAIMED: ("release",),
    QuestionState.ANSWERED: ("close",),
    QuestionState.CLOSED: (),
}
"""What can be done at a press; what needs a reason is done at the desk."""


@dataclass(frozen=True, slots=True)
class Press:
    """A button's verb, and the question it is for; ``version`` makes a press of another state another press."""

    verb: str
    question_id: int
    version: int

    def to_data(self) -> str:
        """As the button carries it."""
        return f"{self.verb}:{self.question_id}:{self.version}"


def pressed(data: str) -> Press | None:
    """What a button of ours says; None for any other."""
    verb, _, rest = data.partition(":")
    question, _, version = rest.partition(":")
    known = {verb for verbs in _VERBS.values() for verb in verbs}
    if verb not in known or not (question.isdecimal() and version.isdecimal() and len(rest) < 40):
        return None
    return Press(verb, int(question), int(version))


def title(card: Card) -> str:
    """The topic's name: nothing of what the resident wrote, which could not be taken back."""
    return say("group.card.title", number=card.number, kind=say(f"group.kind.{card.kind}"), about=card.about).strip()


def face(card: Card, *, site: str) -> Face:
    """The whole card."""
    lines = [
        say(
            "group.card.head",
            number=card.number,
            kind=say(f"group.kind.{card.kind}"),
            state=say(f"group.state.{card.state}"),
        ),
        shortened(card.text, most=MOST_TEXT),
        *([say("group.card.where", where=card.where)] if card.where else []),
        *([say("group.card.elsewhere", many=card.elsewhere)] if card.elsewhere else []),
        *(say("group.card.line", text=shortened(line, most=MOST_LINE)) for line in card.lines),
        *(say("group.card.answer", text=shortened(one, most=MOST_LINE)) for one in card.answers),
        *([say("group.card.undelivered")] if card.reach == "undelivered" else []),
        *_who(card),
        *([say("group.card.help")] if card.is_open else []),
    ]
    return Face("\n".join(line for line in lines if line), _rows(card, site))


def _who(card: Card) -> list[str]:
    lines = [say("group.card.owner", owner=card.owner)] if card.owner else []
    if card.claimed_by:
        lines.append(say("group.card.claimed", name=card.claimed_by))
    if card.due is not None:
        lines.append(say("group.card.overdue" if card.is_overdue else "group.card.due", due=say_moment(card.due)))
    return lines


def _rows(card: Card, site: str) -> tuple[tuple[Button, ...], ...]:
    presses = tuple(
        Button(say(f"group.card.{verb}"), press=Press(verb, card.question_id, card.version).to_data())
        for verb in _VERBS[card.state]
    )
    link = (Button(say("group.card.link"), url=f"{site}/desk/{card.question_id}"),) if _is_public(site) else ()
    return tuple(row for row in (presses, link) if row)


def _is_public(site: str) -> bool:
    """Telegram refuses a button that leads to this machine only."""
    return site.startswith("https://")
