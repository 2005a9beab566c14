"""A neighbourhood's own rules and look: held for it alone, checked like the file, with every change on record."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework import clocks
from models import clock
from models.errors import Invalid, NotAllowed
from models.place import Accent, Place
from models.rules import rules as common
from people import places, rules
from people.rules import rules_of
from tests.portal.colleagues import Team, audited, hire
from tests.portal.conftest import Client

SHEET = (Path(__file__).parents[2] / "portal" / "static" / "site.css").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def fresh_rules() -> Iterator[None]:
    """What one test's places set must not reach the next."""
    rules.forget()
    yield
    rules.forget()


@pytest.fixture
async def team(client: Client) -> Team:
    """Everybody, signed in."""
    return await hire(client)


async def test_an_own_rule_holds_here_at_once_and_nowhere_else(team: Team) -> None:
    here, other = places.home_place_id(), (await Place.get(slug="other")).id
    page = await team.gao.send("/rules", first_answer_hours="0.5", reopen_days="30", two_people_to_publish="false")
    assert "规则已经改好" in page.html
    mine = rules_of(here)
    assert (mine.first_answer_hours, mine.reopen_days, mine.two_people_to_publish) == (0.5, 30, False)
    assert rules_of(other) == rules_of(None) == common()
    now = clock.now()
    assert clocks.start(now, place_id=here)["first_due"] <= clocks.start(now, place_id=other)["first_due"]
    assert await audited("rules.change") == 3
    assert "0.5" in page.html
    assert "高书记" in page.html


async def test_an_emptied_rule_falls_back_and_an_unchanged_one_leaves_no_trace(team: Team) -> None:
    here = places.home_place_id()
    for typed in ({"done_days": "3"}, {"done_days": "3"}, {}):
        await team.gao.send("/rules", **typed)
    assert rules_of(here) == common()
    assert await audited("rules.change") == 2


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("done_days", "0"),
        ("done_days", "1.5"),
        ("done_days", "三"),
        ("done_days", "true"),
        ("first_answer_hours", "101"),
        ("first_answer_hours", "NaN"),
        ("first_answer_hours", "Infinity"),
        ("reopen_days", "100"),
        ("two_people_to_publish", "1"),
        ("two_people_to_publish", "[]"),
    ],
)
@pytest.mark.databases("sqlite")
async def test_what_the_file_could_not_say_is_refused_with_what_was_typed(team: Team, name: str, typed: str) -> None:
    page = await team.gao.send("/rules", **{name: typed})
    assert page.status == 422
    assert rules_of(places.home_place_id()) == common()
    assert await audited("rules.change") == 0


async def test_another_process_hears_of_it_at_its_next_look(team: Team) -> None:
    await team.gao.send("/rules", done_days="3")
    rules.forget()
    assert await rules.refresh()
    assert not await rules.refresh()
    assert rules_of(places.home_place_id()).done_days == 3


async def test_two_who_change_rules_at_once_both_count(team: Team) -> None:
    here = places.home_place_id()
    await asyncio.gather(
        rules.change(here, by=team.gao.viewer, typed={"done_days": "3"}),
        rules.change(here, by=team.admin.viewer, typed={"reopen_days": "9"}),
    )
    rules.forget()
    await rules.refresh()
    assert (rules_of(here).done_days, rules_of(here).reopen_days) == (3, 9)


async def test_only_those_who_lead_change_rules_and_only_at_home(team: Team) -> None:
    here = places.home_place_id()
    assert (await team.chen.send("/rules", done_days="3")).status == 403
    assert (await team.observer.see("/rules")).status == 403
    with pytest.raises(NotAllowed):
        await rules.change(here, by=team.outsider.viewer, typed={"done_days": "3"})
    await team.outsider.send("/rules", done_days="3")
    assert rules_of(here) == common()


async def test_a_line_and_a_colour_show_on_every_page_at_once(team: Team) -> None:
    await team.gao.send("/rules/look", motto="远亲不如近邻", accent="blue")
    home = await (await team.gao.client.get("/")).text()
    assert "远亲不如近邻" in home
    assert "accent-blue" in home
    assert "远亲不如近邻" not in (await team.outsider.see("/rules")).html
    for typed in ({"motto": "长" * 25, "accent": "blue"}, {"motto": "一\n二", "accent": "blue"}, {"accent": "pink"}):
        assert (await team.gao.send("/rules/look", **typed)).status == 422


def _light(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_light(one), _light(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("accent", [one for one in Accent if one is not Accent.GREEN])
def test_every_colour_can_be_read(accent: Accent) -> None:
    rule = re.search(rf"^\.accent-{accent} \{{(.*?)\}}", SHEET, re.MULTILINE)
    assert rule
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", rule[1]))
    for paper in ("#ffffff", "#f4f6f3", colours["accent-soft"]):
        assert _contrast(colours["accent"], paper) >= 4.5
        assert _contrast(colours["accent-deep"], paper) >= 7


def test_an_own_rule_is_one_of_the_rules() -> None:
    assert set(rules.OWN) <= set(type(common()).model_fields)
    with pytest.raises(Invalid):
        rules._held({"done_days": 0})
