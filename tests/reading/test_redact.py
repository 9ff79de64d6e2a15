import re
import unicodedata
from collections.abc import Iterator
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Secret
from bot.reading.redact import redact
from bot.reading.secrets.shape import STAND_IN
from tests.reading import secret_cases as cases

ALL_SHAPES = (*cases.KEYS, *cases.ASSIGNED, *cases.QUOTED, *cases.ADDRESSES, *cases.IDS)
RUN = 12


def dressed() -> Iterator[tuple[str, cases.Shape, str]]:
    for shape in ALL_SHAPES:
        dressings = cases.AROUND | cases.INSIDE | (cases.BROKEN if shape in cases.BREAKABLE else {})
        for name, dress in dressings.items():
            yield f"{shape.name}, {name}", shape, dress(shape.text, shape.secret)


def undressed(text: str) -> str:
    """*text* as an attacker would read it: no invisible characters, no full-width forms, no breaks."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    plain = re.sub("[\u2010-\u2013]", "-", plain)
    return re.sub(r"[\r\n]+[ ]*|\"[ ]\+[ ]\"", "", plain)


def leaks(secret: str, text: str) -> list[str]:
    runs = {secret[start : start + RUN] for start in range(max(1, len(secret) - RUN + 1))}
    return sorted(run for run in runs if run in text or run in undressed(text))


DRESSED = tuple(dressed())
pieces = st.sampled_from(
    [
        *(shape.text for shape in ALL_SHAPES),
        *cases.STAYS,
        *" \n\r\t\"'`\\<>@:=,;&%$\0\u200b\ud800\u2028：，é",
        *(
            "\\n",
            '\\"',
            "%20",
            "&lt;",
            "<KEY_1>",
            "<KEY_2>",
            "<PASSWORD_1>",
            "password",
            "token",
            "key",
            "://",
            "sk-",
            "/home/",
        ),
        *("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "a@b.co", "Bearer ", " is ", "是"),
    ]
)
pastes = st.lists(st.one_of(pieces, st.text(max_size=6)), max_size=12).map("".join)


@pytest.mark.parametrize(("shape", "text"), [case[1:] for case in DRESSED], ids=[case[0] for case in DRESSED])
def test_no_secret_shows_in_any_dressing(shape: cases.Shape, text: str) -> None:
    redaction = redact(text)

    assert leaks(shape.secret, redaction.text) == []
    assert redaction.live is shape.live
    assert redact(redaction.text).text == redaction.text


@pytest.mark.parametrize("shape", ALL_SHAPES, ids=lambda shape: shape.name)
def test_only_the_secret_is_replaced(shape: cases.Shape) -> None:
    redaction = redact(f"before\n{shape.text}\nafter 401")

    assert redaction.text == f"before\n{shape.template.replace('{}', f'<{shape.kind}_1>')}\nafter 401"
    assert [secret.stand_in for secret in redaction.secrets] == [f"<{shape.kind}_1>"]


@pytest.mark.parametrize("text", cases.STAYS)
@pytest.mark.parametrize("frame", ["{}", "see `{}` there", "第一行\n{}\nlast line"])
def test_what_is_no_secret_stays(text: str, frame: str) -> None:
    framed = frame.replace("{}", text)

    redaction = redact(framed)

    assert redaction.text == framed
    assert redaction.secrets == ()
    assert not redaction.live


def test_hashes_ids_versions_and_pictures_are_hardly_ever_taken_for_secrets() -> None:
    lines = list(cases.lookalikes(5_000, seed=20_261_123))

    taken = [line for line in lines if redact(line).secrets]

    assert len(taken) < 0.005 * len(lines), taken[:10]


def test_hashes_ids_versions_and_pictures_stay_in_one_long_text_too() -> None:
    text = "\n".join(cases.lookalikes(5_000, seed=7))

    redaction = redact(text)

    assert len(redaction.secrets) < 25
    assert redaction.text.count("\n") == text.count("\n")


def test_the_same_secret_has_the_same_stand_in_and_others_are_numbered_as_they_appear() -> None:
    one, two = "sk-EXAMPLEone11111aaaa", "sk-EXAMPLEtwo22222bbbb"

    redaction = redact(f"{one} then {two} then {one}, ask jane@example.com")

    assert redaction.text == "<KEY_1> then <KEY_2> then <KEY_1>, ask <EMAIL_1>"
    assert redaction.secrets == (
        Secret("api_key", "<KEY_1>"),
        Secret("api_key", "<KEY_2>"),
        Secret("email", "<EMAIL_1>"),
    )


@pytest.mark.parametrize("pasted", ["<KEY_1>", "&lt;KEY_1&gt;", "<KEY_1> <KEY_1>"])
def test_a_stand_in_that_was_pasted_keeps_its_number_to_itself(pasted: str) -> None:
    redaction = redact(f"sk-EXAMPLEone11111aaaa {pasted}")

    assert redaction.text == f"<KEY_2> {pasted}"


def test_a_credential_is_hidden_where_it_stands_by_itself_too() -> None:
    redaction = redact("password=hunter2-EXAMPLE\nso I typed hunter2-EXAMPLE and it failed")

    assert redaction.text == "password=<PASSWORD_1>\nso I typed <PASSWORD_1> and it failed"


@pytest.mark.parametrize(
    "kind", ["RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "PRIVATE KEY", "PGP PRIVATE KEY BLOCK"]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\\n", "\n    ", "\n> "])
@pytest.mark.parametrize("cut_off", [False, True])
def test_a_private_key_goes_as_a_whole_and_leaves_its_lines(kind: str, line_end: str, cut_off: bool) -> None:
    lines = [
        f"-----BEGIN {kind}-----",
        *[cases.BODY + cases.BODY[:18]] * 3,
        "EXAMPLEq7Zt2LmB9xW==",
        f"-----END {kind}-----",
    ]
    text = "before\n" + line_end.join(lines[:-1] if cut_off else lines) + "\nafter"

    redaction = redact(text)

    assert leaks(cases.BODY, redaction.text) == []
    assert redaction.text.startswith("before\n<PRIVATE_KEY_1>")
    assert redaction.text.endswith("\nafter")
    assert redaction.text.count("\n") == text.count("\n")
    assert redaction.live


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ("key sk-EXAMPLEq7Zt2Lm\nB9xWvKc4RyHn8DfP\nError code: 401", "key <KEY_1>\n\nError code: 401"),
        ("'sk-EXAMPLEq7Zt2LmB9x\nab'\nnext", "'<KEY_1>\n'\nnext"),
        ("s\nk-EXAMPLEq7Zt2LmB9xWvKc4 x", "<KEY_1>\n x"),
        ("sk\n-EXAMPLEq7Zt2LmB9xWvKc4 x", "<KEY_1>\n x"),
        ("sk-EXAMPLEq7Zt2LmB9xWv\nRateLimitError: 429", "<KEY_1>\nRateLimitError: 429"),
        ("sk-EXAMPLEq7Zt2LmB9xWv\n2026-11-23T10:00:00Z INFO", "<KEY_1>\n2026-11-23T10:00:00Z INFO"),
        ("sk-EXAMPLEq7Zt2LmB9xWv\nsk-EXAMPLEother00aa11bb", "<KEY_1>\n<KEY_2>"),
        ("sk-EXAMPLEq7Zt2LmB9xWv\nchat_models.py:402", "<KEY_1>\nchat_models.py:402"),
        ("KEY=sk-EXAMPLEq7Zt2LmB9xWv\nNODE_1=a1b2c3d4e5", "KEY=<KEY_1>\nNODE_1=a1b2c3d4e5"),
        ("sk-EXAMPLEq7Zt2LmB9xWv\nkimi-k2-0905-preview", "<KEY_1>\nkimi-k2-0905-preview"),
        ("sk-EXAMPLEq7Zt2LmB9xWv\nNBVFIBiXTy here", "<KEY_1>\n here"),
        ("sk-EXAMPLEq7Zt2LmB9xWv\nChatOpenAI here", "<KEY_1>\nChatOpenAI here"),
        ("sk-EXAMPLEq7Zt2LmB9xWv\nAPIStatusError here", "<KEY_1>\nAPIStatusError here"),
    ],
)
def test_a_key_broken_at_terminal_width_goes_with_its_rest_and_no_more(broken: str, expected: str) -> None:
    assert redact(broken).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bearer%20sk-EXAMPLEq7Zt2LmB9xWv%0A", "Bearer%20<KEY_1>%0A"),
        ("password%3Dhunter2-EXAMPLE%26x", "password%3D<PASSWORD_1>"),
        ("<mailto:a@b.c|a@b.c>", "<mailto:<EMAIL_1>|<EMAIL_1>>"),
        ("user%40example.com", "<EMAIL_1>"),
        ("org-7c1e&lt;ak-f8k2&gt; request", "<ORG_1>&lt;<ACCESS_ID_1>&gt; request"),
        ("Your account org-7c1e<ak-f8k2> request", "Your account <ORG_1><<ACCESS_ID_1>> request"),
        ('"C:\\\\Users\\\\janedoe\\\\x"', '"C:\\\\Users\\\\<USER_1>\\\\x"'),
        ("file:///home/janedoe/x", "file:///home/<USER_1>/x"),
        ("b'Bearer sk-EXAMPLEq7Zt2LmB9xWv\\n'", "b'Bearer <KEY_1>\\n'"),
        ("postgres://b:p@ss@db.example.com/x", "postgres://b:<PASSWORD_1>@db.example.com/x"),
        ("Cookie: a=bbbbbb; session=cccccc\nHost: x", "Cookie: <COOKIE_1>\nHost: x"),
    ],
)
def test_escapes_around_a_secret_stay_as_they_were(text: str, expected: str) -> None:
    assert redact(text).text == expected


@given(pastes)
def test_redaction_is_idempotent(text: str) -> None:
    once = redact(text)
    twice = redact(once.text)

    assert twice.text == once.text
    assert twice.secrets == ()
    assert not twice.live


@given(st.one_of(pastes, st.text(st.characters(exclude_categories=()))))
def test_redaction_keeps_the_lines_of_any_text(text: str) -> None:
    redacted = redact(text).text

    assert re.findall("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", redacted) == re.findall(
        "[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", text
    )


@given(pastes)
def test_nothing_but_stand_ins_and_breaks_is_new(text: str) -> None:
    redaction = redact(text)
    new = {secret.stand_in for secret in redaction.secrets}
    kept = re.split("|".join(map(re.escape, sorted(new))), redaction.text) if new else [redaction.text]

    position = 0
    for letter in chain.from_iterable(kept):
        position = text.index(letter, position) + 1


@given(pastes)
def test_new_stand_ins_are_none_that_the_text_already_had(text: str) -> None:
    assert {secret.stand_in for secret in redact(text).secrets}.isdisjoint(STAND_IN.findall(text))


@pytest.mark.parametrize(
    "filler",
    ["x" * 10_000, "密" * 10_000, "\n" * 10_000, "\ud800" * 10_000],
    ids=["latin", "cjk", "lines", "surrogates"],
)
@pytest.mark.parametrize("shape", ALL_SHAPES, ids=lambda shape: shape.name)
def test_a_long_text_hides_its_secrets_too(shape: cases.Shape, filler: str) -> None:
    redaction = redact(f"{filler}\n{shape.text}\n{filler}")

    assert redaction.text == redact(f"\n{shape.text}\n").text.join((filler, filler))


@pytest.mark.parametrize(
    "part",
    [
        *(
            "sk-",
            "a@",
            "a@b.co ",
            "password=",
            "password= ",
            "://",
            "://a:",
            "eyJa.",
            "Bearer ",
            "-----BEGIN PRIVATE KEY-----",
        ),
        *(
            "/home/",
            "token ",
            "cookie a=b;",
            "key: ",
            "\\",
            "'",
            '"',
            'password="',
            "put-a",
            "your_",
            "sk-\n",
            "\u200ba",
            "Ａ",
        ),
        "key=",
        "api_key=token=",
        "token=abcdefgh1*",
        "token=abcdefgh1*\n",
    ],
)
def test_hostile_repetition_ends_soon_and_keeps_its_lines(part: str) -> None:
    text = part * (100_000 // len(part))

    redaction = redact(text)

    assert redaction.text.count("\n") == text.count("\n")


@pytest.mark.parametrize("line", ["{}: from user{}@example.com", "{}: key sk-EXAMPLE{:032d}", "password=EXAMPLE{}x{}"])
@pytest.mark.parametrize("joint", ["\n", " ; ", "\r\n"])
def test_of_a_text_with_very_many_secrets_the_head_and_the_tail_are_kept(line: str, joint: str) -> None:
    lines = [line.format(number, number) for number in range(5_000)]

    redaction = redact("first 401\n" + joint.join(lines) + "\nlast 429")

    assert redaction.text.startswith("first 401\n")
    assert redaction.text.endswith("\nlast 429")
    assert redaction.text.count("\n") == joint.join(lines).count("\n") + 2
    assert 240 <= len(redaction.secrets) <= 600
    assert "EXAMPLE" not in redaction.text
    assert "@" not in redaction.text


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("token=EXAMPLE42abcd***", "token=EXAMPLE42abcd***"),
        ("*token=EXAMPLE42abcd*", "*token=<TOKEN_1>*"),
        ("**It is\ntoken=EXAMPLE42abcd**", "**It is\ntoken=<TOKEN_1>**"),
        ("**It** is\ntoken=EXAMPLE42abcd***", "**It** is\ntoken=EXAMPLE42abcd***"),
        ("2**8\n" + "a\n" * 9_000 + "token=EXAMPLE42abcd***", "2**8\n" + "a\n" * 9_000 + "token=EXAMPLE42abcd***"),
    ],
    ids=["masked", "bold in its line", "bold before its line", "masked after bold", "far from stars"],
)
def test_a_value_that_stars_end_is_masked_unless_they_make_it_bold(text: str, redacted: str) -> None:
    assert redact(text).text == redacted


def test_a_value_is_hidden_to_its_end_however_long_it_is() -> None:
    value = "EXAMPLEq7Zt2LmB9" * 1_000

    redaction = redact(f"api_key={value} said 401")

    assert redaction.text == "api_key=<KEY_1> said 401"


def test_many_secrets_near_the_end_of_a_long_text_leave_its_head() -> None:
    text = "an error: 403\n" * 5_000 + "\n".join(f"user{number}@example.com" for number in range(3_000))

    redaction = redact(text)

    assert redaction.text.startswith("an error: 403\n" * 5_000)
    assert redaction.text.count("\n") == text.count("\n")
    assert "@" not in redaction.text
