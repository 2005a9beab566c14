"""Whose a question, a case, a file is: the condition on rows under which they stand in somebody's own data ($1)."""

from __future__ import annotations

from casework.asker import since_bound

OWN_QUESTIONS = (
    "FROM question q JOIN conversation v ON v.id=q.conversation_id JOIN contact c ON c.id=v.contact_id"
    f" WHERE c.person_id=$1 AND {since_bound('q')}"
)
REPORTED = f"(r.person_id=$1 OR (c.person_id=$1 AND {since_bound('r')}))"
OWN_CASES = (
    "FROM cases s JOIN case_reporter r ON r.case_id=s.id LEFT JOIN conversation v ON v.id=r.conversation_id"
    " LEFT JOIN contact c ON c.id=v.contact_id"
    f" WHERE ({REPORTED} OR (s.behalf_person_id=$1 AND r.is_first))"
)
"""Cases that they reported (``REPORTED``) or joined, or that were reported for them."""
OWN_FILES = (
    "FROM file f LEFT JOIN contact c ON c.id=f.contact_id"
    f" WHERE f.state='kept' AND (f.person_id=$1 OR (c.person_id=$1 AND {since_bound('f')}))"
)
