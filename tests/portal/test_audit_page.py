"""The audit log on a page: for who leads, of their own place only, filtered and taken out on record."""

from __future__ import annotations

import ast
import io
from pathlib import Path

from openpyxl import load_workbook

from models.export import Export
from models.transaction import transaction
from models.wording import say
from people import audit, places
from people.audit_words import verb_in_words
from portal.security import form_token
from tests.portal.colleagues import Team, audited, hire
from tests.portal.conftest import Client

ROOT = Path(__file__).parents[2]
WRITERS = {"record", "note_down", "once", "act"}


async def _written(team: Team, detail: str, *, by_outsider: bool = False) -> None:
    who = (team.outsider if by_outsider else team.chen).viewer
    async with transaction():
        await audit.record(
            who,
            "canned.write",
            subject="canned_answer",
            subject_id=7,
            place_id=who.place_id,
            detail=detail,
        )


async def test_who_leads_reads_filters_and_takes_out_the_log_of_their_place(client: Client) -> None:
    team = await hire(client)
    await _written(team, "=1+1")
    await _written(team, "elsewhere", by_outsider=True)
    page = await team.gao.see("/audit?verb=canned.write&first=2020-01-01&who=%E9%99%88&number=7")
    assert (page.status, "=1+1" in page.html, "elsewhere" in page.html) == (200, True, False)
    assert "记录链完好" in page.html
    assert "canned" not in page.html.partition("记录</h2>")[2].partition("</ul>")[0], "in words"
    assert (await team.gao.see("/audit?first=9999-12-31&last=9999-12-31")).status == 422
    assert "=1+1" not in (await team.gao.see("/audit?verb=canned.write&last=2020-01-01")).html
    assert (await team.chen.see("/audit")).status == 403
    assert places.home_place_id() == team.gao.viewer.place_id


async def test_lines_leave_the_house_when_another_who_leads_approved_and_once(client: Client) -> None:
    team = await hire(client)
    await _written(team, "=1+1")
    assert "请写一句为什么" in (await team.gao.send("/audit/export", verb="canned.write", purpose="check")).html
    why = {"purpose": "check", "reason": "核对"}
    assert (await team.chen.send("/audit/export", verb="canned.write", **why)).status == 404
    asked = await team.gao.send("/audit/export", verb="canned.write", **why)
    assert (asked.path, verb_in_words("canned.write") in asked.html) == ("/exports", True)
    export = await Export.get()
    assert "请另一位来批准" in (await team.gao.send(f"/exports/{export.id}/approve")).html
    assert (await team.gao.send(f"/exports/{export.id}/take")).status == 409
    assert "已经批准" in (await team.admin.send(f"/exports/{export.id}/approve")).html
    sent = {"form_token": form_token(team.gao.token)}
    response = await client.post(f"/exports/{export.id}/take", data=sent, cookies=team.gao.cookies)
    book = load_workbook(io.BytesIO(await response.read()))
    cells = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
    assert "'=1+1" in cells
    assert not any(cell.startswith("=") for cell in cells)
    assert await audited("audit.export") == 1


def test_whatever_is_written_has_words() -> None:
    """Every verb that the code writes into the log, as literals."""
    calls = [call for path in ROOT.glob("[pcf]*/**/*.py") for call in ast.walk(ast.parse(path.read_text("utf-8")))]
    written = [call for call in calls if isinstance(call, ast.Call) and ast.unparse(call.func) in WRITERS]
    said = {ast.literal_eval(one) for call in written for one in call.args[1:2] if isinstance(one, ast.Constant)}
    assert len(said) > 80
    assert [verb for verb in said if "." in verb and verb_in_words(verb) == say("audit.verb.other")] == []
