"""Who may do what: one table of verb by role. A pair that is not in the table is denied."""

from __future__ import annotations

from models.errors import NotAllowed
from models.person import RoleName
from people.viewers import Viewer, ViewerKind

GUEST = "guest"
SYSTEM = "system"

_NEIGHBOURS = (RoleName.RESIDENT, RoleName.BUILDING_CAPTAIN, RoleName.VOLUNTEER)
_STAFF = (RoleName.WORKER, RoleName.SECRETARY, RoleName.ADMIN)
_LEAD = (RoleName.SECRETARY, RoleName.ADMIN)
_PARTNERS = (
    RoleName.POLICE,
    RoleName.DOCTOR,
    RoleName.PROPERTY,
    RoleName.OWNERS_COMMITTEE,
    RoleName.MEDIATOR,
    RoleName.MODERATOR,
    RoleName.UNIT_MEMBER,
)
_OBSERVERS = (RoleName.SUBDISTRICT_OBSERVER, RoleName.DISTRICT_OBSERVER)
_STREET = (RoleName.SUBDISTRICT_DESK, *_OBSERVERS)
_ACCOUNTS = (*_STAFF, *_PARTNERS, *_STREET)
_EVERYONE = (GUEST, *_NEIGHBOURS, *_STAFF, *_PARTNERS, RoleName.SUBDISTRICT_DESK)

PERMISSIONS: dict[str, tuple[str, ...]] = {
    # what residents do
    "guide.read": (*_EVERYONE, *_OBSERVERS, SYSTEM),
    "conversation.speak": _EVERYONE,
    "conversation.read": (*_STAFF, SYSTEM),
    "conversation.erase": _EVERYONE,
    "conversation.mute": _STAFF,
    "conversation.unmute": _STAFF,
    "question.open": (*_EVERYONE, SYSTEM),
    "question.add": _EVERYONE,
    "question.rate": (GUEST, *_NEIGHBOURS, *_STAFF, *_PARTNERS),
    # what staff do at the desk
    "question.read": (*_STAFF, RoleName.SUBDISTRICT_DESK, SYSTEM),
    "question.claim": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "question.reply": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "question.correct": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "question.withdraw": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "question.reach": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "question.release": (*_STAFF, RoleName.SUBDISTRICT_DESK, SYSTEM),
    "question.close": (*_STAFF, RoleName.SUBDISTRICT_DESK, SYSTEM),
    "question.transfer": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "question.accept": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "question.unseal": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "alarm.acknowledge": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "alarm.read": (*_STAFF, RoleName.SUBDISTRICT_DESK, SYSTEM),
    "canned.write": _STAFF,
    # where somebody is reached, and ways in
    "contact.make_code": (*_NEIGHBOURS, *_STAFF, *_PARTNERS, RoleName.SUBDISTRICT_DESK),
    "contact.bind": _EVERYONE,
    "contact.unbind": (*_NEIGHBOURS, *_STAFF, *_PARTNERS, RoleName.SUBDISTRICT_DESK),
    "login.make_code": _NEIGHBOURS,
    "login.print_code": _STAFF,
    "session.revoke": (*_NEIGHBOURS, *_ACCOUNTS),
    "session.disown": (*_NEIGHBOURS, *_ACCOUNTS),
    # the pack
    "guide.read_notes": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "guide.draft": (*_STAFF, SYSTEM),
    "guide.publish": (*_LEAD, SYSTEM),
    "guide.publish_worse": (RoleName.ADMIN, SYSTEM),
    "guide.refuse": _LEAD,
    "guide.withdraw": (*_LEAD, SYSTEM),
    "guide.decide_shared": (RoleName.ADMIN, SYSTEM),
    "guide.overlay": _LEAD,
    "guide.import": (RoleName.ADMIN, SYSTEM),
    "guide.publish_import": (RoleName.ADMIN, SYSTEM),
    "guide.export": (*_STAFF, SYSTEM),
    "upkeep.read": (*_STAFF, RoleName.SUBDISTRICT_DESK, SYSTEM),
    "upkeep.remind": (SYSTEM,),
    "miss.read": (*_STAFF, SYSTEM),
    "miss.dismiss": _STAFF,
    "miss.resolve": (*_STAFF, SYSTEM),
    "feedback.read": (*_STAFF, SYSTEM),
    "phrasing.read": (*_STAFF, SYSTEM),
    "phrasing.add": _STAFF,
    "phrasing.dismiss": _STAFF,
    # homes and who lives there
    "home.read": (*_STAFF, SYSTEM),
    "home.count": (*_STAFF, *_STREET, SYSTEM),
    "home.check": (*_LEAD, SYSTEM),
    "home.load": (*_LEAD, SYSTEM),
    "home.drop": (*_LEAD, SYSTEM),
    "residence.move_in": (*_STAFF, SYSTEM),
    "residence.move_out": (*_STAFF, SYSTEM),
    # records of people
    "person.read": (*_STAFF, SYSTEM),
    "person.count": (*_STAFF, *_STREET, SYSTEM),
    "person.tag": (*_STAFF, SYSTEM),
    "person.untag": (*_STAFF, SYSTEM),
    "person.reveal_phone": _STAFF,
    "person.reveal_id_number": _LEAD,
    "person.read_looks": _LEAD,
    "person.see_shown": (*_NEIGHBOURS, *_STAFF, *_PARTNERS, SYSTEM),
    "person.look_up": _STAFF,
    "person.choose_name": _NEIGHBOURS,
    "badge.mark": _LEAD,
    "badge.unmark": _LEAD,
    "badge.show": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "badge.withdraw": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "tag.add": (*_LEAD, SYSTEM),
    "tag.rename": (*_LEAD, SYSTEM),
    "tag.retire": (*_LEAD, SYSTEM),
    "service.note": _STAFF,
    "service.strike": _STAFF,
    "service.strike_others": _LEAD,
    "export.read": _STAFF,
    "export.ask": _STAFF,
    "export.approve": _LEAD,
    "export.refuse": _LEAD,
    "export.withdraw": _STAFF,
    "export.take": _STAFF,
    "keys.rotate": (SYSTEM,),
    # coming to live here
    "join.ask": _EVERYONE,
    "join.withdraw": _EVERYONE,
    "join.vouch": _NEIGHBOURS,
    "join.read": (*_STAFF, SYSTEM),
    "join.approve": (*_STAFF, SYSTEM),
    "join.refuse": (*_STAFF, SYSTEM),
    "join.expire": (SYSTEM,),
    "join.read_links": (*_STAFF, SYSTEM),
    "join.make_link": (*_LEAD, SYSTEM),
    "residence.keep": (*_STAFF, SYSTEM),
    "household.read": _NEIGHBOURS,
    "household.leave": _NEIGHBOURS,
    "household.report": _NEIGHBOURS,
    # who acts for whom
    "acting.read": _STAFF,
    "acting.give": (*_STAFF, SYSTEM),
    "acting.propose": _NEIGHBOURS,
    "acting.agree": (*_NEIGHBOURS, *_STAFF),
    "acting.end": _EVERYONE,
    # a neighbourhood's own
    "rules.change": (*_LEAD, SYSTEM),
    "place.decorate": (*_LEAD, SYSTEM),
    # running it
    "roster.write": _LEAD,
    "place.add": (RoleName.ADMIN, SYSTEM),
    "place.change": (*_LEAD, SYSTEM),
    "user.read": _LEAD,
    "user.add": (*_LEAD, SYSTEM),
    "user.grant": (*_LEAD, SYSTEM),
    "user.password": (*_LEAD, SYSTEM),
    "user.sign_out": (*_LEAD, SYSTEM),
    "user.revoke": (*_LEAD, SYSTEM),
    "user.deactivate": (*_LEAD, SYSTEM),
    "user.reactivate": (*_LEAD, SYSTEM),
    "user.keep": _LEAD,
    "password.change": _ACCOUNTS,
    "second_step.enrol": _ACCOUNTS,
    "user.second_step": (*_LEAD, SYSTEM),
    "privacy.read": (*_NEIGHBOURS, *_ACCOUNTS),
    "privacy.export": (*_NEIGHBOURS, *_ACCOUNTS),
    "privacy.delete": (*_NEIGHBOURS, *_ACCOUNTS),
    "person.delete": _LEAD,
    "audit.read": _LEAD,
    "audit.export": _LEAD,
    "retention.clear": (SYSTEM,),
    "figures.read": (*_STAFF, *_STREET, SYSTEM),
}


def only_watches(viewer: Viewer) -> bool:
    """Whether all that somebody is anywhere is an observer: they read sums and write nothing but their own account."""
    return bool(viewer.roles) and all(held.role in _OBSERVERS for held in viewer.roles)


def may(viewer: Viewer, verb: str, place_id: int | None) -> bool:
    """Whether the table lets this viewer do the verb on something of this place (None: of no place in particular)."""
    allowed = PERMISSIONS.get(verb, ())
    if viewer.kind is ViewerKind.SYSTEM:
        return SYSTEM in allowed
    if not viewer.roles:
        return GUEST in allowed and place_id in (None, viewer.place_id)
    return any(held.role in allowed and place_id in (None, held.place_id) for held in viewer.roles)


def allow(viewer: Viewer, verb: str, place_id: int | None) -> None:
    """Refuse with NotAllowed unless the table lets them."""
    if not may(viewer, verb, place_id):
        raise NotAllowed("not_allowed", verb=verb)
