"""公约: versions from decisions, signed once for a household or person, names only of who wants it."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter

import pytest

from forum.promises import covenants, signatures
from forum.promises.covenants import NewVersion, Side, beside, covenant
from models import clock as models_clock
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.household import Household, Relation, Residence, ResidenceState
from models.proposal import Proposal, ProposalStage
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours
from tests.forum.promises import building, moves_in, proposal_at

S = ProposalStage
DAY = dt.date(2026, 4, 1)


async def published(cast: Neighbours, *, covenant_id: int | None = None, signed_by: str = "household") -> int:
    found = await proposal_at(cast, S.COVENANT)
    text = "一、遛狗牵绳\n二、十点后不吵" if covenant_id is None else "一、遛狗牵绳\n二、九点后不吵\n三、车停线内"
    new = NewVersion(found.id, text, DAY, signed_by, title="文明公约", covenant_id=covenant_id)
    return await covenants.publish(new, by=cast.gao)


async def test_a_version_comes_from_a_decision_and_is_published_by_who_leads(
    cast: Neighbours, clock: StillClock
) -> None:
    early, found = await proposal_at(cast, S.PUBLICATION), await proposal_at(cast, S.COVENANT)
    with pytest.raises(WrongState):
        await covenants.publish(NewVersion(early.id, "一", DAY, "household", title="公约"), by=cast.gao)
    new = NewVersion(found.id, "一", DAY, "household", title="公约")
    for who, error in ((cast.wang, NotAllowed), (cast.chen, NotAllowed), (cast.outsider, NotFound)):
        with pytest.raises(error):
            await covenants.publish(new, by=who)
    for wrong in (
        NewVersion(found.id, "一", None, "household", title="公约"),
        NewVersion(found.id, "一", DAY, "dog", title="公约"),
        NewVersion(found.id, "一", DAY, "household"),
    ):
        with pytest.raises(Invalid):
            await covenants.publish(wrong, by=cast.gao)
    made = await covenants.publish(new, by=cast.gao)
    assert (await Proposal.get(id=found.id)).stage is S.CARRYING_OUT
    again = await proposal_at(cast, S.COVENANT)
    with pytest.raises(Taken):
        await covenants.publish(NewVersion(again.id, "二", DAY, "household", title="公约"), by=cast.gao)
    for who in (cast.outsider, cast.stranger):
        with pytest.raises(NotFound):
            await covenant(made, viewer=who)


async def test_one_of_a_household_signs_and_a_new_version_asks_again(cast: Neighbours, clock: StillClock) -> None:
    home = await building(cast)
    await moves_in(cast, cast.wang, cast.li, into=home, label="501")
    made = await published(cast)
    for who, error in ((cast.chen, NotAllowed), (cast.stranger, NotFound), (cast.outsider, NotFound)):
        with pytest.raises(error):
            await signatures.sign(made, by=who, number=1)
    tries = (signatures.sign(made, by=who, number=1) for who in (cast.wang, cast.li, cast.wang, cast.li))
    done = Counter(type(one) for one in await asyncio.gather(*tries, return_exceptions=True))
    assert done == {type(None): 1, Taken: 3}
    found = await covenant(made, viewer=cast.wang)
    assert (found.newest.signed, (await signatures.own(found, viewer=cast.li)).has_signed) == (1, True)
    assert await published(cast, covenant_id=made) == made
    with pytest.raises(Taken):
        await signatures.sign(made, by=cast.li, number=1)
    await signatures.sign(made, by=cast.li, number=2)
    found = await covenant(made, viewer=cast.wang)
    assert [(one.number, one.signed) for one in found.versions] == [(2, 1), (1, 1)]


async def test_who_was_let_in_by_the_address_of_a_family_that_is_known_by_name_signs_with_it(
    cast: Neighbours, clock: StillClock
) -> None:
    home = await moves_in(cast, cast.wang, into=await building(cast), label="501")
    await Household.filter(home=home).update(label="王家")
    unnamed = await Household.create(created_at=models_clock.now(), place=cast.here, home=home)
    await Residence.create(
        created_at=models_clock.now(),
        place=cast.here,
        home=home,
        household=unnamed,
        person_id=cast.li.person_id,
        relation=Relation.FAMILY,
        state=ResidenceState.LIVING,
        open_home_id=home.id,
    )
    made = await published(cast)
    await signatures.sign(made, by=cast.wang, number=1)
    with pytest.raises(Taken):
        await signatures.sign(made, by=cast.li, number=1)
    assert (await covenant(made, viewer=cast.li)).newest.signed == 1


async def test_the_next_family_of_a_home_signs_for_itself_and_who_moved_out_is_not_named(
    cast: Neighbours, clock: StillClock
) -> None:
    await moves_in(cast, cast.wang, into=await building(cast), label="501")
    made = await published(cast)
    await signatures.sign(made, by=cast.wang, number=1, shows_name=True)
    clock.forward(days=30)
    before = await Residence.get(person_id=cast.wang.person_id)
    await Residence.filter(id=before.id).update(state=ResidenceState.MOVED_OUT, open_home_id=None)
    for who in (cast.li, cast.wang):
        found = await covenant(made, viewer=who)
        assert await signatures.names(found.newest, place_id=cast.here.id, viewer=who) == []
    await Residence.create(
        created_at=models_clock.now(),
        place=cast.here,
        home_id=before.home_id,
        household_id=before.household_id,
        person_id=cast.li.person_id,
        relation=Relation.TENANT,
        state=ResidenceState.LIVING,
        open_home_id=before.home_id,
    )
    assert (await signatures.own(found, viewer=cast.li)).may_sign
    await signatures.sign(made, by=cast.li, number=1)
    with pytest.raises(Taken):
        await signatures.sign(made, by=cast.li, number=1)
    assert (await covenant(made, viewer=cast.li)).newest.signed == 2


async def test_who_moves_out_and_in_again_has_signed(cast: Neighbours, clock: StillClock) -> None:
    await moves_in(cast, cast.wang, into=await building(cast), label="501")
    made = await published(cast)
    await signatures.sign(made, by=cast.wang, number=1)
    clock.forward(days=30)
    await Residence.all().update(created_at=models_clock.now())
    with pytest.raises(Taken):
        await signatures.sign(made, by=cast.wang, number=1)


async def test_of_a_version_for_each_person_everybody_signs(cast: Neighbours, clock: StillClock) -> None:
    home = await building(cast)
    await moves_in(cast, cast.wang, cast.li, into=home, label="501")
    made = await published(cast, signed_by="person")
    for who in (cast.wang, cast.li):
        await signatures.sign(made, by=who, number=1)
    assert (await covenant(made, viewer=cast.wang)).newest.signed == 2


async def test_names_are_read_only_of_who_wants_it_as_neighbours_see_them(cast: Neighbours, clock: StillClock) -> None:
    home = await building(cast)
    await moves_in(cast, cast.wang, into=home, label="501")
    await moves_in(cast, cast.li, into=home, label="502")
    made = await published(cast)
    await signatures.sign(made, by=cast.wang, number=1, shows_name=True)
    await signatures.sign(made, by=cast.li, number=1)
    version = (await covenant(made, viewer=cast.li)).newest
    for viewer in (cast.li, cast.gao):
        assert await signatures.names(version, place_id=cast.here.id, viewer=viewer) == ["3号楼 阿芳"]
    await signatures.show_name(made, by=cast.wang, is_on=False)
    await signatures.show_name(made, by=cast.li, is_on=True)
    assert await signatures.names(version, place_id=cast.here.id, viewer=cast.gao) == ["3号楼 老李"]
    for who, error in ((cast.chen, NotAllowed), (cast.stranger, NotFound)):
        with pytest.raises(error):
            await signatures.show_name(made, by=who, is_on=True)


def test_two_versions_stand_side_by_side_line_by_line() -> None:
    assert beside("一\n二\n三", "一\n两\n三\n四") == [
        Side("一", "一", is_same=True),
        Side("二", "两", is_same=False),
        Side("三", "三", is_same=True),
        Side("", "四", is_same=False),
    ]
