"""纸上的异议: typed in with its photo by one of staff, held against that by another, and only then read."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from casework.privacy import leaving
from forum.deliberation import moving
from forum.promises import objections, paper_objections, publications
from forum.promises.paper_objections import NewPaper
from forum.promises.publications import NewPublication, publication
from models.bell import BellLine
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.file import FileKind, StoredFile
from models.notice import StaffNotice
from models.proposal import ProposalStage
from models.publication import Objection, ObjectionState, PaperObjection
from people import files
from people.viewers import SYSTEM, Viewer
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours, seen_again
from tests.forum.promises import building, moves_in, proposal_at
from tests.people.photos import photo

WORDS = "离我家窗口太近，打我电话 13912345678"


async def published(cast: Neighbours) -> int:
    """A publication, and 李叔 in a home of the neighbourhood."""
    found = await proposal_at(cast, ProposalStage.PUBLICATION)
    await moves_in(cast, cast.li, into=await building(cast), label="501")
    return await publications.publish(NewPublication(found.id, "project", "装充电桩", "东门装十个", 7), by=cast.gao)


async def a_photo(cast: Neighbours, by: Viewer) -> str:
    return (await files.keep(photo(), by=by, kind=FileKind.PHOTO, place_id=cast.here.id)).name


async def paper(cast: Neighbours, by: Viewer, *, who: str = "3号楼 真名老李", text: str = WORDS) -> NewPaper:
    return NewPaper(who, text, "他女儿", (await a_photo(cast, by),))


async def entered(cast: Neighbours, publication_id: int) -> int:
    return await paper_objections.enter(publication_id, await paper(cast, cast.chen), by=cast.chen)


async def test_it_is_read_and_answered_when_a_second_has_held_it_against_the_paper(
    cast: Neighbours, clock: StillClock
) -> None:
    one = await published(cast)
    made = await entered(cast, one)
    [seen] = await objections.objections(one, viewer=cast.wang)
    assert (seen.text, seen.paper, seen.who) == ("", None, None)
    [desk] = await objections.objections(one, viewer=cast.gao)
    assert desk.paper is not None
    assert ("13912345678" in desk.text, desk.paper.brought_by, desk.paper.may_check) == (False, "他女儿", True)
    with pytest.raises(WrongState, match="unchecked"):
        await objections.answer(made, by=cast.gao, text="已经改到西边")
    with pytest.raises(NotAllowed, match="paper_by_two"):
        await paper_objections.check(made, by=cast.chen, seen_entry=1)
    tries = (paper_objections.check(made, by=cast.gao, seen_entry=1) for _ in range(3))
    done = Counter(type(each) for each in await asyncio.gather(*tries, return_exceptions=True))
    assert done == {type(None): 1, Taken: 2}
    [seen] = await objections.objections(one, viewer=cast.wang)
    assert "太近" in seen.text
    assert await BellLine.filter(person_id=cast.li.person_id, kind="objection").count() == 1
    await objections.answer(made, by=cast.chen, text="已经改到西边，离楼二十米")
    assert (await Objection.get(id=made)).state is ObjectionState.ANSWERED


async def test_it_stops_the_publication_before_and_after_it_was_checked(cast: Neighbours, clock: StillClock) -> None:
    one = await published(cast)
    made = await entered(cast, one)
    clock.forward(days=20)
    assert await publications.close_due(by=SYSTEM) == 0
    await paper_objections.check(made, by=cast.gao, seen_entry=1)
    with pytest.raises(WrongState, match="objections_wait"):
        await publications.close(one, by=cast.gao)
    await objections.answer(made, by=cast.gao, text="已经改到西边，离楼二十米")
    assert await publications.close_due(by=SYSTEM) == 1


async def test_what_was_typed_otherwise_is_typed_anew_and_checked_by_another(
    cast: Neighbours, clock: StillClock
) -> None:
    made = await entered(cast, await published(cast))
    await paper_objections.retype(made, by=cast.gao, text="离我家窗口太近了", seen_entry=1)
    with pytest.raises(Taken):
        await paper_objections.retype(made, by=cast.chen, text="同时也改了一遍", seen_entry=1)
    for who, entry, error in ((cast.gao, 2, NotAllowed), (cast.chen, 1, Taken)):
        with pytest.raises(error):
            await paper_objections.check(made, by=who, seen_entry=entry)
    await paper_objections.check(made, by=cast.chen, seen_entry=2, shows=False)
    row = await Objection.get(id=made)
    assert (row.text, row.is_held) == ("离我家窗口太近了", True)
    with pytest.raises(Taken):
        await paper_objections.retype(made, by=cast.gao, text="核对以后不能再改", seen_entry=2)


async def test_who_lives_here_objects_once_on_paper_or_otherwise(cast: Neighbours, clock: StillClock) -> None:
    one = await published(cast)
    await objections.make(one, by=cast.li, text="离我家太近，不同意")
    with pytest.raises(Taken):
        await entered(cast, one)
    assert (await Objection.all().count(), await PaperObjection.all().count()) == (1, 0)
    found = await proposal_at(cast, ProposalStage.PUBLICATION, text="修凉亭")
    other = await publications.publish(NewPublication(found.id, "project", "修凉亭", "在西门", 7), by=cast.gao)
    tries = [await paper(cast, cast.chen) for _ in range(3)]
    done = await asyncio.gather(
        *(paper_objections.enter(other, each, by=cast.chen) for each in tries), return_exceptions=True
    )
    assert Counter(type(each) for each in done) == {int: 1, Taken: 2}
    with pytest.raises(Taken):
        await objections.make(other, by=cast.li, text="又在网上提一次")


async def test_only_staff_of_the_place_with_a_photo_a_name_and_in_time(cast: Neighbours, clock: StillClock) -> None:
    one = await published(cast)
    for who, error in ((cast.wang, NotAllowed), (cast.outsider, NotFound), (cast.property, NotAllowed)):
        with pytest.raises(error):
            await paper_objections.enter(one, await paper(cast, cast.chen), by=who)
    wrong = {
        NewPaper("真名老李", WORDS, "本人", ()): Invalid,
        NewPaper("真名老李", WORDS, "本人", (await a_photo(cast, cast.gao),)): Invalid,
        await paper(cast, cast.chen, who="9号楼 真名老李"): NotFound,
        await paper(cast, cast.chen, who="真名阿芳"): NotFound,
        await paper(cast, cast.chen, text="不"): Invalid,
    }
    for new, error in wrong.items():
        with pytest.raises(error):
            await paper_objections.enter(one, new, by=cast.chen)
    assert await Objection.all().count() == 0
    clock.forward(days=20)
    with pytest.raises(WrongState):
        await entered(cast, one)


async def test_its_photo_is_for_those_who_answer(cast: Neighbours, clock: StillClock) -> None:
    one = await published(cast)
    await entered(cast, one)
    [desk] = await objections.objections(one, viewer=cast.gao)
    assert desk.paper is not None
    [name] = desk.paper.photos
    assert (await files.opened(name, viewer=cast.gao)).media_type == "image/jpeg"
    for who in (cast.wang, cast.li, cast.outsider):
        with pytest.raises(NotFound):
            await files.opened(name, viewer=who)


async def test_a_colleague_is_told_to_check_and_not_who_typed_it(cast: Neighbours, clock: StillClock) -> None:
    await entered(cast, await published(cast))
    told = await StaffNotice.filter(kind="objection.new").values_list("person_id", flat=True)
    assert cast.gao.person_id in told
    assert cast.chen.person_id not in told


async def test_with_who_objected_the_paper_goes(cast: Neighbours, clock: StillClock) -> None:
    await entered(cast, await published(cast))
    await leaving.delete_account(by=await seen_again(cast.li.person_id))
    row = await Objection.get()
    assert (row.state, row.text, await PaperObjection.all().count()) == (ObjectionState.WITHDRAWN, "", 0)
    clock.forward(days=1)
    await files.sweep(by=SYSTEM)
    assert await StoredFile.filter(parent_kind=objections.PAPER).count() == 0


async def test_the_publication_is_closed_by_whatever_door_its_proposal_goes_on(
    cast: Neighbours, clock: StillClock
) -> None:
    one = await published(cast)
    clock.forward(days=20)
    found = await publication(one, viewer=cast.gao)
    await moving.move(found.decided.id, ProposalStage.PROJECT, by=cast.gao)
    line = (await publication(one, viewer=cast.gao)).line
    assert (line.closed_at, line.is_running) == (clock.moment, False)
