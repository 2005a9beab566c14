"""Records of people: tags kept and computed, filters, numbers seen in full, and nobody else's neighbourhood."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from tortoise.context import TortoiseContext

from courier import limits
from models.audit import AuditLine
from models.errors import Invalid, NotAllowed, NotFound, Taken, TooMany
from models.household import Personal, PersonTag, Relation, Residence, TagWord
from models.person import RoleName
from models.rule_shapes import Limits
from models.rules import in_force, rules
from models.sealed import use_secrets
from models.service import Look, LookField
from models.transaction import fetch
from people import ages, homes, residences
from people.ages import Span
from people.records import cards, filters, reveals, tags
from people.records.filters import TagSum
from people.records.querying import Query, Wanted, wanted, wanted_from
from people.viewers import SYSTEM, viewer_of
from tests.conftest import StillClock
from tests.people.records_cast import id_of, member, numbered, settled
from tests.people.town import Town, complaints, home, load, person
from tests.portal.statements import statements


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Nobody has looked at anything yet."""
    limits.install(MovingWindowRateLimiter(MemoryStorage()))


@pytest.fixture
async def town(db: TortoiseContext, clock: StillClock) -> Town:
    """Monday 2 March 2026: one building with four people, one more next door, and one of each elsewhere."""
    return await settled()


async def names(town: Town, *kept: str, without: tuple[str, ...] = (), building: str = "") -> str:
    choices = {one.name: one.id for one in await filters.building_choices(viewer=SYSTEM, place_id=town.here)}
    chosen = wanted(tags=kept, without=without, building=choices[f"示范一村 {building}"] if building else 0)
    lines = await filters.people(chosen, viewer=SYSTEM, place_id=town.here)
    counted = await filters.sums(chosen, viewer=SYSTEM, place_id=town.here)
    assert counted.people == len(lines)
    return " ".join(sorted(one.name for one in lines))


async def test_living_alone_and_eighty_gives_the_right_list(town: Town) -> None:
    assert await names(town, "独居", "80+") == "王示范 钱演试"
    assert await names(town, "80+", "独居") == "王示范 钱演试"
    assert await names(town, "独居", "80 ") == "王示范 钱演试", "a plus sign in an address is a space"


async def test_tags_ages_and_buildings_combine_in_any_way(town: Town) -> None:
    assert await names(town) == "周虚构 李示例 王示范 赵样例 钱演试"
    assert await names(town, "独居", "低保") == "王示范"
    assert await names(town, "独居", without=("低保",)) == "周虚构 李示例 钱演试"
    assert await names(town, without=("独居",)) == "赵样例"
    assert await names(town, "独居", without=("80+",)) == "周虚构 李示例", "no birthday is no 80+"
    assert await names(town, "80+", building="3号楼") == "王示范 赵样例"
    assert await names(town, building="4号楼") == "钱演试"
    assert await names(town, "没有的标签") == ""
    assert await names(town, "30-40") == "李示例"


async def test_somebody_turns_eighty_at_midnight_without_a_row_changing(town: Town, clock: StillClock) -> None:
    clock.at(dt.datetime(2026, 3, 1, 15, 59, tzinfo=dt.UTC))
    assert await names(town, "低保", "80+") == "王示范"
    clock.at(dt.datetime(2026, 3, 1, 16, 0, tzinfo=dt.UTC))
    assert await names(town, "低保", "80+") == "王示范 赵样例"


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("1948-02-29", "2028-02-28", 79),
        ("1948-02-29", "2028-02-29", 80),
        ("1948-02-29", "2027-02-28", 78),
        ("1948-02-29", "2027-03-01", 79),
        ("1946-03-01", "2026-02-28", 79),
        ("1946-03-01", "2026-03-01", 80),
    ],
)
def test_an_age_and_the_birthdays_of_that_age_agree(born: str, day: str, age: int) -> None:
    birthday, today = dt.date.fromisoformat(born), dt.date.fromisoformat(day)
    assert ages.age_on(today, born=birthday) == age
    for span, is_in in ((Span(age, age), True), (Span(age + 1, 150), False), (Span(0, age - 1), False)):
        days = ages.birthdays(span, on=today)
        assert (days.first <= birthday <= days.last) == is_in


def test_words_that_are_ages_and_words_that_are_not() -> None:
    assert [ages.span_of(one) for one in ("80+", "80岁以上", "0-6")] == [Span(80, 150), Span(80, 150), Span(0, 6)]
    assert [ages.span_of(one) for one in ("独居", "80", "+80", "8０后", "1000+", "")] == [None] * 6


def test_the_age_tag_that_tells_most_is_shown() -> None:
    tags_of_age = ("60+", "70+", "80+", "0-6")
    shown = [
        ages.tags_for(dt.date(born, 1, 1), on=dt.date(2026, 3, 2), tags=tags_of_age) for born in (1940, 1960, 2022)
    ]
    assert shown == [("80+",), ("60+",), ("0-6",)]
    assert ages.tags_for(None, on=dt.date(2026, 3, 2), tags=tags_of_age) == ()


async def test_a_file_does_not_bring_ages_as_tags_and_its_words_join_the_vocabulary(town: Town) -> None:
    assert await complaints(home(), person(tags="80+、独居"), place_id=town.here) == [("person", 2, "标签")]
    await load(home(), person(name="王示范", tags="空巢"), place_id=town.here)
    assert "空巢" in {one.name for one in await tags.words(viewer=SYSTEM, place_id=town.here)}


async def test_a_list_comes_in_pages_without_a_gap_at_the_same_price(town: Town) -> None:
    costs = set()
    for count in (30, 130):
        await load(home(), *(person(at, name=f"某{at}") for at in range(count)), place_id=town.here)
        seen, after = [], 0
        while True:
            with statements() as counted:
                page = await filters.people(Wanted(), viewer=SYSTEM, place_id=town.here, after=after)
            if not page:
                break
            costs.add(len(counted.seen))
            seen += [one.id for one in page]
            after = page[-1].residence_id
        assert len(seen) == len(set(seen)) == count + 5
    assert costs == {2}


async def test_whoever_lives_in_two_homes_is_one_person(town: Town) -> None:
    zhou = await id_of(town, "周虚构")
    other = await homes.home_at("示范一村", "4号楼", "501", viewer=SYSTEM, place_id=town.here)
    await residences.move_in(zhou, other, by=SYSTEM, relation=Relation.FAMILY)
    assert (await names(town)).count("周虚构") == 1
    assert await names(town, building="4号楼") == "周虚构 钱演试"


async def test_sums_stand_on_top(town: Town) -> None:
    counted = await filters.sums(Wanted(tags=("独居",)), viewer=SYSTEM, place_id=town.here)
    assert (counted.people, counted.homes, counted.ageless) == (4, 3, 1)
    assert counted.by_tag == (TagSum("独居", 4), TagSum("低保", 1))
    assert {one.name: one.people for one in counted.by_age}["80+"] == 2


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("chosen", [("独居",), ("独居", "80+"), ("80+",), ("80+", "独居")])
async def test_a_filter_walks_by_indexes_and_never_through_everybody(town: Town, chosen: tuple[str, ...]) -> None:
    query = Query(Wanted(tags=chosen), place_id=town.here, today=dt.date(2026, 3, 2))
    plan = await fetch(f"EXPLAIN QUERY PLAN SELECT p.id {query.rows}", *query.values)
    steps = [row["detail"] for row in plan]
    assert not [step for step in steps if step.startswith("SCAN")]
    first = "person_tag" if not ages.span_of(chosen[0]) else "personal"
    assert steps[0].startswith("SEARCH f USING")
    assert first in steps[0]
    for table in ("d", "o"):
        [step] = [step for step in steps if step.startswith(f"SEARCH {table} USING")]
        assert "(person_id=?" in step, "found by the person, not by walking through the place"


def test_what_is_wanted_is_kept_whole_and_bounded() -> None:
    chosen = wanted(tags=["独居", "80 ", "独居", ""], without=["低保"], building=7)
    assert chosen == Wanted(("独居", "80+"), ("低保",), 7) == wanted_from(chosen.to_json())
    with pytest.raises(Invalid):
        wanted(tags=[f"标{at}" for at in range(13)], without=[])


async def test_a_person_is_tagged_and_untagged_once(town: Town) -> None:
    chen, zhou = await member(town), await id_of(town, "周虚构")
    await asyncio.gather(*(tags.tag(zhou, by=chen, name="优抚") for _ in range(10)))
    assert (await cards.person(zhou, viewer=chen)).tags == ("优抚", "独居")
    assert await AuditLine.filter(verb="person.tag").count() == 1
    done = await asyncio.gather(*(tags.untag(zhou, by=chen, name="优抚") for _ in range(10)), return_exceptions=True)
    assert sum(one is None for one in done) == 1
    assert sum(isinstance(one, Taken) for one in done) == 9


@pytest.mark.parametrize("text", ["", " ", "长" * 21, "独居 老人", "低保、优抚", "80+", "90岁以上", "\u200b"])
async def test_what_cannot_be_a_tag_is_refused(town: Town, text: str) -> None:
    with pytest.raises(Invalid):
        await tags.add(text, by=SYSTEM, place_id=town.here)


@pytest.mark.parametrize("text", ["志愿者", "🌸花友", "獨居", "A类", "=SUM(1)"])
async def test_a_word_of_ones_own_is_added_once(town: Town, text: str) -> None:
    tries = (tags.add(text, by=SYSTEM, place_id=town.here) for _ in range(10))
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, int) for one in done) == 1
    assert sum(isinstance(one, Taken) for one in done) == 9
    with pytest.raises(Taken):
        await tags.add("独居", by=SYSTEM, place_id=town.here)


async def test_a_word_is_renamed_on_everybody_and_a_retired_one_stays_on_them(town: Town) -> None:
    word, zhou = await tags.add("空巢", by=SYSTEM, place_id=town.here), await id_of(town, "周虚构")
    await tags.tag(zhou, by=SYSTEM, name="空巢")
    await tags.rename(word, by=SYSTEM, to="空巢老人")
    await tags.retire(word, by=SYSTEM)
    assert "空巢老人" in (await cards.person(zhou, viewer=SYSTEM)).tags
    assert await names(town, "空巢老人") == "周虚构"
    with pytest.raises(Invalid):
        await tags.tag(await id_of(town, "王示范"), by=SYSTEM, name="空巢老人")
    assert await tags.add("空巢老人", by=SYSTEM, place_id=town.here) == word
    await tags.tag(await id_of(town, "王示范"), by=SYSTEM, name="空巢老人")
    with pytest.raises(Taken):
        await tags.rename(word, by=SYSTEM, to="独居")
    fixed = await TagWord.get(place_id=town.here, name="独居")
    with pytest.raises(Invalid):
        await tags.rename(fixed.id, by=SYSTEM, to="独住")


async def test_a_number_is_seen_for_a_purpose_and_it_is_on_record(town: Town) -> None:
    chen, gao, wang = await member(town), await member(town, RoleName.SECRETARY), await id_of(town, "王示范")
    seen = await reveals.reveal(wang, by=chen, field=LookField.PHONE, purpose="emergency", note="家里漏水")
    assert seen == "13800000000"
    line = await AuditLine.get(verb="person.reveal_phone")
    look = await Look.get()
    assert (line.actor_id, line.subject, line.subject_id) == (chen.person_id, "person", wang)
    assert line.detail == f"purpose emergency, look {look.id}"
    assert "漏水" not in (look.note_sealed or "")
    [one] = await reveals.looks_at(wang, viewer=gao)
    assert (one.by, one.field, one.purpose, one.note) == ("陈示范", LookField.PHONE, "emergency", "家里漏水")


async def test_without_a_purpose_or_the_right_nothing_is_seen(town: Town) -> None:
    chen, wang = await member(town), await id_of(town, "王示范")
    for purpose, note in (("", ""), ("curious", ""), ("other", " "), ("contact", "长" * 201)):
        with pytest.raises(Invalid):
            await reveals.reveal(wang, by=chen, field=LookField.PHONE, purpose=purpose, note=note)
    with pytest.raises(NotAllowed):
        await reveals.reveal(wang, by=chen, field=LookField.ID_NUMBER, purpose="contact")
    with pytest.raises(NotFound):
        await reveals.reveal(await id_of(town, "周虚构"), by=chen, field=LookField.PHONE, purpose="contact")
    assert await Look.all().count() == await AuditLine.filter(verb__startswith="person.reveal").count() == 0


async def test_numbers_are_seen_only_so_often(town: Town) -> None:
    chen, wang = await member(town), await id_of(town, "王示范")
    with in_force(rules().model_copy(update={"limits": Limits(reveals="3/hour")})):
        for _ in range(3):
            await reveals.reveal(wang, by=chen, field=LookField.PHONE, purpose="contact")
        with pytest.raises(TooMany):
            await reveals.reveal(wang, by=chen, field=LookField.PHONE, purpose="contact")
    assert await Look.all().count() == 3


async def test_a_resident_sees_who_looked_at_their_own_and_nobody_elses(town: Town) -> None:
    chen, wang = await member(town), await id_of(town, "王示范")
    await reveals.reveal(wang, by=chen, field=LookField.PHONE, purpose="contact", note="内部")
    herself = await viewer_of(wang)
    neighbour = await viewer_of(await id_of(town, "李示例"))
    assert herself is not None
    assert neighbour is not None
    [one] = await reveals.looks_at(wang, viewer=herself)
    assert (one.by, one.note) == ("陈示范", "")
    with pytest.raises(NotFound):
        await reveals.looks_at(wang, viewer=neighbour)
    with pytest.raises(NotAllowed):
        await reveals.looks_at(wang, viewer=chen)


async def test_nobody_of_another_place_finds_or_does_anything(town: Town) -> None:
    outsider, wang = await member(town, RoleName.ADMIN, place_id=town.there), await id_of(town, "王示范")
    word = await tags.add("志愿者", by=SYSTEM, place_id=town.here)
    for tried in (
        lambda: cards.person(wang, viewer=outsider),
        lambda: filters.people(Wanted(), viewer=outsider, place_id=town.here),
        lambda: filters.sums(Wanted(), viewer=outsider, place_id=town.here),
        lambda: filters.building_choices(viewer=outsider, place_id=town.here),
        lambda: tags.words(viewer=outsider, place_id=town.here),
        lambda: tags.tag(wang, by=outsider, name="独居"),
        lambda: tags.untag(wang, by=outsider, name="独居"),
        lambda: tags.add("别人的", by=outsider, place_id=town.here),
        lambda: tags.rename(word, by=outsider, to="别人的"),
        lambda: tags.retire(word, by=outsider),
        lambda: reveals.reveal(wang, by=outsider, field=LookField.PHONE, purpose="contact"),
        lambda: reveals.looks_at(wang, viewer=outsider),
    ):
        with pytest.raises(NotFound):
            await tried()
    assert [one.name for one in await filters.people(Wanted(), viewer=outsider, place_id=town.there)] == ["王示范"]
    assert await PersonTag.filter(place_id=town.here, name="独居").count() == 4


async def test_a_building_of_another_place_finds_nobody(town: Town) -> None:
    there = (await filters.building_choices(viewer=SYSTEM, place_id=town.there))[0].id
    assert await filters.people(Wanted(building=there), viewer=SYSTEM, place_id=town.here) == []
    foreign = await Residence.filter(place_id=town.there).first()
    assert foreign is not None
    assert await filters.people(Wanted(), viewer=SYSTEM, place_id=town.here, after=foreign.id) == []


async def test_a_number_is_found_while_keys_change_and_no_import_makes_anybody_twice(town: Town) -> None:
    use_secrets("a newer secret for tests", "a secret for tests only")
    assert await id_of(town, numbered("19400101")) == await id_of(town, "王示范")
    again = await load(
        home(), person(name="王示范", id_number=numbered("19400101"), phone="13800000000"), place_id=town.here
    )
    assert (again.people_new, again.people_changed) == (0, 0)
    assert await Personal.filter(place_id=town.here).count() == 4
    use_secrets("a newer secret for tests")
    assert await id_of(town, numbered("19400101")) == await id_of(town, "王示范")
