"""角色 for who leads, in their chats: who holds which role, and one more given after being asked again. What takes away
asks on the page for a password once more and is done there; so is giving a role that comes in by a second step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot import records
from bot.memory import Offer, OfferKind
from bot.records import MOST, told
from bot.reply import Reply
from bot.scene import Scene, just_asked
from bot.words import says
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.person import RoleName
from models.transaction import savepoint
from models.wording import say, say_refusal
from people import accounts, badges, login, shown, staff
from people.accounts import Account
from people.permissions import may
from people.ranks import NEIGHBOURS_GIVEN, may_give, must_be_of_neighbours

PATH = "/staff"
_REFUSALS = (Invalid, NotAllowed, NotFound, Taken, WrongState)


async def take(scene: Scene) -> Reply | None:
    """角色, and what was picked of it."""
    chosen = scene.chosen
    is_asked = says("roles", scene.heard.normalised) and may(scene.viewer, "user.read", scene.place_id)
    is_picked = chosen is not None and chosen.kind is OfferKind.ROLES
    if not is_picked and (chosen is not None or not is_asked):
        return None
    if not await records.is_enough(scene):
        return records.on_page(scene, PATH)
    verb, *given = (chosen.value if chosen else "list:0").split(":")
    return await _DEEDS[verb](scene, given)


def _offer(key: str, verb: str, *given: object, **facts: object) -> Offer:
    return Offer(say(f"register.{key}", **facts), OfferKind.ROLES, ":".join(map(str, (verb, *given))))


def _word(role: RoleName) -> str:
    return say(f"staff.role.{role.value}")


def _words(roles: Sequence[RoleName]) -> str:
    return say("register.and").join(map(_word, roles)) or say("register.no_role")


async def _list(scene: Scene, given: Sequence[str]) -> Reply:
    """账号, then neighbours who do something for the others; so many at a time."""
    viewer, place_id, at = scene.viewer, scene.place_id, int(given[0])
    working = [one for one in await accounts.accounts(viewer=viewer, place_id=place_id) if one.is_active]
    helping = await accounts.neighbours(viewer=viewer, place_id=place_id)
    lines = [_offer("holds", "account", one.id, name=one.name, roles=_words(one.roles)) for one in working]
    lines += [_offer("holds", "neighbour", one.id, name=one.name, roles=_word(one.role)) for one in helping]
    onward = [_offer("more", "list", at + MOST)] if len(lines) > at + MOST else []
    text = say("register.accounts", working=len(working), helping=len(helping))
    return told(scene, text, PATH, offers=(*lines[at : at + MOST], *onward))


async def _account(scene: Scene, given: Sequence[str], *, above: str = "") -> Reply:
    """One who works here: what they hold, and what may be given."""
    found = await accounts.account(int(given[0]), viewer=scene.viewer, place_id=scene.place_id)
    text = records.above(above, _account_words(found))
    gives = [_give_offer("account", found.id, role) for role in await _free(scene, found)]
    return told(scene, text, f"{PATH}/{found.id}", offers=(*gives, *_taking("account", found.id, found.roles), _back()))


def _account_words(found: Account) -> str:
    boards = say("register.and").join(say(f"board.name.{one.value}") for one in found.boards)
    return say(
        "register.account",
        name=found.name,
        roles=_words(found.roles),
        boards=say("register.kept_to", boards=boards) if boards else "",
        sessions=found.sessions,
        second=say(f"register.second_{'on' if found.has_second_step else 'off'}"),
    )


async def _free(scene: Scene, found: Account) -> list[RoleName]:
    """What may be given in a chat: they hold it not, and it does not come in by a second step."""
    given = await accounts.roles_to_give(viewer=scene.viewer, place_id=scene.place_id)
    return [one for one in given if one not in found.roles and not login.role_asks_second_step(one, scene.place_id)]


def _give_offer(of: str, person_id: int, role: RoleName) -> Offer:
    return _offer("give", "sure", of, person_id, role.value, role=_word(role))


def _taking(of: str, person_id: int, roles: Sequence[RoleName]) -> list[Offer]:
    return [_offer("take", "take", of, person_id, one.value, role=_word(one)) for one in roles]


def _back() -> Offer:
    return _offer("to_roles", "list", 0)


async def _neighbour(scene: Scene, given: Sequence[str], *, above: str = "") -> Reply:
    """A resident: what they do for the others, and what may be given."""
    person_id = int(given[0])
    await badges.badge_of(person_id, viewer=scene.viewer)
    found = await shown.standing(person_id, viewer=scene.viewer)
    may_be = [role for role in NEIGHBOURS_GIVEN if may_give(scene.viewer, role, scene.place_id)]
    gives = [_give_offer("neighbour", person_id, role) for role in may_be if role not in found.roles]
    takes = _taking("neighbour", person_id, [role for role in found.roles if role in may_be])
    text = records.above(above, say("register.holder", name=found.real or found.name, roles=_words(found.roles)))
    return told(scene, text, f"/people/{person_id}#standing", offers=(*gives, *takes, _back()))


async def _sure(scene: Scene, given: Sequence[str]) -> Reply:
    """Asked again before a role is given."""
    of, person_id, role = given[0], int(given[1]), staff.role_named(given[2])
    about = say(f"staff.role_about.{role.value}")
    offers = (_offer("give_sure", "give", *given, role=_word(role)), _offer("give_not", of, person_id))
    return told(scene, say("register.sure", role=_word(role), about=about), _path(of, person_id), offers=offers)


def _path(of: str, person_id: int) -> str:
    return f"{PATH}/{person_id}" if of == "account" else f"/people/{person_id}"


async def _give(scene: Scene, given: Sequence[str]) -> Reply:
    """授权; a digit typed long after asks anew."""
    if not just_asked(scene):
        return await _sure(scene, given)
    of, person_id, role = given[0], int(given[1]), staff.role_named(given[2])
    show = _account if of == "account" else _neighbour
    try:
        async with savepoint():
            await _granted(scene, person_id, role, of=of)
    except _REFUSALS as refusal:
        return await show(scene, [str(person_id)], above=say_refusal(refusal))
    return await show(scene, [str(person_id)], above=say("register.given", role=_word(role)))


async def _granted(scene: Scene, person_id: int, role: RoleName, *, of: str) -> None:
    if of == "neighbour":
        await badges.badge_of(person_id, viewer=scene.viewer)
        must_be_of_neighbours(role)
    elif login.role_asks_second_step(role, scene.place_id):
        raise NotAllowed("user.role_on_page")
    await staff.grant(person_id, by=scene.viewer, role=role, place_id=scene.place_id)


async def _take(scene: Scene, given: Sequence[str]) -> Reply:
    """收回: on the page, which asks for a password first."""
    of, person_id, role = given[0], int(given[1]), staff.role_named(given[2])
    return told(scene, say("register.take_on_page", role=_word(role)), _path(of, person_id), offers=(_back(),))


_DEEDS: Mapping[str, Callable[[Scene, Sequence[str]], Awaitable[Reply]]] = {
    "list": _list,
    "account": _account,
    "neighbour": _neighbour,
    "sure": _sure,
    "give": _give,
    "take": _take,
}
