import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.text import character_features, core, normalise, runs, word_features, words


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  Two\n\twords ", "two words"),
        ("ＡＰＩ　４２９", "api 429"),
        ("don’t", "don't"),
        ("STRASSE Straße", "strasse strasse"),
        ("", ""),
    ],
)
def test_spelling_variants_become_one_form(text: str, plain: str) -> None:
    assert normalise(text) == plain


@given(st.text())
def test_what_is_normal_has_no_line_breaks_and_no_outer_or_double_spaces(text: str) -> None:
    plain = normalise(text)

    assert plain.split() == (plain.split(" ") if plain else [])


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("please tell me where my parcel is", "where my parcel is"),
        ("hello, can you help me find out the price", "the price"),
        ("i would like to send a letter", "send a letter"),
        ("请问一下，运费怎么算", "运费怎么算"),
        ("麻烦想问一下运费", "运费"),
        ("where please", "where please"),
        ("please help", "please help"),
        ("hello", "hello"),
        ("", ""),
    ],
)
def test_politeness_before_a_request_is_left_out_unless_little_else_is_there(text: str, rest: str) -> None:
    assert core(text) == rest


@pytest.mark.parametrize(
    "text",
    ["socket timeout error", "history of charges", "knowledge base upload", "some errors here", "wellness plan price"],
)
def test_a_word_that_only_begins_like_politeness_stays_whole(text: str) -> None:
    assert core(text) == text


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("where's my parcel?", ["where's", "my", "parcel"]),
        ("429:余额不足abc", ["429", "余额不足", "abc"]),
        ("snake_case e-mail 1.5", ["snake", "case", "e", "mail", "1", "5"]),
        ("?! …", []),
    ],
)
def test_runs_are_words_or_whole_stretches_of_unspaced_script(text: str, cut: list[str]) -> None:
    assert runs(text) == cut


def test_words_are_stems_and_single_characters() -> None:
    assert words("delayed deliveries 包裹") == ["delay", "deliveri", "包", "裹"]


def test_word_features_are_the_words_and_the_pairs_of_neighbours() -> None:
    assert word_features("a late 包裹") == ["a", "late", "包", "裹", "a late", "late 包", "包 裹"]


def test_character_features_reach_over_the_edges_of_words_but_not_of_unspaced_runs() -> None:
    assert character_features("ab") == [" a", "ab", "b ", " ab", "ab ", " ab "]
    assert character_features("包裹") == ["包", "裹", "包裹"]


@given(st.text())
def test_no_feature_holds_a_line_break(text: str) -> None:
    plain = normalise(text)

    assert not any("\n" in feature for feature in (*word_features(plain), *character_features(plain)))
