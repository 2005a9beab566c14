"""Every verb on a case as a form sends it, by the name in its address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from casework.cases import (
    accepting,
    answering,
    calls,
    checking,
    dispatching,
    hearing,
    merging,
    notes,
    owners,
    showing,
    trips,
    working,
)
from models.errors import Invalid
from models.file import FileKind
from people import files
from portal.forms import Sent, whole
from portal.uploads import AFTER, BEFORE, MOST_PHOTOS, must_be_few

Verb = Callable[[int, Sent], Awaitable[str | None]]
"""Does it; gives where to go afterwards, None: to the case itself."""
Simple = Callable[..., Awaitable[object]]


def _seen(sent: Sent) -> int | None:
    text = sent.text("seen_version")
    return whole(text) if text else None


def _verb(work: Simple, *fields: str, leads: str | None = None) -> Verb:
    """A verb whose arguments are fields of the form, under the same names, as text."""

    async def do(case_id: int, sent: Sent) -> str | None:
        given = {name: sent.text(name) for name in fields}
        await work(case_id, by=sent.who.viewer, seen_version=_seen(sent), **given)
        return leads

    return do


async def _dispatch(case_id: int, sent: Sent) -> None:
    team = sent.text("team")
    await dispatching.dispatch(
        case_id,
        by=sent.who.viewer,
        team_id=whole(team) if team else None,
        note=sent.text("note"),
        seen_version=_seen(sent),
    )


async def _decide(case_id: int, sent: Sent) -> None:
    await dispatching.decide(
        case_id, by=sent.who.viewer, team_id=sent.number("team"), note=sent.text("note"), seen_version=_seen(sent)
    )


async def _transfer(case_id: int, sent: Sent) -> None:
    await owners.transfer(
        case_id, by=sent.who.viewer, to=sent.number("to"), note=sent.text("note"), seen_version=_seen(sent)
    )


async def _ask_longer(case_id: int, sent: Sent) -> None:
    days = sent.text("days")
    if not days.isdecimal():
        raise Invalid("case.longer_needs_days")
    await working.ask_longer(
        case_id, by=sent.who.viewer, days=int(days[:4]), note=sent.text("note"), seen_version=_seen(sent)
    )


async def _merge(case_id: int, sent: Sent) -> str:
    here = (await showing.case(case_id, viewer=sent.who.viewer)).line.place_id
    into = await showing.by_number(sent.text("into"), viewer=sent.who.viewer, place_id=here)
    await merging.merge(case_id, by=sent.who.viewer, into=into, seen_version=_seen(sent))
    return f"/cases/{into}"


async def _split(case_id: int, sent: Sent) -> str:
    part = await merging.split(
        case_id,
        by=sent.who.viewer,
        kind_key=sent.text("kind_key"),
        text=sent.text("text"),
        where=sent.text("where"),
        seen_version=_seen(sent),
    )
    return f"/cases/{part.id}"


async def _note(case_id: int, sent: Sent) -> None:
    people = [whole(one) for one in sent.texts("mention")]
    await notes.note(case_id, by=sent.who.viewer, text=sent.text("text"), mentions=people)


async def _watch(case_id: int, sent: Sent) -> None:
    await (notes.unwatch if sent.text("off") else notes.watch)(case_id, by=sent.who.viewer)


async def _call(case_id: int, sent: Sent) -> None:
    await calls.call(
        case_id,
        by=sent.who.viewer,
        team_ids=[whole(one) for one in sent.texts("team")],
        at=sent.moment("at"),
        where=sent.text("where"),
        purpose=sent.text("purpose"),
    )


async def kept_photos(sent: Sent, *, place_id: int) -> Sent:
    """The same form, its photos kept by now: their names stand in fields, so that none is lost when it is refused."""
    must_be_few(sent.photos)
    by, named = sent.who.viewer, {kind: sent.text(f"{kind}_kept") for kind in (BEFORE, AFTER)}
    for kind, content in sent.photos:
        stored = await files.keep(content, by=by, kind=FileKind.PHOTO, place_id=place_id)
        named[kind] = ",".join(one for one in (named.get(kind, ""), stored.name) if one)
    others = tuple(field for field in sent.fields if field[0] not in {f"{kind}_kept" for kind in named})
    return Sent(sent.who, (*others, *((f"{kind}_kept", names) for kind, names in named.items() if names)))


async def _kept(sent: Sent, kind: str) -> list[int]:
    return await files.own_waiting(sent.text(f"{kind}_kept").split(",")[:MOST_PHOTOS], by=sent.who.viewer)


async def _handle(case_id: int, sent: Sent) -> None:
    before, after = [await _kept(sent, kind) for kind in (BEFORE, AFTER)]
    await working.handle(
        case_id, by=sent.who.viewer, note=sent.text("note"), before=before, after=after, seen_version=_seen(sent)
    )


async def _check(case_id: int, sent: Sent) -> None:
    await checking.check(
        case_id,
        by=sent.who.viewer,
        way=sent.text("way"),
        note=sent.text("note"),
        photos=await _kept(sent, AFTER),
        seen_version=_seen(sent),
    )


async def _arrive(_case_id: int, sent: Sent) -> None:
    await calls.arrive(sent.number("call"), by=sent.who.viewer, team_id=sent.number("team"))


async def _miss(_case_id: int, sent: Sent) -> None:
    await calls.miss(sent.number("call"), by=sent.who.viewer, team_id=sent.number("team"))


async def _conclude(_case_id: int, sent: Sent) -> None:
    await calls.conclude(sent.number("call"), by=sent.who.viewer, team_id=sent.number("team"), text=sent.text("text"))


async def _rate_unit(_case_id: int, sent: Sent) -> None:
    await calls.rate(sent.number("call"), by=sent.who.viewer, team_id=sent.number("team"), rating=sent.number("rating"))


async def _passed_on(case_id: int, sent: Sent) -> None:
    """What somebody without a chat said of the outcome, passed on by staff."""
    said = {"yes": True, "no": False}
    await answering.rate(
        case_id,
        by=sent.who.viewer,
        solved=said.get(sent.text("solved")),
        satisfied=said.get(sent.text("satisfied")),
    )


async def _reach(case_id: int, sent: Sent) -> None:
    await hearing.reach(case_id, by=sent.who.viewer, reporter_id=sent.number("reporter"), seen_version=_seen(sent))


def _said(work: Simple) -> Verb:
    """Words of somebody without a chat, passed on by staff."""

    async def do(case_id: int, sent: Sent) -> None:
        await work(case_id, by=sent.who.viewer, text=sent.text("text"))

    return do


VERBS: Mapping[str, Verb] = MappingProxyType(
    {
        "accept": _verb(accepting.accept),
        "refuse": _verb(accepting.refuse, "reason", "where_to", "note"),
        "classify": _verb(accepting.classify, "kind_key"),
        "dispatch": _dispatch,
        "take_up": _verb(dispatching.take_up),
        "send_back": _verb(dispatching.send_back, "reason", "note", leads="/cases"),
        "decide": _decide,
        "hang": _verb(dispatching.hang, "note"),
        "unhang": _verb(dispatching.unhang, "note"),
        "escalate": _verb(dispatching.escalate, "note"),
        "transfer": _transfer,
        "receive": _verb(owners.receive),
        "decline": _verb(owners.decline, "note", leads="/cases"),
        "contact": _verb(working.contact, "way", "note"),
        "pause": _verb(working.pause, "reason", "note"),
        "resume": _verb(working.resume, "note"),
        "ask_longer": _ask_longer,
        "prolong": _verb(working.prolong, "note"),
        "refuse_longer": _verb(working.refuse_longer, "note"),
        "handle": _handle,
        "check": _check,
        "fail_check": _verb(checking.fail_check, "note"),
        "reply": _verb(checking.reply, "text"),
        "reach": _reach,
        "close": _verb(answering.close, "note"),
        "strike_off": _verb(checking.strike_off, "way", "note"),
        "merge": _merge,
        "split": _split,
        "call": _call,
        "arrive": _arrive,
        "miss": _miss,
        "conclude": _conclude,
        "rate_unit": _rate_unit,
        "trip": _verb(trips.trip),
        "note": _note,
        "watch": _watch,
        "rate": _passed_on,
        "add": _said(answering.add),
        "object": _said(answering.object_to),
        "reopen": _said(answering.reopen),
    }
)
