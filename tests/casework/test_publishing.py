"""The pack over time: drafted by one, published by another, shown from a day to a day, and known at once everywhere."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from casework import additions, answered, editing, guide, learning, misses, packs, publishing, questions
from casework.snapshots import Overlay
from models.conversation import Miss
from models.entry import EntryVersion, VersionState
from models.entry_content import NOT_VERIFIED, EntryContent, FieldState, Phone, Where
from models.errors import Invalid, NotFound, Refusal, Taken
from models.place import Place
from models.question import Question
from models.rules import Rules, in_force
from people.audit import first_broken_line
from people.viewers import SYSTEM, Viewer
from tests.casework.conftest import Cast, heard
from tests.conftest import StillClock
from tests.shipped import shipped_entries

PACKS = Path(__file__).parents[2] / "community" / "packs"
SHARED, SLUG = "waste-sorting", "city-life-safety"
LOCAL = "local-here-1"
DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 3, 2)


def content(key: str = LOCAL, **changes: Any) -> EntryContent:
    """What an entry may say: that of a shipped one, checked before the day of the tests."""
    dates = {"checked_on": "2026-02-01", "review_by": "2026-12-31"}
    return EntryContent.model_validate({**shipped_entries()[SHARED].model_dump(), **dates, "id": key, **changes})


@pytest.fixture(autouse=True)
def no_snapshot() -> Iterator[None]:
    """Each test reads its own database."""
    guide.forget()
    yield
    guide.forget()


async def drafted(cast: Cast, key: str = LOCAL, **changes: Any) -> EntryVersion:
    """A draft by 小陈 of an entry of her own neighbourhood."""
    return await publishing.draft(content(key, **changes), by=cast.chen, category_slug=SLUG, place_id=cast.here.id)


async def published(cast: Cast, key: str = LOCAL, *, shown_from: dt.date | None = None, **changes: Any) -> EntryVersion:
    """A draft by 小陈 that 高书记 has published."""
    version = await drafted(cast, key, **changes)
    return await publishing.publish(version.id, by=cast.gao, shown_from=shown_from)


async def shown(cast: Cast, key: str = LOCAL, *, day: dt.date | None = None) -> str | None:
    """The title a resident reads, or None where nothing is shown."""
    try:
        return (await guide.entry(key, viewer=cast.wang, place_id=cast.here.id, day=day)).content.title
    except NotFound:
        return None


async def refused(verb: Any) -> str:
    """The key of the refusal that a verb meets."""
    with pytest.raises(Refusal) as caught:
        await verb
    return caught.value.key


async def test_a_draft_is_seen_by_nobody_until_somebody_else_publishes_it(cast: Cast) -> None:
    version = await drafted(cast, title="车棚充电")
    assert await shown(cast) is None
    await publishing.publish(version.id, by=cast.gao)
    await guide.refresh_if_changed()
    assert await shown(cast) == "车棚充电"
    assert await first_broken_line() is None


async def test_who_wrote_a_draft_cannot_publish_it(cast: Cast) -> None:
    version = await publishing.draft(content(), by=cast.gao, category_slug=SLUG, place_id=cast.here.id)
    assert await refused(publishing.publish(version.id, by=cast.gao)) == "guide.publish_own_draft"
    assert (await EntryVersion.get(id=version.id)).state is VersionState.DRAFT


async def test_who_wrote_a_draft_cannot_publish_it_after_somebody_else_changed_it(cast: Cast) -> None:
    version = await publishing.draft(content(), by=cast.gao, category_slug=SLUG, place_id=cast.here.id)
    await editing.redraft(version.id, content(title="改过的"), by=cast.chen, seen_version=1)
    assert await refused(publishing.publish(version.id, by=cast.gao)) == "guide.publish_own_draft"
    for viewer, is_own in ((cast.gao, True), (cast.chen, True), (cast.lin, False)):
        assert (await editing.version_line(version.id, viewer=viewer)).is_own is is_own
    with in_force(Rules(two_people_to_publish=False)):
        await publishing.publish(version.id, by=cast.gao)


async def test_a_small_committee_may_let_one_person_do_both(cast: Cast) -> None:
    version = await publishing.draft(content(), by=cast.gao, category_slug=SLUG, place_id=cast.here.id)
    with in_force(Rules(two_people_to_publish=False)):
        await publishing.publish(version.id, by=cast.gao)
    assert (await EntryVersion.get(id=version.id)).state is VersionState.PUBLISHED


async def test_a_worker_a_resident_and_a_neighbour_cannot_decide(cast: Cast) -> None:
    version = await drafted(cast)
    for viewer in (cast.lin, cast.wang, cast.outsider, cast.observer):
        assert await refused(publishing.publish(version.id, by=viewer)) == "not_allowed"
        assert await refused(publishing.refuse(version.id, by=viewer, reason="不对")) == "not_allowed"
        assert await refused(publishing.withdraw(LOCAL, by=viewer)) == "not_allowed"


async def test_what_everybody_shows_is_not_one_neighbourhoods_to_change(cast: Cast) -> None:
    version = await publishing.draft(content(SHARED), by=cast.chen, category_slug=SLUG)
    assert await refused(publishing.publish(version.id, by=cast.gao)) == "not_allowed"
    await publishing.publish(version.id, by=cast.admin)
    assert await shown(cast, SHARED) == content(SHARED).title


async def test_a_shared_entry_must_be_whole_to_be_published(cast: Cast) -> None:
    version = await publishing.draft(content(SHARED, aliases=["垃圾"]), by=cast.chen, category_slug=SLUG)
    assert await refused(publishing.publish(version.id, by=cast.admin)) == "guide.incomplete"
    local = await drafted(cast, aliases=[], keywords=[], phrasings=["车棚充电"], sample_questions=[])
    assert (await publishing.publish(local.id, by=cast.gao)).state is VersionState.PUBLISHED


async def test_a_refused_draft_says_why_and_cannot_be_published_afterwards(cast: Cast) -> None:
    version = await drafted(cast)
    assert await refused(publishing.refuse(version.id, by=cast.gao, reason=" ")) == "guide.refuse_needs_reason"
    await publishing.refuse(version.id, by=cast.gao, reason="电话不对")
    assert (await EntryVersion.get(id=version.id)).reason == "电话不对"
    assert await refused(publishing.publish(version.id, by=cast.gao)) == "guide.already_decided"


async def test_withdrawing_hides_an_entry_at_once_and_keeps_its_versions(cast: Cast) -> None:
    await published(cast, title="第一版")
    await published(cast, title="下一版", shown_from=TODAY + DAY)
    assert await shown(cast) == "第一版"
    assert await publishing.withdraw(LOCAL, by=cast.gao) == 2
    await guide.refresh_if_changed()
    assert [await shown(cast), await shown(cast, day=TODAY + DAY)] == [None, None]
    assert await EntryVersion.filter(state=VersionState.WITHDRAWN).count() == 2


async def three_versions(cast: Cast) -> None:
    """One from today on, one from 1 April that ends on 30 June, one from 1 September on."""
    await published(cast, title="一")
    await published(cast, title="二", shown_from=dt.date(2026, 4, 1), valid_to="2026-06-30")
    await published(cast, title="三", shown_from=dt.date(2026, 9, 1))


DAYS = [
    (dt.date(2026, 3, 1), None),
    (dt.date(2026, 3, 2), "一"),
    (dt.date(2026, 3, 31), "一"),
    (dt.date(2026, 4, 1), "二"),
    (dt.date(2026, 6, 30), "二"),
    (dt.date(2026, 7, 1), None),
    (dt.date(2026, 8, 31), None),
    (dt.date(2026, 9, 1), "三"),
    (dt.date(2027, 9, 1), "三"),
]


async def test_on_each_day_exactly_the_version_valid_then_is_shown(cast: Cast) -> None:
    await three_versions(cast)
    assert [(day, await shown(cast, day=day)) for day, _ in DAYS] == DAYS


async def test_as_the_days_go_by_pages_chat_and_lists_all_show_the_same_version(cast: Cast, clock: StillClock) -> None:
    await three_versions(cast)
    for day, title in DAYS[1:]:
        clock.at(dt.datetime.combine(day, dt.time(0, 0, 1)))
        assert await shown(cast) == title
        listed = await guide.categories(viewer=cast.wang, place_id=cast.here.id)
        assert [one.content.title for part in listed for one in part.entries] == ([title] if title else [])
        found = await guide.find("垃圾怎么分", viewer=cast.wang, place_id=cast.here.id)
        assert [hit.key for hit in found.hits] == ([LOCAL] if title else [])


async def test_of_two_versions_from_one_day_the_one_decided_last_is_shown(cast: Cast, clock: StillClock) -> None:
    older, newer = await drafted(cast, title="先写"), await drafted(cast, title="后写")
    await publishing.publish(newer.id, by=cast.gao)
    clock.forward(minutes=1)
    await publishing.publish(older.id, by=cast.gao)
    await guide.refresh_if_changed()
    assert await shown(cast) == "先写"


async def test_the_past_is_not_rewritten_and_nothing_ends_before_it_begins(cast: Cast) -> None:
    version = await drafted(cast, valid_to="2026-03-10")
    past = publishing.publish(version.id, by=cast.gao, shown_from=TODAY - DAY)
    assert await refused(past) == "guide.shown_from_past"
    late = publishing.publish(version.id, by=cast.gao, shown_from=dt.date(2026, 3, 11))
    assert await refused(late) == "guide.ends_before_shown"


async def test_the_difference_names_the_fields_a_draft_changes(cast: Cast) -> None:
    await published(cast, title="旧的")
    version = await drafted(cast, title="新的", fee="免费")
    changes = await publishing.difference(version.id, viewer=cast.gao)
    assert [(one.field, one.before, one.after) for one in changes] == [
        ("title", "旧的", "新的"),
        ("fee", content().fee, "免费"),
    ]
    assert await refused(publishing.difference(version.id, viewer=cast.outsider)) == "guide.not_found"


async def test_twenty_who_publish_at_once_have_one_winner(cast: Cast) -> None:
    version = await drafted(cast)
    outcomes = await asyncio.gather(
        *(publishing.publish(version.id, by=cast.gao) for _ in range(20)), return_exceptions=True
    )
    assert sum(isinstance(one, EntryVersion) for one in outcomes) == 1
    assert sum(isinstance(one, Taken) for one in outcomes) == 19
    assert await guide.revision() == 1


async def test_many_drafts_at_once_get_numbers_of_their_own(cast: Cast) -> None:
    await drafted(cast)
    outcomes = await asyncio.gather(*(drafted(cast) for _ in range(8)), return_exceptions=True)
    assert all(isinstance(one, EntryVersion | Taken) for one in outcomes)
    numbers = [row.number for row in await EntryVersion.all().order_by("number")]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_an_entry_of_one_neighbourhood_is_invisible_in_another(cast: Cast) -> None:
    await published(cast)
    elsewhere = cast.elsewhere.id
    for viewer in (cast.outsider, SYSTEM):
        assert await refused(guide.entry(LOCAL, viewer=viewer, place_id=elsewhere)) == "guide.not_found"
        assert (await guide.find("垃圾怎么分", viewer=viewer, place_id=elsewhere)).hits == ()
        assert await guide.categories(viewer=viewer, place_id=elsewhere) == []
    assert [hit.key for hit in (await guide.find("垃圾怎么分", viewer=cast.wang, place_id=cast.here.id)).hits] == [
        LOCAL
    ]


async def test_another_neighbourhood_cannot_write_drafts_of_it_either(cast: Cast) -> None:
    await published(cast)
    mine = publishing.draft(content(), by=cast.outsider, category_slug=SLUG, place_id=cast.elsewhere.id)
    assert await refused(mine) == "guide.not_found"
    assert await publishing.drafts(viewer=cast.outsider) == []


def own_place(place: str) -> Overlay:
    """A neighbourhood's own where-to-go."""
    phones = [Phone(number="00000000", name="居委")]
    return Overlay(where=Where(place=place, hours="未核实", phones=phones, online="不适用"), remark="带好雨伞")


async def test_a_neighbourhood_overlays_its_own_address_without_copying_the_entry(cast: Cast) -> None:
    await packs.import_packs([packs.Pack("垃圾", SLUG, (content(SHARED),))], by=SYSTEM, publish=True)
    await publishing.overlay(SHARED, by=cast.gao, place_id=cast.here.id, body=own_place("假山路1号"))
    await publishing.overlay(SHARED, by=cast.gao, place_id=cast.here.id, body=own_place("假山路2号"))
    here = await guide.entry(SHARED, viewer=cast.wang, place_id=cast.here.id)
    there = await guide.entry(SHARED, viewer=cast.outsider, place_id=cast.elsewhere.id)
    assert (here.content.where.place, here.remark) == ("假山路2号", "带好雨伞")
    assert (there.content.where.place, there.remark) == (content().where.place, "")
    assert await EntryVersion.all().count() == 1


async def test_only_who_leads_a_place_overlays_there(cast: Cast) -> None:
    await published(cast)
    for viewer in (cast.chen, cast.outsider, cast.wang):
        verb = publishing.overlay(LOCAL, by=viewer, place_id=cast.here.id, body=own_place("假山路1号"))
        assert await refused(verb) == "not_allowed"
    verb = publishing.overlay(LOCAL, by=cast.outsider, place_id=cast.elsewhere.id, body=own_place("假山路1号"))
    assert await refused(verb) == "guide.not_found"


async def notes_seen(viewer: Viewer, place: Place) -> list[str]:
    """The notes of an entry as one viewer meets them: alone, in the list, on another day."""
    alone = await guide.entry(LOCAL, viewer=viewer, place_id=place.id)
    later = await guide.entry(LOCAL, viewer=viewer, place_id=place.id, day=TODAY + DAY)
    listed = await guide.categories(viewer=viewer, place_id=place.id)
    entries = [alone, later, *(one for part in listed for one in part.entries)]
    return [one.content.note for one in entries]


async def test_staff_read_internal_notes_and_residents_never_do(cast: Cast) -> None:
    await published(cast, note="口径：先问清楚是谁要")
    assert await notes_seen(cast.wang, cast.here) == ["", "", ""]
    assert await notes_seen(cast.chen, cast.here) == ["口径：先问清楚是谁要"] * 3
    found = await guide.find("口径：先问清楚是谁要", viewer=cast.wang, place_id=cast.here.id)
    assert not any("口径" in word for hit in found.hits for word in hit.matched)


async def answered_question(cast: Cast) -> int:
    """王阿姨 and 李叔 asked the same; 小陈 answered 王阿姨."""
    question = await cast.ask("车棚充电一次多少钱")
    await misses.record_miss(by=cast.li, conversation_id=cast.li_conversation, text="车棚充电一次要多少钱呀")
    await questions.reply(question.id, by=cast.chen, text="每次1元，充满自停。", seen_version=question.version)
    return question.id


async def told_of_the_entry(conversation_id: int) -> int:
    """How often somebody was told that there is an answer now."""
    return sum("现在有答案了" in line for line in await heard(conversation_id))


async def test_a_reply_becomes_an_entry_and_everyone_who_asked_is_told_once(cast: Cast) -> None:
    await Place.filter(id=cast.here.id).update(phone="00000000", address="假山路1号")
    question_id = await answered_question(cast)
    version = await learning.learn(question_id, by=cast.chen)
    assert (await learning.learn(question_id, by=cast.chen)).id == version.id
    assert "每次1元" in version.content.summary
    await publishing.publish(version.id, by=cast.gao)
    told = [await told_of_the_entry(one) for one in (cast.wang_conversation, cast.li_conversation)]
    assert told == [1, 1]
    assert await Miss.filter(place_id=cast.elsewhere.id, entry_key=None).count() == 1


@pytest.mark.parametrize(
    ("asked", "answer", "phone"),
    [
        ("有吗", "有", ""),
        ("电梯\x07几点\u2028修好？", "今天\t晚上", "021 0000 0000"),
        ("字" * 500, "答" * 900, "打门房电话"),
    ],
)
@pytest.mark.databases("sqlite")
async def test_an_entry_is_learned_from_whatever_people_typed(cast: Cast, asked: str, answer: str, phone: str) -> None:
    await Place.filter(id=cast.here.id).update(phone=phone)
    question = await cast.ask(asked)
    await questions.reply(question.id, by=cast.chen, text=answer, seen_version=question.version)
    content = (await learning.learn(question.id, by=cast.chen)).content
    assert content.where.phones[0].number == (phone.replace(" ", "") if phone.startswith("021") else "12345")
    assert (content.status["fee"], content.fee) == (FieldState.NOT_VERIFIED, NOT_VERIFIED)


async def test_of_a_bare_wish_for_a_person_no_entry_is_made_but_of_what_was_written_after_it(cast: Cast) -> None:
    question = await cast.ask("转人工")
    await cast.ask("有人吗")
    await questions.reply(question.id, by=cast.chen, text="每次1元，充满自停。", seen_version=question.version)
    with pytest.raises(Invalid, match="only_a_wish"):
        await learning.learn(question.id, by=cast.chen)
    other = await cast.ask("转人工")
    await additions.add(other.id, by=cast.wang, text="车棚充电一次多少钱", sealed_from="")
    other = await Question.get(id=other.id)
    await questions.reply(other.id, by=cast.chen, text="每次1元，充满自停。", seen_version=other.version)
    content = (await learning.learn(other.id, by=cast.chen)).content
    assert (content.title, content.phrasings) == ("车棚充电一次多少钱", ["车棚充电一次多少钱"])


async def test_what_was_learned_is_found_by_the_next_who_asks_here_and_not_elsewhere(cast: Cast) -> None:
    await Place.filter(id=cast.here.id).update(phone="00000000")
    version = await learning.learn(await answered_question(cast), by=cast.chen)
    await publishing.publish(version.id, by=cast.gao)
    await guide.refresh_if_changed()
    here = await guide.find("车棚充电一次多少钱", viewer=cast.wang, place_id=cast.here.id)
    there = await guide.find("车棚充电一次多少钱", viewer=cast.outsider, place_id=cast.elsewhere.id)
    assert ([hit.key for hit in here.hits], there.hits) == ([version.content.id], ())


async def test_where_it_begins_later_those_who_asked_are_told_on_that_day(cast: Cast, clock: StillClock) -> None:
    await Place.filter(id=cast.here.id).update(phone="00000000")
    version = await learning.learn(await answered_question(cast), by=cast.chen)
    await publishing.publish(version.id, by=cast.gao, shown_from=TODAY + DAY)
    assert await answered.tell_of_begun(by=SYSTEM) == 0
    clock.forward(days=1)
    assert await answered.tell_of_begun(by=SYSTEM) == 2
    assert await answered.tell_of_begun(by=SYSTEM) == 0
    assert await told_of_the_entry(cast.wang_conversation) == 1


async def test_the_index_is_kept_where_only_the_day_changed(cast: Cast, clock: StillClock) -> None:
    await published(cast)
    before = (await guide.current()).index
    clock.forward(days=1)
    after = await guide.current()
    assert (after.day, after.index is before) == (TODAY + DAY, True)


LATER = dt.date(2026, 4, 1)


async def test_what_its_rule_says_begins_later_replaces_nothing_before_that_day(cast: Cast, clock: StillClock) -> None:
    await published(cast, title="今天的")
    version = await published(cast, title="四月的", valid_from={"date": LATER})
    assert version.shown_from == LATER
    assert [await shown(cast), await shown(cast, day=LATER)] == ["今天的", "四月的"]
    clock.at(dt.datetime.combine(LATER, dt.time(1)))
    assert await shown(cast) == "四月的"


async def test_an_import_of_what_begins_later_leaves_todays_and_is_brought_in_once(cast: Cast) -> None:
    today, later = content(SHARED, title="今天的"), content(SHARED, title="四月的", valid_from={"date": LATER})
    for one in (today, later, later):
        await packs.import_packs([packs.Pack("垃圾", SLUG, (one,))], by=SYSTEM, publish=True)
    assert [await shown(cast, SHARED), await shown(cast, SHARED, day=LATER)] == ["今天的", "四月的"]
    assert await EntryVersion.all().count() == 2


async def test_a_draft_stored_before_a_field_came_is_not_drafted_again(cast: Cast) -> None:
    given = [packs.Pack("垃圾", SLUG, (content(SHARED),))]
    await packs.import_packs(given, by=SYSTEM, publish=False)
    stored = content(SHARED).model_dump(mode="json", exclude_defaults=True)
    await EntryVersion.all().update(body=json.dumps(stored))
    await packs.import_packs(given, by=SYSTEM, publish=False)
    assert await EntryVersion.all().count() == 1
