"""Recognises small talk, where all of a message is made of it: a greeting with a question is a question."""

import re
from enum import StrEnum

from bot.conversation.words import LONGEST, is_cjk, plain


class SmallTalk(StrEnum):
    """The kinds of small talk; where a message has several, the first in this order is answered."""

    HELP = "help"
    THANKS = "thanks"
    BYE = "bye"
    GREETING = "greeting"
    TEST = "test"
    OKAY = "okay"
    NOTHING = "nothing"


_READABLE = re.compile(r"[^\W_]")

_PHRASES: dict[SmallTalk | None, str] = {
    SmallTalk.HELP: """help|help me|can you help|can you help me|could you help me|i need help|need help
        |i need some help|who are you|what are you|what can you do|what do you do|what can i ask|what can i ask you
        |how do you work|are you a bot|are you real|are you human|are you an ai|what is this|whats this
        |how does this work|what is this bot|whats this bot|who r u|r u a bot|commands|usage|你是谁|你是什么
        |你能做什么|你会什么|你可以做什么|你是机器人吗|是机器人吗|帮助|帮帮我|帮我|帮个忙|能帮我吗|怎么用你""",
    SmallTalk.THANKS: """thanks|thank you|thank u|thankyou|thx|thnx|tnx|tks|ty|tysm|tyvm|cheers|much appreciated
        |appreciated|appreciate it|i appreciate it|thanks a lot|thanks a bunch|thanks a ton|thanks a million
        |many thanks|thanks so much|thank you so much|thank you very much|thanks for the help|thanks for your help
        |thank you for your help|that helps|that helped|this helps|this helped|very helpful|super helpful|helpful
        |works now|works|it works|it works now|it worked|that worked|that works|working now|its working
        |its working now|all working now|all works now|fixed|fixed it|its fixed|that fixed it|solved|problem solved
        |issue solved|resolved|sorted|all good|all good now|good bot|well done|nice one|great job|you rock
        |youre the best|lifesaver|merci|merci beaucoup|gracias|muchas gracias|danke|danke schön|vielen dank|obrigado
        |obrigada|grazie|спасибо|большое спасибо|ありがとう|ありがとうございます|감사합니다|고마워|谢谢|谢谢你
        |谢谢您|谢了|谢啦|多谢|感谢|非常感谢|太感谢了|十分感谢|谢谢大佬|感谢大佬|辛苦了|辛苦|解决了|已解决|搞定了
        |搞定|可以了|好使了|能用了|没问题了|有用""",
    SmallTalk.BYE: """bye|bye bye|goodbye|good bye|cya|see you|see ya|see you later|see u|later|laters|talk later
        |ttyl|gtg|g2g|have a nice day|have a good day|have a great day|have a good one|have a nice weekend
        |good night|goodnight|gn|take care|brb|bbl|afk|ciao|adios|tschüss|до свидания|再见|拜拜|拜|回见|晚安|下次见
        |先这样|回头聊""",
    SmallTalk.GREETING: """hi|hello|hey|heya|hiya|hi hi|yo|sup|howdy|greetings|good morning|good afternoon
        |good evening|good day|morning|evening|gm|whats up|wassup|how are you|how are you doing|how are you today
        |how r u|hows it going|how is it going|nice to meet you|pleased to meet you|hope youre well
        |hope you are well|hope youre doing well|hope youre all doing well|anyone here|anybody here|anyone there
        |anybody there|anyone around|anybody home|are you there|you there|hola|buenas|buenos dias|bonjour|salut
        |hallo|guten tag|moin|olá|oi|привет|здравствуйте|こんにちは|안녕하세요|안녕|你好|您好|你们好|大家好|嗨|哈喽
        |哈啰|早|早上好|上午好|中午好|下午好|晚上好|在吗|在不在|有人吗|有人在吗|在么|你好呀""",
    SmallTalk.TEST: """test|testing|test test|just testing|just a test|this is a test|ping|1 2 3|123|test 123
        |testing 123|测试|测试一下|试试|试一下|test message""",
    SmallTalk.OKAY: """ok|okay|okey|k|kk|okie|alright|all right|sure|sounds good|got it|gotcha|i see|understood
        |makes sense|that makes sense|noted|right|yes|yep|yeah|yup|no|nope|nah|no problem|no worries|np|never mind
        |nevermind|nvm|forget it|cool|nice|great|good|perfect|awesome|amazing|excellent|wonderful|neat|sweet|wow
        |that sucks|too bad|oh well|bummer|ugh|damn|omg|lol|lmao|rofl|haha|hahaha|hehe|hmm|hm|mm|oh|ah|aha|oops
        |sorry|my bad|one sec|one moment|one second|just a sec|just a moment|hold on|wait|please wait|will do
        |will try|ill try|i will try|ill try that|let me try|let me try that|let me check|ill check|trying
        |trying now|on it|done|fair enough|good to know|interesting|好|好的|好吧|好嘞|行|行吧|嗯|嗯嗯|哦|噢|哦哦
        |收到|明白|明白了|懂了|知道了|了解|了解了|原来如此|可以|没事|没事了|没问题|算了|不用了|对|是的|哈哈|哈哈哈
        |稍等|等一下|等等|我试试|我看看|厉害|牛""",
    None: """there|anyway|too|already|for now|for that|for this|alright then|though|all|everyone|everybody|team
        |folks|guys|friend|friends|mate|man|bro|buddy|dude|bot|people|support|so|and|again|now|then|just|very|much
        |very much|a lot|lots|so much|really|please|pls|to|you|u|for|the|help|your|its|it|this|that|today|well|me
        |bit|here|everything|啊|呀|哈|吧|了|的|哦|啦|呢|大佬|各位|机器人|客服|亲|老师|真|太|很|一下|你|您""",
}


def _index(phrases: dict[SmallTalk | None, str]) -> dict[str, list[tuple[str, SmallTalk | None]]]:
    """Return the phrases by their first character, longest first."""
    index: dict[str, list[tuple[str, SmallTalk | None]]] = {}
    for kind, listed in phrases.items():
        for phrase in listed.split("|"):
            index.setdefault(phrase.strip()[0], []).append((phrase.strip(), kind))
    for same_start in index.values():
        same_start.sort(key=lambda pair: -len(pair[0]))
    return index


_INDEX = _index(_PHRASES)


def small_talk(text: str) -> SmallTalk | None:
    """Return what kind of small talk all of *text* is; None where any of it is something else."""
    if len(text) > 4 * LONGEST:
        return None if _READABLE.search(text) else SmallTalk.NOTHING
    said = plain(text)
    if not _READABLE.search(said):
        return SmallTalk.NOTHING
    if len(said) > LONGEST:
        return None
    kinds: set[SmallTalk] = set()
    rest = said
    while rest:
        taken = next((pair for pair in _INDEX.get(rest[0], ()) if _stands_at_start(pair[0], rest)), None)
        if taken is None:
            return None
        if taken[1] is not None:
            kinds.add(taken[1])
        rest = rest[len(taken[0]) :].lstrip()
    return min(kinds, key=list(SmallTalk).index, default=None)


def _stands_at_start(phrase: str, text: str) -> bool:
    if not text.startswith(phrase):
        return False
    return (
        len(text) == len(phrase) or is_cjk(phrase[-1]) or not text[len(phrase)].isalnum() or is_cjk(text[len(phrase)])
    )


def without_greeting(text: str) -> str:
    """Return *text* as `plain` has it, without the greeting that it begins with."""
    rest = plain(text)
    while rest:
        taken = next((pair for pair in _INDEX.get(rest[0], ()) if _stands_at_start(pair[0], rest)), None)
        if taken is None or taken[1] not in (SmallTalk.GREETING, None):
            break
        rest = rest[len(taken[0]) :].lstrip()
    return rest
