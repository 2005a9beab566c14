"""权限表 for who leads, in their chats: what a role may do, by area, as the one table has it."""

from __future__ import annotations

from collections.abc import Sequence

from bot import records
from bot.memory import Offer, OfferKind
from bot.records import MOST
from bot.reply import Reply
from bot.scene import Scene
from bot.words import says
from models.person import RoleName
from models.wording import say
from people import permission_table
from people.permission_table import Line
from people.permissions import may

PATH = "/permissions"


async def take(scene: Scene) -> Reply | None:
    """权限表: which role, which area of it, then its verbs."""
    chosen = scene.chosen
    is_asked = says("permission_table", scene.heard.normalised)
    is_picked = chosen is not None and chosen.kind is OfferKind.PERMISSIONS
    if not is_picked and (chosen is not None or not is_asked):
        return None
    if not may(scene.viewer, "user.read", scene.place_id):
        return None
    if chosen is None or not chosen.value:
        return _roles(scene)
    role, area = chosen.value.partition(":")[::2]
    return _verbs(scene, role, area) if area else _areas(scene, role, page=chosen.page)


def _offer(label: str, value: str, page: int = 0) -> Offer:
    return Offer(label, OfferKind.PERMISSIONS, value, page)


def _roles(scene: Scene) -> Reply:
    offers = [_offer(say(f"staff.role.{role.value}"), role.value) for role in RoleName]
    return records.told(scene, say("register.permissions"), PATH, offers=offers)


def _lines(role: str) -> Sequence[Line]:
    return [one for one in permission_table.lines() if role in one.who]


def _areas(scene: Scene, role: str, *, page: int) -> Reply:
    """What a role may do, by area; so many areas at a time."""
    areas = list(dict.fromkeys(one.area for one in _lines(role)))
    shown = areas[page * MOST : (page + 1) * MOST]
    offers = [_offer(area, f"{role}:{area}") for area in shown]
    onward = [_offer(say("register.more"), role, page + 1)] if len(areas) > (page + 1) * MOST else []
    text = say("register.may", role=say(f"staff.role.{role}"))
    back = _offer(say("register.other_role"), "")
    return records.told(scene, text, f"{PATH}?role={role}", offers=(*offers, *onward, back))


def _verbs(scene: Scene, role: str, area: str) -> Reply:
    """The verbs of an area, and over what each reaches."""
    lines = [one for one in _lines(role) if one.area == area]
    words = [say("register.verb", words=one.words, scope=say(f"permission.scope.{one.scope}")) for one in lines]
    head = say("register.may_in", role=say(f"staff.role.{role}"), area=area)
    back = (_offer(say("register.other_area"), role), _offer(say("register.other_role"), ""))
    return records.told(scene, "\n".join([head, *words]), f"{PATH}?role={role}", offers=back)
