"""The audit log on a page: for who leads, of their own place only, filtered and taken out on record."""

from __future__ import annotations

import io

from openpyxl import load_workbook

from models.transaction import transaction
from people import audit, places
from portal.security import form_token
from tests.portal.colleagues import Team, audited, hire
from tests.portal.conftest import Client


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
    page = await team.gao.see("/audit?verb=canned.write&first=2020-01-01&who=小陈&number=7")
    assert (page.status, "=1+1" in page.html, "elsewhere" in page.html) == (200, True, False)
    assert "记录链完好" in page.html
    assert "=1+1" not in (await team.gao.see("/audit?verb=canned.write&last=2020-01-01")).html
    sent = {"form_token": form_token(team.gao.token), "verb": "canned.write"}
    response = await client.post("/audit/export", data=sent, cookies=team.gao.cookies)
    book = load_workbook(io.BytesIO(await response.read()))
    cells = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
    assert "'=1+1" in cells
    assert not any(cell.startswith("=") for cell in cells)
    assert await audited("audit.export") == 1
    assert (await team.chen.see("/audit")).status == 403
    assert places.home_place_id() == team.gao.viewer.place_id
