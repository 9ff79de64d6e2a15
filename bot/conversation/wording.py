"""The bot's own sentences, in every language that it speaks itself; everything else that it says stands in faq.yaml."""

from bot.faq.content import Entry, Faq

FIRST = "en"

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "help": "I answer questions about {product} from a reviewed list. Just ask, or paste the error as it is.",
        "thanks": "You are welcome. Ask again whenever something comes up.",
        "bye": "Goodbye. I am here when something comes up.",
        "greeting": "Hello! Ask me about {product}, or paste the error that you see.",
        "test": "I am here, and I read you.",
        "okay": "All right. Ask whenever you like.",
        "nothing": "I saw no words that I can read. Ask me about {product}, or paste the error that you see.",
        "go_ahead": "Go ahead, I am listening: one message for all of it, or one for each question.",
        "clarify": "Which of these do you mean?",
        "none": "None of these",
        "ask_type": "Which `error.type` does the response carry?{examples}",
        "ask_message": "What does the error say, word for word? The line with the message is enough.{examples}",
        "ask_status": "Which HTTP status do you get?{examples}",
        "ask_exception": "Which exception is raised, by its class name?{examples}",
        "ask_host": "Which host do you call, and where is the key from?{examples}",
        "examples": " It could be {values}.",
        "known": "So far I have {facts}; that alone fits several causes.",
        "fallback": "I have no reviewed answer to that, so I will not guess.",
        "fallback_again": "I have no reviewed answer to that either.",
        "nearest": "The nearest that I have:",
        "vendor": "This looks like {vendor}, not {product}, so I leave it alone.",
        "hand_off": "I step back here, and stay quiet until I am mentioned again.",
        "unhelped": "Then the answer above was not enough.",
        "related": "One of these may be behind it:",
        "clarify_rest": "And the rest of your message, does it mean one of these?",
        "rest": "To the rest of your message I have no reviewed answer.",
        "as_above": "As above, **{question}**: {excerpt}",
        "seen": "{facts}:",
        "at_line": "{facts}, line {line}:",
        "decides": "The status is {status}, which alone would be “{other}”, but {decider} decides{place}:",
        "place": " (line {line})",
        "with": " with ",
        "and": " and ",
        "or": " or ",
        "comma": ", ",
        "secret": "⚠️ A live key or secret was pasted here (I see only {stand_ins}): revoke it and make a new one.",
    },
    "zh": {
        "help": "我根据一份审核过的清单回答关于 {product} 的问题。请直接提问，或者把报错原样贴过来。",
        "thanks": "不客气，有问题随时再问。",
        "bye": "再见，有问题随时找我。",
        "greeting": "你好！可以问我关于 {product} 的问题，也可以直接贴报错。",
        "test": "我在，收到了。",
        "okay": "好的，有问题随时问。",
        "nothing": "我没有看到能读懂的文字。可以问我关于 {product} 的问题，也可以直接贴报错。",
        "go_ahead": "请说，我在听：可以一次说完，也可以一条一个问题。",
        "clarify": "你指的是哪一个？",
        "none": "都不是",
        "ask_type": "返回里的 `error.type` 是什么？{examples}",
        "ask_message": "报错的原文是什么？贴出 message 那一行就够了。{examples}",
        "ask_status": "HTTP 状态码是多少？{examples}",
        "ask_exception": "抛出的异常类名是什么？{examples}",
        "ask_host": "请求的是哪个域名，密钥来自哪个平台？{examples}",
        "examples": "可能是 {values}。",
        "known": "目前知道的是 {facts}，仅凭这一点有好几种可能。",
        "fallback": "这个问题我没有审核过的答案，就不乱猜了。",
        "fallback_again": "这个问题我也没有审核过的答案。",
        "nearest": "最接近的是：",
        "vendor": "这看起来是 {vendor} 的问题，不是 {product} 的，我就不回答了。",
        "hand_off": "我先退到一边，在再次提到我之前不再发言。",
        "unhelped": "看来上面的答案没有解决问题。",
        "related": "也许是下面这些原因：",
        "clarify_rest": "消息里的其余部分，指的是下面这个吗？",
        "rest": "你消息里的其余部分，我没有审核过的答案。",
        "as_above": "同上，**{question}**：{excerpt}",
        "seen": "{facts}：",
        "at_line": "{facts}（第 {line} 行）：",
        "decides": "状态码是 {status}，单看它会是“{other}”，但起决定作用的是 {decider}{place}：",
        "place": "（第 {line} 行）",
        "with": " 与 ",
        "and": " 和 ",
        "or": " 或 ",
        "comma": "、",
        "secret": "⚠️ 消息里贴出了真实的密钥（我只看到 {stand_ins}），请立即作废并换一个新的。",
    },
}

_ANY_PRODUCT = {"en": "this product", "zh": "本产品"}

# What reading calls a vendor that has no name of its own.
_VENDORS = {
    "en": {"own server": "a server of your own", "crawled site": "a site that you crawl"},
    "zh": {"own server": "你自己的服务器", "crawled site": "被抓取的网站"},
}


def say(key: str, language: str, **values: str) -> str:
    """Return the sentence *key* in *language*, or in English, with its *values* filled in."""
    return WORDS.get(language, WORDS[FIRST])[key].format(**values)


def product(faq: Faq, language: str) -> str:
    """Return what the answers of *faq* are about, as a noun."""
    return faq.product or _ANY_PRODUCT.get(language, _ANY_PRODUCT[FIRST])


def vendor(name: str, language: str) -> str:
    """Return what the other vendor *name* is called in *language*."""
    return _VENDORS.get(language, _VENDORS[FIRST]).get(name, name)


def question(entry: Entry, language: str, faq: Faq) -> str:
    """Return the question of *entry* in *language*, or in the first language of *faq*."""
    return entry.wordings.get(language, entry.wordings[faq.languages[0]]).question


def answer(entry: Entry, language: str, faq: Faq) -> str:
    """Return the answer of *entry* in *language*, or in the first language of *faq*."""
    return entry.wordings.get(language, entry.wordings[faq.languages[0]]).answer.strip()


def hand_off(faq: Faq, language: str) -> str:
    """Return the sentence that says where a person can be asked, "" where *faq* has none."""
    spoken = (language, faq.languages[0], *faq.hand_off)
    return next((faq.hand_off[code] for code in spoken if code in faq.hand_off), "").strip()


def listed(values: tuple[str, ...], language: str, last: str) -> str:
    """Return *values* as code in one phrase, the *last* joint being "and", "or" or "with"."""
    quoted = [f"`{value}`" for value in values]
    if len(quoted) < 2:
        return "".join(quoted)
    return say("comma", language).join(quoted[:-1]) + say(last, language) + quoted[-1]
