"""What is done about mediations in a transcript: a mediator is chosen, drafts an agreement, or gives up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping

from casework.mediation import agreements, ending, following_up, mediators, reminding
from models import clock
from models.mediation import Mediation
from models.person import Person, Role, RoleName
from people.viewers import SYSTEM, viewer_of
from tests.bot.stage import Stage


async def choose(stage: Stage, who: str, number: str, name: str) -> None:
    """定调解员 M-0001 孙老师: somebody of this name mediates here, and is chosen."""
    now, place_id = clock.now(), stage.place_id
    made = await Person.create(created_at=now, place_id=place_id, name=name, shown_name=name)
    await Role.create(created_at=now, person=made, place_id=place_id, name=RoleName.MEDIATOR)
    stage.staff[name] = made.id
    mediation = await Mediation.get(number=number)
    await mediators.choose(mediation.id, by=await stage.viewer(who), mediator_id=made.id)


async def _of_mediator(number: str) -> tuple[Mediation, int]:
    found = await Mediation.get(number=number)
    assert found.mediator_id is not None
    return found, found.mediator_id


async def draft(stage: Stage, who: str, number: str, text: str) -> None:
    """写协议 M-0001 晚上八点以后不施工: by the mediator, to be followed up in two weeks."""
    found, mediator_id = await _of_mediator(number)
    by = await viewer_of(mediator_id)
    assert by is not None
    day = clock.today() + dt.timedelta(days=14)
    await agreements.draft(found.id, by=by, text=text, follow_up_on=day)


async def fail(stage: Stage, who: str, number: str, reason: str) -> None:
    """没调成 M-0001 no_terms: by the mediator."""
    found, mediator_id = await _of_mediator(number)
    by = await viewer_of(mediator_id)
    assert by is not None
    await ending.fail(found.id, by=by, reason=reason)


async def told(stage: Stage, who: str, number: str, rest: str) -> None:
    """记回访 M-0001 other phone kept: what a side said when it was called."""
    party, way, word = rest.split(" ")
    found, by = await Mediation.get(number=number), await stage.viewer(who)
    await following_up.record_follow_up(found.id, by=by, party=party, way=way, day=None, is_kept=word == "kept")


async def put_off(stage: Stage, who: str, number: str, rest: str) -> None:
    """换回访 M-0001 明天: by the mediator."""
    found, mediator_id = await _of_mediator(number)
    by = await viewer_of(mediator_id)
    assert by is not None
    await ending.put_off(found.id, by=by, follow_up_on=clock.today() + dt.timedelta(days=1))


async def remind(stage: Stage, who: str, number: str, rest: str) -> None:
    """提醒调解: what waits is told."""
    await reminding.remind(by=SYSTEM)


DEEDS: Mapping[str, Callable[[Stage, str, str, str], Awaitable[None]]] = {
    "定调解员": choose,
    "写协议": draft,
    "没调成": fail,
    "记回访": told,
    "换回访": put_off,
    "提醒调解": remind,
}
