"""A person's own words in a message: without pastes, chat markup and pleasantries, cut into separate questions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.reading.folding import fold
from bot.reading.statuses import spelled

_LINES_READ = 150
_LINE_LENGTH = 4000

_LOGGED = re.compile(
    r"""(?x)
    \W{0,3}\d{4}[-/]\d\d[-/]\d\d[T\ ,] | \W{0,3}\d\d:\d\d:\d\d | \[\d\d/[A-Z][a-z]{2}/\d{4} | (?:\d{1,3}\.){3}\d{1,3}\ -\ -
    | \W{0,2}(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|TRACE|CRITICAL|NOTICE|SEVERE|ERR!?)\b[\]:|\ ]
    | \[(?:error|warn|info|debug|stderr|stdout)\]
    | (?:[\w.$\\-]+[.:\\])?\w*(?:Error|Exception)\b(?:\$\w+)?(?:\ \[[\w\ ]+\])?\s?[:(\[]
    | (?:[\w-]+\.)+\w*(?:Error|Exception|Fault)\w*\b | (?:[\w-]+\.){2,}[\w-]+\ (?:ERROR|WARN|INFO|DEBUG):
    | PHP\ (?:Fatal|Warning|Notice) | Uncaught\ | Unhandled\ 
    | at\ [\w.$<>\[\]/@:\\-]+[\s(]*[(:/\\] | File\ " | Traceback\ \( | \.\.\.\ \d+\ more | Caused\ by | The\ above\ exception
    | During\ handling\ of | [~^]+\s*$ | \#\d+\ +[\w/{<] | goroutine\ \d | panic: | thread\ ' | from\ [\w./-]+:\d+:in
    | Stack\ trace: | thrown\ in | note:\ run\ with | exit\ status | Process\ completed\ with | npm\ (?:ERR|error) | \#\#\[
    | \*\ (?:Connected|SSL|TLS|Host|Trying|Server|ALPN|using|upload|old|Connection|IPv|\ ) | [<>]\ (?:HTTP/|[A-Z]+\ /|[\w:-]+:)
    | [<>]\s*$ | HTTP/\d | [A-Z]{3,7}\ (?:/|https?://)\S*(?:\s|$)
    | \$\ \S | [\w.-]+@[\w.-]+:\S*[$\#]\ | >\ /\w+ | >>>\ | In\ \[\d+\] | PS\ [A-Z]:
    | -{3,}\ ?\w | data:\ ?[\[{"] | event:\ \w+$ | [\w./-]+\s+\|\ 
    | [}\])]+[,;]?\s*$
    """,
)
_CODED = re.compile(
    r"""(?x)
    (?:[\w]+-[\w-]{2,40}|Host|Date|Server|Via|Authorization|Accept|Cookie|Connection|Model|Provider|Status|Code|Type):\s\S+$
    | (?:Model|Provider|Status\ Code|Request\ ID|Trace\ ID|Response\ (?:Text|Body)):\s?
    | import\ (?:[\w.*{},\s]+\ from\ ["']|[\w.]+;?$|[\w.]+\ as\ ) | from\ [\w.]+\ import\ | (?:const|let|var)\ [\w{}\[\],\s:]+=
    | (?:async\ )?(?:def|func|fn|function)\ \w*\( | (?:public|private|protected|static)\ [\w<>\[\]\s]+[({;=] | class\ \w+[\s\w(),.]*[:{]
    | using\ [\w.]+; | package\ [\w.]+;?$ | await\ [\w.]+\( | export\ \w+= | \#include | \#!/ | @\w+(?:\(|$) | SELECT\ .*\ FROM
    | curl\ (?:-|https?:|'|") | (?:sudo|docker|kubectl|pip3?|npm|yarn|git|python3?|node|helm)\ [\w-]+(?:\s-|\s\S*[/=:.]|$)
    | return\ [\w.({"'\[]+[;(] | (?:if|for|while|switch)\ ?\( | (?:try|else|finally)\s*[:{] | except\ [\w.]+ | catch\s*\(
    | raise\ \w+\( | throw\ new | //\s
    | [A-Za-z_][\w.\[\]'"]*\s?=(?!=)\s?[\w"'\[({] | [\w.]+\([^)\n]*\)\s*[;{]?\s*$
    """,
)
_CODE_END = re.compile(r"[;{]\s*$|=>\s*$|\($")
_COMMENT = re.compile(r"(?:^|\s)(?:#|//)\s(.{3,300})$")
_JSON = re.compile(
    r"""[{\[]\s{0,4}(?:["'\\]{1,16}[\w$ -]{1,60}["'\\]{1,16}\s{0,3}:|[\[{]\s{0,4}["'\\]|\w{1,30}:\s{0,2}[\w{"'\[]|"[^"\n]{0,80}"\s?[,\]])"""
)
_BRACKET = re.compile(r"[{}\[\]]")
_KEYED = re.compile(r"""^\s*["'][\w$-]+["']\s*:.*[}\]"'],?""")
_URL_ONLY = re.compile(r"^<?https?://\S+>?$")
_WORD = re.compile(r"[^\W\d_]{2,}|[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]")

_FENCE = "```"
_ANGLED = re.compile(
    r"<(?:([@#!])([^<>|\s]{1,60})(?:\|([^<>\n]{0,100}))?|(https?://[^<>|\s]{1,600}|mailto:[^<>|\s]{1,200})(?:\|([^<>\n]{0,300}))?|a?:\w{1,40}:\d{1,24}|/[\w -]{1,40}:\d{1,24}|t:\d{1,14}(?::\w)?)>"
)
_EMOJI_CODE = re.compile(r"(?<![\w:/.]):(?:[a-z][a-z0-9_+'-]{1,40}|[+-]1|100):(?:skin-tone-\d:)?(?![\w/])")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\((https?://[^\s()]{1,600})\)")
_MARKS = re.compile(
    r"\|\||\*\*|~~|(?<!\w)__|__(?!\w)|`|(?<![\w*])\*(?=[^\s*])|(?<=[^\s*])\*(?![\w*])|(?<!\w)_(?=\w[^_\n]{0,200}_(?!\w))|(?<=[\w.!?])_(?!\w)"
)
_LEAD = re.compile(r"(?m)^[ \t]{0,8}(?:>{1,3}\s?|-#\s|#{1,3}\s|[-*•]\s)")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&"))
_AT = re.compile(r"(?<!\S)@(?:[\w.-]{2,32})(?=[\s,:]|$)")

_GREETING = re.compile(
    r"""(?xi)^[\s,.!~;:\-–—…]*
    (?: (?:hi+|hey+|hello+|hiya|howdy|yo|sup|greetings|good\ (?:morning|afternoon|evening|day)|hallo|hola|bonjour|salut|ciao|ol[aá]|
           moin|servus|guten\ (?:tag|morgen)|buenas?(?:\ (?:tardes|noches|d[ií]as))?|buenos\ d[ií]as|привет|здравствуйте|добрый\ день|всем\ привет)
        (?:\ (?:all|everyone|everybody|guys|folks|team|there|y'?all|friends?|support|people|ppl|kimi\ team|dear\ team|mates?|again|a\ todos|
           [àa]\ tous|zusammen|tutti))*
      | (?:i\ )?hope\ (?:you(?:'re|\ are|r|'re\ all|\ are\ all)?|u|everyone(?:'s|\ is)?|this|all)\b[^,.!?\n]{0,40}
      | how\ (?:are|r)\ (?:you|u|things)(?:\ (?:all|doing|today|guys))*\s?\??
      | (?:just\ )?(?:a\ |one\ |real\ )?(?:quick|small|dumb|stupid|silly|simple|noob|newbie|short|basic|brief|random)\ (?:q|question|one)\b[^:,.?!\n]{0,40}?(?=[:,.?!;\n-])
      | (?:just\ )?(?:a\ |one\ |real\ )?(?:quick|small|dumb|stupid|silly|noob|newbie|short)\ (?:q|question)\b
      | sorry\ (?:to\ bother|for\ (?:the\ )?(?:noob|dumb|stupid|newbie|basic)\ question)[^,.:?!\n]{0,30} | excuse\ me | pardon | dear\ (?:team|all|support)(?:\ team)?
      | (?:你们?好呀?|您好|大家好|各位好|各位大佬|大佬们?|请问一?下?|打扰一?下?|早上好|下午好|晚上好|老师好|在吗|哈喽|嗨)
      | こんにちは|こんばんは|おはようございます|すみません|お世話になっております|안녕하세요|실례합니다
    ) (?=$|[\s,.!?~;:\-–—…，。！？、：～]|(?<=[\u3040-\u9fff\uac00-\ud7af])) [\s,.!?~;:\-–—…，。！？、：～]*""",
)
_FAREWELL = re.compile(
    r"""(?xi)(?:^|(?<=[\s,.!?;:)…，。！？、\-])|(?<=[\u3040-\u9fff\uac00-\ud7af]))
    (?: (?:many\ |much\ )?(?:thx+|thanks+|thank\ (?:you|u)|tysm|ty|tnx|cheers|gracias|merci|danke|obrigad[oa]|grazie|спасибо)
        (?:\ (?:so\ much|a\ lot|a\ bunch|in\ advance|again|all|guys|everyone|team|very\ much|y'?all|heaps|for\ (?:any|the|your)\ help(?:ing)?|
           for\ reading|por\ adelantado|d'avance|im\ voraus|beaucoup|mille|schön|заранее))*
      | (?:any\ help\ (?:is\ |would\ be\ )?(?:much\ |greatly\ )?appreciated|much\ appreciated|appreciate\ (?:it|any\ help)|pls\ help|please\ help|help\ pls|help\ please|
           best\ regards|kind\ regards|regards|best|have\ a\ (?:nice|great|good)\ (?:day|one|weekend)|plz|pls)
      | (?:谢谢|多谢|感谢|谢啦|拜托了?|求助|求解答?|谢)(?:大家|大佬们?|各位|啦|了|您|你)*
      | (?:よろしく)?お願い(?:いた)?します|ありがとうございます|감사합니다|고맙습니다
    ) [\s,.!~;:\-–—…，。！、～)🙏😊🙂]*$""",
)
_MAX_STRIPS = 6


@dataclass(frozen=True, slots=True)
class Words:
    """A person's own words.

    ``question`` is cleaned; ``spans`` are the places in the text of the lines that it was taken from; ``said`` is what
    natural language stands in the pastes.
    """

    question: str
    spans: tuple[tuple[int, int], ...]
    said: str

    def cover(self, position: int) -> bool:
        """True where the text at *position* is a person's own."""
        return any(start <= position < end for start, end in self.spans)


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str
    kept: str


def own_words(text: str, evidence: Sequence[tuple[int, int]]) -> Words:
    """Return the own words in *text*; *evidence* are the places of what was found, wrapped lines of which are pasted."""
    broken = {start for start, end in evidence if "\n" in text[start:end]}
    spread = [(start, end) for start, end in evidence if start in broken]
    lines = list(_lines(text, spread, fences=True))
    if not any(line.kept for line in lines) and _FENCE in text:
        lines = list(_lines(text, spread, fences=False))
    kept = [line for line in lines if line.kept]
    question = plain("\n".join(line.kept for line in kept))
    spans = tuple((line.start, line.start + len(line.text) + 1) for line in kept)
    said = " ".join(line.text[:300] for line in lines[-40:]) if not kept else ""
    return Words(question, spans, said)


def _lines(text: str, spread: Sequence[tuple[int, int]], *, fences: bool) -> Iterator[_Line]:
    state = _Paste()
    for start, line in _ends(text):
        end = start + len(line)
        inside = any(begin < end and start < past for begin, past in spread)
        if len(line) > _LINE_LENGTH or (inside and not state.fenced):
            yield _Line(start, line, "")
            state.pasted, state.length = True, len(line)
            continue
        yield _Line(start, line, state.keep(line, fences=fences))


def _ends(text: str) -> Iterator[tuple[int, str]]:
    """The first and the last lines of *text*, with where they start."""
    at = 0
    for _ in range(_LINES_READ):
        end = text.find("\n", at)
        if end < 0:
            yield at, text[at:]
            return
        yield at, text[at:end]
        at = end + 1
    back = len(text)
    for _ in range(_LINES_READ):
        back = max(at - 1, text.rfind("\n", at, back))
    for line in text[back + 1 :].split("\n"):
        yield back + 1, line
        back += len(line) + 1


class _Paste:
    """What the lines before tell about the next one."""

    def __init__(self) -> None:
        self.fenced = False
        self.pasted = False
        self.depth = 0
        self.length = 0

    def keep(self, line: str, *, fences: bool) -> str:
        """Return what of *line* a person wrote."""
        if fences and _FENCE in line:
            return self._unfenced(line)
        if self.fenced:
            return ""
        line = line.replace(_FENCE, " ")
        plain_line = _markless(fold(line).rstrip())
        stripped = plain_line.strip()
        if not stripped:
            self.pasted, self.depth = False, 0
            return ""
        if self._is_paste(plain_line, line.strip()) or self._is_paste(plain_line, stripped):
            self.pasted, self.length = True, len(line)
            self.depth = max(0, self.depth + _depth(stripped))
            comment = _COMMENT.search(plain_line)
            return comment[1] if comment and _speaks(comment[1]) and "://" not in comment[1] else ""
        rest = _without_json(line)
        if rest is not None:
            self.pasted, self.depth = True, max(0, _depth(stripped))
            return rest if _speaks(rest) else ""
        self.pasted, self.depth = False, 0
        return line

    def _unfenced(self, line: str) -> str:
        outside: list[str] = []
        for number, part in enumerate(line.split(_FENCE)):
            if number:
                self.fenced = not self.fenced
            if not self.fenced:
                outside.append(part)
        kept = " ".join(part for part in outside if part.strip())
        return _Paste().keep(kept, fences=False) if kept else ""

    def _is_paste(self, line: str, stripped: str) -> bool:
        if self.depth > 0 and self.pasted:
            return True
        if self.pasted and line[:2] in {"  ", "\t"} or line[:1] == "\t":
            return True
        if _LOGGED.match(stripped):
            return True
        code = _COMMENT.sub("", stripped).rstrip() or stripped
        if _CODED.match(code) or _CODE_END.search(code):
            return not _prosaic(code)
        return bool(_URL_ONLY.match(stripped) and self.pasted)


def _markless(line: str) -> str:
    return line.lstrip("*_") if line[:1] in "*_" else line


_FUNCTION = re.compile(
    r"(?i)\b(?:i|my|we|our|you|why|how|what|when|does|is|are|do|can|should|but|please|the|which|it|and|not|a|an|to|of|on|for|"
    r"with|this|that|get|gives)\b|[\u3040-\u9fff\uac00-\ud7af]{3}"
)


def _prosaic(line: str) -> bool:
    """True where a line that begins like code goes on like a person: "max_tokens=100 is not enough for my essay"."""
    return len(_FUNCTION.findall(line)) >= 2 and len(_WORD.findall(line)) >= 4


def _depth(line: str) -> int:
    return line.count("{") + line.count("[") - line.count("}") - line.count("]")


def _without_json(line: str) -> str | None:
    """Return *line* without its JSON, None where it holds none."""
    plain_line = fold(line)
    keyed = _KEYED.match(plain_line)
    if keyed:
        return line[keyed.end() :]
    kept: list[str] = []
    at = 0
    while found := _JSON.search(plain_line, at):
        kept.append(_lead(line[at : found.start()]))
        at = _closing(plain_line, found.start())
    return " ".join([*kept, line[at:].lstrip("'\"}])`.,")]).strip() if kept else None


def _closing(line: str, at: int) -> int:
    """Where the bracket that opens at *at* is closed, the end of the line where it is not."""
    depth = 0
    for bracket in _BRACKET.finditer(line, at):
        depth += 1 if bracket[0] in "{[" else -1
        if depth == 0:
            return bracket.end()
    return len(line)


def _lead(text: str) -> str:
    """What stands before JSON: kept where it is a person's, not where it is an error's own opening."""
    return text.strip(" -:='\"b`(")


def _speaks(text: str) -> bool:
    """True where *text* holds words beyond those of an error's own opening."""
    words = _WORD.findall(text)
    return len(words) > 1 or any(not word.isascii() for word in words) or (len(words) == 1 and "?" in text)


def plain(text: str) -> str:
    """Return chat text as plain words: no mentions, emoji, markup or pleasantries, one space between words."""
    text = _ANGLED.sub(_bare, text)
    if "&" in text:
        for entity, letter in _ENTITIES:
            text = text.replace(entity, letter)
    text = _MARKDOWN_LINK.sub(r"\1 \2", text)
    text = _LEAD.sub("", text)
    text = _EMOJI_CODE.sub(" ", text)
    text = _AT.sub(" ", text)
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
    return bare if _WORD.search(bare) or any(map(str.isdigit, bare)) else text.strip()


_MARKER = re.compile(
    r"(?:^|(?<=[\s,;:.?!，。；：？！]))(?:\(?(?:[a-d]|[1-6]|i{1,3}|iv)\)|(?:[1-6]|[①-⑥])[.、．](?=\s?\D)|[①-⑥]|Q[1-6][:.)]|"
    r"(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|第[一二三四](?:个问题)?|其[一二三]|首先|其次)(?:\s(?:one|question|of all))?[,:，：]?(?=\s?\S))\s?",
    re.IGNORECASE,
)
_ASKED = re.compile(r"[^?？\n]{6,}[?？]+")
_ASKS = (
    r"(?:what(?:'s| is| are| does| do)?|which|how(?: do| does| can| much| many| to| long)?|where(?: do| is| can)?|why(?: do| is| does)?|"
    r"when(?: do| does| is)?|who(?: do| is)?|can (?:i|we|you|it)|could (?:i|we|you)|do (?:i|we|you)|does (?:it|the|\w+)|is (?:it|there|the)|"
    r"are (?:there|the)|should (?:i|we))"
)
_BOTH = re.compile(rf"(?:,? and(?: also)?|,? also|, plus|;)\s+(?={_ASKS}\s\S+(?:\s\S+){{2}})", re.IGNORECASE)
_ASKS_AT = re.compile(rf"(?:^|[:,.;!]\s|\b(?:so|and|know|ask|tell me|wondering)\s){_ASKS}\b", re.IGNORECASE)
_MAX_PARTS = 6


def separate(question: str) -> tuple[str, ...]:
    """Return the separate questions of *question*, in order; all of it as one where that is not plain."""
    for cut in (_enumerated, _asked, _joined):
        parts = cut(question)
        if 1 < len(parts) <= _MAX_PARTS:
            return tuple(parts)
    return (question,) if question else ()


def _enumerated(question: str) -> list[str]:
    marks = [mark for mark in _MARKER.finditer(question) if mark[0].strip()]
    if len(marks) < 2 or not _in_order(marks):
        return []
    ends = [*(mark.start() for mark in marks[1:]), len(question)]
    parts = [_trim(question[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)]
    return parts if all(_is_part(part) for part in parts) else []


_ORDER = {
    "a": 1,
    "b": 2,
    "c": 3,
    "d": 4,
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "first": 1,
    "second": 2,
    "third": 3,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "首": 1,
}
_ORDER |= {letter: number for number, letter in enumerate("①②③④⑤⑥", 1)}


def _in_order(marks: list[re.Match[str]]) -> bool:
    numbers = []
    for mark in marks:
        key = (
            re.sub(r"ly|one|question|of all|个问题|[^\w①-⑥]", "", mark[0].lower())
            .strip("第其q")
            .replace("先", "")
            .replace("次", "二")
        )
        numbers.append(_ORDER.get(key) or (int(key) if key.isdecimal() else 0))
    return numbers == list(range(1, len(numbers) + 1))


def _asked(question: str) -> list[str]:
    """The sentences that end in a question mark, where there are several of some length and nothing else of weight."""
    parts = [_trim(match[0]) for match in _ASKED.finditer(question)]
    if len(parts) < 2 or not all(_is_part(part) for part in parts):
        return []
    rest = _ASKED.sub("", question).strip()
    return parts if len(rest) <= 40 else []


def _joined(question: str) -> list[str]:
    """The halves of "which ... and what ...", where both are questions of their own."""
    found = _BOTH.search(question)
    if found is None or "\n" in question or not _ASKS_AT.search(question[: found.start()]):
        return []
    parts = [_trim(question[: found.start()]), _trim(question[found.end() :])]
    return parts if all(len(part.split()) >= 3 for part in parts) else []


def _trim(part: str) -> str:
    return part.strip(" ,;:\n，；、").strip()


def _is_part(part: str) -> bool:
    return len(part.split()) >= 2 or sum(not letter.isascii() for letter in part) >= 4
