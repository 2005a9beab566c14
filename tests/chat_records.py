"""What a transcript about records begins with: residents on the list, who leads, an account with a second step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from models import clock
from models.home import Home
from models.household import Relation
from models.login import SecondStep
from models.person import Person, Role, RoleName
from people import residences
from people.loading import files
from people.records import exports, services
from people.viewers import SYSTEM
from tests.bot.stage import Stage
from tests.people.records_cast import numbered
from tests.people.town import person


async def lead(stage: Stage, who: str, name: str, text: str) -> None:
    """任书记 李叔: somebody who lives here leads here too."""
    found = await Person.get(name=name)
    await Role.create(created_at=clock.now(), person=found, place_id=stage.place_id, name=RoleName.SECRETARY)


async def enlist(stage: Stage, who: str, name: str, text: str) -> None:
    """登记在册 王示范 19400101 3号楼 501 独居、低保: on the list, with numbers, not joined."""
    born, building, label, *tags = text.split()
    row = person(
        name=name,
        building=building,
        label=label,
        tags="".join(tags),
        id_number=numbered(born),
        phone="13800000000",
    )
    file = await files.check_rows([row], by=SYSTEM, place_id=stage.place_id, name="登记.xlsx")
    await files.load(file.id, by=SYSTEM)


async def visit(stage: Stage, who: str, name: str, words: str) -> None:
    """走访 王示范 腰不好: noted today by one of the staff."""
    found, by = await Person.get(name=name), await stage.viewer(who)
    await services.note(
        by=by, person_id=found.id, kind="visit", day=clock.today(), words=words, key=f"visit-{found.id}"
    )


async def second_step(stage: Stage, who: str, name: str, text: str) -> None:
    """第二步 李叔: comes to the pages by a second step from now on."""
    found = await Person.get(name=name)
    await SecondStep.create(
        created_at=clock.now(), confirmed_at=clock.now(), person=found, secret_sealed="none", last_counter=0
    )


async def take_away(stage: Stage, who: str, name: str, text: str) -> None:
    """收回书记 李叔: leads no more from now on."""
    await Role.filter(person__name=name, place_id=stage.place_id, name=RoleName.SECRETARY).delete()


async def also_there(stage: Stage, who: str, name: str, text: str) -> None:
    """也住白杨 王阿姨: has a home in the other neighbourhood, too."""
    found = await Person.get(name=name)
    home = await Home.filter(place_id=stage.other_place_id).order_by("id").first()
    assert home is not None
    await Person.filter(id=found.id).update(place_id=stage.other_place_id)
    await residences.move_in(found.id, home.id, by=SYSTEM, relation=Relation.OWNER)
    await Person.filter(id=found.id).update(place_id=stage.place_id)


async def approve(stage: Stage, who: str, name: str, text: str) -> None:
    """批准导出: what was asked for last."""
    by = await stage.viewer(who)
    line, *_ = await exports.exports(viewer=by, place_id=stage.place_id)
    await exports.approve(line.id, by=by)


DEEDS: Mapping[str, Callable[[Stage, str, str, str], Awaitable[None]]] = {
    "任书记": lead,
    "登记在册": enlist,
    "走访": visit,
    "第二步": second_step,
    "也住白杨": also_there,
    "收回书记": take_away,
    "批准导出": approve,
}
