"""faq.yaml is read whole, or refused with all that is wrong with it."""

import codecs
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.faq.content import ErrorPattern, Faq, Policy, Wording
from bot.faq.faults import FaqError
from bot.faq.load import load, parse, parse_with_positions

UNHURRIED = settings(deadline=None)  # a busy machine makes no law false
SMALL = "entries:\n- id: a\n  question: How?\n  answer: So.\n"
SECOND = "- id: b\n  question: Why?\n  answer: Because.\n"


def faults_of(text: str | bytes) -> list[str]:
    with pytest.raises(FaqError) as caught:
        parse(text if isinstance(text, bytes) else text.encode())
    return str(caught.value).splitlines()


def test_an_entry_needs_only_an_id_a_question_and_an_answer() -> None:
    faq = parse(SMALL.encode())

    assert faq.by_id["a"].wordings == {"en": Wording("How?", "So.")}
    assert (faq.languages, faq.product, faq.hand_off, faq.policy) == (("en",), "", {}, Policy())


def test_everything_the_file_says_is_kept() -> None:
    faq = parse(
        """\
version: 1
product: Example API
languages: [en, zh]
names: [Example, api.example.com]
hand_off: {en: Ask a person., zh: 找人。}
policy: {budget: 5%}
unanswered: [can I have a refund]
entries:
- id: accept_reservations.v2
  question: "  Can I book?  "
  answer: |2

      code first
    Then text.
  phrasings: [book a table, 'no']
  errors: [{type: busy_error, status: 429}, {message: try * again}, {exception: BusyError}]
  not_errors: [{status: 403}]
  see_also: [b]
  source: https://example.com/help
  verified_on: 2026-11-23
  audience: public
  zh: {question: 可以预订吗？, answer: 可以。, phrasings: [订位]}
- {id: b, question: Why?, answer: Because., verified_on: "2026-11-24"}
""".encode()
    )
    entry, other = faq.entries

    assert (faq.product, faq.languages, faq.names) == ("Example API", ("en", "zh"), ("example", "api.example.com"))
    assert faq.hand_off == {"en": "Ask a person.", "zh": "找人。"}
    assert (faq.policy.budget, faq.unanswered) == (0.05, ("can I have a refund",))
    assert entry.id == "accept_reservations.v2"
    assert entry.wordings["en"] == Wording("Can I book?", "  code first\nThen text.", ("book a table", "no"))
    assert entry.wordings["zh"] == Wording("可以预订吗？", "可以。", ("订位",))
    assert entry.errors == (
        ErrorPattern(type="busy_error", status=429),
        ErrorPattern(message="try * again"),
        ErrorPattern(exception="BusyError"),
    )
    assert (entry.not_errors, entry.see_also) == ((ErrorPattern(status=403),), ("b",))
    assert (entry.source, entry.verified_on) == ("https://example.com/help", date(2026, 11, 23))
    assert (entry.audience, other.audience) == ("public", "internal")
    assert other.verified_on == date(2026, 11, 24)


@pytest.mark.parametrize(("written", "budget"), [("2%", 0.02), ("' 2.5 % '", 0.025), ("0.02", 0.02), ("50%", 0.5)])
def test_a_budget_is_a_share_or_a_percentage(written: str, budget: float) -> None:
    faq = parse(f"policy: {{budget: {written}}}\n{SMALL}".encode())

    assert faq.policy.budget == pytest.approx(budget)


def test_one_sentence_for_the_hand_off_is_in_the_first_language() -> None:
    faq = parse(f"languages: [zh, en]\nhand_off: 找人。\n{SMALL}".encode())

    assert faq.hand_off == {"zh": "找人。"}


def test_a_language_code_that_yaml_takes_for_a_boolean_may_be_a_key() -> None:
    faq = parse(f"languages: [en, 'no']\n{SMALL}  no: {{question: Hvordan?, answer: Slik.}}\n".encode())

    assert faq.entries[0].wordings["no"].question == "Hvordan?"


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    marked = codecs.BOM_UTF8 + SMALL.encode()

    assert parse(marked).entries == parse(SMALL.encode()).entries
    assert faults_of(codecs.BOM_UTF8 + b"entrys: []") == [
        "faq.yaml:1:1: `entries` is missing: add it, with at least one entry",
        "faq.yaml:1:1: `entrys` is no key that can stand here. Did you mean `entries`?",
    ]


def test_the_digest_tells_apart_files_that_differ_in_a_byte() -> None:
    digests = {parse(SMALL.encode()).digest, parse(SMALL.encode() + b"\n").digest}

    assert {len(digest) for digest in digests} == {64}
    assert len(digests) == 2


HEAD = [
    ("version: 2", "1:10: `2` stands where only 1 may stand"),
    ("version: '1'", "1:10: `1` stands where only 1 may stand"),
    ("product: no", "1:10: `no` is read as true or false: put it in quotes"),
    ("product: 007", "1:10: `007` is read as a number: put it in quotes"),
    ("product: 2026-11-23", "1:10: `2026-11-23` is read as a date: put it in quotes"),
    ("product: 12:30", "1:10: `12:30` is read as a number: put it in quotes"),
    ("product: {Kimi: API}", "1:10: a mapping stands where text is due"),
    ("product: [Kimi]", "1:10: a list stands where text is due"),
    ("product: ''", "1:10: `product` is empty"),
    ("product:", "1:1: `product` is empty"),
    ("prodcut: Kimi", "1:1: `prodcut` is no key that can stand here. Did you mean `product`?"),
    ("x: 1", "1:1: `x` is no key that can stand here. Known: version, product, languages"),
    ("languages: zh", "1:12: `zh` stands where a list"),
    ("languages: []", "1:12: `languages` is empty: at least one is needed"),
    ("languages: [en, no]", "1:17: `no` is read as true or false"),
    ("languages: [en, English]", "1:17: `English` is no language code"),
    ("languages: [en, zh, en]", "1:21: `en` stands here a second time"),
    ("languages: [en, id]", "1:17: `id` is the name of a field as well: add the region, like `id-ID`"),
    ("languages: {en: 1}", "1:12: a mapping stands where a list"),
    ("names: [Kimi, 404, yes]", "1:15: `404` is read as a number", "1:20: `yes` is read as true or false"),
    ("names: [a, ' ']", "1:12: item 2 is empty"),
    ("names:\n-\n- a", "2:2: this item is empty"),
    ("hand_off: 5", "1:11: text is due, or a mapping from language codes to text"),
    ("hand_off: ''", "1:11: text is due, or a mapping from language codes to text"),
    ("hand_off: {en: yes}", "1:16: `yes` is read as true or false"),
    ("hand_off: {en: Ask., fr: Demandez.}", "1:22: `fr` is not among `languages` (`en`)"),
    ("policy: 2%", "1:9: `2%` stands where a mapping"),
    ("policy: {budget: much}", "1:18: a share is due, like `2%`"),
    ("policy: {budget: yes}", "1:18: a share is due, like `2%`"),
    ("policy: {budget: 0}", "1:18: the share of answers that may be wrong lies above 0"),
    ("policy: {budget: 51%}", "1:18: the share of answers that may be wrong lies above 0"),
    ("policy: {budget: .nan}", "1:18: the share of answers that may be wrong lies above 0"),
    ("policy: {bugdet: 2%}", "1:10: `bugdet` is no key that can stand here. Did you mean `budget`?"),
    ("unanswered: none", "1:13: `none` stands where a list"),
    ("product: a\nproduct: b", "2:1: `product` stands here a second time (first in line 1)"),
    ("product: &name a", "1:10: anchors (`&…`) are refused"),
    ("product: *name", "1:10: aliases (`*…`) are refused"),
    ("*name : a", "1:1: aliases (`*…`) are refused"),
    ("product: !!python/object:os.system {}", "1:10: tags (`!…`) are refused"),
    ("product: !secret a", "1:10: tags (`!…`) are refused"),
    ("<<: {product: a}", "1:1: merge keys (`<<`) are refused"),
    ("product: {{ name }}", "1:11: brackets stand where a key is due", "1:10: a mapping stands where text is due"),
    ("? [a, b]\n: c", "1:3: brackets stand where a key is due"),
    ('"\\0": a', "1:1: there is no key before this `:`"),
    ("'': a", "1:1: there is no key before this `:`"),
    ('product: "a\\0b"', "1:10: a NUL character"),
]

ENTRY = [
    ("- just text", "5:3: an entry must be a mapping: begin it with `- id:`"),
    ("- question: Q?\n  answer: A.", "5:3: `id` is missing: add it"),
    ("- id: b", "5:3: `answer` is missing: add it", "5:3: `question` is missing: add it"),
    ("- {id: b, question: Q?}", "5:3: `answer` is missing: add it"),
    ("- {id: 404, question: Q?, answer: A.}", "5:8: `404` is read as a number: put it in quotes"),
    ("- {id: 4.5, question: Q?, answer: A.}", "5:8: `4.5` is read as a number: put it in quotes"),
    ("- {id: off, question: Q?, answer: A.}", "5:8: `off` is read as true or false: put it in quotes"),
    ("- {id: a b, question: Q?, answer: A.}", "5:8: `a b` is no id: it begins with a letter or a digit"),
    ("- {id: -b, question: Q?, answer: A.}", "5:8: `-b` is no id"),
    (f"- {{id: {'b' * 81}, question: Q?, answer: A.}}", f"5:8: `{'b' * 59}…` is too long: keep it to 80"),
    ("- {id: a, question: Q?, answer: A.}", "5:8: the id `a` is taken (by the entry in line 2)"),
    ("- {id: b, question: '', answer: '  '}", "5:21: `question` is empty", "5:33: `answer` is empty"),
    ("- id: b\n  question:\n  answer: |\n", "6:3: `question` is empty", "7:11: `answer` is empty"),
    (
        "- id: b\n  question: Q?\n  answer: A.\n  answer: B.",
        "8:3: `answer` stands here a second time (first in line 7)",
    ),
]

FIELD = [
    ("phrasing: [x]", "5:3: `phrasing` is no key that can stand here. Did you mean `phrasings`?"),
    ("phrasings: x", "5:14: `x` stands where a list"),
    ("phrasings: [x, yes, 4]", "5:18: `yes` is read as true or false", "5:23: `4` is read as a number"),
    ("phrasings:\n  - error: it fails", "6:5: a mapping stands where text is due: put text that holds `: `"),
    ("phrasings: [[x]]", "5:15: a list stands where text is due"),
    ("phrasings:", "5:3: `phrasings` is empty"),
    ("errors: [{}]", "5:12: this error has no field: give `type`, `message`, `status` or `exception`"),
    ("errors: [429]", "5:12: `429` stands where a mapping"),
    ("errors: {status: 429}", "5:11: a mapping stands where a list"),
    ("errors: [{status: 200}]", "5:21: `200` is no HTTP status of an error: those are 400 to 599"),
    ("errors: [{status: 600}]", "5:21: `600` is no HTTP status of an error"),
    ("errors: [{status: '429'}]", "5:21: `429` stands where a whole number without quotes is due"),
    ("errors: [{status: 429.5}]", "5:21: `429.5` stands where a whole number"),
    ("errors: [{status: yes}]", "5:21: `yes` stands where a whole number"),
    ("not_errors: [{typ: x}]", "5:17: `typ` is no key that can stand here. Did you mean `type`?"),
    ("errors: [{type: 5}, {message: ''}]", "5:19: `5` is read as a number", "5:33: `message` is empty"),
    ("see_also: [a]", "5:14: an entry does not refer to itself"),
    ("see_also: [a1]", "5:14: there is no entry `a1`: remove this, or name another. Did you mean `a`?"),
    ("see_also: [zzz]", "5:14: there is no entry `zzz`: remove this, or name another."),
    ("see_also: [1]", "5:14: `1` is read as a number"),
    ("source: 5", "5:11: `5` is read as a number"),
    ("verified_on: yesterday", "5:16: a date is due that the calendar knows"),
    ("verified_on: 2026-02-30", "5:16: a date is due that the calendar knows"),
    ("verified_on: 5", "5:16: `5` stands where a date like `2026-11-23` is due"),
    ("verified_on: 2026-11-23 10:00:00", "5:16: `2026-11-23` stands where a date like"),
    ("audience: Public", "5:13: `Public` stands where only 'public' or 'internal' may stand"),
    ("audience: yes", "5:13: `yes` stands where only 'public' or 'internal' may stand"),
    ("en: {question: Q?, answer: A.}", "5:3: `en` is the first of `languages`"),
    ("fr: {question: Q?, answer: A.}", "5:3: `fr` is not among `languages` (`en, zh`)"),
    ("zh: 好", "5:7: `好` stands where a mapping"),
    ("zh: {question: Q?}", "5:7: `answer` is missing"),
    ("zh: {question: no, answer: A.}", "5:18: `no` is read as true or false"),
    ("zh: {question: Q?, answer: A., errors: []}", "5:34: `errors` is no key that can stand here. Known: question"),
]

SYNTAX = [
    ("", "1:1: the file is empty"),
    ("# nothing yet\n", "1:1: the file is empty"),
    ("- a\n- b\n", "1:1: the file must be a mapping"),
    ("just text", "1:1: the file must be a mapping"),
    ("{}", "1:1: `entries` is missing"),
    ("entries: []", "1:10: `entries` is empty: at least one entry is needed"),
    ("entries:", "1:1: `entries` is empty"),
    ("entries: {id: a}", "1:10: `entries` must be a list"),
    (f"{SMALL}---\n{SMALL}", "5:1: a second document begins here"),
    (f"{SMALL}...\nmore", "6:1: text stands after the end of the document"),
    ("a:\n\t- b", "2:1: a tab stands where only spaces may indent"),
    ("a: x\n\tb: y", "2:1: a tab stands where only spaces may indent"),
    ("a: |\n\tx", "2:1: a tab stands where only spaces may indent"),
    ("a: b: c", "1:5: `: ` (or a colon at the end) stands in unquoted text"),
    ("a: 'x\nb: y", "1:4: the text quoted from here on is never closed"),
    ("a: [b, c", "1:4: the list opened with `[` here is not closed"),
    ("a: {b: c", "1:4: the mapping opened with `{` here is not closed"),
    ("a: **bold**", "1:5: unquoted text begins with `*` or `&`"),
    ("a: @here", "1:4: unquoted text begins with `@`, which YAML keeps for itself"),
    ("a: `code`", "1:4: unquoted text begins with "),
    ("a: 'x' y", "1:8: this line does not fit the lines above"),
    ("- a\nb: c", "2:1: `- ` is expected here"),
    ("a: - b", "1:4: a list begins on the line of its key"),
    ('a: "\\q"', "1:5: `\\` stands before a letter with no meaning to YAML"),
    ("a: >x\n y", "1:5: text stands after `|` or `>`"),
    ("a: !f!x y", "1:4: tags (`!…`) are refused"),
    ("a: !<x", "1:7: tags (`!…`) are refused"),
    ("%YAML 3.0\n---\na: b", "1:1: directives"),
    ('a: "\\ud800"', "1:7: this escape stands for no character: write the character itself"),
    ('a: "\\x1"', "1:7: this escape stands for no character"),
    ("a: b\nccc\nd: e", "2:1: this line is no `key: value`"),
    ("a: !x!", "1:7: tags (`!…`) are refused"),
    ("a: |0\n x", "1:5: this is no YAML (found an indentation indicator equal to 0)"),
    ("a: {: b}", "1:5: a value is missing here"),
    ("%TAG x\n---\na: b", "1:6: directives"),
    ("a: b\n%", "2:2: directives"),
    ("a: |9\n x", "2:2: this line does not fit the lines above"),
    ("a: " + "[" * 50, "1:23: nested more than 20 deep"),
    ("product: a\x07b", "1:11: the control character U+0007 stands here"),
    ("product: a\n # \ufeffb", "2:4: the control character U+FEFF stands here"),
    (b"product: a\nnames: [\xe4\xbd\xa0, \xff]", "2:12: the byte 0xff here is not UTF-8"),
    (SMALL.encode("gb18030") + "# 你".encode("gb18030"), "5:3: the byte 0xc4 here is not UTF-8"),
    (codecs.BOM_UTF16_LE + SMALL.encode("utf-16-le"), "1:1: the file is in UTF-16: save it as UTF-8"),
]


def expect(text: str | bytes, *begins: str) -> None:
    found = faults_of(text)

    assert len(found) == len(begins), found
    for line in begins:
        assert any(fault.startswith(f"faq.yaml:{line}") for fault in found), found


@pytest.mark.parametrize("row", HEAD, ids=lambda row: row[0])
def test_a_fault_outside_the_entries_is_named(row: tuple[str, ...]) -> None:
    head, *begins = row

    expect(f"{head}\n{SMALL}", *begins)


@pytest.mark.parametrize("row", ENTRY, ids=lambda row: row[0])
def test_a_faulty_entry_is_named(row: tuple[str, ...]) -> None:
    entry, *begins = row

    expect(f"{SMALL}{entry}\n", *begins)


@pytest.mark.parametrize("row", FIELD, ids=lambda row: row[0])
def test_a_faulty_field_is_named(row: tuple[str, ...]) -> None:
    field, *begins = row

    expect(f"{SMALL}  {field}\nlanguages: [en, zh]\n", *begins)


@pytest.mark.parametrize(("text", "begin"), SYNTAX)
def test_a_file_that_is_no_mapping_of_yaml_is_refused(text: str | bytes, begin: str) -> None:
    expect(text, begin)


def test_all_faults_are_named_at_once_in_the_order_of_the_file() -> None:
    text = f"names: [yes]\n{SMALL}  see_also: [c]\n{SECOND}  errors: [{{status: 1}}]\nversion: 3\n"

    assert [fault.split(":")[1] for fault in faults_of(text)] == ["1", "6", "10", "11"]


def test_faults_before_broken_syntax_are_named_with_it() -> None:
    assert [fault.split(":")[1] for fault in faults_of("a: 1\na: *b\nc: 'open")] == ["2", "2", "3"]


def test_what_is_wrong_in_one_place_is_said_once() -> None:
    assert len(faults_of(f"{SMALL}  source: !!int 5\n")) == 1
    assert len(faults_of(f"{SMALL}  see_also: *all\n")) == 1


def test_a_broken_list_of_languages_makes_no_noise_in_the_entries() -> None:
    assert len(faults_of(f"languages: zh\n{SMALL}  zh: {{question: Q?, answer: A.}}\n")) == 1


def test_a_line_separator_within_text_starts_no_new_line() -> None:
    assert faults_of(f"product: 'a\u2028b'\nnames: 5\n{SMALL}")[0].startswith("faq.yaml:2:8: ")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_counts_as_one_line(ending: str) -> None:
    text = f"product: x\nnames: 5\n{SMALL}".replace("\n", ending)

    assert faults_of(text)[0].startswith("faq.yaml:2:8: ")


def test_a_bomb_of_aliases_never_unfolds() -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 10))

    assert all("refused" in line or "no key" in line for line in faults_of(f"l0: &l0 lol\n{levels}{SMALL}"))


def test_a_fault_quotes_no_more_than_a_glimpse() -> None:
    shown = faults_of(f"{SMALL}  audience: {'secret ' * 100}\n")[0]

    assert "secret" in shown
    assert len(shown) < 160


def test_a_fault_stays_on_its_line_whatever_it_quotes() -> None:
    assert len(faults_of(f'{SMALL}  audience: "a\\nb\\u2028c\\x1b[31m"\n')) == 1


def test_a_name_is_given_to_every_line() -> None:
    with pytest.raises(FaqError) as caught:
        parse(b"a: 1\nb: 2", "other.yaml")

    assert {line.split(":")[0] for line in str(caught.value).splitlines()} == {"other.yaml"}


def test_a_file_is_read_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "faq.yaml"
    path.write_text(SMALL)

    assert load(path) == parse(SMALL.encode())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FaqError, match=r"faq.yaml:1:1: there is no file .*faq.yaml: create it"):
        load(tmp_path / "faq.yaml")


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FaqError, match="is a directory: name the file in it"):
        load(tmp_path)


def test_a_path_through_a_file_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(FaqError, match=r"cannot be read \(Not a directory\)"):
        load(tmp_path / "file" / "faq.yaml")


def test_a_path_that_no_system_takes_cannot_be_read() -> None:
    with pytest.raises(FaqError, match=r"cannot be read \(.*null"):
        load(Path("a\0b"))


def test_a_file_that_this_user_may_not_read_is_named() -> None:
    class Forbidden(type(Path())):  # type: ignore[misc]  # the concrete class differs by system
        def open(self, *_: Any, **__: Any) -> Any:
            raise PermissionError

    with pytest.raises(FaqError, match="may not be read by this user: change its permissions"):
        load(Forbidden("faq.yaml"))


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "faq.yaml"
    path.write_text(SMALL)

    assert load(path, largest=len(SMALL)).entries
    with pytest.raises(FaqError, match="larger than 10 bytes"):
        load(path, largest=10)


def test_ten_thousand_entries_are_read() -> None:
    text = "entries:\n" + "".join(f"- {{id: e{n}, question: Q{n}?, answer: A{n}.}}\n" for n in range(10_000))

    faq, positions = parse_with_positions(text.encode())

    assert faq.by_id["e9999"].wordings["en"].answer == "A9999."
    assert positions.value("entries", 9_999, "answer").line == 10_001


def outcome(text: bytes) -> Faq | FaqError:
    try:
        return parse(text)
    except FaqError as error:
        return error


@UNHURRIED
@given(st.binary())
def test_any_bytes_are_read_or_refused(text: bytes) -> None:
    found = outcome(text)

    if isinstance(found, FaqError):
        assert found.faults
        assert all(fault.line >= 1 and fault.column >= 1 for fault in found.faults)


FRAGMENTS = """
entries: | - id: | question: | answer: | zh: | a | b | yes | 4 | { | } | [ | ] | , | &x | *x | !!str | <<: | > | ? | : |
- | ' | " | # | --- | languages: [en, zh] | 你 | errors: [{status: 429}] | see_also: [b] | verified_on: 2026-11-23 |
hand_off: | policy: {budget: 2%}
"""
PIECES = st.sampled_from([SMALL, " ", "\n", "\n  ", "\t", *(piece.strip() for piece in FRAGMENTS.split(" | "))])


@UNHURRIED
@given(st.lists(PIECES).map(" ".join) | st.lists(PIECES).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = outcome(text.encode())

    if isinstance(found, FaqError):
        lines = str(found).splitlines()
        assert len(lines) == len(found.faults) == len(set(lines))
        assert list(found.faults) == sorted(found.faults, key=lambda fault: (fault.line, fault.column))


class Plain(yaml.SafeDumper):
    def ignore_aliases(self, _: Any) -> bool:
        return True


def dump_yaml(value: Any) -> str:
    return str(yaml.dump(value, Dumper=Plain, allow_unicode=True))


def dump_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["id", "question", "answer", "phrasings", "errors", "see_also", "verified_on", "audience", "zh"])


@UNHURRIED
@given(st.lists(st.dictionaries(KEYS, VALUES), max_size=3), st.dictionaries(st.text(max_size=9), VALUES, max_size=2))
def test_values_of_any_shape_are_read_or_refused(entries: list[Any], head: dict[str, Any]) -> None:
    text = dump_yaml({"languages": ["en", "zh"], "entries": entries, **head})

    assert "something else" not in str(outcome(text.encode()))


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co", "Cf"]), min_size=1).filter(
    str.strip
)
WORDS = st.fixed_dictionaries({"question": TEXT, "answer": TEXT}, optional={"phrasings": st.lists(TEXT, max_size=3)})


@UNHURRIED
@given(st.lists(WORDS, min_size=1, max_size=4), st.sampled_from([dump_yaml, dump_json]))
def test_what_is_valid_is_read_back_as_it_was_written(
    wordings: list[dict[str, Any]], dump: Callable[[Any], str]
) -> None:
    entries = [{"id": f"e{n}", **words, "zh": words} for n, words in enumerate(wordings)]

    faq = parse(dump({"languages": ["en", "zh"], "entries": entries}).encode())

    for entry, words in zip(faq.entries, wordings, strict=True):
        assert entry.wordings["en"] == entry.wordings["zh"]
        assert entry.wordings["en"].question == words["question"].strip()
        assert entry.wordings["en"].answer.strip() == words["answer"].strip()
        assert entry.wordings["en"].phrasings == tuple(text.strip() for text in words.get("phrasings", []))
