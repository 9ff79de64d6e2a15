"""Recognises remarks about the conversation itself: a call for a person, a choice, a complaint, a closing word.

Each looks at how all of a message is put, or at a phrase that means nothing else; what a message is about is the
matcher's to say.
"""

import re
from collections.abc import Iterable

from bot.conversation.small_talk import LONGEST, without_greeting
from bot.conversation.words import asks, content, is_cjk, plain, word_set


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives))


def _words(*alternatives: str) -> str:
    """The pattern of any of the *alternatives* as whole words."""
    return rf"\b(?:{'|'.join(alternatives)})\b"


def _remark(text: str, longest: int = LONGEST) -> str:
    """*text* as `plain` has it, "" where it is longer than a remark is."""
    said = plain(text) if len(text) <= 4 * longest else ""
    return said if len(said) <= longest else ""


# --- rounding off -----------------------------------------------------------------------------------------------------

_THANKS_AT_END = _any(
    _words(
        "thanks", "thank you", "thx", "ty", "tysm", "cheers", "thanks a lot", "got it", "makes sense", "good to know"
    )
    + "$",
    "(?:谢谢你?|多谢|感谢|明白了|懂了)$",
)
_SO_THAT_IS_HOW = re.compile(r"(?:ok(?:ay)?|oh|ah+|aha|i see|got it|great|cool|nice|right|perfect) so\b|原来|所以是")
_DONE = "(?:fixed|solved|resolved|sorted)"
_SETTLED = _any(
    _words("works? (?:now|fine|again|great)", "working now", "(?:it|that|this) (?:works|worked|helped)"),
    rf"^{_DONE}\b|\b{_DONE}$",
    rf"\b(?:it|its|is|that|this|all|now|i|we|got|been|problem|issue) {_DONE}\b",
    "解决了|搞定|(?:好|可以)了$",
)
_UNSETTLED = _any(
    _words("not", "isnt", "wasnt", "never", "nothing", "but", "still", "cant", "doesnt", "didnt"), "没|未|还|但"
)


def closes(text: str) -> bool:
    """True when *text* rounds a conversation off in the person's own words ("ok so it is separate. ty")."""
    said = _remark(text)
    if not said or asks(text) or _UNSETTLED.search(said):
        return False
    return any(pattern.search(said) for pattern in (_SETTLED, _THANKS_AT_END)) or bool(_SO_THAT_IS_HOW.match(said))


# --- a person, please -------------------------------------------------------------------------------------------------

_SOMEBODY = (
    "(?:a |an |some ?|the |your |real |actual |live )*+"
    "(?:one|body|person|agent|operator|staff|support|team|people|admin)"
)
_HUMAN = _any(
    _words("humans?", "(?:real|actual|live) (?:person|people|agent|chat|support)", "support agent", "service agent"),
    "转人工|转接人工|人工客服|人工服务|真人|[接找要]人工|^人工$",
)
_WANTING = _any(
    _words(
        "talk", "speak", "chat", "connect", "get", "give", "transfer", "want", "need", "switch", "escalate", "contact"
    ),
    _words("let me", "can i", "please", "pls", "put me", "hand", "reach"),
    "[转找要接请]|联系|能|可以|人工",
)
_SOMEBODY_PLEASE = _any(
    rf"\b(?:talk|speak|chat|reach out) (?:to|with) {_SOMEBODY}\b",
    rf"\b(?:get|connect|transfer|put) me (?:through )?(?:to |with )?{_SOMEBODY}\b",
    r"\b(?:contact|reach|email|call) (?:the |your |kimi |customer )*+(?:support|staff|helpdesk)\b",
    "^(?:(?:customer )?support|agent|operator|person)(?: please| pls)?$",
    "^escalate(?: this| it| please)*$",
    "客服",
)


def wants_human(text: str) -> bool:
    """True when *text* asks for a human being in place of the bot."""
    said = _remark(text)
    return bool(_HUMAN.search(said) and (_WANTING.search(said) or len(said.split()) <= 3))


def wants_somebody(text: str) -> bool:
    """True when *text* asks to be put through to somebody, which may be an FAQ's topic as well."""
    return _SOMEBODY_PLEASE.search(_remark(text)) is not None


# --- the answer above -------------------------------------------------------------------------------------------------

_AGAIN = _any(
    "(?:(?:can|could) you )?(?:please )?(?:repeat|(?:say|send|show|post|give|tell)(?: me)?) "
    "(?:that|it|this|(?:the|that) answer|the last one)(?: again| once more| one more time)?(?: please| pls)?",
    "(?:please |pls )?(?:repeat|again|once more|come again|say again)(?: please| pls)?",
    "(?:请|麻烦)?(?:重新|再)(?:说|发|讲|贴)一?[遍次下]?",
    "重复一[遍下次]",
)


def wants_again(text: str) -> bool:
    """True when all of *text* asks for the last answer once more."""
    return _AGAIN.fullmatch(_remark(text)) is not None


_NO_CHANGE = _any(
    _words("(?:still|exactly|its|it is|just) the same", "same (?:error|issue|problem|thing|result|story)", "no luck"),
    _words("(?:did|does|do|has|have)(?:nt| not) (?:really )?(?:help|work|fix|solve|change)(?:ed)?"),
    "还是(?:一样|不行|没用|报错|这样|不能|失败|不对)|没用|没效果|没有用|不管用|不起作用|没有?解决|没变化|^不行",
)
_TRIED = _any(
    _words(
        "still", "(?:tried|did|done) (?:that|this|it|all|everything)", "to no avail", "useless", "wasnt it", "not it"
    ),
    _words("not (?:fixed|working|solved|helping|helpful|resolved)", "no (?:change|difference|effect)", "persists?"),
    _words("nothing (?:changed|changes|helps|helped|works|worked)"),
    "还是|依然|仍然|仍旧|试过了",
)


def unhelped(text: str) -> bool:
    """True when *text* may say that an answer changed nothing."""
    said = _remark(text)
    return _NO_CHANGE.search(said) is not None or (_TRIED.search(said) is not None and not asks(text))


# --- before the question ----------------------------------------------------------------------------------------------

_QUESTIONS = "(?:questions?|queries|qs?|things to ask)"
_HOW_MANY = (
    "(?:an? |some |one |two |three |few |couple |(?:a )?couple of |several |[2-9] |quick |other |another |more )*+"
)
_ANNOUNCED = _any(
    rf"(?:(?:i|we)(?: have| got| had|ve(?: got)?)|ive(?: got)?|have|got)? ?{_HOW_MANY}{_QUESTIONS}"
    "(?: for you| here| please)*",
    rf"(?:can|may|could) (?:i|we) ask (?:you )?(?:{_HOW_MANY}{_QUESTIONS}|something)(?: please)?",
    rf"(?:i|we|id|i would|i d) (?:want|like|need|have) to ask (?:you )?(?:something|{_HOW_MANY}{_QUESTIONS})",
    "我?(?:想|要)?(?:请问|请教|咨询|问)(?:一下|下|[个您你几两一些])*+(?:问题|事)?",
    "我?有[几两三一些]?个?小?问题(?:想)?(?:请教|问|咨询)?(?:一下|下)?",
)


def announces(text: str) -> bool:
    """True when all of *text* says that a question is coming ("Hi, two questions")."""
    return _ANNOUNCED.fullmatch(without_greeting(_remark(text))) is not None


# --- what went wrong --------------------------------------------------------------------------------------------------

_UNSURE = _any(
    "(?:i )?(?:dont|do not|didnt) (?:know|see (?:it|one|any|that))",
    "no idea|not sure|im not sure|idk|dunno|(?:i )?cant (?:see|find) (?:it|one|any|that)",
    "(?:(?:there is|theres|it has|i see) )?(?:none|no (?:type|code|status|message)|nothing)",
    "(?:我)?(?:不知道|不清楚|没有|没看到|找不到|不确定|看不到)",
)


def unsure(text: str) -> bool:
    """True when all of *text* says that the asked detail is not known."""
    return _UNSURE.fullmatch(_remark(text)) is not None


_TROUBLE = word_set(
    """error errors err fail fails failed failing failure broken breaks broke crash crashes crashed crashing down dead
    issue issues problem problems trouble wrong bug bugs buggy work works working exception errored erroring stuck bad
    weird bugged happening"""
)
_ROUND_TROUBLE = word_set(
    """it its this that the these those a an my our your i im ive me we you is are was am be been not no doesnt dont
    didnt isnt wont cant cannot couldnt does do did has have had having get gets got getting give gives giving
    gave show shows showing showed say says saying throws throwing threw return returns returned returning keep
    keeps kept just always again still now today since yesterday suddenly everything nothing something anything
    any some one all every each time times sometimes only at on in with from to of and or but for when while so
    why what whats how which code message please pls plz help hi hello hey api apis request requests call calls
    calling script app bot client response server service endpoint sdk program here there s seems like same kind
    strange random unknown reason can could someone anyone anybody guys team fix fixing solve debug really very
    completely totally up going went happens happen happened would trying try tried use using used run running ran
    make making made send sending new old other another whole thing things"""
)
_TROUBLE_IN_CHINESE = re.compile(
    "报错|错误码?|出错|失败|不行|不能用|用不了|不工作|挂了|坏了|异常|出?有?问题|崩了|没反应|没响应|不好使|调不通"
)
_ROUND_TROUBLE_IN_CHINESE = re.compile(
    f"(?>{_TROUBLE_IN_CHINESE.pattern}|我们?的?|你们?的?|它|这个?|那个?|为[什啥]么?|怎么(?:办|回事)?|请问|一[直个下]|总是|老是|又|还是?|都|就"
    "|今天|突然|现在|接口|调用|请求|程序|代码|返回|出现?|有|是|了|的|啊|呀|吗|呢|吧|啦|api|什么|解决|帮我|看看|看一下|大佬|求助|救命|用"
    "|信息|如何|处理)*+"
)


def topic(text: str) -> tuple[str, ...]:
    """Return the content words of *text* that do more than complain; none for Chinese, whose words run together."""
    return tuple(word for word in content(text) if not is_cjk(word) and word not in _TROUBLE | _ROUND_TROUBLE)


_NOT_WORKING = _any(
    "(?:no|nao|não) (?:me )?funciona",
    "(?:ca|ça|cela) (?:ne )?marche pas",
    "ne (?:marche|fonctionne) pas",
    "(?:es |das )?(?:geht|funktioniert) nicht",
    "не работает|ошибка",
    "動かない|動きません|エラー(?:が出ます)?",
)


def reports_trouble(text: str, names: Iterable[str], told: Iterable[str] = ()) -> bool:
    """True when all of *text* says that something went wrong, or is one of the values *told* about it.

    The *names* of the product add nothing to that.
    """
    values = word_set(" ".join(told))
    spoken = _remark(text, 2 * LONGEST).split()
    said = [word for word in spoken if word not in values.union(names)]
    if not said:
        return not values.isdisjoint(spoken)
    if _NOT_WORKING.fullmatch(" ".join(said)):
        return True
    if any(is_cjk(word) for word in said):
        run = "".join(said)
        return bool((values or _TROUBLE_IN_CHINESE.search(run)) and _ROUND_TROUBLE_IN_CHINESE.fullmatch(run))
    return bool(values or any(word in _TROUBLE for word in said)) and all(
        word in _TROUBLE or word in _ROUND_TROUBLE for word in said
    )


# --- a choice ---------------------------------------------------------------------------------------------------------

_ORDINALS = {
    **dict.fromkeys(("1", "first", "1st", "one", "a", "第一", "一", "former"), 0),
    **dict.fromkeys(("2", "second", "2nd", "two", "b", "第二", "二", "两"), 1),
    **dict.fromkeys(("3", "third", "3rd", "three", "c", "第三", "三"), 2),
    **dict.fromkeys(("4", "fourth", "4th", "four", "d", "第四", "四"), 3),
}
_PICK = re.compile(
    "(?:(?:option|number|no|choice|answer|its|i meant?|选项?|选择|我[选要]|是|就) ?)?"
    "#?(?:the )?(?P<which>[a-z0-9]+|第?[一二两三四])"
    "(?: ?(?:one|please|pls|option|个|项|条|号|种|吧))*"
)
_NONE = _any(
    "none(?: of (?:these|those|them|the above))?|neither|no|nope|other|something else",
    "not? (?:these|those|that|any of (?:these|them|those))|no none",
    "(?:以上)?都不[是对]?|不是|没有|都没有|其他",
)
_ALL = _any("(?:both|all)(?: of (?:them|these))?(?: please)?", "(?:两个|全)?都[是要]|全部")
_YES = _any("yes|yeah|yep|yup|y|that one|correct|exactly", "是的?|对的?|没错")


def picks(text: str, labels: tuple[str, ...]) -> tuple[int, ...] | None:
    """Return which of the *labels* all of *text* picks, by place: () for none of them, None where it picks nothing."""
    said = _remark(text)
    named = tuple(place for place, label in enumerate(labels) if said and plain(label) == said)
    if named:
        return named[:1]
    if _NONE.fullmatch(said):
        return ()
    if _ALL.fullmatch(said):
        return tuple(range(len(labels)))
    if len(labels) == 1 and _YES.fullmatch(said):
        return (0,)
    found = _PICK.fullmatch(said)
    place = _ORDINALS.get(found["which"]) if found else None
    if place is None or place > len(labels):
        return None
    return (place,) if place < len(labels) else ()
