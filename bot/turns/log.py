"""操作记录 for who leads, in their chats: the last lines, those of somebody, of a verb, of some days; all of it can be
asked for, and is given out on the page after a second person approved it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot import records
from bot.memory import Offer, OfferKind
from bot.records import MOST, told
from bot.reply import Reply
from bot.scene import Scene
from bot.words import says
from models import clock
from models.wording import say, say_moment
from people import accounts, audit_reading
from people.audit_reading import AuditRow, Filter, filter_from
from people.permissions import may

PATH = "/audit"
DAYS = (1, 7, 30)


async def take(scene: Scene) -> Reply | None:
    """操作记录, and what was picked of it."""
    chosen = scene.chosen
    is_asked = says("audit_log", scene.heard.normalised) and may(scene.viewer, "audit.read", scene.place_id)
    is_picked = chosen is not None and chosen.kind is OfferKind.LOG
    if not is_picked and (chosen is not None or not is_asked):
        return None
    if not await records.is_enough(scene):
        return records.on_page(scene, PATH)
    verb, at, wanted = chosen.value.split(":", 2) if chosen else ("list", "0", Filter().to_json())
    return await _DEEDS[verb](scene, filter_from(wanted), int(at))


def _offer(label: str, verb: str, wanted: Filter, *, at: int = 0) -> Offer:
    return Offer(label, OfferKind.LOG, f"{verb}:{at}:{wanted.to_json()}")


async def _list(scene: Scene, wanted: Filter, before: int) -> Reply:
    """The newest lines of what is looked for, or those before one that was shown."""
    viewer, place_id = scene.viewer, scene.place_id
    found = await audit_reading.audit_lines(wanted, viewer=viewer, place_id=place_id, before=before, limit=MOST + 1)
    terms = say("register.and").join(audit_reading.terms(wanted.to_json())) or say("register.whole_log")
    key = "log" if found else "log_none"
    text = "\n".join([say(f"register.{key}", which=terms), *map(_line, found[:MOST])])
    older = [_offer(say("register.older"), "list", wanted, at=found[MOST - 1].number)] if len(found) > MOST else []
    return told(scene, text, PATH, offers=(*older, *_ways(scene, wanted, has_lines=bool(found))))


def _line(one: AuditRow) -> str:
    who = one.who or say("permission.who.system")
    return say(
        "register.logged", at=say_moment(one.at), who=who, words=one.words, thing=one.thing, detail=one.detail
    ).strip()


def _ways(scene: Scene, wanted: Filter, *, has_lines: bool) -> list[Offer]:
    """What else can be looked for; asking for all of it."""
    found = [_offer(say(f"register.log_{verb}"), verb, wanted) for verb in ("who", "verb", "days")]
    if wanted != Filter():
        found.append(_offer(say("register.log_all"), "list", Filter()))
    if has_lines and may(scene.viewer, "audit.export", scene.place_id):
        found.append(Offer(say("register.take_out"), OfferKind.EXPORT, f"purpose:log:{wanted.to_json()}"))
    return found


async def _who(scene: Scene, wanted: Filter, at: int) -> Reply:
    """Of whom: those who work here. Others are looked for on the page, by name."""
    people = await accounts.accounts(viewer=scene.viewer, place_id=scene.place_id)
    lines = [_offer(one.shown_name, "list", replace(wanted, who=one.shown_name)) for one in people]
    return _choice(scene, wanted, lines, verb="who", at=at)


async def _verb(scene: Scene, wanted: Filter, at: int) -> Reply:
    """Of which verb: those that were done here."""
    verbs = await audit_reading.verbs(viewer=scene.viewer, place_id=scene.place_id)
    lines = [_offer(words, "list", replace(wanted, verb=verb)) for verb, words in verbs.items()]
    return _choice(scene, wanted, lines, verb="verb", at=at)


def _choice(scene: Scene, wanted: Filter, lines: list[Offer], *, verb: str, at: int = 0) -> Reply:
    onward = [_offer(say("register.more"), verb, wanted, at=at + MOST)] if len(lines) > at + MOST else []
    back = _offer(say("register.to_log"), "list", wanted)
    return told(scene, say(f"register.log_which_{verb}"), PATH, offers=(*lines[at : at + MOST], *onward, back))


async def _days(scene: Scene, wanted: Filter, _at: int) -> Reply:
    """Of which days."""
    today = clock.today()
    lines = [
        _offer(say("register.log_last", days=days), "list", replace(wanted, first=today - dt.timedelta(days=days - 1)))
        for days in DAYS
    ]
    return _choice(scene, wanted, lines, verb="days")


_DEEDS: Mapping[str, Callable[[Scene, Filter, int], Awaitable[Reply]]] = {
    "list": _list,
    "who": _who,
    "verb": _verb,
    "days": _days,
}
