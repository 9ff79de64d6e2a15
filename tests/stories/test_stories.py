from collections.abc import Callable
from pathlib import Path

import pytest

from bot.desk import Desk
from bot.model import Outcome, Reply
from tests.conversation.fakes import fake_desk
from tests.stories.runner import Story, _faults, play, stories

STORIES = tuple(stories(Path(__file__).parent))
DESKS: dict[str, Callable[[], Desk]] = {"hand-made ranker": fake_desk}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
@pytest.mark.parametrize("desk", DESKS.values(), ids=DESKS.keys())
async def test_the_story_goes_as_it_is_told(story: Story, desk: Callable[[], Desk]) -> None:
    await play(story, desk())


@pytest.mark.parametrize(
    ("turn", "fault"),
    [
        ({"expect": "fallback"}, "expected fallback, got answer a"),
        ({"expect": ["answer b", "ask"]}, "expected answer b or ask, got answer a"),
        ({"expect": "answer a", "has": ["money"]}, "'money' is missing"),
        ({"expect": "answer a", "lacks": ["wait"]}, "'wait' is there"),
        ({"expect": "answer a", "language": "zh"}, "expected language zh, got en"),
        ({"expect": "answer a", "choices": ["none"]}, "expected the choices ['none'], got []"),
    ],
)
def test_a_reply_that_is_not_as_told_is_a_fault(turn: dict[str, object], fault: str) -> None:
    assert list(_faults(turn, Reply(Outcome.ANSWER, "Please wait.", entries=("a",)))) == [fault]
