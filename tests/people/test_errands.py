"""A browser that is sent out comes back once, in time, itself, and with what nobody has brought before."""

from __future__ import annotations

import asyncio

import pytest
from tortoise.context import TortoiseContext

from models.errors import Invalid
from models.sealed import use_secrets
from people import entering, errands, login_codes
from people.entering import Browser
from people.errands import new_token
from tests.conftest import StillClock
from tests.people import town
from tests.people.neighbours import neighbour


@pytest.fixture(autouse=True)
def key() -> None:
    """A key for states."""
    use_secrets("a key for tests only")


async def test_it_comes_back_once_of_a_hundred_at_once(db: TortoiseContext, clock: StillClock) -> None:
    token = new_token()
    state = await errands.begin("telegram", token=token)
    tries = (errands.end("telegram", token=token, state=state, proof=f"{number}") for number in range(100))
    came = await asyncio.gather(*tries, return_exceptions=True)
    assert [one for one in came if not isinstance(one, Invalid)] == [None]


async def test_another_browser_another_state_another_channel_and_too_late_gain_nothing(
    db: TortoiseContext, clock: StillClock
) -> None:
    token, other = new_token(), new_token()
    state = await errands.begin("telegram", token=token)
    for channel, whose, given in (
        ("wechat", token, state),
        ("telegram", other, state),
        ("telegram", None, state),
        ("telegram", "", state),
        ("telegram", token, ""),
        ("telegram", token, "某"),
        ("telegram", other, errands.state_of(other)),
    ):
        with pytest.raises(Invalid, match="errand_gone"):
            await errands.end(channel, token=whose, state=given, proof="x")
    clock.forward(minutes=10)
    with pytest.raises(Invalid, match="errand_gone"):
        await errands.end("telegram", token=token, state=state, proof="x")


async def test_what_was_brought_once_is_brought_by_no_other_browser(db: TortoiseContext, clock: StillClock) -> None:
    for is_first in (True, False):
        token = new_token()
        state = await errands.begin("telegram", token=token)
        if is_first:
            await errands.end("telegram", token=token, state=state, proof="signed")
            continue
        with pytest.raises(Invalid, match="errand_gone"):
            await errands.end("telegram", token=token, state=state, proof="signed")


async def test_a_link_for_one_browser_is_good_in_no_other(db: TortoiseContext, clock: StillClock) -> None:
    wang = await neighbour((await town.found()).here)
    token = new_token()
    link = await login_codes.make_browser_link(by=await wang.viewer(), token=token)
    for other in ("", new_token()):
        with pytest.raises(Invalid, match="link_gone"):
            await login_codes.whose_link(link, token=other)
        with pytest.raises(Invalid, match="link_gone"):
            await entering.enter_by_link(link, browser=Browser("", "192.0.2.1", other))
    assert (await entering.enter_by_link(link, browser=Browser("", "192.0.2.1", token))).viewer.name == "王秀英"
