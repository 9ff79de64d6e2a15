import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading import surroundings
from bot.reading.folding import fold
from bot.reading.phrases import PhraseBook
from bot.reading.statuses import statuses
from tests.reading.product import FAQ

NAMES = PhraseBook(replace(FAQ, names=("kimi", "kimi k2", "moonshot"))).named

STATUS = [
    ("HTTP/2 429", "429"),
    ("HTTP/1.1 403 Forbidden", "403"),
    ("status code: 403", "403"),
    ("statusCode=401,", "401"),
    ('{"status":401}', "401"),
    (r"{\"status\": 502}", "502"),
    ("Error code: 401 - {'error': 1}", "401"),
    ("429 Too Many Requests", "429"),
    ("[403 Forbidden] during [POST]", "403"),
    ("code=429", "429"),
    ("npm error code E401", "401"),
    ("429?", "429"),
    ("429", "429"),
    ("429 error", "429"),
    ("got a 401", "401"),
    ("I keep getting 429s", "429"),
    ("HTTP429", "429"),
    ("收到429怎么处理", "429"),
    ("报４０１错误", "401"),
    ("一直429", "429"),
    ("429エラーが出ます", "429"),
    ("ошибка 401, ключ верный", "401"),
    ("me sale un 429 todo el rato", "429"),
    ("erreur 401 avec ma clé", "401"),
    ("ich bekomme ständig 429", "429"),
    ("429 가 계속 나와요", "429"),
    ('Error: 429 {"error":{}}', "429"),
    ("/v1/models -> 403", "403"),
    ("400 function name search is duplicated", "400"),
    ("401 was solved. 429 remains", "429"),
    ("four twenty nine again", "429"),
    ("a four-oh-one from the api", "401"),
    ("四零三错误", "403"),
    ("Crawled (403) <GET https://shop.example/>", "403"),
    ("ResourceExhausted: 429 Quota is gone", "429"),
    ('"POST /v1/chat/completions HTTP/1.1" 429 211', "429"),
    ("sorry, a typo, meant 403", "403"),
    ("403 桌面端登不上", "403"),
    ("404 路径不对", "404"),
    ("oh, the 403 one", "403"),
    ("oops 429", "429"),
    ("actually 401", "401"),
    ("console.log(reply.statusCode); // 429", "429"),
    ("print(answer.status_code)  # always 401", "401"),
]

NO_STATUS = [
    "line 429, in run",
    r"bound to port 4041\ntimeout=403\n",
    "64 bytes from 10.0.0.1: icmp_seq 403 ttl 56",
    "app.js:403:12",
    "localhost:4290",
    "pid 401",
    "content-length: 403",
    "took 403 ms",
    "429 seconds",
    "429 tokens left",
    "$429 and €401",
    "issue #429",
    "0x7f401429",
    "at 4:29 in room 403",
    "2026-04-29",
    "my 401k",
    "401(k)",
    "api.php(401)",
    "We sold 401 licences",
    "if r.status_code == 429:",
    "status_forcelist=[429, 500, 502]",
    "exit code 403",
    "v4.0.3-429",
    'GET / HTTP/1.1" 200 429',
    "429元",
    "403号房间",
    "50429",
    "429.5",
    "max_tokens: 429",
    "in 500 words",
    "a 500 word essay",
    "'code': -500",
    "status 200",
    "HTTP 302",
    "429 passed, 403 skipped",
    "{'attempt': 403}",
    "chunk 429 of 500 in 12 s",
    "const port = 3000 // 403",
    "在 502 教室等你",
    "会议室 403 见",
    "401 路公交几点来",
    "Raum 403",
    "the 403 conference room",
    "salle 401",
    "kimi 401",
]


@pytest.mark.parametrize(("text", "status"), STATUS)
def test_a_status_is_read_where_it_is_one(text: str, status: str) -> None:
    assert [found.value for found in statuses(fold(text))][-1:] == [status]


@pytest.mark.parametrize("text", NO_STATUS)
def test_a_number_that_is_no_status_is_none(text: str) -> None:
    assert statuses(fold(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "kimi 401",
        "Kimi: 401",
        "kimi:401",
        "Moonshot 401 help",
        "is it kimi k2 401 again",
        "kimi-k2-0905-preview 401",
        "`kimi` 401",
        "@kimi - 401",
    ],
)
def test_a_number_after_the_products_name_is_a_status(text: str) -> None:
    assert [found.value for found in statuses(fold(text), names=NAMES)] == ["401"]


@pytest.mark.parametrize("text", ["kimi 500 tokens", "kimi 403 users", "kimi 405b", "kimi-401-preview", "kimi v1 500"])
def test_a_count_after_the_products_name_is_no_status(text: str) -> None:
    assert statuses(fold(text), names=NAMES) == []


@pytest.mark.parametrize("text", ["401 or 403?", "401/403 all day", "401 vs 403", "error 401 and 403", "401和403"])
def test_statuses_in_a_row_are_all_read(text: str) -> None:
    assert [found.value for found in statuses(fold(text))] == ["401", "403"]


def test_the_status_of_an_access_log_is_weak() -> None:
    assert [found.weak for found in statuses('"GET /favicon.ico HTTP/1.1" 404 153')] == [True]


_SLOW = (surroundings.STRONG_LEFT, surroundings.WEAK_LEFT, surroundings.REFUSED_LEFT)
_WORDS = sorted({word for left in _SLOW for word in re.findall(r"[a-z]{1,14}", left.pattern.pattern)})


@given(
    st.lists(
        st.sampled_from([*_WORDS, *(word.upper() for word in _WORDS), "12", "/1.1", "no.", "\\n", "$", "==", "_"])
    ),
    st.sampled_from(["", " ", "-", "_", ".", ": "]),
    st.text("\t\n\x1c \"'`\\\\:=([{<>*,", max_size=9),
)
def test_a_line_is_spared_a_slow_pattern_only_where_it_finds_nothing(words: list[str], joint: str, end: str) -> None:
    line = joint.join(words)[-30:] + end

    assert [bool(left.search(line)) for left in _SLOW] == [bool(left.pattern.search(line)) for left in _SLOW]
