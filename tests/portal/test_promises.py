"""What comes after a decision, on pages and as JSON: published and objected to, carried out, signed, rated."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.person import RoleName
from people import places, shelf
from tests import promises
from tests.conftest import StillClock
from tests.people.joining import fresh_limits
from tests.portal.callers import Api
from tests.portal.colleagues import hire, person
from tests.portal.conftest import Client

PAGES = (
    *("/publications", "/publications/{publication}", "/projects", "/projects/overdue", "/projects/{project}"),
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
async def test_the_same_as_json(  # noqa: PLR0915 - one story through every operation
    client: Client, clock: StillClock
) -> None:
    fresh_limits()
    team, caller, place_id = await hire(client), Api(client), places.home_place_id()
    wang = await person(client, "王", role=RoleName.RESIDENT, place_id=place_id)
    li = await person(client, "李", role=RoleName.RESIDENT, place_id=place_id)
    made = await promises.fill(team.gao.viewer, wang.viewer, place_id=place_id)
    new = {"proposal_id": made["decided"], "outcome": "covenant", "title": "公约", "text": "公约", "days": 7}
    assert await caller.call("publishPublication", li, body=new) == 403
    assert (await caller.call("publishPublication", team.chen, body=new))["id"] > made["publication"]
    assert len((await caller.call("listPublications", li))["publications"]) == 2
    body = {"text": "挡住了我家的窗"}
    assert (await caller.call("makeObjection", li, id=made["publication"], body=body))["id"] > 0
    assert await caller.call("makeObjection", li, id=made["publication"], body=body) == 409
    assert await caller.call("withdrawObjection", li, id=made["publication"]) == {"done": True}
    reply = {"text": "路灯会移到花坛外面"}
    assert await caller.call("answerObjection", li, id=made["objection"], body=reply) == 403
    assert await caller.call("answerObjection", team.chen, id=made["objection"], body=reply) == {"done": True}
    [first] = (await caller.call("getPublication", li, id=made["publication"]))["objections"][:1]
    assert (first["answer"], first["who"], first["as_role"]) == ("路灯会移到花坛外面", "", "worker")
    assert await caller.call("closePublication", team.gao, id=made["publication"]) == 409
    spent = {"what": "水泥", "payee": "建材店", "spent_on": "2026-03-02", "fen": 1_000_000}
    assert await caller.call("spendOfProject", team.chen, id=made["project"], body=spent) == 422
    assert (await caller.call("spendOfProject", team.chen, id=made["project"], body={**spent, "fen": 5}))["id"] > 0
    found = await caller.call("getProject", li, id=made["project"])
    assert sum(one["fen"] for one in found["spendings"]) == found["line"]["spent_fen"]
    [late] = (await caller.call("listOverdue", li))["overdue"]
    assert late["milestone"]["days_late"] == 2
    assert [one["number"] for one in (await caller.call("listCovenants", li))["covenants"]] == [1]
    sign = {"number": 1, "shows_name": True}
    assert await caller.call("signCovenant", li, id=made["covenant"], body=sign) == 403
    assert (await caller.call("getCovenant", li, id=made["covenant"]))["names"] == []
    shown = await caller.call("getAppraisal", li, id=made["appraisal"])
    assert (shown["rated"], shown["line"]["on_roll"]) == (None, False)
    assert await caller.call("rateAppraisal", li, id=made["appraisal"], body={"outcome": 5, "unit": 5}) == 403
