"""职责清单: the shipped lists are fit, a neighbourhood has its own over them, and what is meant is found."""

from __future__ import annotations

import asyncio

import pytest

from casework.duties import changing, items, lists
from casework.duties.items import DutyList, Item
from models.errors import Invalid, NotFound, Refusal, Taken
from tests.casework.conftest import Cast
from tests.shipped import pack_at
from tests.walk.town_cases import COMMUNITY

OWN = {
    "list": "does",
    "name": "代收快递",
    "spoken": ["代收快递"],
    "about": "居委会门口的架子，自己来拿。",
    "flow": ["放在架子上", "自己来拿"],
    "limit": "当天",
    "supervises": "居民代表",
}


def test_the_shipped_lists_are_fit_and_lead_to_entries_there_are() -> None:
    entries = {entry.id for path in (COMMUNITY / "packs").glob("*.yaml") for entry in pack_at(path).entries}
    shipped = items.read(COMMUNITY / "duties")
    assert items.faults(shipped, entries=entries) == []
    assert 60 <= len(shipped.items) <= 80
    assert [one.list for one in shipped.headings] == [*DutyList]
    proofs = next(one for one in shipped.items if one.id == "twenty_proofs")
    assert (proofs.list, proofs.entry) == (DutyList.MAY_NOT, "committee-proof-list")


def test_what_is_wrong_with_a_list_is_named() -> None:
    shipped = items.read(COMMUNITY / "duties")
    broken = items.Lists(shipped.headings, (*shipped.items[:1], shipped.items[0]))
    found = {fault.what for fault in items.faults(broken, entries=())}
    assert {"missing", f"id: {shipped.items[0].id}"} <= found
    with pytest.raises(ValueError, match="instead"):
        Item.model_validate({**OWN, "id": "x1", "list": "may_not"})


async def names(cast: Cast, place_id: int) -> set[str]:
    found = await lists.lists(viewer=cast.gao if place_id == cast.here.id else cast.outsider, place_id=place_id)
    return {item.name for one in found for item in one.items}


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    lists.forget()


async def test_a_neighbourhoods_own_stands_over_the_shared_and_is_nobody_elses(cast: Cast) -> None:
    here, there = cast.here.id, cast.elsewhere.id
    await changing.change("own_1", by=cast.gao, place_id=here, values=OWN, number=0, note="门口有架子")
    await changing.take_out("elder_digital", by=cast.gao, place_id=here, number=0, note="没有人教")
    assert "代收快递" in await names(cast, here) - await names(cast, there)
    assert "教老人用手机" in await names(cast, there) - await names(cast, here)
    lists.forget()
    assert await lists.refresh()
    assert not await lists.refresh()
    assert "代收快递" in await names(cast, here)
    await changing.restore("elder_digital", by=cast.gao, place_id=here)
    assert "教老人用手机" in await names(cast, here)
    [step] = await lists.versions("own_1", viewer=cast.gao, place_id=here)
    assert (step.number, step.note, step.is_in_force) == (1, "门口有架子", True)


async def test_of_two_who_change_an_item_at_once_one_is_told(cast: Cast) -> None:
    both = await asyncio.gather(
        *(
            changing.change(
                "fines", by=cast.gao, place_id=cast.here.id, values={**OWN, "name": name}, number=0, note="改"
            )
            for name in ("一位改的", "另一位改的")
        ),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in both) == ["Item", "Taken"]
    [step] = await lists.versions("fines", viewer=cast.gao, place_id=cast.here.id)
    assert step.item in both


@pytest.mark.parametrize(
    ("change", "refusal"),
    [({"name": ""}, Invalid), ({"list": "nothing"}, Invalid), ({"flow": []}, Invalid), ({"list": "may_not"}, Invalid)],
)
async def test_what_does_not_fit_is_refused(cast: Cast, change: dict[str, object], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        await changing.change(
            "own_1", by=cast.gao, place_id=cast.here.id, values={**OWN, **change}, number=0, note="改"
        )


async def test_only_who_leads_here_changes_and_only_what_was_seen(cast: Cast) -> None:
    for by in (cast.chen, cast.outsider, cast.wang, cast.observer):
        with pytest.raises(NotFound):
            await changing.change("own_1", by=by, place_id=cast.here.id, values=OWN, number=0, note="改")
    with pytest.raises(Taken):
        await changing.change("fines", by=cast.gao, place_id=cast.here.id, values=OWN, number=3, note="改")
    with pytest.raises(Invalid):
        await changing.change("fines", by=cast.gao, place_id=cast.here.id, values=OWN, number=0, note=" ")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("物业费涨价归居委会管吗", "decide_property_fee"),
        ("居委会能罚款吗", "fines"),
        ("居委會管不管鄰居吵架", "peoples_mediation"),
        ("家里漏水😀居委会管吗", "repair_private"),
        ("这个归不归居委管", ""),
    ],
)
def test_what_is_meant_is_found(text: str, key: str) -> None:
    assert [one.id for one in lists.meant(text, place_id=0)] == ([key] if key else [])
