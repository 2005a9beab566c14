"""Boards on pages: written and answered without a script, shown safely, followed live, and gone where they are gone."""

from __future__ import annotations

import asyncio
import io
import re
from pathlib import Path

import pytest
from aiohttp import FormData

from courier import signals
from forum import drafts
from forum.drafts import Draft
from models.file import StoredFile
from models.post import Post, PostState, Reply
from people import entering, login_codes, places, shelf
from people.entering import Browser
from portal.plain_text import plain_text
from portal.security import form_token
from tests.people.neighbours import neighbour
from tests.people.photos import photo
from tests.portal.colleagues import Colleague, Team, hire
from tests.portal.conftest import Client

AWAY = ' rel="nofollow noopener ugc" target="_blank">'


@pytest.fixture
async def team(client: Client, tmp_path: Path) -> Team:
    shelf.use_folder(tmp_path / "files")
    return await hire(client)


@pytest.fixture
async def wang(client: Client) -> Colleague:
    """王阿姨, signed in."""
    lives = await neighbour(places.home_place_id())
    way = await login_codes.make_code(by=await lives.viewer())
    entered = await entering.enter_by_link(way.link, browser=Browser("", "192.0.2.1"))
    return Colleague(client, entered.viewer, entered.token)


async def with_photo(wang: Colleague, path: str, **fields: str) -> tuple[str, str]:
    """Send a form with a photo as browsers do; gives where it led and the HTML."""
    made = FormData(quote_fields=False)
    for name, value in {"form_token": form_token(wang.token), **fields}.items():
        made.add_field(name, value)
    made.add_field("photo", io.BytesIO(photo()), filename="x.jpg", content_type="image/jpeg")
    response = await wang.client.post(path, data=made, cookies=wang.cookies)
    return response.url.path, await response.text()


async def test_a_post_is_shown_safely_with_its_photo_and_posted_once(team: Team, wang: Colleague) -> None:
    text = "<b>灯</b>坏了\n- 一楼\n- 二楼\nhttps://www.shanghai.gov.cn/a?b=1&c=2 电话13812345678"
    path, html = await with_photo(wang, "/boards/issues", text=text, key="k1")
    assert path.startswith("/posts/")
    assert "里面的号码、门牌已经遮住" in html
    assert "&lt;b&gt;灯&lt;/b&gt;坏了" in html
    assert "<li>一楼</li>" in html
    assert 'href="https://www.shanghai.gov.cn/a?b=1&amp;c=2" rel="nofollow' in html
    assert "13812345678" not in html
    name = (await StoredFile.get()).name
    assert (await wang.client.get(f"/files/{name}", cookies=team.lin.cookies)).status == 200
    assert (await wang.client.get(f"/files/{name}", cookies=team.outsider.cookies)).status == 404
    await wang.send("/boards/issues", text="再按一次", key="k1")
    assert await Post.all().count() == 1
    await wang.send(f"{path}/delete", reason="写错了")
    assert (await wang.client.get(f"/files/{name}", cookies=wang.cookies)).status == 404


async def test_a_notice_carries_photos_through_what_was_refused_and_the_second_look(
    team: Team, wang: Colleague
) -> None:
    _, refused = await with_photo(team.gao, "/notices", board="announcements", text=" ", key="n1")
    name = (await StoredFile.get()).name
    assert "data-refusal" in refused
    assert f'name="photos" value="{name}"' in refused
    fields = {"board": "announcements", "title": "停水", "text": "周六停水", "is_emergency": "1", "key": "n1"}
    looked = await team.gao.send("/notices", **fields, photos=name)
    assert f"/files/{name}/preview" in looked.html
    sure = looked.html.split('name="sure" value="')[1].split('"')[0]
    made = await team.gao.send("/notices", **fields, photos=name, sure=sure)
    assert f"/files/{name}/preview" in made.html
    assert (await wang.client.get(f"/files/{name}", cookies=wang.cookies)).status == 200
    assert (await wang.client.get(f"/files/{name}", cookies=team.outsider.cookies)).status == 404


async def test_a_thread_is_answered_changed_and_deleted_by_forms_alone(team: Team, wang: Colleague) -> None:
    path = (await wang.send("/boards/issues", text="灯坏了", key="k1")).path
    answered = await team.chen.send(f"{path}/reply", text="今天来修", key="k2")
    assert "正式答复" in answered.html
    reply = (await Reply.get()).id
    await wang.send(f"/replies/{reply}/thank")
    await wang.send(f"{path}/reply", text="好的", quotes=reply, key="k3")
    assert "好的" in (await wang.see("/my/posts")).html
    await wang.send(f"{path}/edit", text="灯坏了三天", title="灯坏了")
    html = (await team.lin.see(path)).html
    assert "已编辑" in html
    assert re.search(r"<blockquote>小陈[^<]*：今天来修", html)
    assert "坏了" in (await team.lin.see(f"{path}/trail")).html
    assert (await wang.see(f"{path}/trail")).status == 404
    gone = await wang.send(f"{path}/delete", reason="写错了")
    assert gone.path == "/boards/issues"
    assert (await team.outsider.see(path)).status == 404


async def test_what_was_typed_stays_when_it_cannot_be_taken_and_after_a_sign_out(wang: Colleague) -> None:
    kept = await wang.send("/boards/issues", text="写了很久", title="标" * 41, key="k1")
    assert (kept.status, "写了很久" in kept.html) == (422, True)
    stale = await wang.send("/boards/issues", token="of another session", text="写了很久", key="k1")
    assert (stale.status, "写了很久" in stale.html) == (403, True)
    draft = await wang.send("/boards/issues", text="先放着", key="k1", keep="1", seq=0)
    assert "草稿存好了" in draft.html
    assert "先放着" in (await wang.see("/boards/issues/new")).html
    assert "先放着" in (await wang.see("/my/posts")).html
    assert await Post.all().count() == 0


async def test_of_two_forms_for_one_board_each_is_kept_and_found_again(wang: Colleague) -> None:
    await wang.send("/boards/issues", text="灯坏了", key="k1", keep="1", seq=0)
    second = await wang.send("/boards/issues", text="门禁坏了", key="k2", keep="1", seq=0)
    assert ("另外存好了" in second.html, "门禁坏了" in second.html) == (True, True)
    assert 'name="slot" value="new:issues:2"' in second.html
    unsent = (await wang.see("/my/posts")).html
    assert [words in unsent for words in ("灯坏了", "门禁坏了", "/boards/issues/new?draft=2")] == [True] * 3
    assert "门禁坏了" in (await wang.see("/boards/issues/new?draft=2")).html
    assert "灯坏了" in (await wang.see("/boards/issues/new")).html
    await wang.send("/boards/issues", text="门禁坏了", key="k2", seq=1, slot="new:issues:2")
    unsent = (await wang.see("/my/posts")).html
    assert ("?draft=2" in unsent, "/boards/issues/new" in unsent) == (False, True)


async def test_a_proposal_left_unsent_leads_to_its_form(team: Team, wang: Colleague) -> None:
    await team.gao.send("/boards/settings/deliberation", is_on="on")
    await wang.send("/proposals", title="装充电桩", text="东门装", key="k1", keep="1", seq=0)
    assert 'href="/proposals/new"' in (await wang.see("/my/posts")).html
    assert "东门装" in (await wang.see("/proposals/new")).html


async def test_a_reply_left_unsent_is_there_when_something_else_is_refused(wang: Colleague) -> None:
    path = (await wang.send("/boards/issues", text="灯坏了", key="k1")).path
    post_id = int(path.rpartition("/")[2])
    await drafts.save(Draft(drafts.slot_for_reply(post_id), text="还没写完"), by=wang.viewer)
    refused = await wang.send(f"{path}/delete", seen_version=99)
    assert (refused.status, "还没写完" in refused.html, 'name="seq" value="1"' in refused.html) == (409, True, True)


async def test_what_a_closed_thread_refuses_is_not_offered(team: Team, wang: Colleague) -> None:
    path = (await wang.send("/boards/issues", text="灯坏了", key="k1")).path
    await team.chen.send(f"{path}/reply", text="马上来修", key="k2")
    answered = (await Reply.get()).id
    assert f"/replies/{answered}/like" in (await wang.see(path)).html
    await Post.all().update(state=PostState.LOCKED)
    assert f"/replies/{answered}/like" not in (await wang.see(path)).html
    await Post.all().update(state=PostState.PUBLISHED)
    own = (await wang.send(f"{path}/reply", text="谢谢", key="k3")).html
    assert "修改自己的回复" in own
    await Reply.filter(id__not=answered).update(state=PostState.HIDDEN)
    assert "删除自己的回复" in (await wang.see(path)).html
    mine = await Reply.get(id__not=answered)
    form = (await wang.see(f"/replies/{mine.id}/edit")).html
    assert ("改好了" in form, "删除这条回复" in form) == (False, True)


async def test_new_replies_come_by_themselves_until_the_thread_is_hidden(team: Team, wang: Colleague) -> None:
    path = (await wang.send("/boards/issues", text="灯坏了", key="k1")).path
    post_id = int(path.rpartition("/")[2])
    async with wang.client.get(f"{path}/live?after=0", cookies=wang.cookies) as stream:
        await stream.content.readany()
        await team.chen.send(f"{path}/reply", text="马上来修", key="k2")
        async with asyncio.timeout(5):
            while "马上来修" not in (await stream.content.readany()).decode():
                pass
        await Post.filter(id=post_id).update(state=PostState.HIDDEN, author_id=team.lin.viewer.person_id)
        signals.publish(signals.thread_topic(post_id))
        async with asyncio.timeout(5):
            await stream.read()
    assert (await wang.see(f"{path}/fresh")).status == 404


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a\nb", "<p>a<br>b</p>"),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        ("1. 甲\n2. 乙", "<ol><li>甲</li><li>乙</li></ol>"),
        ("看https://a.cn/b。好", f'<p>看<a href="https://a.cn/b"{AWAY}https://a.cn/b</a>。好</p>'),
        ('https://a.cn/"onx=1', f'<p><a href="https://a.cn/"{AWAY}https://a.cn/</a>&#34;onx=1</p>'),
    ],
)
def test_plain_text_is_shown_safely(typed: str, shown: str) -> None:
    assert str(plain_text(typed)) == shown
