"""Telling of a mediation: a side in its own chats and nowhere else, its mediator, and who answers for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from casework.mediation.steps import side_of
from courier import notices
from courier.letters import Letter, Link
from models import clock
from models.mediation import Mediation, MediationSide, Party
from models.sealed import unseal
from models.transaction import fetch, listed
from models.wording import say
from nlp.mask import mask
from people.viewers import Viewer

ASKS_CONSENT, ASKS_CONFIRM, ASKS_KEPT = "mediation_consent", "mediation_confirm", "mediation_kept"
"""Facts of a line that asks a side something; what its choices do is known where they are pressed."""
_AT_HOME = (
    "SELECT d.person_id FROM residence d JOIN person p ON p.id=d.person_id WHERE d.open_home_id=$1"
    " AND d.state='living' AND d.created_at<=$2 AND p.is_active ORDER BY d.person_id"
)


async def people_of(side: MediationSide) -> list[int]:
    """Who is told as this side: its person; of a home that nobody has agreed for, those who live there and did when it
    was told first; of somebody outside, nobody."""
    if side.person_id is not None:
        return [side.person_id]
    if side.home_id is None or side.consented_at is not None:
        return []
    return [row["person_id"] for row in await fetch(_AT_HOME, side.home_id, side.told_at or clock.now())]


async def tell_side(
    mediation: Mediation,
    party: Party,
    kind: str,
    *,
    by: Viewer | None = None,
    asks: str = "",
    choices: tuple[str, ...] = (),
    is_shown: bool = True,
    **facts: object,
) -> int:
    """Tell one side; the sentence is ``mediation.side.<last word of the kind>``. Gives how many chats it went to.

    ``by``: who did it; the chat they did it in is answered there. ``is_shown``: they can open its page.
    """
    but = by.contact_id if by is not None else None
    side = await side_of(mediation, party)
    text = say(f"mediation.side.{_last(kind)}", number=mediation.number, **facts)
    links = (Link(say("mediation.side.link"), f"/my/mediations/{mediation.id}"),) if is_shown else ()
    marks: Mapping[str, object] = (
        {"asks": asks, "mediation": mediation.id, "agreement": mediation.agreement_number} if asks else {}
    )
    count = 0
    for person_id in await people_of(side):
        count += await notices.tell_chats(
            Letter(text, choices, links=links), person_id=person_id, kind=kind, but=but, facts=marks
        )
    return count


async def tell_both(mediation: Mediation, kind: str, *, by: Viewer, **facts: object) -> None:
    """Tell both sides the same, as far as the other one knows of it at all."""
    for party in Party:
        if (await side_of(mediation, party)).told_at is not None:
            await tell_side(mediation, party, kind, by=by, **facts)  # pyright: ignore[reportArgumentType]


async def ask_consent(mediation: Mediation, party: Party, *, name: str, matter: str) -> int:
    """Ask a side whether they want it, and note that they may know of it from now on."""
    side = await side_of(mediation, party)
    await MediationSide.filter(id=side.id, told_at=None).update(told_at=clock.now())
    kind = "mediation.asked_first" if party is Party.APPLICANT else "mediation.asked"
    choices = (say("mediation.choice.consent"), say("mediation.choice.refuse"))
    return await tell_side(
        mediation, party, kind, asks=ASKS_CONSENT, choices=choices, name=name, matter=mask(matter).text
    )


async def ask_confirm(mediation: Mediation, *, text: str) -> None:
    """Show both sides what was drafted and ask each whether they agree to it."""
    choices = (say("mediation.choice.confirm"), say("mediation.choice.object"))
    for party in Party:
        await tell_side(mediation, party, "mediation.drafted", asks=ASKS_CONFIRM, choices=choices, text=text)


async def ask_confirm_again(mediation: Mediation, party: Party) -> None:
    """Show a side that has not confirmed it the draft once more."""
    choices = (say("mediation.choice.confirm"), say("mediation.choice.object"))
    text = unseal(mediation.agreement_sealed or "")
    await tell_side(mediation, party, "mediation.drafted_again", asks=ASKS_CONFIRM, choices=choices, text=text)


async def ask_kept(mediation: Mediation) -> None:
    """Ask both sides whether what was agreed is kept."""
    choices = (say("mediation.choice.kept"), say("mediation.choice.broken"))
    for party in Party:
        await tell_side(mediation, party, "mediation.follow_up", asks=ASKS_KEPT, choices=choices)


async def ask_kept_again(mediation: Mediation, party: Party) -> None:
    """Ask a side that has not said so whether what was agreed is kept, once more."""
    choices = (say("mediation.choice.kept"), say("mediation.choice.broken"))
    await tell_side(mediation, party, "mediation.follow_up_again", asks=ASKS_KEPT, choices=choices)


async def tell_staff(mediation: Mediation, people: Iterable[int | None], kind: str, **facts: object) -> None:
    """Tell some of those who work on it, each once; no private words are ever among the facts."""
    text = say(f"mediation.staff.{_last(kind)}", number=mediation.number, **facts)
    letter = Letter(text, links=(Link(say("mediation.staff.link"), f"/mediations/{mediation.id}"),))
    needs = f"mediation.read@{mediation.place_id}"
    for person_id in dict.fromkeys(one for one in people if one is not None):
        await notices.tell_person(letter, person_id=person_id, kind=kind, needs=needs)


async def tell_workers(mediation: Mediation, kind: str, *, but: int | None = None, **facts: object) -> None:
    """Tell its owner and its mediator, but not the one who did it."""
    people = [one for one in (mediation.owner_id, mediation.mediator_id) if one != but]
    await tell_staff(mediation, people, kind, **facts)


async def is_reached(mediation: Mediation, party: Party) -> bool:
    """Whether somebody of a side has a chat that is open."""
    people = listed(await people_of(await side_of(mediation, party)))
    return bool(await fetch(f"SELECT id FROM contact WHERE person_id IN ({people}) AND closed_at IS NULL LIMIT 1"))


def _last(kind: str) -> str:
    return kind.rpartition(".")[2]
