"""Editing the pack, publishing by two, what was not answered, and what must be looked at again."""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import replace

import pytest

from casework import conversations, guide, learning, misses, publishing, questions
from casework.changes import changes_between
from models.clock import now
from models.conversation import Author, Miss
from models.entry import EntryVersion, VersionState
from models.entry_content import EntryContent
from models.person import Role, RoleName
from models.question import Question
from people import login
from people.residents import viewer_at
from portal.differences import plain
from portal.entry_form import WrongFields, content_of, rows_of, typed_from, typed_of
from tests.conftest import StillClock
from tests.portal.colleagues import Colleague, Page, Team, ask, hire
from tests.portal.conftest import Client
from tests.portal.neighbourhood import chat, piece_of_pack
from tests.shipped import shipped_packs

KEY = "id-card-first"


@pytest.fixture
def november(clock: StillClock) -> None:
    """After the shipped packs were checked, so that they can be published again."""
    clock.at(dt.datetime(2026, 11, 24, 1, 10, tzinfo=dt.UTC))


@pytest.fixture
async def team(november: None, client: Client) -> Team:
    return await hire(client)


def first_entry() -> EntryContent:
    return piece_of_pack(most=1).entries[0]


def form_of(page: Page) -> dict[str, str]:
    """What a browser would send back of the pack's form."""
    found = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]* value="([^"]*)"', page.html))
    found |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', page.html, re.DOTALL))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page.html, re.DOTALL):
        found[name] = (re.findall(r'value="([^"]+)" selected', options) or [""])[0]
    chosen = re.findall(r'type="(?:radio|checkbox)" name="([^"]+)" value="([^"]+)"[^>]* checked', page.html)
    boxes = set(re.findall(r'type="(?:radio|checkbox)" name="([^"]+)"', page.html)) | {"form_token"}
    found = {name: text for name, text in found.items() if name not in boxes}
    return {name: html.unescape(text) for name, text in (found | dict(chosen)).items()}


async def edit(colleague: Colleague, path: str = f"/pack/{KEY}/edit", **changes: str) -> Page:
    """Open the form, change some fields, save."""
    return await colleague.send(path, **{**form_of(await colleague.see(path)), **changes})


async def draft_id() -> int:
    return (await EntryVersion.filter(state=VersionState.DRAFT).order_by("-id"))[0].id


async def shown(colleague: Colleague) -> str:
    await guide.refresh_if_changed()
    return (await colleague.see(f"/guide/{KEY}")).html


def test_every_entry_of_the_pack_goes_through_the_form_unchanged() -> None:
    for pack in shipped_packs():
        for content in pack.entries:
            typed = typed_from([*typed_of(content).items()])
            months = [("changes_in", str(month)) for month in content.changes_in]
            typed = typed_from([*((name, text) for name, text in typed.items() if name != "changes_in"), *months])
            assert content_of(typed, key=content.id) == content


def test_rows_left_empty_are_closed_up() -> None:
    typed = typed_from([("source-0-title", ""), ("source-3-title", "某办法"), ("source-3-url", "")])
    assert rows_of(typed) == ([], 1)
    assert typed["source-0-title"] == "某办法"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"title": ""}, "title", "这一栏要填。"),
        ({"summary": "太短"}, "summary", "太短了，至少 10 个字。"),
        ({"who": "字" * 201}, "who", "太长了，最多 200 个字。"),
        ({"phones": " "}, "phones", "这一栏要填。"),
        ({"phones": "12-ab 窗口"}, "phones", "号码只能是数字和短横线"),
        ({"checked_on": "三月二日"}, "checked_on", "请写成 2026-03-02 这样的日期。"),
        ({"source-0-title": "某办法", "source-0-url": "www"}, "source-0-url", "请写完整的网址"),
        ({"fee": "10 元", "status_fee": "not_applicable"}, "fee", "就不能选“不涉及”"),
        ({"fee": "", "status_fee": "verified"}, "fee", "这一栏要填。"),
        ({"since": "year", "since_year": "很久以前"}, "since", "请写数字。"),
        ({"variant-0-ask": "", "option-0-0-answer": "是", "option-0-0-says": "好"}, "variant-0-ask", "这一栏要填。"),
    ],
)
def test_what_is_wrong_is_said_of_the_field_itself(changes: dict[str, str], field: str, sentence: str) -> None:
    with pytest.raises(WrongFields) as refused:
        content_of({**typed_of(first_entry()), **changes}, key=KEY)
    assert sentence in refused.value.problems[field]


async def test_a_change_is_a_draft_that_residents_do_not_see_until_another_publishes_it(team: Team) -> None:
    page = await edit(team.chen, summary="带户口簿到派出所，现在多了一句话。")
    assert "草稿已经保存" in page.html
    assert "现在多了一句话" not in await shown(team.chen)
    await team.admin.send(f"/pack/versions/{await draft_id()}/publish", shown_from="2026-11-24")
    assert "现在多了一句话" in await shown(team.chen)


async def test_who_checked_a_single_field_is_typed_kept_and_shown_to_staff(team: Team) -> None:
    page = await edit(team.chen, checked_by_fee="王会计")
    assert "哪一栏是别人核对的" in page.html
    assert "要花多少钱：王会计" in page.html
    assert "核对过　王会计" in page.html
    await team.admin.send(f"/pack/versions/{await draft_id()}/publish", shown_from="2026-11-24")
    page = await team.chen.see(f"/pack/{KEY}")
    assert page.html.count("核对过　王会计") == 1
    assert f"核对过　{first_entry().checked_by}" in page.html
    assert form_of(await team.chen.see(f"/pack/{KEY}/edit"))["checked_by_fee"] == "王会计"


def test_what_is_not_verified_was_checked_by_nobody() -> None:
    typed = typed_of(first_entry()) | {"status_fee": "not_verified", "checked_by_fee": "王会计"}
    assert content_of(typed, key=KEY).fields_checked_by == {}


async def test_the_difference_shows_only_what_changed_and_marks_the_words(team: Team) -> None:
    page = await edit(team.chen, summary=first_entry().summary + "请带原件。")
    assert page.html.count('class="change"') == 1
    assert "<ins>" in page.html
    assert "<b>请带原件。</b>" in page.html


async def test_wrong_fields_come_back_with_everything_as_typed(team: Team) -> None:
    page = await edit(team.chen, title="", note="打了很久的备注 <b>")
    assert page.status == 422
    assert 'id="wrong-title"' in page.html
    assert form_of(page)["note"] == "打了很久的备注 <b>"
    assert await EntryVersion.filter(state=VersionState.DRAFT).count() == 0


async def test_more_rows_are_given_without_saving_anything(team: Team) -> None:
    page = await edit(team.chen, more="1", title="改了一半")
    assert (page.status, form_of(page)["title"]) == (200, "改了一半")
    assert page.html.count('class="option-row"') > (await team.chen.see(page.path)).html.count('class="option-row"')


async def test_a_form_opened_before_somebody_elses_change_is_not_saved_over_it(team: Team) -> None:
    opened = form_of(await team.chen.see(f"/pack/{KEY}/edit"))
    await edit(team.lin, summary="小林先改好了这一句话。")
    page = await team.chen.send(f"/pack/{KEY}/edit", **{**opened, "summary": "小陈也改了这一句话啊。"})
    assert (page.status, form_of(page)["summary"]) == (409, "小陈也改了这一句话啊。")
    assert "别人也改过这一条" in page.html


async def test_nobody_publishes_what_they_wrote(team: Team) -> None:
    await edit(team.admin, summary="管理员自己改的这一句话。")
    page = await team.admin.see(f"/pack/versions/{await draft_id()}")
    assert "要请另一位来发布" in page.html
    refused = await team.admin.send(f"/pack/versions/{await draft_id()}/publish")
    assert (refused.status, "自己起草的要请另一位来发布" in refused.html) == (403, True)


async def test_a_worker_does_not_publish(team: Team) -> None:
    await edit(team.lin, summary="小林改好了这一句话呀。")
    assert "要请管理员发布" in (await team.chen.see(f"/pack/versions/{await draft_id()}")).html
    assert (await team.chen.send(f"/pack/versions/{await draft_id()}/publish")).status == 403


async def test_who_refuses_must_say_why_and_the_writer_reads_it(team: Team) -> None:
    await edit(team.chen, summary="这一句话写得不太准确。")
    path = f"/pack/versions/{await draft_id()}"
    page = await team.admin.send(f"{path}/refuse", reason=" ")
    assert (page.status, "退回要写原因" in page.html) == (422, True)
    await team.admin.send(f"{path}/refuse", reason="和出处对不上")
    assert "和出处对不上" in (await team.chen.see(path)).html


async def test_a_draft_can_be_worked_on_and_then_belongs_to_who_did(team: Team) -> None:
    await edit(team.chen, summary="这一句话还没有写完。")
    path = f"/pack/versions/{await draft_id()}/edit"
    await edit(team.lin, path, summary="这一句话小林写完了。")
    version = await EntryVersion.get(id=await draft_id())
    assert (version.content.summary, version.drafted_by_id) == ("这一句话小林写完了。", team.lin.viewer.person_id)


async def test_another_neighbourhood_sees_no_local_draft(team: Team) -> None:
    await team.chen.send("/pack/new", **new_entry())
    path = f"/pack/versions/{await draft_id()}"
    assert (await team.outsider.see(path)).status == 404
    assert (await team.outsider.see(f"{path}/edit")).status == 404
    assert "活动室" not in (await team.outsider.see("/pack")).html


def new_entry() -> dict[str, str]:
    own = {"aliases": "", "keywords": "", "phrasings": "活动室怎么借", "sample_questions": ""}
    typed = {**typed_of(first_entry()), **own}
    return {**typed, "title": "活动室怎么借", "summary": "打电话给居委会预约就行。", "seen": "0", "changes_in": ""}


async def test_a_neighbourhood_writes_an_entry_of_its_own_and_its_leader_publishes_it(team: Team) -> None:
    page = await team.chen.send("/pack/new", **new_entry())
    assert "草稿已经保存" in page.html
    version = await publishing.version(await draft_id(), viewer=team.gao.viewer)
    await team.gao.send(f"/pack/versions/{version.id}/publish")
    await guide.refresh_if_changed()
    assert "活动室怎么借" in (await team.chen.see(f"/guide/{version.entry.key}")).html
    assert (await team.outsider.see(f"/guide/{version.entry.key}")).status == 404


async def test_an_overlay_shows_at_once_for_this_neighbourhood_only_and_can_be_taken_back(team: Team) -> None:
    path = f"/pack/{KEY}/overlay"
    fields = {
        "where_place": "青禾路 9 号窗口",
        "where_hours": "周三下午",
        "where_online": "不适用",
        "phones": "没有号码",
    }
    page = await team.gao.send(path, **fields)
    assert (page.status, "青禾路 9 号窗口" in page.html) == (422, True)
    await team.gao.send(path, **{**fields, "phones": "021-00009999 青禾里窗口"})
    assert "青禾路 9 号窗口" in await shown(team.chen)
    assert "青禾路 9 号窗口" not in await shown(team.outsider)
    await team.gao.send(path, clear="1")
    assert "青禾路 9 号窗口" not in await shown(team.chen)


async def test_editing_a_shared_entry_does_not_carry_a_neighbourhoods_address_into_it(team: Team) -> None:
    fields = {"where_place": "青禾路 9 号窗口", "where_hours": "周三下午", "where_online": "不适用"}
    await team.gao.send(f"/pack/{KEY}/overlay", phones="021-00009999 青禾里窗口", **fields)
    await guide.refresh_if_changed()
    assert "青禾路 9 号窗口" not in (await team.chen.see(f"/pack/{KEY}/edit")).html


async def test_what_is_withdrawn_is_gone_for_residents_and_its_versions_stay(team: Team) -> None:
    assert (await team.gao.send(f"/pack/{KEY}/withdraw")).status == 403
    page = await team.admin.send(f"/pack/{KEY}/withdraw")
    assert "已经下架" in page.html
    await guide.refresh_if_changed()
    assert (await team.chen.see(f"/guide/{KEY}")).status == 404
    assert "第 1 版" in (await team.chen.see(f"/pack/{KEY}")).html


async def answered(team: Team, text: str = "每次 1 元，充满自停，扫桩上的码付钱。") -> Question:
    question = await ask()
    version = question.version
    await team.chen.send(f"/desk/{question.id}/reply", text=text, seen_version=version)
    return question


async def test_from_a_reply_one_press_makes_a_draft_and_publishing_it_tells_who_asked(team: Team) -> None:
    question = await answered(team)
    page = await team.chen.send(f"/desk/{question.id}/learn")
    assert form_of(page)["summary"] == "每次 1 元，充满自停，扫桩上的码付钱。"
    assert form_of(page)["phrasings"] == "车棚充电一次多少钱"
    await team.gao.send(f"/pack/versions/{await draft_id()}/publish")
    talk = (await chat()).talk
    lines = await conversations.lines(talk.conversation_id, viewer=await viewer_at(talk.at))
    assert "现在有答案了" in [line.text for line in lines if line.author is Author.BOT][-1]


async def test_pressing_twice_gives_the_same_draft(team: Team) -> None:
    question = await answered(team)
    first = await team.chen.send(f"/desk/{question.id}/learn")
    assert (await team.chen.send(f"/desk/{question.id}/learn")).path == first.path


async def test_a_long_answer_becomes_a_summary_and_steps(team: Team) -> None:
    question = await answered(team, "先去三号楼看位置。" * 30)
    content = (await learning.learn(question.id, by=team.chen.viewer)).content
    assert len(content.summary) <= 160
    assert isinstance(content.steps, list)
    assert len(content.steps) == 30


async def test_nothing_is_learnt_without_an_answer(team: Team) -> None:
    question = await ask()
    await questions.claim(question.id, by=team.chen.viewer)
    page = await team.chen.send(f"/desk/{question.id}/learn")
    assert (page.status, "还没有答复" in page.html) == (422, True)


async def missed(text: str, token: str) -> None:
    talk = (await chat(token * 43)).talk
    by = await viewer_at(talk.at)
    await misses.record_miss(by=by, conversation_id=talk.conversation_id, text=text)


async def test_what_was_not_answered_is_grouped_with_who_waits(team: Team) -> None:
    await missed("东门晚上几点关门", "b")
    await missed("东门晚上几点关门呀", "c")
    page = (await team.chen.see("/misses")).html
    assert page.count('class="card miss"') == 1
    assert "<b>2</b> 次" in page
    assert "<b>2</b> 位居民在等" in page
    assert "东门" not in (await team.outsider.see("/misses")).html


async def test_a_group_leads_to_a_form_with_its_questions_as_ways_of_asking(team: Team) -> None:
    await missed("东门晚上几点关门", "b")
    page = await team.chen.send("/misses/draft", misses=(await Miss.get()).id)
    assert page.path == "/pack/new"
    assert form_of(page)["phrasings"] == "东门晚上几点关门"
    assert form_of(page)["title"] == "东门晚上几点关门"


async def test_where_an_entry_answers_them_everyone_who_waits_is_told(team: Team) -> None:
    await missed("第一次办身份证去哪里呀", "b")
    ids = ",".join(str(miss.id) for miss in await Miss.all())
    page = await team.chen.send("/misses/tell", misses=ids, entry=KEY)
    assert "已经告诉等答案的人" in page.html
    assert (await Miss.get()).entry_key == KEY


async def test_what_was_asked_where_they_hold_a_second_role_stays_there(team: Team) -> None:
    await missed("东门晚上几点关门", "b")
    other = team.outsider.viewer.place_id
    await Role.create(created_at=now(), person_id=team.chen.viewer.person_id, place_id=other, name=RoleName.WORKER)
    await Miss.all().update(place_id=other)
    assert "东门" in (await team.outsider.see("/misses")).html
    assert "东门" not in (await team.chen.see("/misses")).html
    miss = await Miss.get()
    assert (await team.chen.see(f"/pack/new?miss={miss.id}")).status == 404
    assert (await team.outsider.see(f"/pack/new?miss={miss.id}")).status == 200


async def test_a_group_can_be_set_aside_but_not_by_another_neighbourhood(team: Team) -> None:
    await missed("东门晚上几点关门", "b")
    miss = await Miss.get()
    assert (await team.outsider.send("/misses/dismiss", misses=miss.id)).status == 404
    page = await team.chen.send("/misses/dismiss", misses=miss.id)
    assert "都答上了" in page.html


async def test_entries_past_their_review_day_are_listed_with_the_desk_that_owns_them(
    team: Team, clock: StillClock
) -> None:
    entry = first_entry()
    assert entry.title not in (await team.chen.see("/upkeep")).html.split("过了核对日")[2].split("天内要核对")[0]
    clock.forward(days=2000)
    token = await login.new_session(person_id=team.chen.viewer.person_id, data={})
    late = (await replace(team.chen, token=token).see("/upkeep")).html
    assert f"<h3>{entry.owner_desk}" in late
    assert "晚了" in late


async def test_an_option_that_ends_it_is_kept_when_another_field_is_changed(team: Team) -> None:
    key = await _published_with_an_end(team)
    page = await edit(team.chen, f"/pack/{key}/edit", who="改过的对象")
    assert "草稿已经保存" in page.html
    content = EntryContent.model_validate_json((await EntryVersion.get(id=await draft_id())).body)
    assert [option.ends for option in content.variants[0].options] == [
        True,
        *[False] * (len(content.variants[0].options) - 1),
    ]


async def _published_with_an_end(team: Team) -> str:
    first = first_entry()
    variant = first.variants[0]
    ended = variant.model_copy(
        update={"options": [variant.options[0].model_copy(update={"ends": True}), *variant.options[1:]]}
    )
    content = first.model_copy(update={"variants": [ended, *first.variants[1:]]})
    version = await publishing.draft(content, by=team.gao.viewer, category_slug="household-id")
    await publishing.publish(version.id, by=team.admin.viewer)
    await guide.refresh_if_changed()
    return first.id


async def letters(token: str) -> list[str]:
    """What the bot said to who holds a browser's token."""
    talk = (await chat(token * 43)).talk
    lines = await conversations.lines(talk.conversation_id, viewer=await viewer_at(talk.at))
    return [line.text for line in lines if line.author is Author.BOT]


async def test_an_entry_written_for_what_was_not_answered_tells_who_asked_once_and_the_group_is_gone(
    team: Team,
) -> None:
    await missed("东门晚上几点关门", "b")
    await missed("东门晚上几点关门呀", "b")
    ids = ",".join(str(miss.id) for miss in await Miss.all())
    form = await team.chen.send("/misses/draft", misses=ids)
    typed = {**new_entry(), **{name: form_of(form)[name] for name in ("misses", "phrasings")}}
    await team.chen.send("/pack/new", **{**typed, "phrasings": "换了个完全不同的说法"})
    assert "已经写成草稿" in (await team.chen.see("/misses")).html
    assert await letters("b") == []
    await team.gao.send(f"/pack/versions/{await draft_id()}/publish")
    assert [text.count("现在有答案了") for text in await letters("b")] == [1]
    assert "东门" not in (await team.chen.see("/misses")).html


async def test_who_is_not_of_the_neighbourhood_cannot_write_for_its_misses(team: Team) -> None:
    await missed("东门晚上几点关门", "b")
    assert (await team.outsider.see(f"/pack/new?miss={(await Miss.get()).id}")).status == 404


async def test_a_way_of_asking_added_to_an_entry_tells_who_asked_that_way(team: Team) -> None:
    await missed("头一趟给囡囡办证要啥", "b")
    await edit(team.chen, phrasings="\n".join([*first_entry().phrasings, "头一趟给囡囡办证要啥呀"]))
    await team.admin.send(f"/pack/versions/{await draft_id()}/publish")
    assert [text.count("现在有答案了") for text in await letters("b")] == [1]


async def test_what_begins_later_is_offered_for_that_day_and_the_page_says_that_it_is_not_shown_yet(
    team: Team,
) -> None:
    await edit(team.chen, since="date", since_date="2027-01-01", summary="一月才开始实行的这一句话。")
    path = f"/pack/versions/{await draft_id()}"
    day = form_of(await team.admin.see(path))["shown_from"]
    page = await team.admin.send(f"{path}/publish", shown_from=day)
    assert (day, "到那一天居民才看到这一版" in page.html) == ("2027-01-01", True)
    assert "一月才开始实行" not in await shown(team.chen)


async def test_the_difference_names_an_option_that_ends_it_in_plain_words(team: Team) -> None:
    page = await edit(team.chen, **{"option-0-0-ends": "1"})
    assert "这样答就够了：是" in re.sub(r"</?b>", "", page.html)
    assert "ends:" not in page.html


def test_the_difference_names_what_stands_inside_what_is_new_in_plain_words() -> None:
    entry = piece_of_pack().entries[0]
    (where,) = [plain(one) for one in changes_between(None, entry) if one.field == "where"]
    words = "\n".join(part.text for line in where.lines for part in line.parts)
    assert f"电话：号码：{entry.where.phones[0].number}" in words
    assert "number" not in words
