import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import passed, steady


def test_a_clock_begins_with_the_time_of_day() -> None:
    assert steady(lambda: 1_000_000.0, lambda: 50.0)() == 1_000_000.0


@given(jumps=st.lists(st.floats(-1e9, 1e9), min_size=1))
def test_a_wall_clock_that_jumps_changes_nothing(jumps: list[float]) -> None:
    times = iter((1_000_000.0, *jumps))
    elapsed = iter(range(len(jumps) + 1))

    clock = steady(lambda: next(times), lambda: float(next(elapsed)))

    assert [clock() for _ in jumps] == [1_000_001.0 + number for number in range(len(jumps))]


@pytest.mark.parametrize("known", [True, False])
def test_time_passes_whether_or_not_the_system_counts_its_sleep(known: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not known:
        monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)

    assert passed() <= passed()


def test_without_arguments_it_tells_the_time() -> None:
    assert abs(steady()() - time.time()) < 60
