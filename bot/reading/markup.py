"""Chat text as plain words: without markup, mentions, emoji, greetings and thanks."""

import re

from bot.reading.statuses import spelled

WORD = re.compile(r"[^\W\d_]{2,}|[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]")
"""A word of two letters, or one letter of a script that writes without spaces."""

_ANGLED = re.compile(
    r"<(?:([@#!])([^<>|\s]{1,60})(?:\|([^<>\n]{0,100}))?|(https?://[^<>|\s]{1,600}|mailto:[^<>|\s]{1,200})(?:\|"
    r"([^<>\n]{0,300}))?|a?:\w{1,40}:\d{1,24}|/[\w -]{1,40}:\d{1,24}|t:\d{1,14}(?::\w)?)>"
)
_EMOJI_CODE = re.compile(r"(?<![\w:/.]):(?:[a-z][a-z0-9_+'-]{1,40}|[+-]1|100):(?:skin-tone-\d:)?(?![\w/])")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\((https?://[^\s()]{1,600})\)")
_MARKS = re.compile(
    r"\|\||\*\*|~~|(?<!\w)__|__(?!\w)|`|(?<![\w*])\*(?=[^\s*])|(?<=[^\s*])\*(?![\w*])|"
    r"(?<!\w)_(?=\w[^_\n]{0,200}_(?!\w))|(?<=[\w.!?])_(?!\w)"
)
_MARK_SIGNS = frozenset("|*~_`")
_LEAD = re.compile(r"(?m)^[ \t]{0,8}(?:>{1,3}\s?|-#\s|#{1,3}\s|[-*•]\s)")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&"))
_AT = re.compile(r"(?<!\S)@(?:[\w.-]{2,32})(?=[\s,:]|$)")

_GREETING = re.compile(
    r"""(?xi)^[\s,.!~;:\-–—…]*
    (?: (?: hi+ | hey+ | hello+ | hiya | howdy | yo | sup | greetings | good\ (?:morning|afternoon|evening|day) | hallo
          | hola | bonjour | salut | ciao | ol[aá] | moin | servus | guten\ (?:tag|morgen) | buenos\ d[ií]as
          | buenas?(?:\ (?:tardes|noches|d[ií]as))? | привет | здравствуйте | добрый\ день | всем\ привет )
        (?: \ (?: all | everyone | everybody | guys | folks | (?:[a-z]+\ )?team | there | y'?all | friends? | support
          | people | ppl | mates? | again | a\ todos | [àa]\ tous | zusammen | tutti ) )*
      | (?:i\ )?hope\ (?: you(?:'re|\ are|r|'re\ all|\ are\ all)? | u | everyone(?:'s|\ is)? | this | all )\b
        [^,.!?\n]{0,40}
      | how\ (?:are|r)\ (?:you|u|things)(?:\ (?:all|doing|today|guys))*\s?\??
      | (?:just\ )?(?:a\ |one\ |real\ )?
        (?:quick|small|dumb|stupid|silly|simple|noob|newbie|short|basic|brief|random)\ (?:q|question|one)\b
        (?:(?!\ (?:about|on|regarding|re|concerning|for)\b)[^:,.?!\n]{0,40}?(?=[:,.?!;\n-]))?
      | sorry\ (?:to\ bother|for\ (?:the\ )?(?:noob|dumb|stupid|newbie|basic)\ question)[^,.:?!\n]{0,30}
      | excuse\ me | pardon | dear\ (?:team|all|support)(?:\ team)?
      | 你们?好呀? | 您好 | 大家好 | 各位好 | 各位大佬 | 大佬们? | 请问一?下? | 打扰一?下? | 早上好 | 下午好 | 晚上好
      | 老师好 | 在吗 | 哈喽 | 嗨 | こんにちは | こんばんは | おはようございます | すみません
      | お世話になっております | 안녕하세요 | 실례합니다
    ) (?=$|[\s,.!?~;:\-–—…，。！？、：～]|(?<=[\u3040-\u9fff\uac00-\ud7af])) [\s,.!?~;:\-–—…，。！？、：～]*""",
)
_FAREWELL = re.compile(
    r"""(?xi) (?:^|(?<=[\s,.!?;:)…，。！？、\-])|(?<=[\u3040-\u9fff\uac00-\ud7af]))
    (?: (?:many\ |much\ )?
        (?: thx+ | thanks+ | thank\ (?:you|u) | tysm | ty | tnx | cheers | gracias | merci | danke | obrigad[oa]
          | grazie          | спасибо )
        (?: \ (?: so\ much | a\ lot | a\ bunch | in\ advance | again | all | guys | everyone | team
          | very\ much | y'?all          | heaps | for\ (?:any|the|your)\ help(?:ing)? | for\ reading
          | por\ adelantado | d'avance | im\ voraus
          | beaucoup | mille | schön | заранее ) )*
      | any\ help\ (?:is\ |would\ be\ )?(?:much\ |greatly\ )?appreciated | much\ appreciated
      | appreciate\ (?:it|any\ help) | (?:pls|please)\ help | help\ (?:pls|please) | (?:best|kind)\ regards | regards
      | (?<=[,.!\n]\ )best | have\ a\ (?:nice|great|good)\ (?:day|one|weekend) | plz | pls
      | (?:谢谢|多谢|感谢|谢啦|拜托了?|求助|求解答?|谢)(?:大家|大佬们?|各位|啦|了|您|你)*
      | (?:よろしく)?お願い(?:いた)?します | ありがとうございます | 감사합니다 | 고맙습니다
    ) [\s,.!~;:\-–—…，。！、～)🙏😊🙂]*$""",
)
_MAX_STRIPS = 6


def plain(text: str) -> str:
    """Return chat text as plain words: no mentions, emoji, markup or pleasantries, one space between words."""
    if "<" in text:
        text = _ANGLED.sub(_bare, text)
    if "&" in text:
        for entity, letter in _ENTITIES:
            text = text.replace(entity, letter)
    if "](" in text:
        text = _MARKDOWN_LINK.sub(r"\1 \2", text)
    text = _LEAD.sub("", text)
    if ":" in text:
        text = _EMOJI_CODE.sub(" ", text)
    if "@" in text:
        text = _AT.sub(" ", text)
    if not _MARK_SIGNS.isdisjoint(text):
        text = _MARKS.sub("", text)
    text = _digits(text)
    text = "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))
    return _without_pleasantries(text)


def _bare(match: re.Match[str]) -> str:
    kind, _, label, url, url_label = match.groups()
    if url:
        return url_label or url.removeprefix("mailto:")
    return f"#{label}" if kind == "#" and label else " "


def _digits(text: str) -> str:
    for code, start, end in sorted(spelled(text), key=lambda one: -one[1]):
        text = f"{text[:start]}{code}{text[end:]}"
    return text


def _without_pleasantries(text: str) -> str:
    bare = text
    for _ in range(_MAX_STRIPS):
        shorter = _GREETING.sub("", bare, count=1)
        head, tail = shorter[:-120], shorter[-120:]
        shorter = head + _FAREWELL.sub("", tail, count=1)
        if shorter == bare:
            break
        bare = shorter
    bare = bare.strip().rstrip(",，;；:- ")
    return bare if WORD.search(bare) or any(map(str.isdigit, bare)) else text.strip()
