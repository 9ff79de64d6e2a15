"""A short run of `python -m tests.scale`, on real processes; the long one has the figures."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.chaos.fleet import forkserver
from tests.chaos.verdict import Verdict
from tests.ledger.server import Server
from tests.scale.__main__ import show_edition, show_memory, show_paces, show_replicas, show_storm
from tests.scale.alone import Pace
from tests.scale.edition import Turned
from tests.scale.load import Figures, percentile
from tests.scale.replicas import Served
from tests.scale.stage import widen
from tests.scale.storm import Outcome, Weather, storm

FIGURES = Figures(asked=4, answered=4, doubled=0, wrong=0, seconds=2.0, waits=(0.1, 0.2, 0.3, 0.4))


@pytest.mark.slow
@pytest.mark.uncounted
@pytest.mark.timeout(300)
async def test_replicas_and_owners_that_die_answer_each_question_once(
    server: Server, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    widen(server)
    assert pytestconfig.cache is not None
    weather = Weather(6.0, slack=4.0, discord=3.0, kill_every=2.0, rolling=False, database=False, shards=2)
    weather = replace(weather, cache=pytestconfig.cache.mkdir("chaos"))  # what is learnt is the same as there

    with forkserver():
        outcome = await storm(tmp_path, server, weather)

    assert {platform: verdict.faults for platform, verdict in outcome.verdicts.items()} == {
        platform: dict.fromkeys(verdict.faults, 0) for platform, verdict in outcome.verdicts.items()
    }
    assert outcome.gaps
    assert outcome.good


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1.0), (0.5, 3.0), (0.99, 4.0), (1.0, 4.0)])
def test_a_percentile_is_one_of_the_values(share: float, expected: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], share) == expected


def test_figures_are_shown_as_tables() -> None:
    assert "| 50 | 4/4 | 0 | 2 | 300 | 400 | 5.0 |" in _plain(show_paces([Pace(50.0, FIGURES, 0.01)]))
    assert "| 3 | 4/4 | 0 | 2 | 300 | 400 | 5.0 |" in _plain(show_replicas([Served(3, FIGURES, 0.005)]))
    assert "| 1000 | 91.0 |" in _plain(show_memory([(0, 90.0), (1000, 91.0)]))
    assert "| 7/7 | 3 | 0 |" in _plain(show_edition(Turned(7, 7, 3, 0)))


def test_a_storm_that_lost_something_was_not_good_and_says_what() -> None:
    outcome = Outcome({"slack": Verdict()}, {"slack": Outcome().disorder}, [4.5], settled=True)
    assert outcome.good

    outcome.verdicts["slack"].counts["lost"] += 1
    outcome.verdicts["slack"].cases["lost"].append("mention 1 at 2")

    assert not outcome.good
    assert "mention 1 at 2" in show_storm(outcome)


def test_a_shard_that_was_nobodys_for_too_long_is_not_good() -> None:
    assert not Outcome(gaps=[31.0], settled=True).good


def _plain(text: str) -> str:
    return " ".join(text.split())
