"""A small FAQ, a reader and a ranker by hand: enough of each to hold a conversation with."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.conversation import Shared, State, decide
from bot.desk import Desk, Library
from bot.faq.content import Entry, ErrorPattern, Faq, Wording
from bot.ledger.memory import MemoryLedger
from bot.model import Attachment, Evidence, Incident, Kind, Match, Reading, Reply, Secret


def entry(
    name: str,
    question: str,
    answer: str,
    *,
    chinese: tuple[str, str] | None = None,
    errors: tuple[ErrorPattern, ...] = (),
    see_also: tuple[str, ...] = (),
) -> Entry:
    wordings = {"en": Wording(question, answer)}
    if chinese is not None:
        wordings["zh"] = Wording(*chinese)
    return Entry(name, wordings, errors=errors, see_also=see_also)


FAQ = Faq(
    product="Kimi API",
    languages=("en", "zh"),
    names=("kimi", "moonshot", "api.moonshot.ai", "platform.moonshot.cn"),
    hand_off={"en": "A person answers at help.example.", "zh": "人工客服：help.example。"},
    digest="d1",
    entries=(
        entry(
            "rate-limit-429",
            "How to handle 429 rate limit error?",
            "You call too often.\n\n- Wait longer after each failure.\n- Top up to raise the limit of your tier.",
            chinese=("如何处理 429 限流错误？", "请求太频繁，请逐步延长等待时间。累计充值可以提升限额。"),
            errors=(ErrorPattern(type="rate_limit_reached_error"), ErrorPattern(status=429)),
            see_also=("membership-vs-concurrency", "balance-403"),
        ),
        entry(
            "engine-overloaded-429",
            "What does an overloaded engine mean?",
            "The servers are busy; it is not your account.",
            errors=(ErrorPattern(type="engine_overloaded_error"),),
        ),
        entry(
            "balance-403",
            "How to handle 403 insufficient balance error?",
            "The account has run out of money: top up in the console. Waiting does not help.",
            chinese=("如何处理 403 余额不足错误？", "账户余额不足，请在控制台充值，等待没有用。"),
            errors=(
                ErrorPattern(type="exceeded_current_quota_error"),
                ErrorPattern(message="insufficient balance"),
                ErrorPattern(status=403),
            ),
        ),
        entry(
            "auth-401",
            "How to handle 401 authentication error?",
            "The key was not accepted. Check that the key is from the same platform as the host.",
            errors=(ErrorPattern(type="invalid_authentication_error"), ErrorPattern(status=401)),
        ),
        entry(
            "content-filter-400",
            "Why was my prompt rejected as high risk?",
            "The content filter refused the prompt.",
            errors=(ErrorPattern(type="content_filter", status=400),),
        ),
        entry(
            "context-length-400",
            "What if my input is too long?",
            "Shorten the input.",
            errors=(ErrorPattern(message="exceeded model token limit: *", status=400),),
        ),
        entry(
            "file-upload-charges",
            "Does file upload incur charges?",
            "Uploading is free. The content counts as input tokens and is billed.",
            chinese=("上传文件收费吗？", "上传本身免费，文件内容按输入 token 计费。"),
        ),
        entry("web-search-sources", "Sources for web search?", "Public web pages. Each search costs a fee of $0.004."),
        entry(
            "membership-vs-concurrency",
            "Is there a relationship between Kimi membership and API concurrency?",
            "No: plans such as Allegretto are billed apart from the API.",
        ),
        entry(
            "on-premises",
            "Is on-premises deployment supported?",
            "No, there is only the cloud. For private deployment contact the sales team.",
        ),
        entry("outside-china", "Can I call the Kimi API from outside of China?", "Yes, through api.moonshot.ai."),
    ),
)

# Words that speak for an entry, with the confidence that they give it alone.
TABLE: Mapping[str, Mapping[str, float]] = {
    "upload": {"file-upload-charges": 0.95},
    "上传": {"file-upload-charges": 0.95},
    "search": {"web-search-sources": 0.7},
    "search cost": {"web-search-sources": 0.95},
    "allegretto": {"membership-vs-concurrency": 0.7},
    "membership": {"membership-vs-concurrency": 0.95},
    "ourselves": {"on-premises": 0.9},
    "deployment": {"on-premises": 0.9},
    "switzerland": {"outside-china": 0.9},
    "higher limit": {"rate-limit-429": 0.9},
    "rate limit": {"rate-limit-429": 0.9},
    "限流": {"rate-limit-429": 0.9},
    "authentication": {"auth-401": 0.9},
    "balance": {"balance-403": 0.9},
    "余额": {"balance-403": 0.9},
    "account": {"balance-403": 0.45, "membership-vs-concurrency": 0.3},
    "invoice": {"balance-403": 0.12},
    "separate": {"membership-vs-concurrency": 0.9},
}
TYPES = {
    "rate_limit_reached_error": "rate-limit-429",
    "engine_overloaded_error": "engine-overloaded-429",
    "exceeded_current_quota_error": "balance-403",
    "invalid_authentication_error": "auth-401",
    "content_filter": "content-filter-400",
}
STATUSES = {"429": "rate-limit-429", "403": "balance-403", "401": "auth-401"}


@dataclass(frozen=True, slots=True)
class TableRanker:
    """Ranks by the strongest evidence, else by the words of a table."""

    table: Mapping[str, Mapping[str, float]] = field(default_factory=lambda: TABLE)
    threshold: float = 0.8

    def rank(self, reading: Reading) -> tuple[Match, ...]:
        for piece in reading.evidence:
            found = TYPES.get(piece.value) or STATUSES.get(piece.value)
            if found is not None:
                return (Match(found, 0.97, (piece,)),)
        said = reading.question.lower()
        best: dict[str, float] = {}
        for word, entries in self.table.items():
            if word in said:
                for name, confidence in entries.items():
                    best[name] = max(best.get(name, 0.0), confidence)
        ranked = sorted(best.items(), key=lambda pair: -pair[1])
        return tuple(Match(name, confidence) for name, confidence in ranked[:5])


class PlainReader:
    """Reads statuses and error types, splits at question marks, hides keys, and knows one other vendor."""

    def read(self, text: str, attachments: tuple[Attachment, ...] = ()) -> Reading:
        whole = "\n".join([text, *(attachment.text for attachment in attachments)])
        redacted = re.sub(r"sk-EXAMPLE\w+", "<KEY_1>", whole)
        evidence = tuple(sorted(self._evidence(redacted), key=lambda piece: list(Kind).index(piece.kind)))
        question = " ".join(re.sub(r"```.*?```", " ", text, flags=re.DOTALL).split())
        question = re.sub(r"sk-EXAMPLE\w+", "<KEY_1>", question)
        parts = tuple(part.strip() for part in re.findall(r"[^?？]+[?？]?", question) if part.strip())
        hidden = redacted != whole
        return Reading(
            text=redacted,
            question=question,
            parts=parts or (question,),
            language="zh" if re.search(r"[\u4e00-\u9fff]", question) else "en",
            incidents=(Incident(evidence),) if evidence else (),
            evidence=evidence,
            vendor="OpenAI" if "openai" in whole.lower() else None,
            secrets=(Secret("api_key", "<KEY_1>"),) if hidden else (),
            live_secret=hidden,
        )

    def _evidence(self, text: str) -> list[Evidence]:
        kinds = ((Kind.STATUS, r"\b[45]\d\d\b"), (Kind.TYPE, r"\w+_error\b|\bcontent_filter\b"))
        return [
            Evidence(kind, found[0].lower(), number, found.start() + 1)
            for number, line in enumerate(text.splitlines(), start=1)
            for kind, pattern in kinds
            for found in re.finditer(pattern, line)
        ]


@dataclass
class Talk:
    """A conversation with `decide`, one author in one thread."""

    faq: Faq = FAQ
    ranker: TableRanker = field(default_factory=TableRanker)
    state: State = field(default_factory=State)

    def say(self, text: str, *, addressed: bool = True) -> Reply:
        reading = PlainReader().read(text)
        reply, self.state = decide(reading, self.state, self.faq, self.ranker, addressed=addressed)
        self.state = State.from_json(self.state.to_json())
        assert Shared.from_json(self.state.shared.to_json()) == self.state.shared
        return reply


def fake_desk(now: Callable[[], float] = lambda: 0.0) -> Desk:
    """A desk over the small FAQ with a ledger in memory."""
    library = Library(FAQ, PlainReader(), TableRanker())
    return Desk(lambda: library, MemoryLedger(now), now)
