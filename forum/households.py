"""With which household somebody counts: on a roll of votes, in support of a proposal, under a covenant."""

from __future__ import annotations

HOUSEHOLD = """CASE WHEN COALESCE(k.label,'')<>'' THEN k.id ELSE COALESCE(
  (SELECT min(n.id) FROM residence e JOIN household n ON n.id=e.household_id AND n.label<>''
   WHERE e.open_home_id=d.open_home_id AND e.state='living'),
  (SELECT min(e.household_id) FROM residence e WHERE e.open_home_id=d.open_home_id AND e.state='living')) END"""
"""SQL: of a residence ``d`` beside its household ``k``; NULL where nobody wrote one down. Whoever lives in a home in no
household that has a name counts with the first that has one there: who was let in by their address brings a family whom
the list knows by its name no second vote."""


def key_of(household: str, home: str) -> str:
    """SQL: what a household is known by where each counts once: ``household:12``, ``home:34`` where there is none."""
    return f"COALESCE('household:' || CAST({household} AS TEXT), 'home:' || CAST({home} AS TEXT))"
