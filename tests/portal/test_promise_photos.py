"""Photos of milestones and receipts: written anew without what a telephone says, for whoever sees the project alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from aiohttp import FormData

from casework.privacy import leaving
from models.file import FileKind, StoredFile
from models.person import Role, RoleName
from models.place import Place
from models.transaction import execute
from people import files, places, shelf
from people.viewers import viewer_of
from portal.security import form_token
from tests import promises
from tests.conftest import StillClock
from tests.people import photos
from tests.people.joining import fresh_limits
from tests.portal.colleagues import Colleague, Team, hire, person
from tests.portal.conftest import Client

pytestmark = pytest.mark.databases("sqlite")


async def _sent(who: Colleague, path: str, *pictures: bytes, **typed: str) -> str:
    """A form with photos, as a browser sends it; gives the page it leads to."""
    data = FormData({"form_token": form_token(who.token), **typed})
    for one in pictures:
        data.add_field("photo", one, filename="IMG_0001.jpg", content_type="image/jpeg")
    answer = await who.client.post(path, data=data, cookies=who.cookies)
    return await answer.text()


def _pictures(html: str) -> list[str]:
    return sorted({one.removesuffix("/preview") for one in re.findall(r"/files/[\w./-]+", html)})


async def _staged(client: Client, tmp_path: Path) -> tuple[Team, Colleague, dict[str, int]]:
    shelf.use_folder(tmp_path / "files")
    fresh_limits()
    team, place_id = await hire(client), places.home_place_id()
    wang = await person(client, "王", role=RoleName.RESIDENT, place_id=place_id)
    return team, wang, await promises.fill(team.gao.viewer, wang.viewer, place_id=place_id)


async def test_a_receipt_and_what_was_done_are_seen_by_neighbours_without_where_they_were_taken(
    client: Client, clock: StillClock, tmp_path: Path
) -> None:
    team, wang, made = await _staged(client, tmp_path)
    project = f"/projects/{made['project']}"
    spent = {"what": "水泥", "payee": "建材店", "spent_on": "2026-03-02", "yuan": "12.50"}
    assert "支出记好了" in await _sent(team.chen, f"{project}/spend", photos.photo(90), **spent)
    finish = f"/milestones/{made['milestone']}/finish"
    assert "节点完成了" in await _sent(team.chen, finish, photos.photo(80), photos.photo(70), note="砌好了")
    shown = _pictures((await wang.see(project)).html)
    assert len(shown) == 3
    for path in shown:
        for end in ("", "/preview"):
            answer = await client.get(path + end, cookies=wang.cookies)
            content = await answer.read()
            assert (answer.status, answer.content_type) == (200, "image/jpeg")
            assert (photos.told(content), photos.WHERE.encode() in content) == ({}, False)
            assert "no-store" in answer.headers["Cache-Control"]


async def test_nobody_else_sees_one_and_no_neighbour_once_the_proposal_is_hidden(
    client: Client, clock: StillClock, tmp_path: Path
) -> None:
    team, wang, made = await _staged(client, tmp_path)
    finish = f"/milestones/{made['milestone']}/finish"
    await _sent(team.chen, finish, photos.photo(), note="砌好了")
    [path] = _pictures((await wang.see(f"/projects/{made['project']}")).html)
    other = await Place.get(slug="other")
    outsider = await person(client, "外", role=RoleName.RESIDENT, place_id=other.id)
    for who in (outsider, team.outsider):
        assert (await client.get(path, cookies=who.cookies)).status == 404
    assert (await client.get(path)).status == 404, "a guest"
    hide = "UPDATE post SET state='hidden' WHERE id=(SELECT p.post_id FROM proposal p JOIN project j"
    await execute(f"{hide} ON j.proposal_id=p.id WHERE j.id=$1)", made["project"])
    assert (await client.get(path, cookies=wang.cookies)).status == 404


async def test_a_receipt_stays_when_the_account_of_who_noted_it_goes(
    client: Client, clock: StillClock, tmp_path: Path
) -> None:
    team, wang, made = await _staged(client, tmp_path)
    spent = {"what": "水泥", "payee": "建材店", "spent_on": "2026-03-02", "yuan": "12.50"}
    await _sent(team.chen, f"/projects/{made['project']}/spend", photos.photo(), **spent)
    own = await files.keep(photos.photo(), by=team.chen.viewer, kind=FileKind.PHOTO, place_id=places.home_place_id())
    await Role.filter(person_id=team.chen.viewer.person_id).delete()
    leaver = await viewer_of(team.chen.viewer.person_id or 0)
    assert leaver is not None
    await leaving.delete_account(by=leaver)
    [path] = _pictures((await wang.see(f"/projects/{made['project']}")).html)
    assert (await client.get(path, cookies=wang.cookies)).status == 200
    [receipt] = await StoredFile.all()
    assert (receipt.person_id, receipt.id != own.id) == (None, True)


async def test_who_may_not_do_it_leaves_no_photo_behind(client: Client, clock: StillClock, tmp_path: Path) -> None:
    _, wang, made = await _staged(client, tmp_path)
    spent = {"what": "水泥", "payee": "建材店", "spent_on": "2026-03-02", "yuan": "12.50"}
    await _sent(wang, f"/projects/{made['project']}/spend", photos.photo(), **spent)
    await _sent(wang, f"/milestones/{made['milestone']}/finish", photos.photo(), note="砌好了")
    assert await StoredFile.all().count() == 0
    assert [one for one in (tmp_path / "files").rglob("*") if one.is_file()] == []


async def test_what_is_no_photo_is_refused_and_what_was_typed_stays(
    client: Client, clock: StillClock, tmp_path: Path
) -> None:
    team, _, made = await _staged(client, tmp_path)
    spent = {"what": "水泥", "payee": "建材店", "spent_on": "2026-03-02", "yuan": "12.50"}
    html = await _sent(team.chen, f"/projects/{made['project']}/spend", b"no photo at all", **spent)
    assert ("水泥" in html, "建材店" in html, "支出记好了" in html) == (True, True, False)


async def test_photos_are_not_chosen_again_where_the_form_was_refused(
    client: Client, clock: StillClock, tmp_path: Path
) -> None:
    team, wang, made = await _staged(client, tmp_path)
    project, spent = f"/projects/{made['project']}", {"what": "水泥", "payee": "建材店", "spent_on": "2026-03-02"}
    html = await _sent(team.chen, f"{project}/spend", photos.photo(), **spent, yuan="99999")
    names = re.findall(r'name="photos" value="([^"]+)"', html)
    assert (len(names), "1 张照片已经收下" in html) == (1, True)
    assert "支出记好了" in await _sent(team.chen, f"{project}/spend", **spent, yuan="12.50", photos=names[0])
    finish = f"/milestones/{made['milestone']}/finish"
    html = await _sent(team.chen, finish, photos.photo(80), milestone=f"{made['milestone']}", note="")
    [name] = re.findall(r'name="photos" value="([^"]+)"', html)
    await _sent(team.chen, finish, milestone=f"{made['milestone']}", note="砌好了", photos=name)
    assert _pictures((await wang.see(project)).html) == sorted(f"/files/{one}" for one in (names[0], name))
