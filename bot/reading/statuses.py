"""HTTP statuses of a text: numbers that are one by their surroundings, never those that only look like one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_CANDIDATE = re.compile(
    r"[45][0-9]{2}(?![0-9A-Za-rt-z_%$€£¥#]|[.,:][0-9]|-[0-9]|s[0-9A-Za-z]|\(|\)[0-9])"
    r"(?<![0-9_.$#£€¥&+A-DF-OQ-Za-oq-z][0-9]{3})"
)
_MARKED = tuple(
    re.compile(rf"{mark}(?P<status>[45][0-9]{{2}})(?![0-9A-Za-z_.:%-])")
    for mark in (
        r"HTTP/[12](?:\.[01])?[\"']? {1,2}",
        r"tatus[ _-]?(?:[Cc]ode)?[\"'`\\]{0,8}[\s:=]{1,3}[\"'`\\]{0,8}",
        r"ode[\"'`\\]{0,8}[\s:=]{1,3}[\"'`\\]{0,8}",
        r"rror[\"'`\\]{0,4}[\s:=]{1,3}[\"'`\\]{0,4}",
        r"-> ",
    )
)
"""How a status stands in logs: what is looked for in all of a long text, each by its first letters."""

LONG = 100_000
"""In a text longer than this, numbers are looked at near its start, its end and other evidence, else where marked."""

_HEAD, _TAIL, _NEAR = 10_000, 30_000, 600
_FIRST, _LAST = 60, 240
"""Of very many candidates, how many at the start and at the end of a text are looked at."""

_SPELLED_READ = 4_000

_REGISTERED = frozenset(
    [*range(400, 419), *range(421, 427), 428, 429, 431, 440, 444, 449, 450, 451, 460, 463, *range(494, 512)]
    + [*range(520, 531), 540, 561, 598, 599]
) - {512}

_REASONS = (
    r"too ?many ?requests|unauthori[sz]ed|forbidden|bad request|not found|payment required|internal server|bad gateway|"
    r"service (?:temporarily )?unavailable|gateway time-?out|method not allowed|conflict\b|unprocessable|request timeout|"
    r"payload too large|request entity|not acceptable|gone\b|client error|server error|client closed|invalid auth|"
    r"unsupported media|site is overloaded"
)
_ERROR_WORD = (
    r"errors?\b|err\b|status\b|responses?\b|exceptions?\b|fehler|erreur|errore?\b|erro\b|ошиб|错误|报错|錯誤|异常|响应|"
    r"エラー|오류|에러|http\b|code\b"
)

# What stands right before the number, read up to the number itself.
_STRONG_LEFT = re.compile(
    r"(?:status|status[ _-]?codes?(?: (?:of|is|was))?|(?<![A-Za-z])codes?|[Ee]rror[ _-]?[Cc]odes?|http[ _-]?codes?|response[ _-]?codes?|"
    r"error|errors|err|exception|http|https?/[0-9](?:\.[0-9])?|client|responded with|response|api|"
    r"ошибк\w{0,3}|код\w{0,2}|статус\w{0,2}|получаю|получил\w?|выда[её]т|возвращает|вылетает|"
    r"erreur|fehler|fehlercode|errore|erro|código|codigo|codice|statut|statuscode|"
    r"状态码|狀態碼|错误码|错误代码|错误|错|报错|报|返回|收到|出现|遇到|提示|显示|碰到|吃了|吃到|変|抛出|抛|是|的|老是|总是|一直|又|还是|现在|变成|"
    r"エラーコード|エラー|コード|ステータス|에러|오류|코드|상태)"
    r"[\s\"'`\\:=(\[{<>*,：]{0,16}$",
    re.IGNORECASE,
)
_ARROW_LEFT = re.compile(r"(?:->|=>|→|➜|⇒|<-)\s{0,3}[\"'`*\[(]{0,3}$")
_OPEN_LEFT = re.compile(r"[\[(]\s?$")
_WEAK_LEFT = re.compile(
    r"(?:^|[^\w])(?:an?|the|this|these|that|those|my|got|get|gets|getting|gotten|received?|receives|receiving|returned|"
    r"returns|returning|return|throws|threw|throwing|throw|failed|fails|failing|with|see|sees|seeing|saw|hit|hits|hitting|"
    r"gave|gives|giving|give|constant|random|same|still|now|another|other|always|is|it's|its|was|says|said|say|shows|"
    r"sends|responds|answers|keeps|keep|constantly|suddenly|only|just|but|also|then|to|into|about|of|for|me|i|fix|solve|"
    r"handle|handling|avoid|why|what's|whats|means?|does|do|did|no|not|often|ständig|dauernd|immer|nur|toujours|constamment|siempre|sempre|continuamente|постоянно|постоянная|ciągle|not a|fixed|solved|resolved|more|longer|every|"
    r"un|une|des|ein|eine|einen|einem|uma?|um|una|le|la|les|der|die|das|den|el|o|il|lo|sale|da|obtengo|recibo|reçois|"
    r"recevoir|bekomme|kriege|recebo|ricevo|dá|как|это|опять|снова|дает|даёт|ловлю|на|с)"
    r"[\s\"'`:*]{1,8}$",
    re.IGNORECASE,
)
_REFUSED_LEFT = re.compile(
    r"(?:[=!<>]==?|\b(?:lines?|ln|ports?|pid|room|rooms|pages?|p|issues?|pr|pull|id|ids|versions?|v|steps?|rows?|col|columns?|"
    r"size|length|content-length|bytes|took|sold|paid|pay|costs?|price|chapter|section|article|route|highway|bus|flight|"
    r"gate|suite|apt|apartment|building|house|floor|user|users|order|ticket|case|number|no\.|nr\.?|build|job|worker|thread|"
    r"errno|os error|max|min|limit|width|height|timeout|seed|epoch|batch|(?:exit|zip|area|promo|room|post|country|sms|qr|"
    r"source|pass|return|verification|gift|voucher|discount|coupon|dial|postal|bar|key|char|ascii) ?codes?|exited with|"
    r"lap|size|bus|model|peugeot|fiat)"
    r"|[¥$€£]|第|房间|房号|教室|端口|行|页|花了|共|卖了|ポート|部屋|ページ|строк\w|порт|комнат\w)"
    r"[\s\"'`\\:=(\[*]{0,8}$",
    re.IGNORECASE,
)
_SETTING_LEFT = re.compile(r"[\s\"'`-]{0,20}[A-Za-z][\w.-]{0,40}[\"'`]?: {0,4}")
_RAISED_LEFT = re.compile(r"[A-Z][a-z]+[A-Z]\w*:\s$")
_ACCESS_LEFT = re.compile(r"HTTP/[0-9](?:\.[0-9])?[\"']\s{1,2}$")
_CRAWLED_LEFT = re.compile(r"(?:Crawled|Ignoring response) [(<]$")
_LIST_LEFT = re.compile(
    r"([45][0-9]{2})(?:s|'s)?(?: (?:errors?|responses?))?[\s\"'`]{0,3}(?:\bor\b|\band\b|\bvs\.?|\bthen\b|/|,|和|或|或者|还是|与|、|跟|->|→|\bnor\b|\bto\b|\bbut\b)[\s\"'`]{0,3}(?:an? )?$",
    re.I,
)

_UNIT_RIGHT = re.compile(
    r"[\s\-]{0,2}(?:ms|msec|(?<=\s)s|secs?|seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|tokens?|requests?|users?|"
    r"files?|docs?|documents?|pages?|words?|chars?|characters?|lines?|rows?|items?|kb|mb|gb|tb|kib|mib|k|m|bytes?|usd|eur|"
    r"dollars?|bucks|euros?|rmb|cny|yuan|cents?|px|percent|times|people|calls?|messages?|images?|searches|licen[cs]es?|seats?|"
    r"points?|credits?|units?|reps|km|miles?|kg|lbs?|commits?|issues?|tickets?|records?|samples?|examples?|rpm|tpm|qps|rps|"
    r"square|grams|passed|skipped|failed|selected|deselected|xfailed|calories|workers?|threads?|instances?|customers?|employees?|players?|of them|more|other|new|different)\b"
    r"|\s?(?:个|個|块|元|次|条|页|张|字|毫秒|秒|分|万|千|号|楼|室|房|人|天|年|月|日|美元|刀|行|篇|份|家|台|克|斤|米|位|名|件|枚|"
    r"円|個|件|回|ミリ|番|トークン|ページ|원|개|초|번|명|건|줄|호|페이지|토큰|рубл|токен|секунд|мс\b|строк|штук)"
    r"|\s?---|\s?\+\d|\s?[-*]\s?\d|\s?/\s?(?![45]\d\d(?!\d))\d|\s?[)\]]?\s?==",
    re.IGNORECASE,
)
_STRONG_RIGHT = re.compile(
    rf"[\"'`*\])>:,;]{{0,4}}[\s\-]{{0,3}}[\"'`*(\[]{{0,3}}(?:{_REASONS}|{_ERROR_WORD}|[a-z]\w{{0,40}}_(?:error|limit\w*|exceeded|quota\w*|denied)\b)",
    re.IGNORECASE,
)
_BODY_RIGHT = re.compile(r"[\s\-:]{1,4}[\"'`b]{0,2}\{\s{0,3}[\\\"'a-z]")
_SAFE_RIGHT = re.compile(
    r"[\"'`*\])}]{0,4}s?(?:\s{0,4}$|\s{0,4}[.,;:!?&…(){}\[\]|\\/\"'`<>~^*\n\r—-]|\s{1,4}(?:from|on|when|while|with|for|in|at|after|again|every|"
    r"each|even|but|and|or|if|because|since|though|although|instead|all|constantly|randomly|sometimes|always|now|today|still|"
    r"is|was|means?|happens?|comes?|came|here|there|as|by|via|despite|immediately|right|only|so|then|thx|thanks|pls|please|"
    r"what|why|how|lol|help|anymore|any|both|whenever|until|unless|yesterday|where|which|that|it|i|my|we|the|this|not|no|"
    r"should|would|will|can|could|does|do|did|go|goes|went|appears|keeps|max|invalid|insufficient|too|rate|your|"
    r"con|sin|cuando|y|en|avec|quand|et|dans|bei|beim|mit|und|wenn|com|quando|e|al|del|todo|cada|à|bei|nach|"
    r"when|wtf|ffs|btw|remains?|persists?|stays?|fixed|solved|resolved|gone|went|be|being|has|have|had|idk|smh|bro|guys|team|anyone|someone|mean|back)\b"
    r"|\s{0,4}[^\x00-\x7f])",
    re.IGNORECASE,
)
_PLURAL_RIGHT = re.compile(
    r"\s{1,3}(?!(?:is|has|was|does|remains|persists|stays|exists|this|always|sometimes|keeps|means|happens|unless|yes|status|its|thanks|us|access|process|occurs|appears|comes|us|as|goes|perhaps|besides|plus|across)\b)[a-z]{2,20}s\b(?!['’_])"
)
_CODE_LINE = re.compile(
    r"\b(?:raise|throw|throw new|abort|case|elif|assert|catch|except|retry_on|status_forcelist|if)\b[^\n:]{0,60}$"
)
_NON_LATIN = re.compile(r"[\u0400-\u04ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LINE_START = re.compile(r"(?:^|\n)[\s\"'`*>\[(•·-]{0,6}$")
_E_CODE = re.compile(r"(?:^|[^\w])(?:E|HTTP|http|Http)$")

_DIGITS = {w: n for n, w in enumerate("zero one two three four five six seven eight nine".split())} | {
    "oh": 0,
    "o": 0,
    "aught": 0,
}
_TEENS = {w: n for n, w in enumerate("ten eleven twelve thirteen fourteen fifteen sixteen seventeen".split(), 10)}
_SPELLED = re.compile(
    r"\b(four|five)[ -](?:(oh|zero|o|aught|two|one)[ -](zero|oh|one|two|three|four|five|six|seven|eight|nine)"
    r"|twenty[ -](one|two|three|four|five|six|seven|eight|nine)|(ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen))\b"
    r"(?! (?:dollars|people|times|tokens|files|users|minutes|seconds|hours|days|o'?clock|pm|am)\b)",
    re.IGNORECASE,
)
_HAN_DIGITS = {letter: digit for digit, letter in enumerate("零一二三四五六七八九")} | {"〇": 0}
_HAN_SPELLED = re.compile(
    r"(?<![零〇一二三四五六七八九十百])[四五][零〇一二][零〇一二三四五六七八九](?![零〇一二三四五六七八九十百千万个块元次条页张年月号楼室])"
)


@dataclass(frozen=True, slots=True)
class Status:
    """A status with where it stands; ``weak`` where only an access log has it."""

    value: str
    start: int
    end: int
    weak: bool = False


def statuses(folded: str, anchors: Sequence[int] = ()) -> list[Status]:
    """Return the 4xx and 5xx statuses of a folded text, in order; *anchors* are the places of other evidence."""
    found: list[Status] = []
    for start in _candidates(folded, anchors):
        weak = _judge(folded, start, start + 3, found)
        if weak is not None:
            found.append(Status(folded[start : start + 3], start, start + 3, weak))
    found += (Status(value, start, end) for value, start, end in spelled(folded))
    return sorted(found, key=lambda status: status.start)


def _candidates(folded: str, anchors: Sequence[int]) -> list[int]:
    if len(folded) <= LONG:
        return list(_some([match.start() for match in _CANDIDATE.finditer(folded)]))
    marked = {match.start("status") for mark in _MARKED for match in mark.finditer(folded)}
    spans = [(0, _HEAD), (len(folded) - _TAIL, len(folded)), *((at - _NEAR, at + _NEAR) for at in _some(anchors))]
    near = {match.start() for begin, end in spans for match in _CANDIDATE.finditer(folded, max(0, begin), end)}
    return sorted({*_some(sorted(marked)), *_some(sorted(near))})


def _some(places: Sequence[int]) -> Sequence[int]:
    return places if len(places) <= _FIRST + _LAST else [*places[:_FIRST], *places[-_LAST:]]


def _judge(folded: str, start: int, end: int, found: list[Status]) -> bool | None:
    """Tell whether a number is a weak status (True), a status (False) or none (None)."""
    left, right = folded[max(0, start - 48) : start], folded[end : end + 40]
    line_left = left.rpartition("\n")[2]
    if _ACCESS_LEFT.search(line_left):
        return True
    if _refused(line_left, right):
        return None
    touching = line_left[-1:] or " "
    if touching.isalpha() and touching.isascii():
        return False if _E_CODE.search(line_left) else None
    if touching in "/,":
        return False if _follows_status(left, start, found) else None
    if touching in ":-" and not _STRONG_LEFT.search(line_left):
        return None
    if _is_marked(left, line_left, right) or _is_listed(left, right, start, found):
        return False
    return False if folded[start:end] in _KNOWN and _is_talked_of(left, line_left, right) else None


_KNOWN = frozenset(map(str, _REGISTERED))


def _refused(line_left: str, right: str) -> bool:
    if _REFUSED_LEFT.search(line_left) or _CODE_LINE.search(line_left):
        return True
    if _SETTING_LEFT.fullmatch(line_left) and not (_STRONG_LEFT.search(line_left) or _RAISED_LEFT.search(line_left)):
        return True
    return bool(_UNIT_RIGHT.match(right)) and not _STRONG_RIGHT.match(right)


def _is_marked(left: str, line_left: str, right: str) -> bool:
    """True where a word that names a status, or its reason phrase, stands beside the number."""
    if _STRONG_LEFT.search(line_left) or _ARROW_LEFT.search(line_left) or _CRAWLED_LEFT.search(line_left):
        return True
    if _STRONG_RIGHT.match(right) or _BODY_RIGHT.match(right):
        return True
    if _RAISED_LEFT.search(line_left):
        return True
    return bool(line_left.strip() == "" and _STRONG_LEFT.search(left))


def _follows_status(left: str, start: int, found: list[Status]) -> bool:
    return bool(found) and _LIST_LEFT.search(left) is not None and start - found[-1].end < 24


def _is_listed(left: str, right: str, start: int, found: list[Status]) -> bool:
    return _follows_status(left, start, found) and bool(_SAFE_RIGHT.match(right))


def _is_talked_of(left: str, line_left: str, right: str) -> bool:
    """True where the number stands as a status does in talk: "429?", "got a 401", "400 function name ...", "收到429"."""
    if _PLURAL_RIGHT.match(right):
        return False
    if (
        _LINE_START.search(left)
        or re.search(r"[\"'`\\]:\s?[\"'`\\]{1,16}$", line_left)
        or not line_left.strip(" \t*>-\"'`")
    ):
        return True
    if _WEAK_LEFT.search(line_left) and _SAFE_RIGHT.match(right):
        return True
    near = line_left.rstrip()[-1:] + right.lstrip()[:1]
    if _NON_LATIN.search(near) and _SAFE_RIGHT.match(right):
        return True
    return bool(re.match(r"[\"'`*)]{0,3}\s?[?!]", right)) or _ends_clause(line_left, right)


def _ends_clause(line_left: str, right: str) -> bool:
    return bool(re.search(r"[:,;.!?\])}][\s\"'`*\[(\\]{1,8}$", line_left)) and bool(_SAFE_RIGHT.match(right))


def spelled(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the codes that are spelled out ("four oh three", "四零三"): digits, start, end."""
    text = text[:_SPELLED_READ]
    lowered = text.lower()
    if "four" in lowered or "five" in lowered:
        for match in _SPELLED.finditer(text):
            code = _code(*(part.lower() if part else "" for part in match.groups()))
            if code in _KNOWN:
                yield code, match.start(), match.end()
    if "四" in text or "五" in text:
        for match in _HAN_SPELLED.finditer(text):
            code = "".join(str(_HAN_DIGITS[letter]) for letter in match[0])
            if code in _KNOWN:
                yield code, match.start(), match.end()


def _code(hundreds: str, tens: str, ones: str, after_twenty: str, teens: str) -> str:
    first = "4" if hundreds == "four" else "5"
    if after_twenty:
        return f"{first}2{_DIGITS[after_twenty]}"
    return f"{first}{_TEENS[teens]}" if teens else f"{first}{_DIGITS[tens]}{_DIGITS[ones]}"
