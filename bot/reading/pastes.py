"""What of a line is pasted, told by the line itself and by the lines before it."""

import re

from bot.reading.folding import fold
from bot.reading.markup import WORD

FENCE = "```"

_LOGGED = re.compile(
    r"""(?x)
    \W{0,3}\d{4}[-/]\d\d[-/]\d\d[T\ ,] | \W{0,3}\d\d:\d\d:\d\d | \[\d\d/[A-Z][a-z]{2}/\d{4}
    | (?:\d{1,3}\.){3}\d{1,3}\ -\ -
    | \W{0,2}(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|TRACE|CRITICAL|NOTICE|SEVERE|ERR!?)\b[\]:|\ ]
    | \[(?:error|warn|info|debug|stderr|stdout)\]
    | (?:[\w.$\\-]+[.:\\])?\w*(?:Error|Exception)\b(?:\$\w+)?(?:\ \[[\w\ ]+\])?\s?[:(\[]
    | (?:[\w-]+\.)+\w*(?:Error|Exception|Fault)\w*\b | (?:[\w-]+\.){2,}[\w-]+\ (?:ERROR|WARN|INFO|DEBUG):
    | PHP\ (?:Fatal|Warning|Notice) | (?:Uncaught|Unhandled)\s
    | at\ [\w.$<>\[\]/@:\\-]+[\s(]*[(:/\\] | File\ " | Traceback\ \( | \.\.\.\ \d+\ more | Caused\ by
    | The\ above\ exception | During\ handling\ of | [~^]+\s*$ | \#\d+\ +[\w/{<] | goroutine\ \d | panic: | thread\ '
    | from\ [\w./-]+:\d+:in | Stack\ trace: | thrown\ in | note:\ run\ with | exit\ status | Process\ completed\ with
    | npm\ (?:ERR|error) | \#\#\[ | [<>]\s*$ | HTTP/\d | [A-Z]{3,7}\ (?:/|https?://)\S*(?:\s|$)
    | \*\ (?:Connected|SSL|TLS|Host|Trying|Server|ALPN|using|upload|old|Connection|IPv|\ )
    | [<>]\ (?:HTTP/|[A-Z]+\ /|[\w:-]+:)
    | \$\ \S | [\w.-]+@[\w.-]+:\S*[$\#]\ | >\ /\w+ | >>>\ | In\ \[\d+\] | PS\ [A-Z]: | -{3,}\ ?\w
    | data:\ ?[\[{"] | event:\ \w+$ | [\w./-]+\s+\|\s | [}\])]+[,;]?\s*$
    """,
)
"""Lines of logs, traces, dumps and shells."""

_CODED = re.compile(
    r"""(?x)
    (?:[\w]+-[\w-]{2,40}|Host|Date|Server|Via|Authorization|Accept|Cookie|Connection|Model|Provider|Status|Code|Type):\s\S+$
    | (?:Model|Provider|Status\ Code|Request\ ID|Trace\ ID|Response\ (?:Text|Body)):\s?
    | import\ (?:[\w.*{},\s]+\ from\ ["']|[\w.]+;?$|[\w.]+\ as\ ) | from\ [\w.]+\ import\s
    | (?:const|let|var)\ [\w{}\[\],\s:]+= | (?:async\ )?(?:def|func|fn|function)\ \w*\(
    | (?:public|private|protected|static)\ [\w<>\[\]\s]+[({;=] | class\ \w+[\s\w(),.]*[:{] | using\ [\w.]+;
    | package\ [\w.]+;?$ | await\ [\w.]+\( | export\ \w+= | \#include | \#!/ | @\w+(?:\(|$) | SELECT\ .*\ FROM
    | curl\ (?:-|https?:|'|")
    | (?:sudo|docker|kubectl|pip3?|npm|yarn|git|python3?|node|helm)\ [\w-]+(?:\s-|\s\S*[/=:.]|$)
    | return\ [\w.({"'\[]+[;(] | (?:if|for|while|switch)\ ?\( | (?:try|else|finally)\s*[:{] | except\ [\w.]+\s
    | except\ [\w.]+: | catch\s*\( | raise\ \w+\( | throw\ new | //\s
    | [A-Za-z_][\w.\[\]'"]*\s?=(?!=)\s?[\w"'\[({] | [\w.]+\([^)\n]*\)\s*[;{]?\s*$
    """,
)
"""Lines that are code, headers or settings, unless they go on like a person."""

_CODE_END = re.compile(r"[;{]\s*$|=>\s*$|\($")
_COMMENT = re.compile(r"(?:^|\s)(?:#|//)\s(.{3,300})$")
_JSON = re.compile(
    r"""[{\[]\s{0,4}(?:["'\\]{1,16}[\w$ -]{1,60}["'\\]{1,16}\s{0,3}:|[\[{]\s{0,4}["'\\]"""
    r"""|\w{1,30}:\s{0,2}[\w{"'\[]|"[^"\n]{0,80}"\s?[,\]])"""
)
_BRACKET = re.compile(r"[{}\[\]]")
_KEYED = re.compile(r"""^\s*["'][\w$-]+["']\s*:.*[}\]"'],?""")
_URL_ONLY = re.compile(r"^<?https?://\S+>?$")


class Paste:
    """What the lines before tell about the next one."""

    def __init__(self) -> None:
        self.fenced = False
        self.pasted = False
        self.depth = 0
        self.length = 0

    def keep(self, line: str, *, fences: bool) -> str:
        """Return what of *line* a person wrote."""
        if fences and FENCE in line:
            return self._unfenced(line)
        if self.fenced:
            return ""
        line = line.replace(FENCE, " ")
        plain_line = _markless(fold(line).rstrip())
        stripped = plain_line.strip()
        if not stripped:
            self.pasted, self.depth = False, 0
            return ""
        if any(self._is_paste(plain_line, form) for form in {line.strip(), stripped}):
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
        for number, part in enumerate(line.split(FENCE)):
            if number:
                self.fenced = not self.fenced
            if not self.fenced:
                outside.append(part)
        kept = " ".join(part for part in outside if part.strip())
        return Paste().keep(kept, fences=False) if kept else ""

    def _is_paste(self, line: str, stripped: str) -> bool:
        if self.depth > 0 and self.pasted:
            return True
        if (self.pasted and line.startswith("  ")) or line.startswith("\t"):
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
    r"(?i)\b(?:i|my|we|our|you|why|how|what|when|does|is|are|do|can|should|but|please|the|which|it|and|not|a|an|"
    r"to|of|on|for|"
    r"with|this|that|get|gives)\b|[\u3040-\u9fff\uac00-\ud7af]{3}"
)


def _prosaic(line: str) -> bool:
    """True where a line that begins like code goes on like a person: "max_tokens=100 is not enough for my essay"."""
    return len(_FUNCTION.findall(line)) >= 2 and len(WORD.findall(line)) >= 4


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


def spoken_until(line: str) -> int:
    """Where the JSON of a line begins, else its end."""
    found = _JSON.search(fold(line))
    return found.start() if found else len(line)


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
    words = WORD.findall(text)
    return len(words) > 1 or any(not word.isascii() for word in words) or (len(words) == 1 and "?" in text)
