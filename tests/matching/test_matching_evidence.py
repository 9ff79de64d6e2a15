import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.faq.content import ErrorPattern
from bot.matching.evidence import Claims, Verdict, fields_of
from bot.model import Kind
from tests.matching.fakes import PARCELS, entry, faq, kind, seen

TYPE, MESSAGE, STATUS, EXCEPTION = Kind.TYPE, Kind.MESSAGE, Kind.STATUS, Kind.EXCEPTION
LADDER = Claims(
    faq(
        entry("by-exception", "?", errors=[kind(exception="Boom")]),
        entry("by-status", "?", errors=[kind(status=500)]),
        entry("by-message", "?", errors=[kind(message="went wrong")]),
        entry("by-type", "?", errors=[kind("boom_error")]),
        entry("by-type-and-status", "?", errors=[kind("boom_error", status=503)]),
        entry("never-by-type", "?", errors=[kind(status=500)], not_errors=[kind("boom_error")]),
        entry("without-errors", "?"),
    )
)
PARCEL_CLAIMS = Claims(PARCELS)
FOUND = st.lists(
    st.tuples(st.sampled_from(Kind), st.sampled_from(["boom_error", "went wrong", "500", "503", "boom", "else"])),
    max_size=6,
)


def claimed(verdict: Verdict) -> list[str]:
    return [claim.entry for claim in verdict.claims]


@pytest.mark.parametrize(
    ("found", "entries", "deciding"),
    [
        ([(TYPE, "boom_error"), (MESSAGE, "went wrong"), (STATUS, "500"), (EXCEPTION, "Boom")], ["by-type"], TYPE),
        ([(EXCEPTION, "Boom"), (STATUS, "500"), (MESSAGE, "went wrong")], ["by-message"], MESSAGE),
        ([(EXCEPTION, "Boom"), (STATUS, "500")], ["by-status", "never-by-type"], STATUS),
        ([(EXCEPTION, "Boom")], ["by-exception"], EXCEPTION),
        ([(TYPE, "boom_error"), (STATUS, "503")], ["by-type-and-status"], TYPE),
        ([(TYPE, "boom_error"), (STATUS, "500")], ["by-type"], TYPE),
        ([(TYPE, "BOOM_ERROR")], ["by-type"], TYPE),
        ([(EXCEPTION, "BOOM")], ["by-exception"], EXCEPTION),
    ],
)
def test_the_strongest_kind_that_anyone_claims_decides_and_more_fields_beat_fewer(
    found: list[tuple[Kind, str]], entries: list[str], deciding: Kind
) -> None:
    verdict = LADDER.judge(seen(*found))

    assert claimed(verdict) == entries
    assert {claim.kind for claim in verdict.claims} == {deciding}


@pytest.mark.parametrize(
    "found", [[], [(STATUS, "404")], [(MESSAGE, "boom_error")], [(TYPE, "500")], [(STATUS, "503")], [(TYPE, "boom")]]
)
def test_what_no_entry_names_or_names_as_another_kind_is_claimed_by_none(found: list[tuple[Kind, str]]) -> None:
    assert claimed(LADDER.judge(seen(*found))) == []


def test_without_evidence_there_is_nothing_to_say() -> None:
    assert LADDER.judge(()) == Verdict((), frozenset(), strange=False)


def test_an_entry_that_the_evidence_rules_out_claims_nothing_and_is_named() -> None:
    verdict = LADDER.judge(seen((TYPE, "boom_error"), (STATUS, "500")))

    assert verdict.denied == {"never-by-type"}
    assert "never-by-type" not in claimed(verdict)


def test_a_weak_claim_is_denied_by_the_evidence_of_another_kind() -> None:
    verdict = PARCEL_CLAIMS.judge(seen((MESSAGE, "no funds left"), (STATUS, "402")))

    assert claimed(verdict) == ["wallet-empty"]
    assert verdict.denied == {"too-many-labels"}


def test_a_claim_carries_the_evidence_it_rests_on_strongest_first_and_where_it_first_stood() -> None:
    evidence = seen((STATUS, "403"), (TYPE, "blocked"), (STATUS, "403"))

    verdict = PARCEL_CLAIMS.judge(evidence)

    assert claimed(verdict) == ["wallet-empty"]
    assert verdict.claims[0].fields == 2
    assert verdict.claims[0].evidence == (evidence[1], evidence[0])


@pytest.mark.parametrize(
    ("found", "strange"),
    [
        ([(TYPE, "unheard_of"), (STATUS, "500")], True),
        ([(MESSAGE, "unheard of"), (STATUS, "500")], True),
        ([(TYPE, "unheard_of"), (EXCEPTION, "Boom")], True),
        ([(TYPE, "unheard_of")], True),
        ([(TYPE, "unheard_of"), (MESSAGE, "went wrong")], False),
        ([(TYPE, "boom_error"), (STATUS, "500")], False),
        ([(TYPE, "Boom_Error"), (MESSAGE, "unheard of"), (STATUS, "500")], False),
        ([(STATUS, "500")], False),
        ([(EXCEPTION, "Unheard")], False),
    ],
)
def test_an_error_type_or_message_that_nobody_knows_makes_what_stands_beside_it_weak(
    found: list[tuple[Kind, str]], strange: bool
) -> None:
    assert LADDER.judge(seen(*found)).strange is strange


def test_a_type_that_is_known_only_as_what_an_entry_is_not_is_no_stranger() -> None:
    claims = Claims(faq(entry("a", "?", errors=[kind(status=500)], not_errors=[kind("other_error")]), entry("b", "?")))

    verdict = claims.judge(seen((TYPE, "other_error"), (STATUS, "500")))

    assert verdict == Verdict((), frozenset({"a"}), strange=False)


@given(FOUND)
def test_the_verdict_is_what_a_plain_reading_of_the_patterns_gives(found: list[tuple[Kind, str]]) -> None:
    patterns = {
        "by-exception": [("exception", "boom")],
        "by-status": [("status", "500")],
        "by-message": [("message", "went wrong")],
        "by-type": [("type", "boom_error")],
        "by-type-and-status": [("type", "boom_error"), ("status", "503")],
        "never-by-type": [("status", "500")],
    }
    facts = {(item.value, value) for item, value in found}
    denied = {"never-by-type"} if ("type", "boom_error") in facts else set()
    holding = {name: fields for name, fields in patterns.items() if name not in denied and facts.issuperset(fields)}
    order = ["type", "message", "status", "exception"]
    best = min(((order.index(fields[0][0]), -len(fields)) for fields in holding.values()), default=None)

    verdict = LADDER.judge(seen(*found))

    assert claimed(verdict) == [n for n, fields in holding.items() if (order.index(fields[0][0]), -len(fields)) == best]
    assert verdict.denied == denied


def test_the_fields_of_a_pattern_come_strongest_first_in_lower_case() -> None:
    pattern = ErrorPattern(type="Big_Error", message="It Broke", status=500, exception="BigError")

    assert fields_of(pattern) == [
        (TYPE, "big_error"),
        (MESSAGE, "it broke"),
        (STATUS, "500"),
        (EXCEPTION, "bigerror"),
    ]
