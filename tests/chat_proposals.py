"""What staff do with proposals in a transcript, and what the jobs tell of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from forum.deliberation import amending, deciding, supporting, telling
from forum.deliberation.amending import NewAmendment
from models import clock
from models.home import Building, Home
from models.household import Relation
from models.person import Person, Role, RoleName
from models.transaction import fetch_one
from people import residences
from people.viewers import SYSTEM, Viewer, viewer_of
from tests.bot.stage import Stage

_VERBS = {"采纳": "proposal.select", "不采纳": "proposal.refuse"}


async def _id(number: str) -> int:
    row = await fetch_one("SELECT id FROM proposal WHERE number=$1", number)
    assert row is not None, number
    return int(row["id"])


async def decide(stage: Stage, who: str, kind: str, text: str) -> None:
    """提案 采纳 P-0001=理由, and the job tells of it."""
    number, _, reason = text.partition("=")
    await deciding.do(await _id(number), _VERBS[kind], by=await stage.viewer(who), reason=reason)
    await telling.tell_due(by=SYSTEM)


async def amend(stage: Stage, who: str, number: str, text: str) -> None:
    """修改建议 P-0001 为什么=改好的全文."""
    note, _, words = text.partition("=")
    await amending.amend(await _id(number), NewAmendment(words, note), by=await _neighbour(who))


async def settle(stage: Stage, who: str, number: str, text: str) -> None:
    """另外几户 2: so many more homes with somebody verified in each."""
    now, building = clock.now(), await Building.filter(place_id=stage.place_id).first()
    assert building is not None
    for at in range(int(number)):
        home = await Home.create(
            created_at=now, place_id=stage.place_id, building=building, label=f"9{at:02}", sort=f"0009{at:02}"
        )
        person = await Person.create(created_at=now, place_id=stage.place_id, name=f"住户{at}", shown_name=f"住户{at}")
        await Role.create(created_at=now, person=person, place_id=stage.place_id, name=RoleName.RESIDENT)
        await residences.move_in(person.id, home.id, by=SYSTEM, relation=Relation.OWNER)


async def support(stage: Stage, who: str, number: str, text: str) -> None:
    """邻居附议 P-0001 住户0, and the job tells of it."""
    await supporting.support(await _id(number), by=await _neighbour(text))
    await telling.tell_due(by=SYSTEM)


async def _neighbour(name: str) -> Viewer:
    row = await fetch_one("SELECT max(id) AS id FROM person WHERE name=$1 OR shown_name=$1", name)
    found = await viewer_of(row["id"]) if row is not None else None
    assert found is not None, name
    return found


DEEDS: Mapping[str, Callable[[Stage, str, str, str], Awaitable[None]]] = {
    "提案": decide,
    "修改建议": amend,
    "另外几户": settle,
    "邻居附议": support,
}
