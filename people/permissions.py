"""Who may do what: one table of verb by role. A pair that is not in the table is denied."""

from __future__ import annotations

from models.errors import NotAllowed
from models.person import RoleName
from people.permission_scopes import reaches
from people.viewers import Viewer, ViewerKind

GUEST = "guest"
KNOWN = "known"
"""Somebody known by name who holds no role: who moved out, or acts for an elder and lives elsewhere."""
SYSTEM = "system"

_NEIGHBOURS = (RoleName.RESIDENT, RoleName.BUILDING_CAPTAIN, RoleName.VOLUNTEER)
_OWN = (KNOWN, *_NEIGHBOURS)
"""Those who come in by codes: what is theirs stays theirs when the last role is gone."""
_STAFF = (RoleName.WORKER, RoleName.SECRETARY, RoleName.ADMIN)
_LEAD = (RoleName.SECRETARY, RoleName.ADMIN)
_UNITS = (
    RoleName.POLICE,
    RoleName.DOCTOR,
    RoleName.PROPERTY,
    RoleName.OWNERS_COMMITTEE,
    RoleName.MEDIATOR,
    RoleName.UNIT_MEMBER,
)
_PARTNERS = (*_UNITS, RoleName.MODERATOR)
_PERSONS = (KNOWN, *_NEIGHBOURS, *_STAFF, *_PARTNERS, RoleName.SUBDISTRICT_DESK)
"""Everybody who is known by name and does more than look."""
_CALL = (*_STAFF, RoleName.BUILDING_CAPTAIN, RoleName.VOLUNTEER)
"""Those who call neighbours to something."""
_MEDIATE = (*_LEAD, RoleName.MEDIATOR)
_OBSERVERS = (RoleName.SUBDISTRICT_OBSERVER, RoleName.DISTRICT_OBSERVER)
_STREET = (RoleName.SUBDISTRICT_DESK, *_OBSERVERS)
_ACCOUNTS = (*_STAFF, *_PARTNERS, *_STREET)
_EVERYONE = (GUEST, KNOWN, *_NEIGHBOURS, *_STAFF, *_PARTNERS, RoleName.SUBDISTRICT_DESK)

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
    "question.rate": (GUEST, KNOWN, *_NEIGHBOURS, *_STAFF, *_PARTNERS),
    # what staff do at the desk
    "question.read": (*_STAFF, RoleName.SUBDISTRICT_DESK, SYSTEM),
    "question.take_down": (*_STAFF, RoleName.SUBDISTRICT_DESK),
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
    # cases: what residents do
    "case.report": _EVERYONE,
    "case.join": _EVERYONE,
    "case.follow": _EVERYONE,
    "case.add": _EVERYONE,
    "case.object": _EVERYONE,
    "case.rate": (*_EVERYONE, SYSTEM),
    "case.reopen": _EVERYONE,
    "case.withdraw": _EVERYONE,
    # cases: what is done about them
    "case.read": (*_STAFF, *_UNITS, RoleName.SUBDISTRICT_DESK, SYSTEM),
    "case.count": (*_STAFF, SYSTEM),
    "case.take_down": (*_STAFF, SYSTEM),
    "case.bring_in": _STAFF,
    "case.give_out": _STAFF,
    "case.accept": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "case.refuse": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "case.classify": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "case.dispatch": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "case.take_up": (*_STAFF, *_UNITS),
    "case.send_back": (*_STAFF, *_UNITS),
    "case.decide": (*_LEAD, RoleName.SUBDISTRICT_DESK),
    "case.hang": (*_LEAD, RoleName.SUBDISTRICT_DESK),
    "case.unhang": (*_LEAD, RoleName.SUBDISTRICT_DESK),
    "case.escalate": _STAFF,
    "case.transfer": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "case.receive": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "case.decline": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "case.contact": (*_STAFF, *_UNITS, RoleName.SUBDISTRICT_DESK),
    "case.pause": (*_STAFF, *_UNITS),
    "case.resume": (*_STAFF, *_UNITS),
    "case.ask_longer": (*_STAFF, *_UNITS),
    "case.prolong": (*_LEAD, RoleName.SUBDISTRICT_DESK),
    "case.refuse_longer": (*_LEAD, RoleName.SUBDISTRICT_DESK),
    "case.handle": (*_STAFF, *_UNITS, RoleName.SUBDISTRICT_DESK),
    "case.check": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "case.fail_check": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "case.reply": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "case.close": (*_STAFF, RoleName.SUBDISTRICT_DESK, SYSTEM),
    "case.strike_off": (*_LEAD, RoleName.SUBDISTRICT_DESK),
    "case.merge": _STAFF,
    "case.split": _STAFF,
    "case.call": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "case.arrive": (*_STAFF, *_UNITS, RoleName.SUBDISTRICT_DESK),
    "case.conclude": (*_STAFF, *_UNITS, RoleName.SUBDISTRICT_DESK),
    "case.note": (*_STAFF, *_UNITS, RoleName.SUBDISTRICT_DESK),
    "case.watch": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "case.unseal": (*_STAFF, RoleName.SUBDISTRICT_DESK),
    "case.bulk": _STAFF,
    "case.trip": (*_STAFF, *_UNITS, RoleName.SUBDISTRICT_DESK),
    "catalogue.read": (*_STAFF, SYSTEM),
    "catalogue.change": _LEAD,
    "catalogue.load": (SYSTEM,),
    "duty.read": (*_EVERYONE, *_OBSERVERS, SYSTEM),
    "duty.change": _LEAD,
    "team.read": (*_STAFF, SYSTEM),
    "team.change": (*_LEAD, SYSTEM),
    # mediation: what the sides do
    "mediation.apply": _NEIGHBOURS,
    "mediation.follow": _PERSONS,
    "mediation.consent": _PERSONS,
    "mediation.refuse": _PERSONS,
    "mediation.withdraw": _PERSONS,
    "mediation.tell": _PERSONS,
    "mediation.confirm": _PERSONS,
    "mediation.object": _PERSONS,
    "mediation.stop": _PERSONS,
    "mediation.see_mediators": (*_NEIGHBOURS, *_STAFF, RoleName.MEDIATOR, SYSTEM),
    # mediation: what is done about them
    "mediation.read": (*_STAFF, RoleName.MEDIATOR, SYSTEM),
    "mediation.take_down": _STAFF,
    "mediation.record_consent": _STAFF,
    "mediation.point_out": _STAFF,
    "mediation.choose": _STAFF,
    "mediation.reveal": (*_STAFF, RoleName.MEDIATOR),
    "mediation.meet": _MEDIATE,
    "mediation.arrive": (*_STAFF, RoleName.MEDIATOR),
    "mediation.cancel_meeting": _MEDIATE,
    "mediation.note": (RoleName.MEDIATOR,),
    "mediation.speak": (RoleName.MEDIATOR,),
    "mediation.unseal": _LEAD,
    "mediation.draft": _MEDIATE,
    "mediation.sign": _MEDIATE,
    "mediation.fail": _MEDIATE,
    "mediation.keep": _MEDIATE,
    "mediation.put_off": _MEDIATE,
    "mediation.breach": _MEDIATE,
    "mediation.remind": (SYSTEM,),
    "consultation.read": (*_STAFF, *_UNITS, SYSTEM),
    "consultation.call": _STAFF,
    "consultation.arrive": (*_STAFF, *_UNITS),
    "consultation.conclude": _STAFF,
    "consultation.drop": _STAFF,
    "consultation.close": _STAFF,
    "consultation.cancel": _STAFF,
    "consultation.carry_out": _STAFF,
    # where somebody is reached, and ways in
    "contact.make_code": (*_OWN, *_STAFF, *_PARTNERS, RoleName.SUBDISTRICT_DESK),
    "contact.bind": _EVERYONE,
    "contact.unbind": (*_OWN, *_STAFF, *_PARTNERS, RoleName.SUBDISTRICT_DESK),
    "contact.choose_place": (*_OWN, *_STAFF, *_PARTNERS, RoleName.SUBDISTRICT_DESK),
    "login.make_code": _OWN,
    "login.print_code": _STAFF,
    "session.revoke": (*_OWN, *_ACCOUNTS),
    "session.disown": (*_OWN, *_ACCOUNTS),
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
    "home.set_area": _STAFF,
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
    "visit.read": (*_STAFF, SYSTEM),
    "visit.plan": _STAFF,
    "visit.drop": _STAFF,
    "visit.report": _STAFF,
    "visit.remind": (SYSTEM,),
    "patrol.read": (*_STAFF, SYSTEM),
    "patrol.lay": _LEAD,
    "patrol.retire": _LEAD,
    "patrol.tick": _STAFF,
    "patrol.report": _STAFF,
    "ledger.read": (*_STAFF, SYSTEM),
    "ledger.count": (*_STAFF, *_STREET, SYSTEM),
    "ledger.add": _LEAD,
    "ledger.change": _LEAD,
    "ledger.note": _STAFF,
    "ledger.link": _STAFF,
    "ledger.claim": _STAFF,
    "ledger.refuse": _LEAD,
    "ledger.strike_off": _LEAD,
    "ledger.reopen": _LEAD,
    "points.read": _OWN,
    "points.count": (*_STAFF, SYSTEM),
    "points.give": (SYSTEM,),
    "points.take_back": (*_LEAD, SYSTEM),
    "spot.add": _LEAD,
    "spot.retire": _LEAD,
    "booking.see_free": (*_NEIGHBOURS, *_STAFF, SYSTEM),
    "booking.book": _NEIGHBOURS,
    "booking.cancel": _NEIGHBOURS,
    "booking.read": (*_STAFF, SYSTEM),
    "booking.book_for": _STAFF,
    "booking.cancel_for": _STAFF,
    "booking.remind": (SYSTEM,),
    "export.read": _STAFF,
    "export.ask": _STAFF,
    "export.approve": _LEAD,
    "export.refuse": _LEAD,
    "export.withdraw": _STAFF,
    "export.take": _STAFF,
    "keys.rotate": (SYSTEM,),
    # photos and voice messages
    "file.keep": (*_EVERYONE, SYSTEM),
    "file.sweep": (SYSTEM,),
    # what is told
    "letter.read": (RoleName.ADMIN, SYSTEM),
    "letter.replay": (RoleName.ADMIN, SYSTEM),
    "letter.drop": (RoleName.ADMIN, SYSTEM),
    "push.choose": _EVERYONE,
    "push.send": (SYSTEM,),
    "search.catch_up": (SYSTEM,),
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
    # boards
    "board.read": (*_NEIGHBOURS, *_STAFF, *_PARTNERS, SYSTEM),
    "board.set": (*_LEAD, SYSTEM),
    "post.publish": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "post.reply": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "post.edit": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "post.delete": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "post.react": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "post.follow": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "post.draft": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "post.drop_photo": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "post.review": (*_STAFF, RoleName.MODERATOR, SYSTEM),
    "post.to_case": _STAFF,
    "post.flag": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "post.hide": (*_STAFF, RoleName.MODERATOR),
    "post.lock": (*_STAFF, RoleName.MODERATOR),
    "post.move": (*_STAFF, RoleName.MODERATOR),
    # activities: who calls one looks after it, staff after all of them
    "activity.call": _CALL,
    "activity.look_after": _STAFF,
    "activity.set_places": _CALL,
    "activity.call_off": _CALL,
    "activity.see_sign_ups": _CALL,
    "activity.show_code": _CALL,
    "activity.mark": _CALL,
    "activity.sign_up": _NEIGHBOURS,
    "activity.cancel": _OWN,
    "activity.check_in": _NEIGHBOURS,
    "activity.remind": (SYSTEM,),
    "activity.settle": (SYSTEM,),
    "hours.read": _OWN,
    "hours.certify": _STAFF,
    # the directory, and what is complained of whom it lists
    "provider.admit": _STAFF,
    "provider.change": _STAFF,
    "provider.remove": _LEAD,
    "provider.lift": _LEAD,
    "complaint.make": _NEIGHBOURS,
    "complaint.withdraw": _OWN,
    "complaint.read": _STAFF,
    "complaint.uphold": _STAFF,
    "complaint.dismiss": _STAFF,
    # what a property company publishes, in its own estates
    "statement.publish": (RoleName.PROPERTY, RoleName.OWNERS_COMMITTEE, *_STAFF),
    "statement.rate": _NEIGHBOURS,
    # meetings; who is invited says the list
    "meeting.read": (*_NEIGHBOURS, *_STAFF, *_PARTNERS, SYSTEM),
    "meeting.call": _STAFF,
    "meeting.change": _STAFF,
    "meeting.invite": _STAFF,
    "meeting.name_member": _STAFF,
    "meeting.answer": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "meeting.volunteer": _NEIGHBOURS,
    "meeting.begin": _STAFF,
    "meeting.mark": _STAFF,
    "meeting.write": _STAFF,
    "meeting.conclude": _STAFF,
    "meeting.drop": _STAFF,
    "meeting.show": _STAFF,
    "meeting.publish": _LEAD,
    "meeting.add": _LEAD,
    "meeting.make_case": _STAFF,
    "meeting.call_off": _LEAD,
    "meeting.tell": (SYSTEM,),
    "meeting.remind": (SYSTEM,),
    # key small matters of a year
    "key_matter.read": (*_NEIGHBOURS, *_STAFF, *_PARTNERS, SYSTEM),
    "key_matter.put": (*_NEIGHBOURS, *_STAFF),
    "key_matter.support": _NEIGHBOURS,
    "key_matter.withdraw": (*_NEIGHBOURS, *_STAFF),
    "key_matter.plan": _LEAD,
    "key_matter.move": _LEAD,
    "key_matter.admit": _STAFF,
    "key_matter.join": _STAFF,
    "key_matter.shortlist": _STAFF,
    "key_matter.leave_out": _STAFF,
    "key_matter.put_to_vote": _LEAD,
    "key_matter.settle": _LEAD,
    "key_matter.assign": _LEAD,
    "key_matter.prove": _STAFF,
    # surveys: whom one is for says its target
    "survey.publish": _STAFF,
    "survey.answer": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "survey.change": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "survey.look_after": _STAFF,
    "survey.export": _STAFF,
    "survey.tell": (SYSTEM,),
    "survey.settle": (SYSTEM,),
    # things on boards
    "item.offer": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "item.reserve": _NEIGHBOURS,
    "item.let_go": _NEIGHBOURS,
    "item.pass_on": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "item.meet": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "item.confirm": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "item.miss": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "item.give": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "item.take_back": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "item.bump": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "item.finish": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "item.withdraw": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "item.strike": _STAFF,
    "item.remind": (SYSTEM,),
    "wish.ask": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "wish.ask_for": _STAFF,
    "wish.claim": (*_NEIGHBOURS, *_STAFF),
    "wish.let_go": (*_NEIGHBOURS, *_STAFF),
    "wish.release": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "wish.finish": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "wish.withdraw": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "wish.renew": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    # votes
    "vote.read": (*_NEIGHBOURS, *_STAFF, *_PARTNERS, SYSTEM),
    "vote.draft": _STAFF,
    "vote.open": _LEAD,
    "vote.void": _LEAD,
    "vote.cast": (*_OWN, *_STAFF, *_PARTNERS),
    "vote.change": (*_OWN, *_STAFF, *_PARTNERS),
    "vote.hand_out": _STAFF,
    "vote.enter": _STAFF,
    "vote.count": (*_LEAD, SYSTEM),
    "vote.remind": (SYSTEM,),
    # proposals in the council hall: what is said of stages stands in forum/deliberation/stages.py
    "proposal.read": (*_NEIGHBOURS, *_STAFF, *_PARTNERS, SYSTEM),
    "proposal.begin": (*_NEIGHBOURS, *_STAFF),
    "proposal.put": (*_NEIGHBOURS, *_STAFF),
    "proposal.withdraw": (*_NEIGHBOURS, *_STAFF),
    "proposal.support": _NEIGHBOURS,
    "proposal.take_back": _NEIGHBOURS,
    "proposal.amend": _NEIGHBOURS,
    "proposal.withdraw_amendment": _NEIGHBOURS,
    "proposal.accept_amendment": (*_NEIGHBOURS, *_STAFF),
    "proposal.refuse_amendment": (*_NEIGHBOURS, *_STAFF),
    "proposal.look_after": _STAFF,
    "proposal.answer": _STAFF,
    "proposal.select": _LEAD,
    "proposal.refuse": _LEAD,
    "proposal.hear": _STAFF,
    "proposal.coordinate": _STAFF,
    "proposal.discuss": _STAFF,
    "proposal.vote": _LEAD,
    "proposal.make_covenant": _LEAD,
    "proposal.make_project": _LEAD,
    "proposal.reconsider": _LEAD,
    "proposal.carry_out": _STAFF,
    "proposal.appraise": _STAFF,
    "proposal.finish": _LEAD,
    "proposal.reach": (SYSTEM,),
    "proposal.lapse": (SYSTEM,),
    "proposal.pass": (SYSTEM,),
    "proposal.fail": (SYSTEM,),
    "proposal.revert": (SYSTEM,),
    "proposal.remind": (SYSTEM,),
    "proposal.tell": (SYSTEM,),
    # looking after boards
    "author.warn": (*_STAFF, RoleName.MODERATOR),
    "author.mute": (*_STAFF, RoleName.MODERATOR),
    "author.ban": _LEAD,
    "review.claim": (*_STAFF, RoleName.MODERATOR),
    "review.release": (*_STAFF, RoleName.MODERATOR),
    "review.dismiss": (*_STAFF, RoleName.MODERATOR),
    "review.remind": (SYSTEM,),
    "measure.bulk": (*_STAFF, RoleName.MODERATOR),
    "measure.undo": (*_STAFF, RoleName.MODERATOR),
    "measure.lift": (*_STAFF, RoleName.MODERATOR),
    "measure.end": (SYSTEM,),
    "measure.read_log": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "appeal.make": (*_OWN, *_STAFF, *_PARTNERS),
    "appeal.withdraw": (*_OWN, *_STAFF, *_PARTNERS),
    "appeal.decide": (*_STAFF, RoleName.MODERATOR),
    "appeal.judge": _NEIGHBOURS,
    "appeal.close": (SYSTEM,),
    "words.read": (*_STAFF, RoleName.MODERATOR),
    "words.change": _LEAD,
    "notice.read": (*_STAFF, SYSTEM),
    "notice.publish": _STAFF,
    "notice.pin": _STAFF,
    "notice.withdraw": _STAFF,
    "notice.remind": _STAFF,
    "notice.broadcast": _LEAD,
    "notice.all_clear": _LEAD,
    "notice.acknowledge": (*_NEIGHBOURS, *_STAFF, *_PARTNERS),
    "notice.send": (SYSTEM,),
    "affair.read": (*_NEIGHBOURS, *_STAFF, *_PARTNERS, SYSTEM),
    "affair.publish": _STAFF,
    "affair.remind": (SYSTEM,),
    "response.read": (*_STAFF, SYSTEM),
    "response.count": (*_STAFF, *_STREET, SYSTEM),
    "response.remind": (SYSTEM,),
    # chat groups
    "group.read": (*_STAFF, SYSTEM),
    "group.make_code": _LEAD,
    "group.bind": _LEAD,
    "group.unbind": _LEAD,
    # a neighbourhood's own
    "rules.change": (*_LEAD, SYSTEM),
    "place.decorate": (*_LEAD, SYSTEM),
    "place.set_robot": _LEAD,
    "api_key.read": (RoleName.ADMIN,),
    "api_key.make": (RoleName.ADMIN,),
    "api_key.end": (RoleName.ADMIN,),
    "webhook.read": _LEAD,
    "webhook.set": _LEAD,
    "webhook.end": _LEAD,
    "webhook.replay": _LEAD,
    # running it
    "roster.write": _LEAD,
    "place.add": (RoleName.ADMIN, SYSTEM),
    "place.load": (SYSTEM,),
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
    "privacy.read": (*_OWN, *_ACCOUNTS),
    "privacy.export": (*_OWN, *_ACCOUNTS),
    "privacy.delete": (*_OWN, *_ACCOUNTS),
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
    """Whether the table lets this viewer do the verb on something of this place.

    None: on something of no place in particular, which are one's own things, what was given to one, sums of what lies
    below, and what all places share; never what a verb reaches by its place (``people.permission_scopes``).
    """
    allowed = PERMISSIONS.get(verb, ())
    if viewer.kind is ViewerKind.SYSTEM:
        return SYSTEM in allowed
    return any(who in allowed and reaches(verb, who, held_in=at, place_id=place_id) for who, at in _stands(viewer))


def may_somewhere(viewer: Viewer, verb: str) -> bool:
    """Whether there is anything at all on which they may do the verb; what it is, their finder says."""
    allowed = PERMISSIONS.get(verb, ())
    if viewer.kind is ViewerKind.SYSTEM:
        return SYSTEM in allowed
    return any(who in allowed for who, _ in _stands(viewer))


def _stands(viewer: Viewer) -> list[tuple[str, int | None]]:
    """As what somebody is known, and where."""
    if viewer.roles:
        return [(held.role, held.place_id) for held in viewer.roles]
    return [(GUEST if viewer.kind is ViewerKind.GUEST else KNOWN, viewer.place_id)]


def may_on(viewer: Viewer, verb: str, place_id: int, *, board: str) -> bool:
    """The same on one board of a place: a moderator who is kept to some boards may on these alone."""
    if viewer.kind is not ViewerKind.PERSON:
        return may(viewer, verb, place_id)
    allowed = PERMISSIONS.get(verb, ())
    return any(
        held.role in allowed and held.place_id == place_id and (not held.boards or board in held.boards)
        for held in viewer.roles
    )


def allow(viewer: Viewer, verb: str, place_id: int | None) -> None:
    """Refuse with NotAllowed unless the table lets them."""
    if not may(viewer, verb, place_id):
        raise NotAllowed("not_allowed", verb=verb)


def allow_somewhere(viewer: Viewer, verb: str) -> None:
    """Refuse with NotAllowed whoever may do the verb on nothing at all; the caller's statement finds what it is."""
    if not may_somewhere(viewer, verb):
        raise NotAllowed("not_allowed", verb=verb)
