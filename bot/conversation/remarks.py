"""Recognises remarks about the conversation itself: a call for a person, a complaint, a closing word.

Each looks at how all of a message is put, or at a phrase that means nothing else; what a message is about is the
matcher's to say.
"""

import re

from bot.conversation.small_talk import without_greeting
from bot.conversation.words import any_of, asks, short, whole_words

_THANKS_AT_END = any_of(
    whole_words(
        "thanks", "thank you", "thx", "ty", "tysm", "cheers", "thanks a lot", "got it", "makes sense", "good to know"
    )
    + "$",
    "(?:谢谢你?|多谢|感谢|明白了|懂了)$",
)
_SO_THAT_IS_HOW = re.compile(r"(?:ok(?:ay)?|oh|ah+|aha|i see|got it|great|cool|nice|right|perfect) so\b|原来|所以是")
_DONE = "(?:fixed|solved|resolved|sorted)"
_WELL = "(?:好|行|可以|能|通|正常|没问题|没事|不报错|能用)(?:用|跑|调用|访问|使用)?"
_SETTLED_IN_CHINESE = (
    "解决了|已经?(?:解决|恢复|修复)|搞定|(?:好|可以|正常|能用|通|没问题|不报错|成功)了$|^(?:终于|现在|已经?|都|又|一切)*(?:好|正常|可以|能用|通|行)了"
    rf"|(?:就|都|又|终于|已经?|现在){_WELL}了$|[了后]\s*(?:[\w ]{{1,20}})?就{_WELL}$"
)
_SETTLED = any_of(
    whole_words("works? (?:now|fine|again|great)", "working now", "(?:it|that|this) (?:works|worked|helped)"),
    r"^works$|\b(?:up|and|then|so|now|all) works$",
    rf"^{_DONE}\b|\b{_DONE}$",
    rf"\b(?:it|its|is|that|this|all|now|i|we|got|been|problem|issue) {_DONE}\b",
    _SETTLED_IN_CHINESE,
)
_SETTLED_FOR_SURE = any_of(
    whole_words("works? (?:now|again)", "working now", "(?:that|this) (?:worked|helped)"),
    rf"^(?:ok(?:ay)? |yay |great |thanks )?{_DONE} (?:it|now|after|by|that)\b",
    rf"\b(?:its|it is|that|all|now|got it|problem|issue|i|we) {_DONE}\b",
    _SETTLED_IN_CHINESE,
)
_GOING = re.compile(
    r"(?:ok(?:ay)? |alright |fine |cool |great |then |so |and )*+(?:ill|i will|well|we will|let me|gonna) "
    r"(?:then |just |now )?(?:wait|try|check|do|see|look|test|read|ask|contact|email|write|switch|change|update)\b"
)
_UNSETTLED = any_of(
    whole_words("not", "isnt", "wasnt", "never", "nothing", "but", "still", "cant", "doesnt", "didnt"),
    "没(?!问题|事)|未|还|但|是不是|会不会|要不要|能不能|如果|只要|只有|才|不行",
)


def closes(text: str) -> bool:
    """True when *text* rounds a conversation off in the person's own words ("ok so it is separate. ty")."""
    said = short(text)
    if not said or asks(text) or _UNSETTLED.search(said):
        return False
    if any(pattern.match(said) for pattern in (_SO_THAT_IS_HOW, _GOING)):
        return True
    return any(pattern.search(said) for pattern in (_SETTLED, _THANKS_AT_END))


def settles(text: str) -> bool:
    """True when *text* says that all is well now, plainly enough to be understood with nothing before it."""
    said = short(text)
    return bool(said) and not asks(text) and not _UNSETTLED.search(said) and bool(_SETTLED_FOR_SURE.search(said))


_SOMEBODY = (
    "(?:a |an |some ?|the |your |real |actual |live )*+"
    "(?:one|body|person|agent|operator|staff|support|team|people|admin)"
)
_HUMAN = any_of(
    whole_words(
        "humans?", "(?:real|actual|live) (?:person|people|agent|chat|support)", "support agent", "service agent"
    ),
    "转人工|转接人工|人工客服|人工服务|真人|[接找要]人工|^人工$",
)
_WANTING = any_of(
    whole_words(
        "talk", "speak", "chat", "connect", "get", "give", "transfer", "want", "need", "switch", "escalate", "contact"
    ),
    whole_words("let me", "can i", "please", "pls", "put me", "hand", "reach"),
    "[转找要接请]|联系|能|可以|人工",
)
_SOMEBODY_PLEASE = any_of(
    rf"\b(?:talk|speak|chat|reach out) (?:to|with) {_SOMEBODY}\b",
    rf"\b(?:get|connect|transfer|put) me (?:through )?(?:to |with )?{_SOMEBODY}\b",
    r"\b(?:contact|reach|email|call) (?:the |your |kimi |customer )*+(?:support|staff|helpdesk)\b",
    "^(?:(?:customer )?support|agent|operator|person)(?: please| pls)?$",
    "^escalate(?: this| it| please)*$",
    "客服",
)


def wants_human(text: str) -> bool:
    """True when *text* asks for a human being in place of the bot."""
    said = short(text)
    return bool(_HUMAN.search(said) and (_WANTING.search(said) or len(said.split()) <= 3))


def wants_somebody(text: str) -> bool:
    """True when *text* asks to be put through to somebody, which may be an FAQ's topic as well."""
    return _SOMEBODY_PLEASE.search(short(text)) is not None


_AGAIN = any_of(
    "(?:(?:can|could) you )?(?:please )?(?:repeat|(?:say|send|show|post|give|tell)(?: me)?) "
    "(?:that|it|this|(?:the|that) answer|the last one)(?: again| once more| one more time)?(?: please| pls)?",
    "(?:please |pls )?(?:repeat|again|once more|come again|say again)(?: please| pls)?",
    "(?:请|麻烦)?(?:重新|再)(?:说|发|讲|贴)一?[遍次下]?",
    "重复一[遍下次]",
)


def wants_again(text: str) -> bool:
    """True when all of *text* asks for the last answer once more."""
    return _AGAIN.fullmatch(short(text)) is not None


_NO_CHANGE = any_of(
    whole_words(
        "(?:still|exactly|its|it is|just) the same", "same (?:error|issue|problem|thing|result|story)", "no luck"
    ),
    whole_words("(?:did|does|do|has|have)(?:nt| not) (?:really )?(?:help|work|fix|solve|change)(?:ed)?"),
    "还是(?:一样|不行|没用|报错|这样|不能|失败|不对)|没用|没效果|没有用|不管用|不起作用|没有?解决|没变化|^不行",
)
_TRIED = any_of(
    whole_words(
        "still",
        "already",
        "(?:tried|did|done) (?:that|this|it|all|everything)",
        "to no avail",
        "useless",
        "wasnt it",
        "not it",
    ),
    whole_words(
        "not (?:fixed|working|solved|helping|helpful|resolved)", "no (?:change|difference|effect)", "persists?"
    ),
    whole_words("nothing (?:changed|changes|helps|helped|works|worked)"),
    "还是|依然|仍然|仍旧|试过了",
)


def unhelped(text: str) -> bool:
    """True when *text* may say that an answer changed nothing."""
    said = short(text)
    return _NO_CHANGE.search(said) is not None or (_TRIED.search(said) is not None and not asks(text))


_QUESTIONS = "(?:questions?|queries|qs?|things to ask)"
_HOW_MANY = (
    "(?:an? |some |one |two |three |few |couple |(?:a )?couple of |several |[2-9] |quick |other |another |more )*+"
)
_ANNOUNCED = any_of(
    rf"(?:(?:i|we)(?: have| got| had|ve(?: got)?)|ive(?: got)?|have|got)? ?{_HOW_MANY}{_QUESTIONS}"
    "(?: for you| here| please)*",
    rf"(?:can|may|could) (?:i|we) ask (?:you )?(?:{_HOW_MANY}{_QUESTIONS}|something)(?: please)?",
    rf"(?:i|we|id|i would|i d) (?:want|like|need|have) to ask (?:you )?(?:something|{_HOW_MANY}{_QUESTIONS})",
    "我?(?:想|要)?(?:请问|请教|咨询|问)(?:一下|下|[个您你几两一些])*+(?:问题|事)?",
    "我?有[几两三一些]?个?小?问题(?:想)?(?:请教|问|咨询)?(?:一下|下)?",
)


def announces(text: str) -> bool:
    """True when all of *text* says that a question is coming ("Hi, two questions")."""
    return _ANNOUNCED.fullmatch(without_greeting(short(text))) is not None
