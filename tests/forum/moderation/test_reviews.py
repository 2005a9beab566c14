"""The queue: one row for each thing, opened again, claimed by one, seen by who looks after the board."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections import Counter

import pytest

from forum import board_settings, posts, replies
from forum.board_settings import Wanted as BoardWanted
from forum.moderation import expiry, flags, reviews, word_lists
from forum.posts import NewPost
from models import clock as models_clock
from models.clock import SHANGHAI
from models.contact import Contact
from models.conversation import Utterance
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.moderation import Review
from models.notice import StaffNotice as Notice
from models.post import Post as PostRow
from models.post import Reply as ReplyRow
from models.post import Thing
from models.push import Push
from nlp.exposed import Exposed
from people.viewers import SYSTEM, Viewer
from tests.conftest import StillClock
from tests.forum.conftest import Neighbours
from tests.forum.moderation.conftest import House, told

POST = Thing.POST


async def test_three_who_report_hold_it_until_somebody_has_looked(house: House) -> None:
    cast = house.cast
    await cast.reply(house.post)
    for by in (cast.li, cast.property, cast.police):
        assert (await house.state(), await Push.all().count()) == ("published", 1)
        await flags.flag(POST, house.post, by=by, rule="abuse", note="见 13800138000")
    assert (await house.state(), await Push.all().count()) == ("held", 0)
    (line,) = await reviews.queue(viewer=cast.sun, place_id=cast.here.id)
    assert (line.flags, line.rules, line.found) == (3, ("abuse",), "flags")
    assert {one.note for one in await flags.flags_of(line.id, viewer=cast.sun)} == {"见 138****8000"}
    await reviews.dismiss(line.id, by=cast.sun, seen_version=line.version)
    assert (await house.state(), await reviews.queue(viewer=cast.sun, place_id=cast.here.id)) == ("published", [])


async def test_in_a_browser_where_they_are_guests_who_decides_is_given_the_page_and_no_digit(house: House) -> None:
    cast = house.cast
    await Contact.create(
        created_at=models_clock.now(), channel="web", address="sun-web", place=cast.here, person_id=cast.sun.person_id
    )
    for by in (cast.li, cast.property, cast.police):
        await flags.flag(POST, house.post, by=by, rule="abuse")
    said = {line.conversation.contact.channel: line for line in await _said_to(cast.sun)}
    browser, chats = said.pop("web"), [*said.values()]
    facts = json.loads(browser.facts)
    assert (facts["choices"], "opens" in facts, "回复数字" in browser.text) == ([], False, False)
    assert facts["links"][0][1].startswith("/moderation/reviews/")
    assert [json.loads(one.facts)["choices"] for one in chats] == [["看这一条，马上处理"]]
    listed = await Notice.filter(person_id=cast.sun.person_id).order_by("-id").first()
    assert listed is not None
    assert "回复数字" not in listed.text


async def _said_to(who: Viewer) -> list[Utterance]:
    lines = Utterance.filter(conversation__contact__person_id=who.person_id).order_by("id")
    return await lines.prefetch_related("conversation__contact")


async def test_what_was_changed_while_it_waited_is_not_published_by_who_saw_it_before(house: House) -> None:
    held = await house.cast.post("招刷单员，日结，加微信", board="neighbours")
    seen = await house.review(held)
    await posts.edit(held, by=house.cast.wang, text="招刷单员，日结，加微信，另送别的")
    with pytest.raises(Taken):
        await reviews.dismiss(seen.id, by=house.zhou, seen_version=seen.version)
    await posts.edit(held, by=house.cast.wang, text="本店特效药包治百病，三天见效，无效退款")
    assert (await house.state(held), (await house.review(held)).found.partition(":")[0]) == ("held", "quackery")


async def test_who_wrote_what_was_held_hears_that_it_is_published_and_so_does_who_is_named_in_it(house: House) -> None:
    cast = house.cast
    held = await cast.post("招刷单员，日结，加微信 @老李", board="neighbours")
    assert await Push.all().count() == 0
    seen = await house.review(held)
    await reviews.dismiss(seen.id, by=house.zhou, seen_version=seen.version)
    assert await Push.filter(person_id=cast.li.person_id).count() == 1
    assert "没有问题" in (await told(cast.wang))[-1]
    before = await told(cast.wang)
    await flags.flag(POST, house.post, by=cast.li, rule="abuse")
    only_reported = await house.review()
    await reviews.dismiss(only_reported.id, by=house.zhou, seen_version=only_reported.version)
    assert await told(cast.wang) == before


@pytest.mark.databases("sqlite")
async def test_who_is_named_only_when_it_is_changed_hears_of_it(house: House) -> None:
    cast = house.cast
    answer = await cast.reply(house.post, by=cast.police)
    await Push.all().delete()
    await posts.edit(house.post, by=cast.wang, text="昨天谁把车停在门口 @老李")
    await posts.edit(house.post, by=cast.wang, text="昨天谁把车停在门口呀 @老李")
    await replies.edit(answer, by=cast.police, text="收到 @孙师傅")
    assert await Push.all().order_by("id").values_list("person_id", flat=True) == [
        cast.li.person_id,
        cast.sun.person_id,
    ]


async def test_one_reports_once_and_not_what_is_their_own(house: House) -> None:
    cast = house.cast
    await flags.flag(POST, house.post, by=cast.li, rule="abuse")
    with pytest.raises(Taken):
        await flags.flag(POST, house.post, by=cast.li, rule="threat")
    with pytest.raises(NotAllowed):
        await flags.flag(POST, house.post, by=cast.wang, rule="abuse")
    with pytest.raises(NotFound):
        await flags.flag(POST, house.post, by=cast.stranger, rule="abuse")
    with pytest.raises(Invalid):
        await flags.flag(POST, house.post, by=cast.police, rule="no_such")
    assert await Review.all().count() == 1


async def test_what_comes_after_it_was_settled_opens_the_same_row(house: House) -> None:
    cast = house.cast
    await flags.flag(POST, house.post, by=cast.li, rule="abuse")
    first = await house.review()
    await reviews.dismiss(first.id, by=house.zhou, seen_version=first.version)
    await flags.flag(POST, house.post, by=cast.police, rule="threat")
    again = await house.review()
    assert (again.id, again.state.value, again.flags) == (first.id, "open", 1)
    with pytest.raises(Taken):
        await reviews.dismiss(first.id, by=house.zhou, seen_version=first.version)


async def test_of_two_who_claim_one_has_it_until_it_lapses(house: House, clock: StillClock) -> None:
    cast = house.cast
    await flags.flag(POST, house.post, by=cast.li, rule="abuse")
    line = await house.review()
    results = await asyncio.gather(
        reviews.claim(line.id, by=house.zhou), reviews.claim(line.id, by=cast.sun), return_exceptions=True
    )
    assert sum(isinstance(one, Taken) for one in results) == 1
    loser: Viewer = house.zhou if isinstance(results[0], Taken) else cast.sun
    now = await reviews.review(line.id, viewer=loser)
    with pytest.raises(Taken):
        await reviews.dismiss(line.id, by=loser, seen_version=now.version)
    clock.forward(minutes=31)
    await reviews.dismiss(line.id, by=loser, seen_version=now.version)


@pytest.mark.databases("sqlite")
async def test_what_waits_for_hours_is_told_to_the_moderators_of_its_board_once(
    house: House, clock: StillClock
) -> None:
    cast = house.cast
    await flags.flag(POST, house.post, by=cast.li, rule="abuse")
    await flags.flag(POST, await cast.post("灯坏了"), by=cast.li, rule="abuse")
    assert await expiry.remind(by=SYSTEM) == 0
    clock.forward(hours=5)
    assert (await expiry.remind(by=SYSTEM), await expiry.remind(by=SYSTEM)) == (2, 0)
    told = await Notice.filter(kind="review.waits").values_list("person_id", flat=True)
    assert Counter(told) == Counter([cast.sun.person_id, house.zhou.person_id, house.zhou.person_id])


async def _hold(house: House, post_id: int) -> None:
    for by in (house.cast.li, house.cast.property, house.cast.police):
        await flags.flag(POST, post_id, by=by, rule="abuse")


async def test_what_three_report_is_told_at_once_and_once_to_those_who_decide(house: House, clock: StillClock) -> None:
    cast = house.cast
    for by in (cast.li, cast.property):
        await flags.flag(POST, house.post, by=by, rule="abuse")
    assert await Notice.filter(kind="review.held").count() == 0
    await flags.flag(POST, house.post, by=cast.police, rule="abuse")
    (letter,) = await told(house.zhou)
    assert ("有 3 人举报" in letter, "先不公开" in letter) == (True, True)
    assert await told(cast.sun) == [letter]
    assert not [one for who in (cast.wang, cast.li, cast.stranger) for one in await told(who) if "举报" in one]
    await posts.edit(house.post, by=cast.wang, text="昨天谁把车停在门口")
    clock.forward(hours=5)
    assert (await expiry.remind(by=SYSTEM), await told(house.zhou)) == (0, [letter])


async def test_of_three_who_report_at_once_one_tells(house: House) -> None:
    cast = house.cast
    await asyncio.gather(
        *(flags.flag(POST, house.post, by=by, rule="abuse") for by in (cast.li, cast.property, cast.police))
    )
    assert (await house.state(), len(await told(house.zhou))) == ("held", 1)


async def test_what_is_held_at_night_is_told_in_the_morning_once(house: House, clock: StillClock) -> None:
    clock.at(dt.datetime(2026, 3, 2, 22, tzinfo=SHANGHAI))
    await _hold(house, house.post)
    assert (await house.state(), await told(house.zhou)) == ("held", [])
    clock.forward(hours=1)
    assert (await expiry.remind(by=SYSTEM), await told(house.zhou)) == (0, [])
    clock.at(dt.datetime(2026, 3, 3, 8, tzinfo=SHANGHAI))
    assert (await expiry.remind(by=SYSTEM), await expiry.remind(by=SYSTEM)) == (1, 0)
    assert len(await told(house.zhou)) == 1


async def test_what_was_settled_by_the_morning_is_told_to_nobody(house: House, clock: StillClock) -> None:
    clock.at(dt.datetime(2026, 3, 2, 22, tzinfo=SHANGHAI))
    await _hold(house, house.post)
    line = await house.review()
    await reviews.dismiss(line.id, by=house.cast.sun, seen_version=line.version)
    clock.at(dt.datetime(2026, 3, 3, 8, tzinfo=SHANGHAI))
    assert (await expiry.remind(by=SYSTEM), await told(house.zhou)) == (0, [])


async def test_a_moderator_is_not_asked_about_what_they_wrote(house: House) -> None:
    own = (await posts.publish(NewPost("neighbours", "谁家的狗叫"), by=house.zhou, place_id=house.cast.here.id)).id
    await _hold(house, own)
    assert [one for one in await told(house.zhou) if "举报" in one] == []
    assert len(await told(house.cast.sun)) == 1


@pytest.mark.databases("sqlite")
async def test_the_queue_shows_a_moderator_their_boards_and_nobody_else_anything(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = house.cast
    other = await cast.post("灯坏了")
    for post in (house.post, other):
        await flags.flag(POST, post, by=cast.li, rule="abuse")
    here = cast.here.id
    monkeypatch.setattr(reviews, "PAGE", 1)
    await Review.filter(thing_id=other).update(since=models_clock.now() - dt.timedelta(hours=1))
    assert [line.thing_id for line in await reviews.queue(viewer=cast.sun, place_id=here)] == [house.post]
    assert (
        await reviews.waiting(viewer=cast.sun, place_id=here),
        await reviews.waiting(viewer=cast.gao, place_id=here),
    ) == (1, 2)
    with pytest.raises(NotFound):
        await reviews.review((await house.review(other)).id, viewer=cast.sun)
    for viewer in (cast.li, cast.property, cast.outsider, cast.zhao):
        with pytest.raises(NotFound):
            await reviews.queue(viewer=viewer, place_id=here)


@pytest.mark.databases("sqlite")
async def test_a_private_question_is_screened_for_nothing_but_numbers_and_reported_by_nobody(cast: Neighbours) -> None:
    word_lists.forget()
    await board_settings.set_board("police", BoardWanted(is_on=True), by=cast.gao, place_id=cast.here.id)
    words = "邻居说要弄死你全家，我住3号楼501，电话13800138000"
    made = await posts.publish(NewPost("police", words, is_private=True), by=cast.wang, place_id=cast.here.id)
    assert (made.state, made.hidden) == ("published", (Exposed.MOBILE,))
    with pytest.raises(WrongState):
        await flags.flag(POST, made.id, by=cast.police, rule="threat")


async def test_what_is_posted_is_screened_masked_held_or_refused(house: House) -> None:
    cast = house.cast
    here = cast.here.id
    masked = await posts.publish(NewPost("neighbours", "来3号楼501拿，车牌沪A12345"), by=cast.li, place_id=here)
    assert (masked.state, set(masked.hidden)) == ("published", {Exposed.HOME, Exposed.PLATE})
    with pytest.raises(Invalid) as refused:
        await cast.post("你这个傻*逼", board="neighbours")
    assert refused.value.key == "moderation.blocked"
    held = await posts.publish(NewPost("neighbours", "招刷单员，日结，加微信"), by=cast.li, place_id=here)
    assert (held.state, held.reason) == ("held", "moderation.held_words")
    assert (await house.review(held.id)).found.startswith("fraud:")
    with pytest.raises(Invalid):
        await posts.edit(house.post, by=cast.wang, text="物业经理王八蛋")
    await posts.edit(house.post, by=cast.wang, text="谁要刷单，日结，加微信")
    assert await house.state() == "held"


@pytest.mark.databases("sqlite")
async def test_much_the_same_by_somebody_new_is_held_and_by_a_neighbour_of_long_not(
    house: House, clock: StillClock
) -> None:
    words = "本店新开业，各种水果蔬菜每天早上现摘现送，满三十元送到楼下，老人下单再送一把小葱"
    cast = house.cast
    first = await posts.publish(NewPost("neighbours", words), by=cast.li, place_id=cast.here.id)
    second = await posts.publish(NewPost("neighbours", f"{words}哦"), by=cast.li, place_id=cast.here.id)
    assert (first.state, second.state, second.reason) == ("published", "held", "moderation.held_alike")
    clock.forward(days=8)
    third = await posts.publish(NewPost("neighbours", words), by=cast.li, place_id=cast.here.id)
    assert third.state == "published"


async def test_a_list_that_is_tried_says_of_how_much_and_from_which_day_on(
    house: House, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = house.cast
    await cast.reply(house.post)
    clock.forward(days=1)
    newer = await cast.post("昨天的路灯", board="neighbours")
    clock.forward(days=1)
    last = await cast.reply(newer)
    monkeypatch.setattr(word_lists, "HISTORY", 1)
    tried = await word_lists.dry_run("自家", viewer=cast.sun, place_id=cast.here.id, action="hold", text="路灯")
    posted, answered = await PostRow.get(id=newer), await ReplyRow.get(id=last)
    assert (tried.looked_at, tried.posts, tried.replies) == (2, 1, 1)
    assert (tried.posts_since, tried.replies_since) == (posted.created_at, answered.created_at)
    assert tried.until == answered.created_at


async def test_a_list_of_the_place_is_tried_on_what_was_posted_before_it_is_saved(house: House) -> None:
    cast = house.cast
    here = cast.here.id
    tried = await word_lists.dry_run(
        "自家", viewer=cast.gao, place_id=here, action="hold", text="真不像话\n~停车\n-停车场"
    )
    assert (tried.looked_at, tried.found, tried.hits[0].word) == (1, 1, "真不像话")
    written = (await PostRow.get(id=house.post)).created_at
    assert (tried.posts, tried.replies) == (1, 0)
    assert (tried.posts_since, tried.replies_since, tried.until) == (written, None, written)
    await cast.post("路灯真不像话", board="issues")
    (seen, found) = [
        await word_lists.dry_run("自家", viewer=viewer, place_id=here, action="hold", text="真不像话")
        for viewer in (cast.sun, cast.gao)
    ]
    assert (seen.found, found.found) == (1, 2)
    assert await house.state() == "published"
    assert await word_lists.change("自家", by=cast.gao, place_id=here, action="block", text="真不像话", seen=0) == 1
    with pytest.raises(Taken):
        await word_lists.change("自家", by=cast.gao, place_id=here, action="block", text="别的词", seen=0)
    with pytest.raises(Invalid):
        await cast.post("这真不像话", board="neighbours")
    await posts.publish(NewPost("issues", "这真不像话"), by=cast.stranger, place_id=cast.elsewhere.id)
    await word_lists.change("abuse", by=cast.gao, place_id=here, action=word_lists.OFF, text="", seen=0)
    await cast.post("你这个傻逼", board="neighbours")
    assert [one.number for one in await word_lists.versions("自家", viewer=cast.gao, place_id=here)] == [1]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("text", ["", "一", "字" * 31, "\n".join("甲乙丙" for _ in range(2_001)), "~"])
async def test_a_list_that_cannot_be_is_refused(house: House, text: str) -> None:
    gao, here = house.cast.gao, house.cast.here.id
    with pytest.raises(Invalid):
        await word_lists.change("自家", by=gao, place_id=here, action="hold", text=text, seen=0)
    for by in (house.zhou, house.cast.li, house.cast.outsider):
        with pytest.raises(NotAllowed):
            await word_lists.change("自家", by=by, place_id=here, action="hold", text="词语", seen=0)
