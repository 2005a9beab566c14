"""保存期: what is past its days goes, in bounded batches; what is open, on its way or tells a repeat stays."""

from __future__ import annotations

import datetime as dt

import pytest
from tortoise.context import TortoiseContext
from tortoise.fields import CharField, TextField

from app import jobs
from app.jobs import JOBS
from casework import conversations, questions, retention
from casework.retention import BATCH, KINDS, MOST_BATCHES, Sought
from courier import inbox
from forum import clearing
from forum.activities import clearing as activity_clearing
from forum.items import clearing as item_clearing
from forum.votes import clearing as vote_clearing
from models.audit import AuditLine
from models.conversation import Utterance
from models.message import Inbox, InboxState, Outbox, OutboxState
from models.person import WebSession
from models.question import Question
from models.rule_shapes import Keep
from models.rules import rules
from models.transaction import execute, fetch_one, transaction
from people.audit import first_broken_line
from people.login import find_session, new_session
from people.viewers import SYSTEM
from tests.casework import talks
from tests.casework.conftest import Cast
from tests.casework.talks import WORDS
from tests.conftest import StillClock
from tests.models import made
from tests.portal.statements import statements
from tests.words_left import where

SEALED = {"inbox.payload", "outbox.body", "utterance.sealed", "question.sealed", "conversation.memory"}


async def clear_all() -> dict[str, int]:
    """One run of every kind; gives the rows of those that had any."""
    done = {kind.name: (await retention.clear(kind, by=SYSTEM)).rows for kind in KINDS}
    return {name: rows for name, rows in done.items() if rows}


def kind(name: str) -> retention.Kind:
    return next(one for one in KINDS if one.name == name)


async def test_sealed_originals_go_before_masked_words_and_these_before_the_numbers(
    cast: Cast, clock: StillClock
) -> None:
    asked = await talks.speak(cast)
    await talks.end(cast, asked)
    await clear_all()
    assert await where(WORDS) >= SEALED
    clock.forward(days=8)
    await clear_all()
    assert SEALED & await where(WORDS) == {"utterance.sealed", "question.sealed", "conversation.memory"}
    clock.forward(days=90)
    await clear_all()
    left = await where(WORDS)
    assert SEALED & left == set()
    assert {"utterance.text", "question.text", "staff_reply.text", "alarm.text", "miss.text"} <= left
    clock.forward(days=730)
    await clear_all()
    assert await where(WORDS) == {"miss.text"}
    assert (await Question.get(id=asked.id)).text == "已过保存期，文字已清掉"


async def test_the_miss_that_nobody_answered_waits_for_its_answer(cast: Cast, clock: StillClock) -> None:
    asked = await talks.speak(cast)
    await talks.end(cast, asked)
    clock.forward(days=800)
    await clear_all()
    assert await where(WORDS) == {"miss.text"}
    await execute("UPDATE miss SET dismissed_at=created_at")
    await clear_all()
    assert await where(WORDS) == set()


async def test_what_is_open_is_never_touched(cast: Cast, clock: StillClock) -> None:
    await talks.speak(cast)
    before = await where(WORDS)
    clock.forward(days=5_000)
    await clear_all()
    kept = before - {"inbox.payload", "phrasing.text", "phrasing.said", "feedback.question"}
    assert await where(WORDS) == kept
    assert {"utterance.sealed", "question.sealed", "outbox.body", "conversation.memory"} <= kept


async def test_an_open_alarm_alone_keeps_its_conversation(cast: Cast, clock: StillClock) -> None:
    asked = await talks.speak(cast)
    await questions.close(asked.id, by=cast.chen)
    clock.forward(days=5_000)
    await clear_all()
    assert {"alarm.text", "utterance.sealed"} <= await where(WORDS)


async def test_a_question_opened_again_is_open(cast: Cast, clock: StillClock) -> None:
    asked = await talks.speak(cast)
    await talks.end(cast, asked)
    clock.forward(days=14)
    await questions.reopen(asked.id, by=cast.wang)
    clock.forward(days=5_000)
    await clear_all()
    assert {"question.text", "question.sealed"} <= await where(WORDS)


async def test_messages_on_their_way_stay_and_dead_ones_wait_for_somebody_to_look(
    cast: Cast, clock: StillClock
) -> None:
    await execute("DELETE FROM outbox")
    states, now = [*OutboxState], int(clock.moment.timestamp() * 1000)
    for number, state in enumerate(states):
        await Outbox.create(
            lane="x:y",
            number=number,
            channel="x",
            address="y",
            kind="z",
            body="b",
            state=state,
            due_ms=now,
            made_ms=now,
        )
    clock.forward(days=31)
    await clear_all()
    assert set(await Outbox.all().values_list("state", flat=True)) == {*states} - {OutboxState.DONE}
    clock.forward(days=5_000)
    await clear_all()
    gone = {OutboxState.DONE, OutboxState.FAILED, OutboxState.WITHDRAWN}
    assert set(await Outbox.all().values_list("state", flat=True)) == {*states} - gone


async def test_a_repeated_delivery_is_known_long_after_its_words_are_gone(cast: Cast, clock: StillClock) -> None:
    received = await inbox.receive(channel="telegram", key="7", lane=talks.LANE, payload=WORDS)
    await Inbox.filter(id=received.id).update(state=InboxState.DONE)
    clock.forward(days=29)
    await clear_all()
    assert await where(WORDS) == set()
    again = await inbox.receive(channel="telegram", key="7", lane=talks.LANE, payload=WORDS)
    assert (again.id, again.is_new, again.is_done) == (received.id, False, True)
    clock.forward(days=2)
    await clear_all()
    assert await Inbox.filter(id=received.id).count() == 0


async def test_ended_sessions_go_and_live_ones_stay(cast: Cast, clock: StillClock) -> None:
    long = dt.timedelta(days=400)
    tokens = [await new_session(person_id=cast.chen.person_id, data={}, length=length) for length in (long, long)]
    revoked = await find_session(tokens[0])
    assert revoked is not None
    await WebSession.filter(id=revoked.id).update(revoked_at=clock.moment)
    await new_session(person_id=cast.chen.person_id, data={}, length=dt.timedelta(hours=1))
    clock.forward(days=29)
    assert await clear_all() == {}
    clock.forward(days=2)
    assert await clear_all() == {"web_session": 2}
    assert await find_session(tokens[1]) is not None


async def _many_lines(cast: Cast, count: int) -> None:
    talk = await conversations.load(channel="telegram", address="wang")
    assert talk is not None
    async with transaction():
        line = await conversations.hear(talk, masked="x", original="x")
    now = (await Utterance.get(id=line)).created_at
    made = Utterance(created_at=now, conversation_id=talk.conversation_id, author="resident", text="x", sealed="x")
    await Utterance.bulk_create([made.clone() for _ in range(count - 1)])


async def test_a_run_is_bounded_and_the_next_goes_on(
    cast: Cast, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 5)
    monkeypatch.setattr(retention, "MOST_BATCHES", 3)
    await _many_lines(cast, 22)
    clock.forward(days=100)
    runs = [await retention.clear(kind("original"), by=SYSTEM) for _ in range(3)]
    assert [(run.rows, run.is_all) for run in runs] == [(15, False), (7, True), (0, True)]


async def test_statements_grow_with_batches_and_not_with_rows(cast: Cast, clock: StillClock) -> None:
    costs = []
    for count in (1, 60, BATCH - 1):
        await _many_lines(cast, count)
        clock.forward(days=100)
        with statements() as counted:
            assert (await retention.clear(kind("original"), by=SYSTEM)).rows == count
        costs.append(len(counted.seen))
    assert len(set(costs)) == 1
    assert BATCH * MOST_BATCHES == 10_000


async def test_every_batch_is_on_record_with_its_count_and_no_words(cast: Cast, clock: StillClock) -> None:
    await _many_lines(cast, 3)
    clock.forward(days=100)
    await retention.clear(kind("original"), by=SYSTEM)
    line = await AuditLine.get(verb="retention.clear")
    assert (line.subject, line.detail, line.actor_id) == ("original", "3 rows older than 90 days", None)
    assert await first_broken_line() is None


async def test_a_runner_that_was_dead_for_three_days_catches_up_once(cast: Cast, clock: StillClock) -> None:
    asked = await talks.speak(cast)
    await talks.end(cast, asked)
    clock.forward(days=88)
    clearing = [job for job in JOBS if job.name.endswith(".clear")]
    for _ in range(2):
        assert all([await jobs.run_once(job) for job in clearing])
    assert SEALED & await where(WORDS) == {"utterance.sealed", "question.sealed", "conversation.memory"}
    clock.forward(days=3)
    assert all([await jobs.run_once(job) for job in clearing])
    lines = await AuditLine.filter(verb="retention.clear").count()
    assert all([await jobs.run_once(job) for job in clearing])
    assert SEALED & await where(WORDS) == set()
    assert await AuditLine.filter(verb="retention.clear").count() == lines
    assert await first_broken_line() is None


async def test_nobody_but_the_system_clears(cast: Cast) -> None:
    for viewer in (cast.gao, cast.admin, cast.wang):
        with pytest.raises(Exception, match="not_allowed"):
            await retention.clear(kind("line"), by=viewer)


def test_every_number_of_days_is_used() -> None:
    kinds = (*KINDS, *clearing.KINDS, *activity_clearing.KINDS, *item_clearing.KINDS, *vote_clearing.KINDS)
    used = {name for name in Keep.model_fields for one in kinds if one.days(Keep().model_copy(update={name: 77})) == 77}
    assert used == {*Keep.model_fields}
    assert rules().keep.inbox_days >= 7


async def test_the_count_of_rows_in_the_audit_log_is_right(cast: Cast) -> None:
    assert await fetch_one("SELECT number FROM audit_head") == {"number": await AuditLine.all().count()}


CLEARED = {
    "inbox.payload",
    "outbox.body",
    "utterance.text",
    "utterance.sealed",
    "utterance.facts",
    "conversation.memory",
    "question.text",
    "question.sealed",
    "question.where_text",
    "question.how_text",
    "question.candidates",
    "question_step.note",
    "staff_reply.text",
    "staff_reply.reason",
    "alarm.text",
    "miss.text",
    "feedback.question",
    "phrasing.text",
    "phrasing.said",
    "mute.reason",
    "staff_notice.text",
    "web_session.data",
    "cases.text",
    "cases.sealed",
    "cases.where_text",
    "cases.how_text",
    "case_step.note",
    "unit_call.purpose",
    "called_team.conclusion",
    "case_reporter.phone_sealed",
}
"""What residents wrote, or what quotes it: goes by age, and all but a pause's reason and a session by wish."""
STAYS = {
    "audit_line.detail": "ids and counts only",
    "file.source_sealed": "where a chat system keeps a file, emptied once it is fetched",
    "post_word.words": "what posts say, in no order; goes with their text",
    "bell_line.letter_sealed": "what somebody was told; goes after outbox_days, and with the account",
    "push.letter_sealed": "about no resident; sent within a day, or forgotten after outbox_days",
    "webhook.url": "a setting",
    "webhook.secret_sealed": "a key of the neighbourhood's other system",
    "webhook_event.body": "ids, states and times only; goes after outbox_days",
    "group_robot.key_sealed": "a key of the neighbourhood's group",
    "inbox.error": "kinds of errors only, and goes with its row",
    "outbox.error": "kinds of errors only, and goes with its row",
    "staff_notice.path": "ids only",
    "notice.text": "of the committee; emptied when it goes out, and by forum/notices/clearing.py where it never does",
    "notice.target": "ids and words of the vocabulary only",
    "notice_run.text": "of the committee, emptied by forum/notices/clearing.py",
    "person.password_hash": "staff",
    "role.boards": "names of boards only",
    "keeper.owner_desk": "the pack",
    "canned_answer.text": "written by staff for all",
    "entry_version.body": "the pack",
    "entry_version.reason": "the pack",
    "entry_version.worse_reason": "the pack",
    "entry_overlay.body": "the pack",
    "place_rule.value": "a setting",
    "board.intro": "a setting",
    "mediation_step.facts": "ids, numbers and words of lists only",
    "screen_list.text": "a setting",
    "review.found": "names and words of lists; goes with its row",
    "case_step.facts": "ids, numbers and words of lists only",
    "case_reporter.answer_lines": "numbers of lines only",
    "work_kind.body": "the catalogue",
    "duty_item.body": "the lists of duty",
    "duty_item.note": "the lists of duty",
    "ledger_entry.text": "a matter of the neighbourhood, written by staff, without numbers of people",
    "ledger_step.note": "the same",
    "work_kind.note": "the catalogue",
    "bulk_case.before": "ids and states only",
    "held_notice.letter": "sealed, and gone after some minutes",
    "activity.reason": "why something does not take place, for everybody who signed up",
    "provider.about": "the directory, written by staff for all",
    "provider.reason": "why staff admitted somebody who offers services",
    "provider.state_reason": "why it is suspended or serves again, for everybody",
    "proposal.reason": "why a proposal ended, for everybody: the proof that nothing is dropped without one",
    "proposal_step.reason": "the public history, which the database refuses to change",
    "proposal.answer": "what the committee said officially, for everybody",
    "vote.text": "put to a whole neighbourhood by its staff",
    "vote.legal_note": "the same",
    "vote.reason": "why a vote is void, for everybody",
    "vote.rule_json": "fractions only",
    "vote.sheet": "sums, for as long as the vote is known",
    "voter.choice_sealed": "numbers of options, until the count",
    "voter.choice": "numbers of options, of a named vote: its proof",
    "sealed_ballot.token": "numbers of options, of nobody, until the count",
    "ballot.choice": "numbers of options, of nobody",
    "paper_ballot.token": "numbers of options, until the count",
    "survey.target": "numbers of buildings and names of roles only",
    "survey_question.options": "asked of a neighbourhood by its staff",
    "sealed_answer.token": "of nobody, and gone after the end of the survey",
    "publication.text": "put to a whole neighbourhood by its staff",
    "objection.text": "said to everybody about a decision; emptied with the account",
    "objection.answer": "said to everybody by the committee",
    "project.text": "put to a whole neighbourhood by its staff",
    "milestone.reason": "why another day was promised, for everybody",
    "milestone.note": "what was done, for everybody",
    "appraisal.result": "sums",
    "appraisal_rating.words": "of nobody, for staff: what neighbours wish of the next work",
    "covenant_version.text": "agreed on by a whole neighbourhood",
    "meeting.agenda": "written by staff for a whole neighbourhood",
    "meeting.invites": "numbers of buildings and names of roles only",
    "meeting.minutes": "the published record of a meeting, without numbers of people",
    "meeting.reason": "why a meeting is called off, for everybody",
    "meeting_draft.text": "minutes before they are published; goes by age (forum/meetings/clearing.py)",
    "meeting_conclusion.text": "of the published record",
    "meeting_addendum.text": "the same",
    "key_year.intro": "written by staff for a whole neighbourhood",
    "key_move.reason": "why a year's list went on or back, for everybody",
    "key_matter.text": "put by a resident to all, without numbers of people; emptied with the account",
    "key_matter.reason": "why a matter is left out, for everybody",
}
ON_BOARDS = {
    *("post.text", "post.reason", "reply.text", "reply.reason", "post_edit.text", "post_draft.text"),
    "post_draft.photos",
    *("measure.text", "measure.reason", "measure.note", "appeal.text", "appeal.answer", "flag.note"),
    *("wish.thanks", "complaint.text", "complaint.answer"),
    *("named_answer.value", "survey_answer.value"),
    *("proposal_version.text", "amendment.text", "amendment.reason"),
}
"""What neighbours wrote on boards: goes by age (forum/clearing.py, tests/forum/test_clearing.py)."""
OF_MEDIATION = {
    *("mediation.matter_sealed", "mediation.agreement_sealed", "mediation_side.name_sealed"),
    *("mediation_side.phone_sealed", "mediation_note.text_sealed", "mediation_session.minutes_sealed"),
    *("consultation.purpose", "consultation.minutes", "consultation_conclusion.text"),
}
"""What the sides said, and minutes of rooms: goes by age and with the account (tests/casework/mediation/)."""
OF_ONE_PERSON = {
    "person": "id created_at place_id name shown_name username password_hash is_active start_until party_marked_at"
    " party_shown_at",
    "personal": "id created_at place_id person_id phone_sealed phone_hash id_number_sealed id_number_hash born"
    " key_mark",
    "contact": "id created_at channel address place_id person_id closed_at bound_at pushed_at",
    "acting": "id created_at place_id helper_id elder_id kind state open_elder_id agreed_by_id agreed_at ended_at"
    " ended_by_id",
}
"""All that is kept of one person and not by age; each column goes with the account (casework/privacy/leaving.py)."""
REGISTER = ("personal.", "home_file", "join_request.", "service.", "look.", "export.")
"""Who lives where is no conversation: it has rules of its own."""


@pytest.mark.databases("sqlite")
async def test_every_column_that_holds_much_text_is_thought_of(db: TortoiseContext) -> None:
    """A new one belongs into ``CLEARED`` (and into ``tests/casework/talks.py``, retention and erasing) or ``STAYS``."""
    found = {
        f"{noun._meta.db_table}.{name}"
        for noun in made.tables()
        for name, field in noun._meta.fields_map.items()
        if isinstance(field, TextField) or (isinstance(field, CharField) and field.max_length >= 200)
    }
    assert {name for name in found if not name.startswith(REGISTER)} == CLEARED | {*STAYS} | ON_BOARDS | OF_MEDIATION


@pytest.mark.databases("sqlite")
async def test_every_column_of_one_person_is_thought_of(db: TortoiseContext) -> None:
    found = {noun._meta.db_table: noun._meta for noun in made.tables()}
    for table, columns in OF_ONE_PERSON.items():
        assert set(found[table].fields_db_projection) == set(columns.split()), table


@pytest.mark.parametrize("name", ["original", "memory", "line"])
async def test_what_needs_a_long_look_is_found_before_the_transaction_and_looked_at_again_within(
    cast: Cast, clock: StillClock, name: str
) -> None:
    asked = await talks.speak(cast)
    await talks.end(cast, asked)
    clock.forward(days=2_000)
    sought = kind(name).clear
    assert isinstance(sought, Sought)
    clear_these = await sought.seek(clock.moment, BATCH)
    await Question.filter(id=asked.id).update(state="waiting")
    async with transaction():
        await clear_these(clock.moment, BATCH)  # Somebody opened it again meanwhile: its rows stay.
    await Question.filter(id=asked.id).update(state="closed")
    async with transaction():
        assert await clear_these(clock.moment, BATCH) > 0
