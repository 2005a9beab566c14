"""加入小区: from the estate's code to a request, one question at a time, by digits wherever there is a choice."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot import handing
from bot.drafts import Draft, Step, draft_of, is_filling, kept
from bot.memory import Memory, Offer, OfferKind, without_report
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import part_said, says
from models.conversation import Speaker
from models.household import Relation
from models.person import NEIGHBOURS
from models.wording import say
from nlp.normalise import normalise
from people.joining import asking, links
from people.joining.asking import default_shown_name
from people.joining.links import PAGE, BuildingChoice, Door
from people.rules import rules_of

_LINK = re.compile(r"(?:/start\s+)?join_([A-Za-z0-9_-]{22})|\S*/join/([A-Za-z0-9_-]{22})/?")


async def take(scene: Scene) -> Reply | None:
    """A code that was scanned or typed begins; while it is filled in, what is typed is the answer."""
    if scene.talk.speaker is Speaker.PERSON or handing.wants_person(scene):
        return None
    draft = draft_of(scene.memory)
    is_answer = draft is not None and is_filling(scene.memory, draft)
    if scene.is_too_fast and not is_answer:
        return None  # Digits asked for come fast; beginning anew can wait.
    door = await _door_typed(scene)
    if door is not None:
        return await _begin(scene, door)
    if draft is not None and is_answer:
        return await _filled(scene, draft)
    if not says("join_start", scene.heard.normalised):
        return None
    return await _resumed(scene, draft) if draft else reply(scene, Outcome.JOIN, say("join.chat.scan"))


async def at_home(scene: Scene) -> Reply | None:
    """我是3号楼501的: who says where they live asks after nobody; they are told how to join, or that they have."""
    if not says("home_said", scene.heard.normalised):
        return None
    has_joined = any(held.role in NEIGHBOURS for held in scene.viewer.roles)
    return reply(scene, Outcome.JOIN, say("join.chat.has_joined" if has_joined else "join.chat.scan"))


async def _door_typed(scene: Scene) -> Door | None:
    if found := _LINK.fullmatch(scene.original.strip()):
        return await links.door(found[1] or found[2], viewer=scene.viewer)
    if digits := part_said("join_digits", normalise(scene.original).strip()):
        return await links.door_of_digits(digits, viewer=scene.viewer, contact_id=scene.talk.contact_id)
    return None


async def _begin(scene: Scene, door: Door) -> Reply:
    """The same code again goes on where it was left."""
    draft = draft_of(scene.memory)
    if draft is not None and draft.token == door.token:
        return await _resumed(scene, draft)
    if not await links.buildings(door, viewer=scene.viewer):
        return reply(scene, Outcome.JOIN, say("join.chat.no_buildings", estate=door.estate))
    return await _put(scene, Draft(door.token), door)


async def _resumed(scene: Scene, draft: Draft) -> Reply:
    door = await links.door(draft.token, viewer=scene.viewer)
    return await _put(scene, draft, door, above=say("join.chat.resumed"))


async def _filled(scene: Scene, draft: Draft) -> Reply:
    """What was typed as the answer to the step; one that cannot be taken is said to be so and asked for again."""
    door = await links.door(draft.token, viewer=scene.viewer)
    picked = await _picked(scene, draft, door)
    typed = scene.heard.normalised
    if picked == "cancel" or says("join_cancel", typed) or (draft.step is Step.LABEL and typed == "00"):
        memory = kept(scene.memory, None)
        return reply(scene, Outcome.JOIN, say("join.chat.cancelled"), memory=memory)
    if picked == "back" or says("join_back", typed) or (draft.step is not Step.BUILDING and typed == "0"):
        return await _put(scene, draft.backward(), door)
    return await _STEPS[draft.step](_Answer(scene, draft, door, picked))


async def _picked(scene: Scene, draft: Draft, door: Door) -> str:
    """What the offered line that was picked does; '' where none was."""
    if scene.chosen is not None:
        return scene.chosen.value
    offers, choice = await _offers(scene, draft, door), scene.heard.choice
    if choice is not None:
        return offers[choice - 1].value if 1 <= choice <= len(offers) else ""
    return next((one.value for one in offers if normalise(one.label) == scene.heard.normalised), "")


def _offer(label: str, value: str) -> Offer:
    return Offer(label, OfferKind.JOIN, value)


async def _offers(scene: Scene, draft: Draft, door: Door) -> tuple[Offer, ...]:
    """The choices of a step, each with a way back and a way out; none where digits are what is asked for."""
    if draft.step is Step.LABEL:
        return ()
    ways = (_offer(say("join.chat.back"), "back"), _offer(say("join.chat.cancel"), "cancel"))
    return (*await _choices(scene, draft, door), *(ways[1:] if draft.step is Step.WHO else ways))


async def _choices(scene: Scene, draft: Draft, door: Door) -> tuple[Offer, ...]:
    if draft.step is Step.BUILDING:
        return _page(await links.buildings(door, viewer=scene.viewer), draft.page)
    shown = f"{draft.building} {default_shown_name(draft.name)}"
    words: dict[Step, tuple[tuple[str, str], ...]] = {
        Step.WHO: tuple((f"join.who.{one}", one) for one in ("self", "other")),
        Step.RELATION: tuple((f"join.relation.{one.value}", one.value) for one in Relation),
        Step.SHOWN: (("join.chat.skip_shown", "skip"),),
        Step.PHONE: (("join.chat.skip_phone", "skip"),),
        Step.SURE: tuple((f"join.sure.{one}", one) for one in ("yes", "change")),
    }
    return tuple(_offer(say(key, shown=shown), value) for key, value in words.get(draft.step, ()))


def _page(found: list[BuildingChoice], page: int) -> tuple[Offer, ...]:
    begin = page * PAGE
    shown = tuple(_offer(one.name, str(one.id)) for one in found[begin : begin + PAGE])
    more = (_offer(say("join.chat.next_page"), "next"),) if len(found) > begin + PAGE else ()
    before = (_offer(say("join.chat.previous_page"), "previous"),) if page else ()
    return (*shown, *more, *before)


async def _put(scene: Scene, draft: Draft, door: Door, *, above: str = "") -> Reply:
    """Ask for the draft's step."""
    text = "\n".join(part for part in (above, _question(draft, door)) if part)
    memory = kept(_cleared(scene.memory), draft)
    return reply(scene, Outcome.JOIN, text, offers=await _offers(scene, draft, door), memory=memory)


def _cleared(memory: Memory) -> Memory:
    return replace(without_report(memory), asking=0, question="", question_line=0, entry="")


def _question(draft: Draft, door: Door) -> str:
    if draft.step is Step.SURE:
        return _summary(draft, door)
    other = draft.for_other and draft.step in (Step.NAME, Step.RELATION, Step.SHOWN)
    key = f"join.ask.{draft.step.value}{'_other' if other else ''}"
    return say(key, place=door.place, estate=door.estate, name=draft.name)


def _summary(draft: Draft, door: Door) -> str:
    text = say(
        "join.ask.sure",
        estate=door.estate,
        building=draft.building,
        label=draft.label,
        name=draft.name,
        relation=say(f"join.relation.{draft.relation}"),
        shown=draft.asked.shown,
        phone=f"{draft.phone[:3]}****{draft.phone[-4:]}" if draft.phone else say("join.ask.no_phone"),
    )
    return f"{text}\n{say('join.ask.sure_helper', helper=draft.helper)}" if draft.for_other else text


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was typed to a step; ``picked`` is the value of the line chosen, if one was."""

    scene: Scene
    draft: Draft
    door: Door
    picked: str

    @property
    def typed(self) -> str:
        """The words as typed."""
        return self.scene.original.strip()

    async def on(self, draft: Draft) -> Reply:
        """Taken: ask for the next thing."""
        return await _put(self.scene, draft.forward(), self.door)

    async def again(self, key: str = "", *, draft: Draft | None = None, **facts: object) -> Reply:
        """The same step once more, with what was wrong above it."""
        above = say(f"refusals.{key}", **facts) if key else ""
        return await _put(self.scene, draft or self.draft, self.door, above=above)

    async def kept(self, draft: Draft, field: str) -> Reply:
        """Taken unless the rules find something wrong with the field."""
        key = draft.asked.problems().get(field)
        return await self.again(key) if key else await self.on(draft)


async def _who(at: _Answer) -> Reply:
    if at.picked not in ("self", "other"):
        return await at.again()
    return await at.on(replace(at.draft, for_other=at.picked == "other"))


async def _building(at: _Answer) -> Reply:
    if at.picked in ("next", "previous"):
        turned = replace(at.draft, page=at.draft.page + (1 if at.picked == "next" else -1))
        return await _put(at.scene, turned, at.door)
    found = await links.buildings(at.door, viewer=at.scene.viewer)
    typed = normalise(at.typed).replace(" ", "")
    one = next((one for one in found if at.picked == str(one.id) or normalise(one.name) == typed), None)
    if one is None:
        return await at.again("join.building_missing")
    return await at.on(replace(at.draft, building_id=one.id, building=one.name))


async def _label(at: _Answer) -> Reply:
    """A home that is not listed is taken when it is typed a second time."""
    draft = at.draft
    if replace(draft, label=at.typed).asked.problems().get("label"):
        return await at.again("join.label_wrong")
    home = await links.meant(at.door, viewer=at.scene.viewer, building_id=draft.building_id, typed=at.typed)
    if home.home_id is None and draft.unlisted != home.label:
        waiting = replace(draft, unlisted=home.label)
        facts = {"building": home.building, "label": home.label}
        return await at.again("join.label_unknown_chat", draft=waiting, **facts)
    return await at.on(replace(draft, label=home.label))


async def _name(at: _Answer) -> Reply:
    return await at.kept(replace(at.draft, name=at.typed), "name")


async def _helper(at: _Answer) -> Reply:
    return await at.kept(replace(at.draft, helper=at.typed), "helper_name")


async def _relation(at: _Answer) -> Reply:
    if at.picked not in set(Relation):
        return await at.again("join.relation_wrong")
    return await at.on(replace(at.draft, relation=at.picked))


async def _shown(at: _Answer) -> Reply:
    return await at.kept(replace(at.draft, shown="" if at.picked == "skip" else at.typed), "shown_name")


async def _phone(at: _Answer) -> Reply:
    return await at.kept(replace(at.draft, phone="" if at.picked == "skip" else at.typed), "phone")


async def _sure(at: _Answer) -> Reply:
    if at.picked == "change":
        return await _put(at.scene, at.draft.at(Step.BUILDING), at.door)
    if at.picked != "yes":
        return await at.again()
    draft, door, scene = at.draft, at.door, at.scene
    await asking.ask(door, draft.asked, by=scene.viewer, contact_id=scene.talk.contact_id)
    text = say(
        "join.chat.sent_other" if draft.for_other else "join.chat.sent",
        place=door.place,
        address=f"{door.estate} {draft.building} {draft.label}",
        name=draft.name,
        helper=draft.helper,
        relation=say(f"join.relation.{draft.relation}"),
        days=rules_of(door.place_id).join_days,
    )
    return reply(scene, Outcome.JOIN, text, memory=kept(scene.memory, None))


_STEPS: dict[Step, Callable[[_Answer], Awaitable[Reply]]] = {
    Step.WHO: _who,
    Step.BUILDING: _building,
    Step.LABEL: _label,
    Step.NAME: _name,
    Step.HELPER: _helper,
    Step.RELATION: _relation,
    Step.SHOWN: _shown,
    Step.PHONE: _phone,
    Step.SURE: _sure,
}
