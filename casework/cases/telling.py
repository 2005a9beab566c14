"""Telling of a case: those who reported it, its owner, its team, who watches it; at once, or when a bulk one stands."""

from __future__ import annotations

from collections.abc import Iterable

from casework import asker
from casework.cases import teams
from casework.cases.holding import bulk_under_way
from courier import notices
from courier.letters import Letter, Link
from models import clock
from models.bulk import HeldNotice
from models.case import Case, CaseReporter, CaseWatcher
from models.sealed import seal
from models.wording import say
from people import bell

READ = "case.read"


async def tell_reporters(
    case: Case,
    kind: str,
    *,
    asks: bool = False,
    only: Iterable[int] | None = None,
    but: int | None = None,
    **facts: object,
) -> dict[int, list[int]]:
    """Tell everybody who reported a case or joined it; the sentence is ``cases.reporter.<last word of the kind>``.

    ``asks`` adds the two choices, solved or not, for those who have said neither. ``only``: no others than these.
    ``but``: not the one whose word it follows from, who is answered where they gave it. Gives in which lines of
    conversations it was said to each.
    """
    text = say(f"cases.reporter.{_last(kind)}", number=case.number, **facts)
    wanted, said = None if only is None else set(only), dict[int, list[int]]()
    for reporter in await CaseReporter.filter(case_id=case.id, left_at__isnull=True).order_by("id"):
        if reporter.id != but and (wanted is None or reporter.id in wanted):
            asks_them = asks and reporter.solved is None
            said[reporter.id] = await _to_reporter(case, reporter, text, kind=kind, asks=asks_them)
    return said


async def _to_reporter(case: Case, reporter: CaseReporter, text: str, *, kind: str, asks: bool) -> list[int]:
    letter = Letter(text, _choices() if asks else (), links=(_own_page(case.id),))
    if (bulk_id := bulk_under_way()) is not None:
        await _hold(bulk_id, case, letter, kind=kind, reporter_id=reporter.id, asks=asks)
        return []
    return await send_to_reporter(reporter, letter, case_id=case.id, kind=kind, asks=asks)


def _choices() -> tuple[str, ...]:
    return say("desk.asker.solved"), say("desk.asker.unsolved")


async def tell_elsewhere(case: Case, kind: str, *, conversation_id: int, contact_id: int, **facts: object) -> None:
    """Tell everybody who reported a case and has not just heard it in a chat, which is one conversation with one
    contact: nothing is said there again."""
    text = say(f"cases.reporter.{_last(kind)}", number=case.number, **facts)
    letter = Letter(text, links=(_own_page(case.id),))
    for reporter in await CaseReporter.filter(case_id=case.id, left_at__isnull=True).order_by("id"):
        if reporter.conversation_id != conversation_id:
            await send_to_reporter(reporter, letter, case_id=case.id, kind=kind, asks=False, but=contact_id)


def _own_page(case_id: int) -> Link:
    return Link(say("cases.reporter.link"), f"/my/cases/{case_id}")


async def send_to_reporter(
    reporter: CaseReporter, letter: Letter, *, case_id: int, kind: str, asks: bool, but: int | None = None
) -> list[int]:
    """Say something to one reporter: where it came from, else in every chat of theirs, ``but`` that of one contact;
    gives the lines."""
    facts: dict[str, object] = {"case": case_id, "asks": "case" if asks else ""}
    line, lines = None, list[int]()
    if reporter.conversation_id is not None:
        line = await asker.tell_asker(
            letter, conversation_id=reporter.conversation_id, kind=kind, facts=facts, asked_at=reporter.created_at
        )
    if reporter.person_id is not None:
        await bell.ring(letter, person_ids=[reporter.person_id], kind=kind, subject=f"/my/cases/{case_id}")
        if reporter.conversation_id is None:
            lines = await notices.say_in_chats(letter, person_id=reporter.person_id, kind=kind, but=but)
    return lines if line is None else [line]


async def tell_staff(case: Case, people: Iterable[int | None], kind: str, **facts: object) -> None:
    """Tell some of the staff of a case, each once; the sentence is ``cases.staff.<last word of the kind>``."""
    text = say(f"cases.staff.{_last(kind)}", number=case.number, text=case.text, **facts)
    letter = Letter(text, links=(Link(say("cases.staff.link"), f"/cases/{case.id}"),))
    for person_id in dict.fromkeys(one for one in people if one is not None):
        if (bulk_id := bulk_under_way()) is not None:
            await _hold(bulk_id, case, letter, kind=kind, person_id=person_id)
        else:
            await send_to_staff(letter, person_id=person_id, place_id=case.place_id, kind=kind)


async def send_to_staff(letter: Letter, *, person_id: int, place_id: int, kind: str) -> None:
    """Say something of a case to one of the staff, as long as cases of its place may be given to them."""
    await notices.tell_person(letter, person_id=person_id, kind=kind, needs=f"{READ}@{place_id}")


async def tell_team(case: Case, kind: str, **facts: object) -> None:
    """Tell everybody of the team a case is with."""
    if case.team_id is not None:
        await tell_staff(case, await teams.people_of(case.team_id), kind, **facts)


async def tell_watchers(case: Case, kind: str, *, but: int | None, **facts: object) -> None:
    """Tell who watches a case, but not the one who did it."""
    watching = await CaseWatcher.filter(case_id=case.id).order_by("id")
    await tell_staff(case, [one.person_id for one in watching if one.person_id != but], kind, **facts)


def _last(kind: str) -> str:
    return kind.rpartition(".")[2]


async def _hold(
    bulk_id: int,
    case: Case,
    letter: Letter,
    *,
    kind: str,
    person_id: int | None = None,
    reporter_id: int | None = None,
    asks: bool = False,
) -> None:
    await HeldNotice.create(
        created_at=clock.now(),
        bulk_id=bulk_id,
        case_id=case.id,
        kind=kind[:40],
        letter=seal(letter.to_json()),
        person_id=person_id,
        reporter_id=reporter_id,
        asks=asks,
    )
