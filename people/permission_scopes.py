"""Over what each verb of the table of permissions reaches, for each role; ``people.permissions.may`` looks here."""

from __future__ import annotations

from enum import StrEnum

from models.person import RoleName


class Scope(StrEnum):
    """Over what a verb reaches."""

    PLACE = "place"
    """What lies in the place in which the role is held, and nothing of no place."""
    OWN = "own"
    """One's own things, which the verb looks up by who asks."""
    SENT = "sent"
    """What was given to them or to their unit, and nothing for lying in a place."""
    BELOW = "below"
    """Sums of the place and of what lies below it."""
    SHARED = "shared"
    """What all places of the installation have together, and what is the place's own of it."""


_SENT = ("question.", "alarm.", "case.")
_LOOKED_UP = ("mediation.", "consultation.")
"""Also only what was given to who mediates or sits in the room, but looked up by these themselves, for every role:
``casework/mediation/sight.py`` and ``room_sight.py``. Asked by place they are of the place, asked by none of any."""
_OF_OWN_PLACE = frozenset({"question.take_down"})
"""Of the same areas, what a desk begins itself: in its own place."""
_SENT_TO = frozenset(
    {
        RoleName.SUBDISTRICT_DESK,
        RoleName.POLICE,
        RoleName.DOCTOR,
        RoleName.PROPERTY,
        RoleName.OWNERS_COMMITTEE,
        RoleName.MEDIATOR,
        RoleName.UNIT_MEMBER,
    }
)
"""Who sees of questions, alarms and cases only what was given to them; staff of a place see all of its."""
_OWN = frozenset(
    {
        *("conversation.speak", "conversation.erase", "question.open", "question.add", "question.rate"),
        *(
            "contact.make_code",
            "contact.bind",
            "contact.unbind",
            "contact.choose_place",
            "login.make_code",
            "session.revoke",
        ),
        *("session.disown", "password.change", "second_step.enrol", "privacy.read", "privacy.export"),
        *("privacy.delete", "person.choose_name", "badge.show", "badge.withdraw", "household.read"),
        *("household.leave", "household.report", "acting.propose", "acting.agree", "acting.end", "join.ask"),
        *("join.withdraw", "join.vouch", "export.withdraw", "service.strike", "file.keep", "push.choose"),
        *("case.report", "case.join", "case.follow", "case.add", "case.object", "case.rate", "case.reopen"),
        *("case.withdraw", "booking.book", "booking.cancel", "post.edit", "post.delete", "post.draft", "points.read"),
        *("post.drop_photo", "notice.acknowledge", "activity.cancel", "hours.read", "complaint.withdraw"),
        *("vote.cast", "vote.change", "objection.withdraw", "covenant.show_name"),
        *("appeal.make", "appeal.withdraw", "appeal.judge"),
        *("mediation.apply", "mediation.follow", "mediation.consent", "mediation.refuse", "mediation.withdraw"),
        *("mediation.tell", "mediation.confirm", "mediation.object", "mediation.stop"),
        *("mediation.say_kept", "mediation.say_broken"),
    }
)
_BELOW = frozenset({"home.count", "person.count", "figures.read", "ledger.count", "upkeep.read", "response.count"})
_SHARED = frozenset(
    {"guide.draft", "guide.decide_shared", "guide.import", "guide.publish_import", "guide.publish_worse"}
)
_OF_NO_PLACE = frozenset({Scope.OWN, Scope.SENT, Scope.BELOW, Scope.SHARED})


def scope_of(verb: str) -> Scope:
    """Over what a verb reaches; mostly the place in which the role is held."""
    if verb in _OWN:
        return Scope.OWN
    if verb in _BELOW:
        return Scope.BELOW
    if verb in _SHARED:
        return Scope.SHARED
    return Scope.SENT if verb.startswith((*_SENT, *_LOOKED_UP)) and verb not in _OF_OWN_PLACE else Scope.PLACE


def scope_for(verb: str, who: str) -> Scope:
    """The same for one role: what is sent is sent to desks and units, while staff see what lies in their place."""
    scope = scope_of(verb)
    return Scope.PLACE if scope is Scope.SENT and who not in _SENT_TO else scope


def given_from_above(verb: str, who: RoleName) -> bool:
    """Whether somebody with a role in a subdistrict or district may be given a thing of a place below it: desks, units
    and who runs it; those who work in a neighbourhood are of their own alone."""
    return scope_of(verb) is Scope.SENT and (who in _SENT_TO or who is RoleName.ADMIN)


def reaches(verb: str, who: str, *, held_in: int | None, place_id: int | None) -> bool:
    """Whether a role held in a place reaches a thing of a place (None: of no place in particular) by this verb."""
    if verb.startswith(_LOOKED_UP):
        return place_id in (None, held_in)
    scope = scope_for(verb, who)
    if place_id is None:
        return scope in _OF_NO_PLACE
    return scope is not Scope.SENT and place_id == held_in
