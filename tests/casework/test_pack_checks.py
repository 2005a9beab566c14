"""Each thing that packs check must find, put into a copy of the shipped packs or an entry of them, is found."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from casework.entry_checks import check_entry
from casework.pack_checks import Filed, check_entries, check_folder
from casework.pack_findings import Finding, Kind
from casework.pack_words import load_pack_words
from casework.phrasing_checks import Phrasing, check_alike, check_frames
from casework.question_checks import Asked, check_questions
from casework.question_nearness import taught
from models.entry_content import EntryContent
from models.wording import sentences
from nlp.evaluate import half
from nlp.words import Topic
from tests.shipped import shipped_entries

COMMUNITY = Path(__file__).parents[2] / "community"
WORDS = load_pack_words(COMMUNITY)
TODAY = dt.date(2026, 11, 23)


def changed(key: str = "waste-sorting", **changes: Any) -> EntryContent:
    """A shipped entry with some fields changed."""
    return EntryContent.model_validate({**shipped_entries()[key].model_dump(), **changes})


def kinds(found: list[Finding]) -> list[tuple[Kind, str]]:
    """Kind and field of each finding."""
    return [(one.kind, one.field) for one in found]


def alone(key: str = "waste-sorting", *, changes: dict[str, Any] | None = None, **more: Any) -> list[tuple[Kind, str]]:
    """What is found in one changed entry."""
    return kinds(check_entry(changed(key, **(changes or {}), **more), words=WORDS, today=TODAY))


@pytest.mark.parametrize(
    ("field", "least"), [("aliases", 4), ("keywords", 3), ("phrasings", 20), ("sample_questions", 3)]
)
def test_a_shared_entry_needs_enough_ways_of_asking(field: str, least: int) -> None:
    texts = list(getattr(shipped_entries()["waste-sorting"], field))
    assert alone(changes={field: texts[:least]}) == []
    assert alone(changes={field: texts[: least - 1]}) == [(Kind.TOO_FEW, field)]


def test_a_phrasing_of_two_characters_is_too_short() -> None:
    texts = shipped_entries()["waste-sorting"].phrasings
    assert alone(phrasings=[*texts, "倒，啥？"]) == [(Kind.TOO_SHORT, "phrasings")]


@pytest.mark.parametrize("text", ["每月 600 元", "大约六百元", "三个工作日", "65岁以上"])
def test_a_number_that_nobody_verified_is_found(text: str) -> None:
    status = {**shipped_entries()["waste-sorting"].status, "amount": "not_verified"}
    assert alone(amount=text, status=status) == [(Kind.UNVERIFIED_NUMBER, "amount")]
    assert alone(amount=text, status={**status, "amount": "verified"}) == []


@pytest.mark.parametrize("text", ["没有核到，打12345问", "第一年高一些", "打962121问", "急病打120", "未核实"])
def test_a_hotline_or_an_ordinal_is_no_number(text: str) -> None:
    status = {**shipped_entries()["waste-sorting"].status, "amount": "not_verified"}
    assert alone(amount=text, status=status) == []


def unsure(name: str) -> dict[str, Any]:
    """The states of an entry whose one field is not verified."""
    return {**shipped_entries()["waste-sorting"].status, name: "not_verified"}


def test_numbers_of_where_to_go_and_of_the_legal_basis_are_looked_at_too() -> None:
    where = {**shipped_entries()["waste-sorting"].where.model_dump(), "hours": "周一到周五9点开门"}
    assert alone(where=where, status=unsure("where")) == [(Kind.UNVERIFIED_NUMBER, "where")]
    assert alone(legal_basis=["某办法2019年第8号"], status=unsure("legal_basis")) == [
        (Kind.UNVERIFIED_NUMBER, "legal_basis")
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "垃圾分类（77种）"),
        ("summary", "每个月可以扔77次，这句话凑够十个字。"),
        ("who", "满77岁的居民"),
        ("variants", [{"ask": "哪一种", "options": [{"answer": n, "says": "给77元"} for n in ("甲", "乙")]}]),
        ("variants", [{"ask": "满77岁了吗", "options": [{"answer": n, "says": "可以"} for n in ("甲", "乙")]}]),
    ],
)
def test_every_number_residents_read_stands_in_a_verified_field_too(field: str, value: Any) -> None:
    changes = {field: value, "amount": "未核实", "status": unsure("amount") | {"conditions": "not_verified"}}
    unsaid = {"conditions": ["看情况"]}
    assert set(alone(changes={**changes, **unsaid})) == {(Kind.UNFOUNDED_NUMBER, field)}
    assert alone(changes={**changes, "fee": "77元", "conditions": ["看情况"]}) == []


def test_who_may_do_it_is_as_sure_as_the_conditions() -> None:
    assert alone(who="满77岁的居民", summary="满77岁的居民都可以来扔垃圾。") == []


@pytest.mark.parametrize("note", ["77元是第三方口径，不要报。", "旧口径77元；别的都核实了"])
def test_what_the_note_calls_doubtful_is_not_said_to_residents(note: str) -> None:
    assert alone(note=note, fee="每次77元") == [(Kind.DOUBTFUL_NUMBER, "fee")]
    assert alone(note="77元已核实；旧口径是78元", fee="每次77元") == []


def test_sources_are_government_pages_or_statutes() -> None:
    good = [{"title": "民法典"}, {"title": "某页", "url": "https://mzj.sh.gov.cn/a"}]
    assert alone(sources=good) == []
    assert alone(sources=[{"title": "某页", "url": "https://gov.cn.example.com/a"}]) == [
        (Kind.SOURCE_NOT_OFFICIAL, "sources")
    ]
    assert alone(sources=[{"title": "听邻居讲的"}]) == [(Kind.SOURCE_NOT_STATUTE, "sources")]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"checked_on": "2026-11-24"}, (Kind.CHECKED_IN_FUTURE, "checked_on")),
        ({"checked_on": "2026-11-23", "review_by": "2026-11-23"}, (Kind.REVIEW_BEFORE_CHECK, "review_by")),
        ({"valid_from": {"year": 2020}, "valid_to": "2019-12-31"}, (Kind.ENDS_BEFORE_START, "valid_to")),
        ({"valid_from": {"date": "2020-05-01"}, "valid_to": "2020-05-01"}, (Kind.ENDS_BEFORE_START, "valid_to")),
    ],
)
def test_dates_must_make_sense(changes: dict[str, Any], wanted: tuple[Kind, str]) -> None:
    assert alone(**changes) == [wanted]


def test_each_of_the_twenty_certificates_must_be_there() -> None:
    content = shipped_entries()["committee-proof-list"]
    options = [option.model_dump() for option in content.variants[0].options]
    assert len(options) == 20
    fewer = {"ask": content.variants[0].ask, "options": options[1:]}
    assert alone("committee-proof-list", variants=[fewer]) == [(Kind.CERTIFICATE_MISSING, "variants")]


def test_a_pack_without_the_entry_of_certificates_is_found() -> None:
    found = check_entries([Filed("a.yaml", shipped_entries()["waste-sorting"])], words=WORDS, today=TODAY)
    assert [one.kind for one in found] == [Kind.CERTIFICATE_MISSING]


def pair(one: str, other: str, *, elsewhere: bool = False) -> list[Kind]:
    """What is found in two phrasings of one entry, or of two."""
    texts = [Phrasing("a.yaml", "first", one), Phrasing("a.yaml", "second" if elsewhere else "first", other)]
    return [finding.kind for finding in check_alike(texts, words=WORDS)]


def test_two_phrasings_of_an_entry_share_at_most_six_tenths_of_their_pairs() -> None:
    assert pair("甲乙丙丁戊己", "甲乙丙丁庚辛") == []
    assert pair("甲乙丙丁戊己", "甲乙丙丁戊辛") == [Kind.ALIKE]
    assert pair("狗证", "狗证到期没有去年检会不会罚") == [Kind.ALIKE]


@pytest.mark.parametrize("other", ["请问卡丢怎么办", "卡丢了咋办呀", "您好，卡丢谢谢"])
def test_two_phrasings_that_differ_only_by_a_frame_are_found(other: str) -> None:
    assert set(pair("卡丢", other)) & {Kind.ONLY_FRAME, Kind.ALIKE}


def test_frames_are_found_where_the_pairs_do_not_tell() -> None:
    assert pair("想问一下卡丢怎么办理", "麻烦问下卡丢到哪里去办") == [Kind.ONLY_FRAME]


def test_two_entries_may_not_ask_nearly_the_same() -> None:
    assert pair("甲乙丙丁戊己庚", "甲乙丙丁戊己辛", elsewhere=True) == [Kind.ALIKE_ELSEWHERE]
    assert pair("甲乙丙丁戊己庚", "甲乙丙丁戊壬辛", elsewhere=True) == []


def framed(frame: str, count: int, *, closing: bool) -> list[str]:
    """Frames found to be overused in so many entries."""
    signs = [chr(0x4E00 + 7 * number) * 3 for number in range(count)]
    texts = [f"{sign}{frame}" if closing else f"{frame}{sign}" for sign in signs]
    found = check_frames([Phrasing("", str(n), text) for n, text in enumerate(texts)], words=WORDS)
    return [str(one.facts["frame"]) for one in found]


@pytest.mark.parametrize(
    ("frame", "closing"),
    [
        ("行不行", True),
        ("请问", False),
        ("侬讲", False),
        ("听人说", False),
        ("真的吗", True),
        ("我屋里头", False),
        ("会得批伐呢", True),
    ],
)
def test_a_frame_may_stand_in_ten_entries_and_not_in_eleven(frame: str, closing: bool) -> None:
    assert framed(frame, 10, closing=closing) == []
    found = framed(frame, 11, closing=closing)
    assert len(found) == 1
    assert found[0] in frame


def two_packs(folder: Path) -> Path:
    """Copies of two shipped packs, to spoil."""
    packs = folder / "packs"
    packs.mkdir()
    for name in ("elderly-care.yaml", "household-id.yaml"):
        shutil.copy(COMMUNITY / "packs" / name, packs)
    return packs


def spoil(path: Path, old: str, new: str) -> None:
    """Change one text in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("  fee:", "  fees:", {Kind.SCHEMA}),
        ("- id: ", "- id: Wrong_", {Kind.SCHEMA}),
        ("- id: elder-", "- id: dibao\n  titel: x\n  was: ", {Kind.SCHEMA}),
        ("entries:", "items:", {Kind.UNREADABLE}),
        ("slug: elderly-care", "slug: household-id", {Kind.DUPLICATE_SLUG}),
        ("- id: elderly-comprehensive-allowance", "- id: passport", {Kind.DUPLICATE_ID}),
    ],
)
def test_a_spoilt_file_is_named_with_what_is_wrong(tmp_path: Path, old: str, new: str, wanted: set[Kind]) -> None:
    packs = two_packs(tmp_path)
    spoil(packs / "elderly-care.yaml", old, new)
    found = check_folder(packs, community=COMMUNITY, today=TODAY)
    assert {one.kind for one in found} == wanted
    assert "elderly-care.yaml" in {one.file for one in found} | {str(one.facts.get("other")) for one in found}


def asked(**changes: Any) -> Asked:
    """A whole test question with some fields changed."""
    record = {"id": "t-1", "text": "垃圾桶边上的旧沙发谁来收", "kind": "in_scope", "writer": "t", "split": half("t-1")}
    return Asked("t.jsonl", {**record, "want": {"entry": "bulky-waste"}, **changes})


def questioned(
    *questions: Asked, topic: str = "", training: Path = COMMUNITY, **told: list[str]
) -> list[tuple[Kind, str]]:
    """What is found in test questions beside one entry, which says nothing but what is ``told``, and one topic."""
    silent = {name: ["冰箱坏掉了"] for name in ("aliases", "phrasings", "sample_questions")}
    entry = changed("bulky-waste", **{**silent, **told})
    known = taught([("a.yaml", entry)], topics=[Topic("别的", (topic,))] if topic else [], training=training)
    return kinds(check_questions(questions, taught=known, keys=frozenset({"bulky-waste"})))


def test_a_test_question_names_writer_split_and_an_entry_of_the_pack() -> None:
    assert questioned(asked()) == []
    assert questioned(asked(writer="")) == [(Kind.QUESTION_FIELD, "writer")]
    other = {"tune": "report", "report": "tune"}[half("t-1")]
    assert questioned(asked(split=other)) == [(Kind.QUESTION_FIELD, "split")]
    assert questioned(asked(want={"entry": "gone"})) == [(Kind.QUESTION_NOT_IN_PACK, "want")]
    assert questioned(asked(), asked()) == [(Kind.QUESTION_FIELD, "id")]


def test_a_phrasing_near_a_test_question_is_found() -> None:
    assert questioned(asked(), phrasings=["旧沙发谁来收走"]) == [(Kind.QUESTION_TOO_NEAR, "phrasings")]
    assert questioned(asked(text="几钿"), phrasings=["叫人来拉走要付几钿"]) == []
    assert questioned(asked(), sample_questions=["旧沙发谁来收走"]) == [(Kind.QUESTION_TOO_NEAR, "sample_questions")]


def test_a_name_or_topic_is_near_where_it_is_nearly_all_that_is_asked() -> None:
    assert questioned(asked(), aliases=["收旧沙发"], topic="旧沙发谁收") == []
    assert questioned(asked(text="旧沙发谁来"), aliases=["旧沙发谁收"]) == [(Kind.QUESTION_TOO_NEAR, "aliases")]
    assert questioned(asked(), topic="垃圾桶边上的沙发") == [(Kind.QUESTION_TOO_NEAR, "asked")]
    assert questioned(asked(text="沙发"), aliases=["旧沙发"]) == []
    assert questioned(asked(text="旧沙发"), aliases=["旧沙发"]) == [(Kind.QUESTION_TOO_NEAR, "aliases")]


def test_a_training_line_that_is_a_test_question_is_found_with_its_line(tmp_path: Path) -> None:
    lines = ["垃圾桶边上的旧沙发谁来收走", "垃圾桶边上的，旧沙發谁来收？", "👍"]
    (tmp_path / "ask.txt").write_text("\n".join(lines), encoding="utf-8")
    assert questioned(asked(), asked(id="t-2", split=half("t-2"), text="🙏"), training=tmp_path) == [
        (Kind.QUESTION_IN_TRAINING, "")
    ]


def test_questions_written_for_another_pack_are_only_held_against_what_this_one_says(tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    packs.mkdir()
    (tmp_path / "t.jsonl").write_text(json.dumps(asked(want={"entry": "gone"}).record), encoding="utf-8")
    assert [
        [one.kind for one in check_folder(packs, community=COMMUNITY, questions=tmp_path, is_whole=whole)]
        for whole in (True, False)
    ] == [[Kind.CERTIFICATE_MISSING, Kind.QUESTION_NOT_IN_PACK], [Kind.CERTIFICATE_MISSING]]


def test_lines_that_are_no_records_are_named(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text(json.dumps(asked().record) + "\n{\n[1]\n\n", encoding="utf-8")
    packs = two_packs(tmp_path)
    found = check_folder(packs, community=COMMUNITY, questions=tmp_path, is_whole=False, today=TODAY)
    assert [(one.kind, one.file, one.facts["line"]) for one in found] == [
        (Kind.QUESTION_UNREADABLE, "t.jsonl", 2),
        (Kind.QUESTION_UNREADABLE, "t.jsonl", 3),
    ]


def test_every_kind_has_a_sentence_and_a_hint() -> None:
    for kind in Kind:
        assert {f"pack_check.{kind}.what", f"pack_check.{kind}.hint"} <= set(sentences())


def test_a_finding_reads_as_a_sentence() -> None:
    found = check_entry(changed(checked_on="2026-11-24"), words=WORDS, today=TODAY)[0]
    assert found.what == "核对日期 2026-11-24 在今天之后"
    assert found.hint == "写真正核对的那天。"
