from dataclasses import replace

import pytest

from bot.faq.content import Entry, Faq, Wording
from bot.reading import Reader
from tests.reading.product import FAQ

READER = Reader(FAQ)


@pytest.mark.parametrize(
    ("text", "vendor"),
    [
        ("openai prices?", "OpenAI"),
        ("how much does claude cost", "Anthropic"),
        ("豆包和千问哪个好用", "Doubao"),
        ("千问api报429怎么办", "Qwen"),
        ("how do i upload images to imgur api", "Imgur"),
        ("How do I upload a file to S3 with presigned URLs?", "AWS"),
        ("github api rate limit, how to raise", "GitHub"),
        ("npm install gives 403 forbidden", "npm"),
        ("pip install gives 403", "PyPI"),
        ("docker hub 429 toomanyrequests", "Docker Hub"),
        ("how do i get a stripe api key", "Stripe"),
        ("slack api 429", "Slack"),
        ("How do I return a 429 from my own Flask server?", "own server"),
        ("how to return 404 in fastapi", "own server"),
        ("nginx 403 forbidden after deploying my site", "own server"),
        ("google gemini 429", "Google"),
        ("can gemini read a pdf by its link", "Google"),
        ("hey, does grok charge for web search", "xAI"),
        ("minimax 能上传文件吗", "MiniMax"),
        ("our laravel shop shows 403 to guests", "own server"),
        ("my backend is returning a 500 on every form", "own server"),
        ("rails throws 500 in production", "own server"),
        ("我们官网一直返回 502", "own server"),
    ],
)
def test_a_question_about_another_product_names_it(text: str, vendor: str) -> None:
    reading = READER.read(text)

    assert (reading.vendor, reading.evidence) == (vendor, ())


@pytest.mark.parametrize(
    "text",
    [
        "does the openai SDK work? i get 401",
        "openai.RateLimitError: Error code: 429",
        "why does new OpenAI({...}) say 401",
        "pip install openai==1.2 then 401",
        "langchain_openai raises AuthenticationError 401",
        "migrating from openai, which base url do i use",
        "is kimi cheaper than gpt-4o",
        "can i use it in claude code",
        "can we run it in our own aws account",
        "does kimi accept files like gemini does",
        "can docker be used to run it at our own place",
        "i moved over from gemini, do you support images",
        "we use azure, can the model run on azure?",
        "能部署到我们自己的阿里云VPC里吗",
        "my FastAPI app gets 429 when calling kimi",
        "my backend returns 401 from the api",
        "the server returns 500",
        "my script returns 401",
        "我们后端请求报 429",
        "is it openai compatible",
        "american express card limit",
        "i'm a gemini, what's my horoscope",
        "用的是百度还是谷歌的搜索结果？",
    ],
)
def test_a_client_a_comparison_or_a_place_is_no_other_product(text: str) -> None:
    assert READER.read(text).vendor is None


def test_an_error_with_a_host_of_ours_is_ours_whatever_else_is_named() -> None:
    text = "AuthenticationError from https://api.moonshot.ai/v1: 401, docs at https://platform.openai.com/docs"

    assert READER.read(text).evidence


def test_a_type_that_only_ours_has_is_ours_through_any_router() -> None:
    text = "https://openrouter.ai/api/v1: {'error': {'type': 'exceeded_current_quota_error', 'message': 'x y'}}"

    assert READER.read(text).vendor is None


def test_a_vendor_that_the_faq_is_about_is_not_foreign() -> None:
    faq = replace(FAQ, product="Acme on Stripe", names=("acme", "stripe"))

    assert Reader(faq).read("how do i get a stripe api key").vendor is None


def test_a_vendor_that_a_question_of_a_nameless_faq_asks_about_is_not_foreign() -> None:
    faq = Faq("", ("en",), (Entry("pay", {"en": Wording("Can I pay?", "Yes.", ("do you take the openai money",))}),))

    assert Reader(faq).read("openai prices?").vendor is None


def test_the_last_foreign_error_is_the_vendor_where_all_are_foreign() -> None:
    text = "npm error code E401\n\nrequests.exceptions.HTTPError: 403 Client Error for url: https://api.github.com/user"

    assert READER.read(text).vendor == "GitHub"


@pytest.mark.parametrize(
    ("text", "vendor"),
    [
        ("openai moderator role gives 403", "OpenAI"),
        ("how much does claude cost on sk2 machines", "Anthropic"),
        ("openai prices or the Kimi's?", None),
        ("openai or kimi, which is cheaper", None),
    ],
)
def test_a_name_of_ours_within_a_longer_word_is_none(text: str, vendor: str | None) -> None:
    faq = replace(FAQ, names=("kimi", "k2", "moderato"))

    assert Reader(faq).read(text).vendor == vendor


@pytest.mark.parametrize("server", ["express.js", "next.js", "nextjs", "nest.js", "nuxt", "asp.net", "php", "envoy"])
def test_the_askers_own_server_is_known_by_what_it_runs_on(server: str) -> None:
    assert READER.read(f"{server} returns a 404 for every page").vendor == "own server"


@pytest.mark.parametrize(
    "answers",
    [
        "returned",
        "sends",
        "sent",
        "gives",
        "gave",
        "responds",
        "answers",
        "threw",
        "shows",
        "serves",
        "raises",
        "replies",
    ],
)
def test_the_askers_own_server_is_known_by_its_answering(answers: str) -> None:
    assert READER.read(f"my shop {answers} 404 for every page").vendor == "own server"
