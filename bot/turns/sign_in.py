"""登录: a link that works once and a code to type on the page, for who lives here and writes from their own chat."""

from __future__ import annotations

from dataclasses import replace

from bot.memory import OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import part_said, says
from courier.letters import Letter, Link
from models.wording import say
from people import login_codes


async def take(scene: Scene) -> Reply | None:
    """登录码: shown to the chat it was asked in, and to nobody at the desk."""
    is_picked = scene.chosen is not None and scene.chosen.kind is OfferKind.SIGN_IN
    number = part_said("sign_in_number", scene.heard.normalised)
    if not is_picked and not number and not says("sign_in", scene.heard.normalised):
        return None
    if scene.viewer.person_id is None:
        return reply(scene, Outcome.ACCOUNT, say("account.unknown"))
    if number:
        return await _for_one_browser(scene, number)
    way = await login_codes.make_code(by=scene.viewer)
    text = say("sign_in.way", digits=f"{way.digits[:4]} {way.digits[4:]}")
    letter = Letter(text, links=(Link(say("sign_in.link"), f"/login/link/{way.link}"),))
    return replace(reply(scene, Outcome.ONE_TIME, text), letter=letter, kept=say("sign_in.kept"))


async def _for_one_browser(scene: Scene, number: str) -> Reply:
    """登录 4821: a code that is good only where the page with that number is open; a link would open elsewhere."""
    way = await login_codes.make_code(by=scene.viewer, number=number)
    text = say("sign_in.for_one_browser", digits=f"{way.digits[:4]} {way.digits[4:]}")
    return replace(reply(scene, Outcome.ONE_TIME, text), kept=say("sign_in.kept"))
