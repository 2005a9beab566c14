"""申请导出 in the chats of staff: a list of people or of the log is asked for, for a purpose and in one's own words. A
second person approves it, and the file is on the page alone."""

from __future__ import annotations

from bot import handing, records
from bot.memory import Offer, OfferKind
from bot.records import told
from bot.reply import Reply
from bot.scene import Scene, just_asked
from bot.words import first_said
from models.errors import Invalid, NotAllowed, TooMany
from models.rules import rules
from models.transaction import savepoint
from models.wording import knows, say, say_refusal
from people.audit_reading import filter_from
from people.records import exports, log_exports
from people.records.querying import wanted_from

PATH = exports.PATH
SHORTEST = 2
_PEOPLE = "people"
_ELSEWHERE = ("residents", "find_by_tag", "roles", "permission_table", "audit_log", "join_requests", "reviews")
"""Words that are no reason, but ask for something else."""


async def take(scene: Scene) -> Reply | None:
    """Which purpose; then the words one was asked for."""
    chosen = scene.chosen
    if chosen is not None and chosen.kind is OfferKind.EXPORT_WHY:
        return told(scene, say("register.out_given_up"), PATH)
    value = chosen.value if chosen is not None and chosen.kind is OfferKind.EXPORT else _asked_why(scene)
    if not value:
        return None
    if not await records.is_enough(scene):
        return records.on_page(scene, PATH)
    if chosen is None:
        return await _written(scene, value)
    verb, rest = value.split(":", 1)
    return _purposes(scene, rest) if verb == "purpose" else _ask_why(scene, rest)


def _asked_why(scene: Scene) -> str:
    """What was asked just now why it is wanted, where this message is words that may say so."""
    waits = next((one for one in scene.memory.offered if one.kind is OfferKind.EXPORT_WHY), None)
    if waits is None or scene.chosen is not None or scene.bare or len(scene.original.strip()) < SHORTEST:
        return ""
    is_elsewhere = handing.surely_wants_person(scene) or first_said(_ELSEWHERE, scene.heard.normalised)
    return "" if is_elsewhere or not just_asked(scene) else waits.value


def _purposes(scene: Scene, wanted: str) -> Reply:
    """做什么用."""
    offers = [Offer(_purpose(one), OfferKind.EXPORT, f"why:{one}:{wanted}") for one in rules().purposes]
    return told(scene, say("register.out_purpose"), PATH, offers=(*offers, _give_up("")))


def _purpose(name: str) -> str:
    key = f"records.purpose.{name}"
    return say(key) if knows(key) else name


def _give_up(value: str) -> Offer:
    return Offer(say("register.out_give_up"), OfferKind.EXPORT_WHY, value)


def _ask_why(scene: Scene, value: str, *, above: str = "") -> Reply:
    """The next message says why."""
    text = records.above(above, say("register.out_why", purpose=_purpose(value.split(":", 1)[0])))
    return told(scene, text, PATH, offers=(_give_up(value),))


async def _written(scene: Scene, value: str) -> Reply:
    """What cannot stand as it is may be written anew."""
    try:
        async with savepoint():
            await _asked(scene, value)
    except Invalid as refusal:
        return _ask_why(scene, value, above=say_refusal(refusal))
    except (NotAllowed, TooMany) as refusal:
        return told(scene, say_refusal(refusal), PATH)
    return told(scene, say("register.out_asked", hours=rules().export_wait_hours), PATH)


async def _asked(scene: Scene, value: str) -> None:
    """申请导出; never with whole telephones, for which the page asks."""
    purpose, what, wanted = value.split(":", 2)
    by, place_id, reason = scene.viewer, scene.place_id, scene.masked
    if what == _PEOPLE:
        chosen = wanted_from(wanted)
        await exports.ask(chosen, by=by, place_id=place_id, purpose=purpose, reason=reason, with_phones=False)
        return
    await log_exports.ask_out(filter_from(wanted), by=by, place_id=place_id, purpose=purpose, reason=reason)
