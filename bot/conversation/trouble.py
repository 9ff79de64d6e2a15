"""Recognises a report that something went wrong which says no more than that.

Every word of such a message must be one that complaints are made of; what is left over would be a topic.
"""

import re
from collections.abc import Iterable

from bot.conversation.words import LONGEST, any_of, content, is_cjk, short, word_set

_DETAIL = (
    "(?: (?:it|one|any|that|a|an|the|what|which|where|error|code|type|status|message|number|text|there|anywhere|in))*"
)
_UNSURE = any_of(
    rf"(?:i )?(?:dont|do not|didnt|cant|cannot|couldnt) (?:know|see|find|have|get|tell){_DETAIL}",
    "no idea|not sure|im not sure|idk|dunno|no clue",
    rf"(?:(?:there is|theres|it has|i see|it says|it shows) )?(?:none|nothing|no{_DETAIL})",
    "(?:我)?(?:不知道|不清楚|没有|没看到|找不到|不确定|看不到)",
)


def unsure(text: str) -> bool:
    """True when all of *text* says that the asked detail is not known."""
    return _UNSURE.fullmatch(short(text)) is not None


_TROUBLE = word_set(
    """error errors err fail fails failed failing failure broken breaks broke crash crashes crashed crashing down
    dead issue issues problem problems trouble wrong bug bugs buggy exception errored erroring stuck bad weird
    bugged happening"""
)
_ROUND_TROUBLE = word_set(
    """work works worked working it its this that the these those a an my our your i im ive me we you is are was am
    be been not no doesnt dont didnt isnt wont cant cannot couldnt does do did has have had having get gets got
    getting give gives giving gave show shows showing showed say says saying throws throwing threw return returns
    returned returning keep keeps kept just always again still now today since yesterday suddenly everything nothing
    something anything any some one all every each time times sometimes only at on in with from to of and or but for
    when while so why what whats how which code message please pls plz help hi hello hey api apis request requests
    call calls calling script app bot client response server service endpoint sdk program here there s seems like
    same kind strange random unknown reason can could someone anyone anybody guys team fix fixing solve debug really
    very completely totally up going went happens happen happened would trying try tried use using used run running
    ran make making made send sending new old other another whole thing things"""
)
_WORKS_NOT = re.compile(r"\b(?:not|never|nothing|no|cant|wont|(?:does|do|is|did|was|are)nt)\b.*\bwork(?:s|ing|ed)?\b")
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


_NOT_WORKING = any_of(
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
    spoken = short(text, 2 * LONGEST).split()
    adding = [word for word in spoken if word not in values.union(names)]
    if not adding:
        return not values.isdisjoint(spoken)
    said = " ".join(adding)
    if _NOT_WORKING.fullmatch(said):
        return True
    if is_cjk(said):
        run = "".join(adding)
        return bool((values or _TROUBLE_IN_CHINESE.search(run)) and _ROUND_TROUBLE_IN_CHINESE.fullmatch(run))
    named = not _TROUBLE.isdisjoint(adding) or _WORKS_NOT.search(said) is not None
    return (bool(values) or named) and all(word in _TROUBLE or word in _ROUND_TROUBLE for word in adding)
