"""What has a place on the line of time of a person or a home: a table of sources, each one statement."""

from __future__ import annotations

from dataclasses import dataclass

from casework.asker import since_bound
from casework.mediation.sight import CONCERNED


@dataclass(frozen=True, slots=True)
class Source:
    """``place``: the column of its neighbourhood; that of others is not shown. ``verb``: the right it takes.

    ``hidden``: what this viewer, ``{me}``, does not see of it all the same.
    ``select`` gives id, at, kind, text, person_id, who, by, by_id and is_struck; ``at`` is the column that orders it,
    ``is_day`` whether that is a day. ``of_person`` and ``of_home`` say whose it is ($1).
    """

    name: str
    place: str
    verb: str
    select: str
    at: str
    id: str
    of_person: str
    of_home: str
    is_day: bool = False
    is_sealed: bool = False
    hidden: str = ""


def _while_here(person: str, at: str) -> str:
    """Somebody of the home, while they lived there."""
    return (
        f"{person} IN (SELECT b.person_id FROM residence b WHERE b.home_id=$1) AND EXISTS (SELECT 1 FROM residence d"
        f" WHERE d.home_id=$1 AND d.person_id={person} AND d.state IN ('living','moved_out')"
        f" AND (d.since IS NULL OR {at}>=d.since) AND (d.until IS NULL OR {at}<d.until))"
    )


_CHAT = (
    " JOIN conversation v ON v.id={0}.conversation_id JOIN contact c ON c.id=v.contact_id"
    " JOIN person p ON p.id=c.person_id"
)
_MOVE = (
    "SELECT d.id, d.{at} AS at, d.relation AS kind, e.name || ' ' || b.name || ' ' || h.label AS text,"
    " p.id AS person_id, p.name AS who, '' AS by, NULL AS by_id, NULL AS struck_at FROM residence d"
    " JOIN person p ON p.id=d.person_id JOIN home h ON h.id=d.home_id JOIN building b ON b.id=h.building_id"
    " JOIN estate e ON e.id=b.estate_id"
)
_ITS_OWN = f"(r.person_id IS NOT NULL OR p.id=s.behalf_person_id OR {since_bound('r')})"
"""Of a case that ``p`` reported, in a chat that was theirs, or that was reported for them."""
SOURCES: tuple[Source, ...] = (
    Source(
        name="question",
        place="q.place_id",
        verb="question.read",
        select="SELECT q.id, q.created_at AS at, q.state AS kind, q.number || ' ' || q.text AS text, p.id AS person_id,"
        " p.name AS who, COALESCE(o.shown_name, '') AS by, NULL AS by_id, NULL AS struck_at FROM question q"
        + _CHAT.format("q")
        + " LEFT JOIN person o ON o.id=q.owner_id",
        at="q.created_at",
        id="q.id",
        of_person=f"c.person_id=$1 AND {since_bound('q')}",
        of_home=f"{_while_here('c.person_id', 'q.created_at')} AND {since_bound('q')}",
    ),
    Source(
        name="asked_for",
        place="q.place_id",
        verb="question.read",
        select="SELECT q.id, q.created_at AS at, q.state AS kind, q.number || ' ' || q.text AS text, p.id AS person_id,"
        " p.name AS who, COALESCE(h.name, '') AS by, NULL AS by_id, NULL AS struck_at FROM question q"
        " JOIN person p ON p.id=q.behalf_person_id LEFT JOIN conversation v ON v.id=q.conversation_id"
        " LEFT JOIN contact c ON c.id=v.contact_id LEFT JOIN person h ON h.id=c.person_id",
        at="q.created_at",
        id="q.id",
        of_person="q.behalf_person_id=$1",
        of_home=_while_here("q.behalf_person_id", "q.created_at"),
    ),
    Source(
        name="alarm",
        place="a.place_id",
        verb="alarm.read",
        select="SELECT a.id, a.created_at AS at, a.kind, a.text, p.id AS person_id, p.name AS who,"
        " COALESCE(o.shown_name, '') AS by, NULL AS by_id, NULL AS struck_at FROM alarm a"
        + _CHAT.format("a")
        + " LEFT JOIN person o ON o.id=a.acknowledged_by_id",
        at="a.created_at",
        id="a.id",
        of_person=f"c.person_id=$1 AND {since_bound('a')}",
        of_home=f"{_while_here('c.person_id', 'a.created_at')} AND {since_bound('a')}",
    ),
    Source(
        name="service",
        place="s.place_id",
        verb="person.read",
        select="SELECT s.id, s.day AS at, s.kind, s.note_sealed AS text, s.person_id, COALESCE(p.name, '') AS who,"
        " COALESCE(o.shown_name, '') AS by, s.by_id, s.struck_at FROM service s LEFT JOIN person p ON p.id=s.person_id"
        " LEFT JOIN person o ON o.id=s.by_id",
        at="s.day",
        id="s.id",
        of_person="s.person_id=$1",
        of_home="s.home_id=$1",
        is_day=True,
        is_sealed=True,
    ),
    *(
        Source(
            name=name,
            place="e.place_id",
            verb="person.read",
            select=_MOVE.format(at=at),
            at=f"d.{at}",
            id="d.id",
            of_person=f"d.person_id=$1 AND d.state IN ('living','moved_out') AND d.{at} IS NOT NULL",
            of_home=f"d.home_id=$1 AND d.state IN ('living','moved_out') AND d.{at} IS NOT NULL",
            is_day=True,
        )
        for name, at in (("move_in", "since"), ("move_out", "until"))
    ),
    Source(
        name="case",
        place="s.place_id",
        verb="case.read",
        select="SELECT DISTINCT s.id, s.created_at AS at, s.state AS kind, s.number || ' ' || s.text AS text,"
        " p.id AS person_id, p.name AS who, COALESCE(o.shown_name, '') AS by, NULL AS by_id, NULL AS struck_at"
        " FROM cases s JOIN case_reporter r ON r.case_id=s.id AND r.left_at IS NULL"
        " LEFT JOIN conversation v ON v.id=r.conversation_id LEFT JOIN contact c ON c.id=v.contact_id"
        " JOIN person p ON p.id=COALESCE(r.person_id, c.person_id) OR (r.is_first AND p.id=s.behalf_person_id)"
        " LEFT JOIN person o ON o.id=s.owner_id",
        at="s.created_at",
        id="s.id",
        of_person=f"p.id=$1 AND {_ITS_OWN}",
        of_home=f"{_while_here('p.id', 's.created_at')} AND {_ITS_OWN}",
    ),
    Source(
        name="mediation",
        place="m.place_id",
        verb="mediation.read",
        select="SELECT m.id, m.created_at AS at, m.state AS kind, m.number AS text, p.id AS person_id, p.name AS who,"
        " COALESCE(o.shown_name, '') AS by, NULL AS by_id, NULL AS struck_at FROM mediation m"
        " JOIN mediation_side s ON s.mediation_id=m.id JOIN person p ON p.id=s.person_id"
        " LEFT JOIN person o ON o.id=m.mediator_id",
        at="m.created_at",
        id="m.id",
        of_person="p.id=$1",
        of_home=_while_here("p.id", "m.created_at"),
        hidden=f"m.id IN ({CONCERNED})",
    ),
    Source(
        name="visit_plan",
        place="v.place_id",
        verb="visit.read",
        select="SELECT v.id, v.day AS at, v.state AS kind, '' AS text, v.person_id, COALESCE(p.name, '') AS who,"
        " COALESCE(o.shown_name, '') AS by, NULL AS by_id, NULL AS struck_at FROM visit_plan v"
        " LEFT JOIN person p ON p.id=v.person_id LEFT JOIN person o ON o.id=v.goes_id",
        at="v.day",
        id="v.id",
        of_person="v.person_id=$1 AND v.state='planned'",
        of_home="v.home_id=$1 AND v.state='planned'",
        is_day=True,
    ),
    Source(
        name="booking",
        place="k.place_id",
        verb="booking.read",
        select="SELECT k.id, k.starts_at AS at, '' AS kind, s.name AS text, p.id AS person_id, p.name AS who,"
        " COALESCE(o.shown_name, '') AS by, NULL AS by_id, k.cancelled_at AS struck_at FROM booking k"
        " JOIN spot s ON s.id=k.spot_id JOIN person p ON p.id=k.person_id LEFT JOIN person o ON o.id=k.by_id",
        at="k.starts_at",
        id="k.id",
        of_person="k.person_id=$1",
        of_home=_while_here("k.person_id", "k.starts_at"),
    ),
)
"""Everything that has a place on the line."""
