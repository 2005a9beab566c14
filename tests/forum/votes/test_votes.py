"""A vote from its draft to its count: once for each household, secret then and after, and checkable by anybody."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import random
from functools import partial

import pytest

from forum.votes import boxes, casting, counting, opening, paper, rolls, showing, telling
from forum.votes.paper import Photo
from models.ballot import Ballot, NoPhoto, PaperState, SealedBallot, VoteMethod, Voter, VoteState, VoteUnit, VoteWay
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, TooMany, WrongState
from models.home import Building
from models.household import Household, Personal, Relation
from models.person import RoleName
from models.transaction import execute, fetch
from people.viewers import SYSTEM
from tests.forum.conftest import person
from tests.forum.votes.conftest import ABSTAIN, NO, YES, Hall

enter = partial(paper.enter, photo=Photo(missing=NoPhoto.CAMERA))


async def cast_all(hall: Hall, vote_id: int, *choices: dict[int, int]) -> list[str]:
    """The first homes vote, one after the other; gives their receipts."""
    pairs = zip(hall.all(), choices, strict=False)
    return [
        await casting.cast(vote_id, by=who, voter_id=await hall.voter(vote_id, who), points=choice)
        for who, choice in pairs
    ]


async def test_a_household_votes_once_whoever_of_it_and_the_result_stands_after_the_end(hall: Hall) -> None:
    await hall.home("501", "王阿姨", "小王")
    await hall.street(5)
    vote_id = await hall.opened()
    aunt, son = hall.homes["501"]
    voter_id = await hall.voter(vote_id, aunt)
    assert voter_id == await hall.voter(vote_id, son)
    await casting.cast(vote_id, by=aunt, voter_id=voter_id, points=YES)
    with pytest.raises(Taken):
        await casting.cast(vote_id, by=son, voter_id=voter_id, points=NO)
    with pytest.raises(NotFound):
        await casting.cast(vote_id, by=hall.cast.stranger, voter_id=voter_id, points=NO)
    for who in hall.all()[1:4]:
        await casting.cast(vote_id, by=who, voter_id=await hall.voter(vote_id, who), points=YES)
    card = await showing.vote(vote_id, viewer=hall.cast.li)
    assert (card.line.roll_size, card.line.voted, card.result, card.mine) == (6, 4, None, ())
    with pytest.raises(WrongState):
        await counting.count(vote_id, by=hall.cast.gao)
    card = await hall.counted(vote_id)
    assert card.result is not None
    assert card.result["counted"]["tally"] == {"1": [4, 0], "2": [0, 0], "3": [0, 0]}
    assert (card.result["result"]["passes"], card.result["whole"]) == (True, {"roll": True, "ballots": True})


async def test_the_end_holds_though_no_job_runs(hall: Hall) -> None:
    await hall.street(6)
    vote_id = await hall.opened()
    who = hall.all()[0]
    receipt = await casting.cast(vote_id, by=who, voter_id=await hall.voter(vote_id, who), points=YES)
    hall.clock.forward(days=7)
    other = hall.all()[1]
    with pytest.raises(WrongState):
        await casting.cast(vote_id, by=other, voter_id=await hall.voter(vote_id, other), points=YES)
    with pytest.raises(WrongState):
        await casting.change(vote_id, by=who, points=NO, receipt=receipt)
    card = await showing.vote(vote_id, viewer=who)
    assert (card.line.is_over, card.line.is_open, card.line.state, card.result) == (True, False, VoteState.OPEN, None)


async def test_a_secret_ballot_is_changed_with_its_receipt_alone_and_the_last_counts_once(hall: Hall) -> None:
    await hall.street(6)
    vote_id = await hall.opened()
    receipts = await cast_all(hall, vote_id, YES, YES, YES)
    who = hall.all()[0]
    typed = receipts[0].lower().replace("-", " ")
    await casting.change(vote_id, by=who, points=NO, receipt=typed)
    await casting.change(vote_id, by=who, points=ABSTAIN, receipt=typed)
    for wrong in ("2222-2222-2222", "", "?"):
        with pytest.raises(NotFound):
            await casting.change(vote_id, by=who, points=NO, receipt=wrong)
    with pytest.raises(NotFound):
        await casting.change(vote_id, by=hall.cast.li, points=NO, receipt=receipts[0])
    with pytest.raises(TooMany):
        for _ in range(10):
            with pytest.raises(NotFound):
                await casting.change(vote_id, by=who, points=NO, receipt="2222-2222-2222")
    card = await hall.counted(vote_id)
    assert card.result is not None
    assert card.result["counted"]["tally"] == {"1": [2, 0], "2": [0, 0], "3": [1, 0]}
    assert await showing.find_ballot(vote_id, viewer=who, receipt=receipts[0]) == "3"


async def test_a_named_vote_is_its_voters_until_the_end_and_everybodys_on_the_roll_after(hall: Hall) -> None:
    await hall.street(3)
    vote_id = await hall.opened(is_secret=False)
    who, other = hall.all()[:2]
    voter_id = await hall.voter(vote_id, who)
    assert await casting.cast(vote_id, by=who, voter_id=voter_id, points=YES) == ""
    await casting.change(vote_id, by=who, points=NO, voter_id=voter_id)
    with pytest.raises(NotFound):
        await casting.change(vote_id, by=other, points=YES, voter_id=voter_id)
    with pytest.raises(WrongState):
        await casting.change(vote_id, by=other, points=YES, voter_id=await hall.voter(vote_id, other))
    assert (await showing.vote(vote_id, viewer=who)).mine[0].choice == "2"
    assert not await Voter.filter(choice__not="").exists(), "before the count no choice can be read in the database"
    await hall.counted(vote_id)
    sheet = json.loads(await showing.ballots(vote_id, viewer=other))
    assert [line.split()[-1] for line in sheet["ballots"]] == ["2"]
    with pytest.raises(NotFound):
        await showing.ballots(vote_id, viewer=hall.cast.li)


async def test_owners_of_the_same_homes_are_one_head_with_all_their_area(hall: Hall) -> None:
    first = await hall.home("101", "甲", area=10_000)
    second = await hall.home("102", "乙", area=5_000)
    await hall.home("103", area=7_000)
    await hall.home("104", "租客", area=6_000, relation=Relation.TENANT)
    first_owner, second_owner = hall.homes["101"][0], hall.homes["102"][0]
    third = await hall.home("105", area=4_000)
    await hall.owns(first_owner, third)
    await hall.owns(second_owner, first)
    await hall.owns(first_owner, second)
    vote_id = await hall.opened(unit=VoteUnit.OWNER, rule="owners", is_secret=False)
    rows = await Voter.filter(vote_id=vote_id).order_by("id")
    assert [(one.label, one.area) for one in rows] == [
        ("3号楼 101、3号楼 102", 15_000),
        ("3号楼 103", 7_000),
        ("3号楼 104", 6_000),
        ("3号楼 105", 4_000),
    ]
    assert len((await showing.vote(vote_id, viewer=first_owner)).mine) == 2, "with a co-owner, and alone"
    assert (await showing.vote(vote_id, viewer=hall.homes["104"][0])).mine == (), "a tenant is no owner"
    for one in (await showing.vote(vote_id, viewer=first_owner)).mine:
        await casting.cast(vote_id, by=first_owner, voter_id=one.voter_id, points=YES)
    card = await hall.counted(vote_id)
    assert card.result is not None
    assert card.result["counted"]["tally"]["1"] == [2, 19_000]
    assert card.result["result"]["missing_turnout"] == {"heads": 1, "area": 2_334}
    assert not card.line.is_legal, "without the form of the law it is an opinion poll"


async def test_who_has_a_vote_is_settled_at_the_opening(hall: Hall) -> None:
    await hall.home("501", "王阿姨", "孙女")
    girl = hall.homes["501"][1]
    born = dt.date(2008, 3, 3)  # Seventeen until tomorrow.
    await Personal.create(
        created_at=hall.clock.moment, place=hall.cast.here, person_id=girl.person_id, born=born, key_mark="x"
    )
    await hall.street(4)
    by_person = await hall.opened(unit=VoteUnit.PERSON)
    assert len(await Voter.filter(vote_id=by_person)) == 5
    by_household = await hall.opened()
    assert (await showing.vote(by_household, viewer=girl)).mine == ()
    await execute(
        "UPDATE residence SET state='moved_out', open_home_id=NULL WHERE person_id=$1", hall.all()[0].person_id
    )
    await hall.home("601", "新来的")
    mine = (await showing.vote(by_household, viewer=hall.all()[0])).mine
    assert await casting.cast(by_household, by=hall.all()[0], voter_id=mine[0].voter_id, points=YES)
    assert (await showing.vote(by_household, viewer=hall.homes["601"][0])).mine == ()


async def test_drafts_that_cannot_be_opened_or_seen(hall: Hall) -> None:
    with pytest.raises(Invalid, match="roll_empty"):
        await opening.open_vote(await hall.vote(), by=hall.cast.gao)
    await hall.street(4)
    with pytest.raises(Invalid, match="too_few_for_secret"):
        await opening.open_vote(await hall.vote(), by=hall.cast.gao)
    await hall.home("901", "没面积的", area=None)
    by_area = await hall.vote(unit=VoteUnit.OWNER, rule="owners", is_secret=False)
    with pytest.raises(Invalid, match="area_missing"):
        await opening.open_vote(by_area, by=hall.cast.gao)
    for wrong in (
        {"unit": VoteUnit.OWNER, "rule": "owners"},
        {"rule": "owners"},
        {"days": 0.01},
        {"days": 91},
        {"method": VoteMethod.ONE, "options": (("甲", None),)},
        {"method": VoteMethod.ONE, "options": (("甲", None), ("甲 ", None))},
        {"method": VoteMethod.SEVERAL, "options": (("甲", None), ("乙", None)), "most_choices": 3},
        {"method": VoteMethod.BUDGET, "options": (("甲", 5), ("乙", 50)), "budget_fen": 10},
        {"title": ""},
    ):
        with pytest.raises((Invalid, TypeError)):
            await hall.vote(**wrong)  # type: ignore[arg-type]
    draft = await hall.vote()
    for who in (hall.cast.wang, hall.cast.outsider, hall.cast.stranger):
        with pytest.raises(NotFound):
            await showing.vote(draft, viewer=who)
    with pytest.raises(NotFound):
        await opening.open_vote(draft, by=hall.cast.chen)
    await opening.open_vote(draft, by=hall.cast.gao, seen_version=1)
    with pytest.raises(Taken):
        await opening.void(draft, by=hall.cast.gao, reason="重来", seen_version=1)
    with pytest.raises(WrongState):
        await opening.open_vote(draft, by=hall.cast.gao)
    assert [one.id for one in await showing.votes(viewer=hall.cast.li, place_id=hall.cast.here.id)] == [draft]
    with pytest.raises(NotFound):
        await showing.votes(viewer=hall.cast.stranger, place_id=hall.cast.here.id)


async def test_a_void_vote_is_never_counted_and_its_box_is_empty(hall: Hall) -> None:
    await hall.street(6)
    vote_id = await hall.opened()
    await cast_all(hall, vote_id, YES, NO)
    assert [await telling.tell_due(by=SYSTEM) for _ in range(2)] == [4, 0]
    with pytest.raises(Invalid):
        await opening.void(vote_id, by=hall.cast.gao, reason=" ")
    await opening.void(vote_id, by=hall.cast.gao, reason="选项写错了")
    await opening.void(await hall.vote(), by=hall.cast.gao, reason="草稿不要了")
    assert await SealedBallot.all().count() == 0
    assert [await telling.tell_due(by=SYSTEM) for _ in range(2)] == [6, 0], "who has voted and who has not, once"
    hall.clock.forward(days=8)
    assert await counting.count_due(by=SYSTEM) == 0
    assert (await showing.vote(vote_id, viewer=hall.cast.wang)).reason == "选项写错了"


async def test_paper_by_two_of_staff_and_no_more_than_went_out(hall: Hall) -> None:
    await hall.street(6)
    vote_id, chen, gao = await hall.opened(), hall.cast.chen, hall.cast.gao
    receipts = await paper.print_ballots(vote_id, by=chen, count=3)
    who = hall.all()[0]
    voter_id = await hall.voter(vote_id, who)
    await enter(vote_id, by=chen, points=NO, receipt=receipts[0])
    with pytest.raises(WrongState, match="more_than_handed_out"):
        await enter(vote_id, by=gao, points=NO, receipt=receipts[0])
    await paper.hand_out(vote_id, voter_id, by=chen)
    with pytest.raises(Taken):
        await casting.cast(vote_id, by=who, voter_id=voter_id, points=YES)
    with pytest.raises(NotAllowed):
        await enter(vote_id, by=chen, points=NO, receipt=receipts[0])
    assert (await enter(vote_id, by=gao, points=YES, receipt=receipts[0])).state is PaperState.DIFFERS
    assert (await enter(vote_id, by=gao, points=NO, receipt=receipts[0])).state is PaperState.ENTERED
    assert (await enter(vote_id, by=chen, points=NO, receipt=receipts[0])).state is PaperState.CONFIRMED
    for receipt, refused in ((receipts[0], Taken), (boxes.new_receipt(), NotFound)):
        with pytest.raises(refused):
            await enter(vote_id, by=gao, points=NO, receipt=receipt)
    await paper.hand_out(vote_id, await hall.voter(vote_id, hall.all()[1]), by=chen)
    card = await hall.counted(vote_id)
    assert card.result is not None
    assert (card.result["counted"]["took_part"], card.result["counted"]["papers_not_back"]) == (1, 1)
    assert card.result["whole"]["ballots"], "a paper that never came back is no ballot that is missing"
    assert await showing.find_ballot(vote_id, viewer=who, receipt=receipts[0]) == "2"


async def test_named_paper_marks_the_roll_when_it_was_entered_twice(hall: Hall) -> None:
    await hall.street(3)
    vote_id = await hall.opened(is_secret=False)
    who, other = hall.all()[:2]
    voter_id = await hall.voter(vote_id, who)
    await enter(vote_id, by=hall.cast.chen, points=NO, voter_id=voter_id)
    await casting.cast(vote_id, by=who, voter_id=voter_id, points=YES)
    with pytest.raises(Taken):
        await enter(vote_id, by=hall.cast.gao, points=NO, voter_id=voter_id)
    other_id = await hall.voter(vote_id, other)
    for staff in (hall.cast.chen, hall.cast.gao):
        await enter(vote_id, by=staff, points=NO, voter_id=other_id)
    assert (await showing.vote(vote_id, viewer=other)).mine[0].way is VoteWay.PAPER
    card = await hall.counted(vote_id)
    assert card.result is not None
    assert card.result["counted"]["tally"] == {"1": [1, 0], "2": [1, 0], "3": [0, 0]}


async def test_many_at_once_of_the_same_households_and_the_recount_is_equal(hall: Hall) -> None:
    await hall.home("501", "甲", "乙", "丙")
    await hall.home("502", "甲", "乙", "丙")
    await hall.street(6)
    vote_id = await hall.opened()
    people = [one for home in hall.homes.values() for one in home]
    voters = [await hall.voter(vote_id, one) for one in people]
    chance = random.Random(7)

    async def try_once(at: int) -> int:
        choice = chance.choice([1, 2, 3])
        try:
            await casting.cast(vote_id, by=people[at], voter_id=voters[at], points={choice: 1})
        except Taken:
            return 0
        return choice

    chosen = await asyncio.gather(*(try_once(at) for at in [*range(len(people))] * 3))
    assert len([one for one in chosen if one]) == 8
    card = await hall.counted(vote_id)
    assert card.result is not None
    assert {at: heads for at, (heads, _) in card.result["counted"]["tally"].items()} == {
        str(one): chosen.count(one) for one in (1, 2, 3)
    }
    assert await Ballot.filter(vote_id=vote_id).count() == 8


async def test_a_roll_or_a_box_that_was_changed_by_hand_shows_in_the_sheet(hall: Hall) -> None:
    await hall.street(6)
    vote_id = await hall.opened()
    await cast_all(hall, vote_id, YES, YES, YES, NO)
    await execute("UPDATE sealed_ballot SET token='x' WHERE id=(SELECT min(id) FROM sealed_ballot)")
    await execute("DELETE FROM sealed_ballot WHERE id=(SELECT max(id) FROM sealed_ballot)")
    await execute("UPDATE voter SET area=5 WHERE id=(SELECT min(id) FROM voter)")
    card = await hall.counted(vote_id)
    assert card.result is not None
    assert card.result["whole"] == {"roll": False, "ballots": False}
    assert (card.result["counted"]["ballots"], card.result["counted"]["invalid"]) == (3, 1)
    assert (await fetch("SELECT roll_hash FROM vote"))[0]["roll_hash"] != await rolls.digest(vote_id)


async def test_a_ballot_copied_into_the_box_is_no_ballot_and_holds_up_no_count(hall: Hall) -> None:
    await hall.street(6)
    vote_id = await hall.opened()
    await cast_all(hall, vote_id, YES, YES, NO)
    [first, *_] = await SealedBallot.all()
    await SealedBallot.create(id=first.id + 1, vote_id=vote_id, mark="x" * 64, token=first.token)
    card = await hall.counted(vote_id)
    assert card.result is not None
    assert (card.result["counted"]["ballots"], card.result["counted"]["invalid"]) == (4, 1)
    assert not card.result["whole"]["ballots"]


async def test_two_who_enter_the_second_time_at_once_count_a_paper_once(hall: Hall) -> None:
    await hall.street(6)
    vote_id, chen, gao = await hall.opened(), hall.cast.chen, hall.cast.gao
    receipt = (await paper.print_ballots(vote_id, by=chen, count=1))[0]
    await paper.hand_out(vote_id, await hall.voter(vote_id, hall.all()[0]), by=chen)
    await enter(vote_id, by=chen, points=NO, receipt=receipt)
    both = (enter(vote_id, by=gao, points=NO, receipt=receipt) for _ in range(2))
    done = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Entered", "Taken"]
    assert await SealedBallot.all().count() == 1


async def test_turnout_tells_of_no_small_building(hall: Hall) -> None:
    await hall.street(6)
    vote_id = await hall.opened()
    await cast_all(hall, vote_id, YES, NO)
    assert [(one.building, one.roll, one.voted) for one in await showing.turnout(vote_id, viewer=hall.cast.li)] == [
        ("3号楼", 6, 2)
    ]
    hall.building.name = "4号楼"
    undecided = await showing.undecided(vote_id, viewer=hall.cast.chen)
    assert [one.label for one in undecided] == ["3号楼 103", "3号楼 104", "3号楼 105", "3号楼 106"]
    for who in (hall.cast.wang, hall.cast.police, hall.cast.outsider):
        with pytest.raises(Refusal):
            await showing.undecided(vote_id, viewer=who)


async def test_a_paper_is_not_changed_by_who_saw_its_receipt_printed(hall: Hall) -> None:
    await hall.street(6)
    vote_id, chen, gao = await hall.opened(), hall.cast.chen, hall.cast.gao
    [receipt] = await paper.print_ballots(vote_id, by=chen, count=1)
    who, accomplice = hall.all()[:2]
    await paper.hand_out(vote_id, await hall.voter(vote_id, who), by=chen)
    for staff in (chen, gao):
        await enter(vote_id, by=staff, points=NO, receipt=receipt)
    for anybody in (who, accomplice):
        with pytest.raises(WrongState, match="paper_stays"):
            await casting.change(vote_id, by=anybody, points=YES, receipt=receipt)
    card = await hall.counted(vote_id)
    assert card.result is not None
    assert card.result["counted"]["tally"] == {"1": [0, 0], "2": [1, 0], "3": [0, 0]}


async def test_who_was_let_in_by_the_address_brings_a_named_household_no_second_vote(hall: Hall) -> None:
    home = await hall.home("501", "王阿姨")
    await Household.filter(home=home).update(label="第一户")
    second = await Household.create(created_at=hall.clock.moment, place=hall.cast.here, home=home, label="第二户")
    unnamed = await Household.create(created_at=hall.clock.moment, place=hall.cast.here, home=home)
    son = await person("小王", hall.cast.here, RoleName.RESIDENT)
    sister = await person("王妹妹", hall.cast.here, RoleName.RESIDENT)
    nobody = await person("小王二", hall.cast.here, RoleName.RESIDENT)
    for who, household in ((son, unnamed), (sister, second), (nobody, None)):
        await hall.owns(who, home, household=household)
    await hall.street(4)
    vote_id = await hall.opened()
    assert await Voter.filter(vote_id=vote_id).count() == 6, "two households of the home and four others"
    first = await hall.voter(vote_id, hall.all()[0])
    assert [await hall.voter(vote_id, one) for one in (son, nobody)] == [first, first]
    assert await hall.voter(vote_id, sister) != first


async def test_turnout_of_one_small_building_cannot_be_reckoned_from_the_others(hall: Hall) -> None:
    now, estate_id = hall.clock.moment, (await Building.get(id=hall.building.id)).estate_id
    for name, count in (("3号楼", 6), ("4号楼", 7), ("5号楼", 2)):
        if name != "3号楼":
            hall.building = await Building.create(
                created_at=now, place=hall.cast.here, estate_id=estate_id, name=name, sort=name
            )
        for number in range(count):
            await hall.home(f"{name[0]}{number}", "住户")
    vote_id = await hall.opened()
    await cast_all(hall, vote_id, *[YES] * 14)
    told = await showing.turnout(vote_id, viewer=hall.cast.li)
    assert [(one.building, one.roll, one.voted) for one in told] == [("4号楼", 7, 7), ("", 8, 7)]
