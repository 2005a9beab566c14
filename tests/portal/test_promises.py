"""What comes after a decision, on pages: published and objected to, carried out, signed, rated."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.person import RoleName
from models.transaction import fetch
from people import places, shelf
from tests import promises
from tests.conftest import StillClock
from tests.people.joining import fresh_limits
from tests.portal.callers import Api
from tests.portal.colleagues import hire, person
from tests.portal.conftest import Client

PAGES = (
    *(
        "/publications",
        "/publications/{publication}",
        "/publications/{publication}/print",
        "/projects",
        "/projects/overdue",
        "/projects/{project}",
    ),
    *("/covenants", "/covenants/{covenant}", "/covenants/{covenant}/beside", "/covenants/{covenant}/print"),
    *("/appraisals", "/appraisals/{appraisal}"),
)
FORMS = (
    *("/publications/new?proposal={decided}", "/projects/new?proposal={decided_project}"),
    *("/covenants/new?proposal={decided_covenant}", "/appraisals/new?proposal={decided_done}"),
)


@pytest.mark.databases("sqlite")
async def test_everybody_reads_and_staff_do_on_pages(  # noqa: PLR0915 - one story through every page
    client: Client, clock: StillClock, tmp_path: Path
) -> None:
    shelf.use_folder(tmp_path / "files")
    fresh_limits()
    team, place_id = await hire(client), places.home_place_id()
    wang = await person(client, "王", role=RoleName.RESIDENT, place_id=place_id)
    li = await person(client, "李", role=RoleName.RESIDENT, place_id=place_id)
    made = await promises.fill(team.gao.viewer, wang.viewer, place_id=place_id)
    for path in PAGES:
        for who in (li, team.chen):
            assert (await who.see(path.format_map(made))).status == 200, path
    for path in FORMS:
        assert (await team.gao.see(path.format_map(made))).status == 200, path
        assert (await wang.see(path.format_map(made))).status == 403, path
    publication, project = f"/publications/{made['publication']}", f"/projects/{made['project']}"
    sheet = (await li.see(f"{publication}/print")).html
    assert ("东门的花坛重新砌" in sheet, "提异议" in sheet, "挡住了路灯" in sheet) == (True, True, False)
    short = await li.send(f"{publication}/object", text="不")
    assert (short.status, "异议请写" in short.html) == (422, True)
    assert "异议收到了" in (await li.send(f"{publication}/object", text="挡住了我家的窗")).html
    assert "已经提过" in (await li.send(f"{publication}/object", text="挡住了我家的窗")).html
    answered = await team.chen.send(f"/objections/{made['objection']}/answer", answer="路灯会移到花坛外面")
    assert "答复了" in answered.html
    seen = (await li.see(publication)).html
    assert ("路灯会移到花坛外面" in seen, "一位居民" in seen) == (True, True)
    spent = {"what": "水泥", "payee": "建材店", "spent_on": "2026-03-02"}
    over = await team.chen.send(f"{project}/spend", **spent, yuan="10000")
    assert (over.status, "超预算" in over.html, "水泥" in over.html) == (422, True, True)
    assert "支出记好了" in (await team.chen.send(f"{project}/spend", **spent, yuan="12.50")).html
    assert "冲正了" in (await team.gao.send(f"/spendings/{made['spending']}/correct")).html
    assert "节点完成了" in (await team.chen.send(f"/milestones/{made['milestone']}/finish", note="砌好了")).html
    assert "完工了" in (await team.chen.send(f"{project}/finish")).html
    assert "不在名册" in (await li.send(f"/appraisals/{made['appraisal']}/rate", outcome="5", unit="5")).html


@pytest.mark.databases("sqlite")
async def test_a_publication_is_taken_back_after_its_answers_and_says_where_the_proposal_stands(
    client: Client, clock: StillClock
) -> None:
    fresh_limits()
    team, place_id = await hire(client), places.home_place_id()
    li = await person(client, "李", role=RoleName.RESIDENT, place_id=place_id)
    made = await promises.fill(team.gao.viewer, li.viewer, place_id=place_id)
    back, publication = f"/proposals/{made['published']}/reconsider", f"/publications/{made['publication']}"
    refused = await team.gao.send(back, version=1, reason="异议成立，重新讨论")
    assert (refused.status, "先在公示里答复" in refused.html) == (409, True)
    assert "现在：" not in (await li.see(publication)).html
    await team.chen.send(f"/objections/{made['objection']}/answer", answer="您说得对，退回去重新讨论")
    await team.gao.send(back, version=1, reason="异议成立，重新讨论")
    assert "（现在：讨论）" in (await li.see(publication)).html


@pytest.mark.databases("sqlite")
async def test_what_came_of_a_proposal_is_found_from_its_page(client: Client, clock: StillClock) -> None:
    team, place_id = await hire(client), places.home_place_id()
    li = await person(client, "李", role=RoleName.RESIDENT, place_id=place_id)
    made = await promises.fill(team.gao.viewer, li.viewer, place_id=place_id)
    for who in (team.gao, team.chen):
        assert "/publications/new?" in (await who.see(f"/proposals/{made['decided']}")).html
    agreed = f"/proposals/{made['decided_covenant']}"
    seen = ["/covenants/new?" in (await who.see(agreed)).html for who in (team.gao, team.chen, li)]
    assert seen == [True, False, False], "what one may not do is not offered"
    for kind in ("publication", "project", "covenant", "appraisal"):
        origin = (await fetch(_ORIGIN.format(table="covenant_version" if kind == "covenant" else kind)))[0]
        here = f"/proposals/{origin['proposal_id']}"
        assert f'href="/{kind}s/{made[kind]}"' in (await li.see(here)).html, kind
        shown = await Api(client).call("readProposal", li, id=origin["proposal_id"])
        assert [(one["kind"], one["id"]) for one in shown["came_of"]] == [(kind, made[kind])]
        seen = (await team.gao.see(here)).html
        assert ("/publications/new?" in seen, "/appraisals/new?" in seen) == (False, kind == "covenant"), (
            "one after the other"
        )


_ORIGIN = "SELECT proposal_id FROM {table} ORDER BY id LIMIT 1"
