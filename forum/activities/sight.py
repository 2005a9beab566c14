"""An activity as the database has it, with the viewer's own place; whether it may still be changed is computed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum.sight import LIVES as ANYBODY_LIVES
from forum.sight import Found, hold, visible
from forum.states import STATES
from models import clock
from models.activity import ActivityState, SignUpState
from models.errors import NotAllowed, NotFound, Taken, WrongState
from models.rules import rules
from models.transaction import Row, fetch_one, moment
from people.permissions import allow, may
from people.viewers import Viewer

LIVES = ANYBODY_LIVES.format(who="s.person_id", at="s.place_id")
"""That who signed up still belongs to the place; in SQL."""


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """Where the viewer stands: has a place, or waits behind ``ahead`` others."""

    id: int
    state: SignUpState
    ahead: int
    tries: int
    is_present: bool


@dataclass(frozen=True, slots=True)
class Called:
    """An activity as it was just read. ``code`` is there for who runs it, '' for everybody else."""

    id: int
    post: Found
    state: ActivityState
    starts_at: dt.datetime
    ends_at: dt.datetime
    venue: str
    places: int
    taken: int
    waiting: int
    is_volunteering: bool
    code: str
    code_is_set: bool
    reason: str
    is_runner: bool
    own: OwnPlace | None

    @property
    def left(self) -> int:
        """How many places nobody has."""
        return max(0, self.places - self.taken)

    @property
    def is_called_off(self) -> bool:
        """Whether it does not take place."""
        return self.state is ActivityState.CALLED_OFF

    @property
    def has_begun(self) -> bool:
        """Whether it has begun."""
        return self.starts_at <= clock.now()

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.ends_at <= clock.now()

    @property
    def is_open(self) -> bool:
        """Whether one may sign up or leave."""
        return self.state is ActivityState.ON and not self.has_begun and STATES[self.post.state].is_shown

    @property
    def takes_codes(self) -> bool:
        """Whether one may sign in there now."""
        early = dt.timedelta(minutes=rules().activities.check_in_minutes)
        return self.state is ActivityState.ON and self.starts_at - early <= clock.now() < self.ends_at + early


_OWN = "s.activity_id=a.id AND s.person_id=$2 AND s.open_for IS NOT NULL"
_ACTIVITY = (
    "SELECT a.*, (SELECT count(*) FROM sign_up s WHERE s.activity_id=a.id AND s.state='waiting') AS waiting,"
    " m.id AS own_id, m.state AS own_state, m.tries AS own_tries, m.present_at AS own_present,"
    " (SELECT count(*) FROM sign_up s WHERE s.activity_id=a.id AND s.state='waiting' AND s.id<m.id) AS ahead"
    f" FROM activity a LEFT JOIN sign_up m ON m.id=(SELECT max(s.id) FROM sign_up s WHERE {_OWN})"
    " WHERE a.post_id=$1"
)


async def activity(post_id: int, *, viewer: Viewer) -> Called:
    """看活动: the activity of a post, for whoever sees the post; NotFound where it has none."""
    found = await activity_on(await visible(post_id, viewer), viewer=viewer)
    if found is None:
        raise NotFound("activity.not_found")
    return found


async def activity_on(post: Found, *, viewer: Viewer) -> Called | None:
    """The activity of a post that its caller found; None where it has none."""
    row = await fetch_one(_ACTIVITY, post.id, viewer.person_id or 0)
    return _read(row, post, viewer) if row is not None else None


def _read(row: Row, post: Found, viewer: Viewer) -> Called:
    is_runner = runs(viewer, post)
    return Called(
        id=row["id"],
        post=post,
        state=ActivityState(row["state"]),
        starts_at=moment(row["starts_at"]),
        ends_at=moment(row["ends_at"]),
        venue=row["venue"],
        places=row["places"],
        taken=row["taken"],
        waiting=row["waiting"],
        is_volunteering=bool(row["is_volunteering"]),
        code=row["code"] if is_runner else "",
        code_is_set=bool(row["code"]),
        reason=row["reason"],
        is_runner=is_runner,
        own=_own(row) if row["own_id"] is not None else None,
    )


def _own(row: Row) -> OwnPlace:
    state = SignUpState(row["own_state"])
    ahead = row["ahead"] if state is SignUpState.WAITING else 0
    return OwnPlace(row["own_id"], state, ahead, row["own_tries"], row["own_present"] is not None)


def runs(viewer: Viewer, post: Found) -> bool:
    """Whether somebody runs the activity of a post: who called it, and the committee."""
    is_own = viewer.person_id is not None and viewer.person_id == post.author_id
    called = is_own and may(viewer, "activity.call", post.place_id)
    return called or may(viewer, "activity.look_after", post.place_id)


async def run_by(post_id: int, *, by: Viewer, verb: str) -> Called:
    """An activity that somebody runs, for a verb; who called another one may not."""
    found = await activity(post_id, viewer=by)
    allow(by, verb, found.post.place_id)
    if not found.is_runner:
        raise NotAllowed("activity.not_yours")
    return found


async def held(found: Called, *, viewer: Viewer) -> Called:
    """Hold an activity's row and its post's until the commit, and read it anew: of two at once, also where one takes
    the post away, the second waits here, and reads what the first has left."""
    post = await hold(found.post.id)
    row = await fetch_one("UPDATE activity SET version=version+1 WHERE id=$1 RETURNING id", found.id)
    again = await activity_on(found.post, viewer=viewer)
    if row is None or again is None or post is not found.post.state:
        raise Taken("activity.changed")
    return again


def must_be_open(found: Called) -> None:
    """Refuse what is called off, hidden, or has begun."""
    if found.is_called_off:
        raise WrongState("activity.called_off")
    if not found.is_open:
        raise WrongState("activity.begun")
