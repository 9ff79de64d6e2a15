"""What stands beside a number that is an HTTP status, and beside one that only looks like it.

The patterns named ``..._LEFT`` are searched in the line up to the number, those named ``..._RIGHT`` matched behind it.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Left:
    """A slow pattern that is not tried where a line of ASCII ends, but for its *dressing*, in none of its *endings*."""

    pattern: re.Pattern[str]
    endings: tuple[str, ...]
    dressing: str

    def search(self, line: str) -> re.Match[str] | None:
        """Return where the pattern stands at the end of *line*."""
        if line.isascii() and not line.rstrip(self.dressing).lower().endswith(self.endings):
            return None
        return self.pattern.search(line)


def _endings(words: str) -> tuple[str, ...]:
    """What those of *words* that are ASCII end with, a last letter that may be missing with and without it."""
    plain = (word.replace("\\.", ".") for word in words.split() if word.isascii())
    tails = {re.findall(r"[a-z.]*\??\Z", word)[0] for word in plain}
    return tuple(sorted({tail.rstrip("?") for tail in tails} | {tail[:-2] for tail in tails if tail.endswith("?")}))


def _either(words: str) -> str:
    """One of *words*, which are parted by white space and may be expressions; ``_`` stands for a space."""
    return "|".join(word.replace("_", " ") for word in words.split())


_REASON = _either(
    r"""
    too_?many_?requests unauthori[sz]ed forbidden bad_request not_found payment_required internal_server bad_gateway
    service_(?:temporarily_)?unavailable gateway_time-?out method_not_allowed conflict\b unprocessable
    request_timeout payload_too_large request_entity not_acceptable gone\b client_error server_error client_closed
    invalid_auth unsupported_media site_is_overloaded
    """
)
_ERROR = _either(
    r"""
    errors?\b err\b status\b responses?\b exceptions?\b fehler erreur errore?\b erro\b ошиб 错误 报错 錯誤 异常 响应
    エラー 오류 에러 http\b code\b
    """
)
_NAMES_STATUS = _either(
    r"""
    status(?:[-\s]?codes?)?(?:_(?:of|is|was))? status\x5fcodes? (?<![A-Za-z])codes? error[-\s\x5f]?codes?
    http[-\s\x5f]?codes? response[-\s\x5f]?codes? errors? err exception https?(?:/[0-9](?:\.[0-9])?)? client
    response responded_with api ошибк\w{0,3} код\w{0,2} статус\w{0,2} получаю получил\w? выда[её]т возвращает
    вылетает erreur fehler fehlercode errore erro código codigo codice statut 状态码 狀態碼 错误码 错误代码 错误 错
    报错 报 返回 收到 出现 遇到 提示 显示 碰到 吃了 吃到 抛出 抛 是 的 老是 总是 一直 又 还是 现在 变成 エラーコード
    エラー コード ステータス 에러 오류 코드 상태
    """
)
_STATUS_ENDINGS = r"""
    status of is was codes? errors? err exception https? client response with api erreur fehler errore erro codigo
    codice statut
    """
"""What those of them that are ASCII end with."""

_TALKS_OF = r"""
    an? the this these that those my got get gets getting gotten received? receives receiving returned returns
    returning return throws threw throwing throw failed fails failing with see sees seeing saw hit hits hitting gave
    gives giving give constant random same still now another other always is it's its was says said say shows sends
    responds answers keeps keep constantly suddenly only just but also then to into about of for me i fix solve
    handle handling avoid why what's whats means? does do did no not not_a often had have has between upstream isn't
    wasn't ain't fixed solved resolved more longer every un une des ein eine einen einem uma? um una le la les der
    die das den el o il lo sale da obtengo recibo reçois recevoir bekomme kriege recebo ricevo dá ständig dauernd
    immer nur toujours constamment siempre sempre continuamente ciągle как это опять снова дает даёт ловлю на с
    постоянно постоянная mean meant actually oops wait sorry
    """
_COUNTED_BEFORE = r"""
    lines? ln ports? pid rooms? pages? p issues? pr pull ids? versions? v steps? rows? col columns? size length
    content-length bytes took sold paid pay costs? price chapter section article route highway bus flight gate suite
    apt apartment building house floor users? order ticket case number no\. nr\.? build job worker thread errno
    raum zimmer saal salle chambre bureau sala aula habitacion habitación quarto
    os_error max min limit width height timeout seed epoch batch lap model exited_with [0-9]{1,9}_(?:out_)?of
    (?:exit|zip|area|promo|room|post|country|sms|qr|source|pass|return|gift|voucher|discount|coupon|dial|postal|bar|key)_?codes?
    """
_COUNTED_BEFORE_ANYWHERE = _either(
    "¥ $ € £ 第 房间 房号 教室 端口 行 页 花了 共 卖了 ポート 部屋 ページ строк\\w порт комнат\\w"
    " кабинет\\w? аудитори\\w 会议室 办公室 包[厢间房] 宿舍 寝室 车次 航班 门牌"
    " 会議室 号室 회의실".replace("$", "\\$")
)
_UNIT = _either(
    r"""
    ms msec (?<=\s)s secs? seconds? minutes? mins? hours? hrs? days? weeks? months? years? tokens? requests? users?
    files? docs? documents? pages? words? chars? characters? lines? rows? items? kb mb gb tb kib mib k m bytes? usd
    eur dollars? bucks euros? rmb cny yuan cents? px percent times people calls? messages? images? searches
    licen[cs]es? seats? points? credits? units? reps km miles? kg lbs? commits? issues? tickets? records? samples?
    examples? rpm tpm qps rps square grams passed skipped failed selected deselected xfailed calories workers?
    threads? instances? customers? employees? players? of_them more other new different
    (?:meeting_|conference_|class_?)?rooms? bus(?:es)? area_codes? (?:free|high)way
    """
)
_UNIT_OF_OTHERS = _either(
    r"""
    会议 会議 教室 办公 包[厢间房] 宿舍 寝室 病房 桌(?!面)
    座 栋 幢 层 班 床 股 平米 平方 公里 度 路(?!由|径) 号室 호실 호선
    个 個 块 元 次 条 页 张 字 毫秒 秒 分 万 千 号 楼 室 房 人 天 年 月 日 美元 刀 行 篇 份 家 台 克 斤 米 位 名 件
    枚 円 件 回 ミリ 番 トークン ページ 원 개 초 번 명 건 줄 호 페이지 토큰 рубл токен секунд мс\b строк штук
    """
)
_AFTER_IN_TALK = _either(
    r"""
    from on when while with for in at after again every each even but and or if because since though although
    instead all constantly randomly sometimes always now today still is was means? happens? comes? came here there
    as by via despite immediately right only so then thx thanks pls please what why how lol help anymore any both
    whenever until unless yesterday where which that it i my we the this not no should would will can could does do
    did go goes went appears keeps max invalid insufficient too rate your remains? persists? stays? fixed solved
    resolved gone be being has have had wtf ffs btw idk smh bro guys team anyone someone mean back one con sin cuando y
    en avec quand et dans bei beim mit und wenn com quando e al del todo cada à nach
    """
)
_NO_PLURAL = _either(
    r"""
    is has was does remains persists stays exists this always sometimes keeps means happens unless yes status its
    thanks us access process occurs appears comes as goes perhaps besides plus across
    """
)

_SPACE = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"
STRONG_LEFT = _Left(
    re.compile(rf"(?:{_NAMES_STATUS})[\s\"'`\\:=(\[{{<>*,：]{{0,16}}$", re.IGNORECASE),
    (*_endings(_STATUS_ENDINGS), *"0123456789"),
    f"{_SPACE}\"'`\\:=([{{<>*,",
)
ARROW_LEFT = re.compile(r"(?:->|=>|→|➜|⇒|<-)\s{0,3}[\"'`*\[(]{0,3}$")
WEAK_LEFT = _Left(
    re.compile(rf"(?:^|[^\w])(?:{_either(_TALKS_OF)})[\s\"'`:*]{{1,8}}$", re.IGNORECASE),
    _endings(_TALKS_OF),
    f"{_SPACE}\"'`:*",
)
REFUSED_LEFT = _Left(
    re.compile(
        rf"(?:[=!<>]==?|(?:\b|(?<=\\[nrt]))(?:{_either(_COUNTED_BEFORE)})|{_COUNTED_BEFORE_ANYWHERE})"
        r"[\s\"'`\\:=(\[*]{0,8}$",
        re.IGNORECASE,
    ),
    ("=", "$", *_endings(_COUNTED_BEFORE)),
    f"{_SPACE}\"'`\\:([*",
)
CODE_LEFT = re.compile(
    r"\b(?:raise|throw|abort|case|elif|assert|catch|except|retry_on|status_forcelist|if)\b[^\n:]{0,60}$"
)
SETTING_LEFT = re.compile(r"(?:(?:^|[:>|] )[\s\"'`-]{0,20}[A-Za-z][\w.-]{0,40}|[a-z]_[a-z_]{1,40})[\"'`]?: {0,4}$")
SIZE_LEFT = re.compile(r"(?:/[^\s\"]{0,40}|HTTP/\d(?:\.\d)?[\"'])\s[1-5]\d\d\s$")
PRINTED_LEFT = re.compile(
    r"(?:status(?:[_.]?code)?|response\.code)\)*;?\s{0,6}(?://|#|--|/\*)\s{0,3}"
    r"(?:(?:prints?|gives|got|gets|is|was|always|returns|shows|now|<-|[-=]+>|=)\s{1,2}){0,2}$",
    re.IGNORECASE,
)
INDEX_LEFT = re.compile(r"[A-Za-z_]\[$")
PROCESS_LEFT = re.compile(r"(?:.*[\]:|>=])?\W*(?:ERROR|WARN|INFO|DEBUG|FATAL|TRACE) \(")
KEYED_LEFT = re.compile(r"[\"'`\\]\s?:\s{0,4}$")
RAISED_LEFT = re.compile(r"[A-Z][a-z]+[A-Z]\w*:\s$")
ACCESS_LEFT = re.compile(r"HTTP/[0-9](?:\.[0-9])?[\"']\s{1,2}$")
CRAWLED_LEFT = re.compile(r"(?:Crawled|Ignoring response) [(<]$")
CODED_LEFT = re.compile(r"(?:^|[^\w])(?:E|HTTP|http|Http)$")
VALUE_LEFT = re.compile(r"[\"'`\\]:\s?[\"'`\\]{1,16}$")
CLAUSE_LEFT = re.compile(r"(?:[:,;.!?\])}>][\s\"'`*\[(\\]{1,8}|(?:^|\s)\()$")
LINE_LEFT = re.compile(r"(?:^|\n)[\s\"'`*>\[(•·-]{0,6}$")
LIST_LEFT = re.compile(
    r"[45][0-9]{2}(?:s|'s)?(?: (?:errors?|responses?))?[\s\"'`]{0,3}"
    r"(?:\b(?:or|and|vs|then|nor|to|but)\b\.?|/|,|和|或|或者|还是|与|、|跟|->|→)[\s\"'`]{0,3}(?:an? )?$",
    re.IGNORECASE,
)

UNIT_RIGHT = re.compile(
    rf"[\s\-]{{0,2}}(?:{_UNIT})\b|\s?(?:{_UNIT_OF_OTHERS})"
    r"|\s?---|\s?\+\d|\s?[-*]\s?\d|\s?/\s?(?![45]\d\d(?!\d))\d|\s?[)\]]?\s?==",
    re.IGNORECASE,
)
NAME_RIGHT = re.compile(r"-[A-Za-z]{3}")
STRONG_RIGHT = re.compile(
    rf"[\"'`*\])>:,;]{{0,4}}[\s\-]{{0,3}}[\"'`*(\[]{{0,3}}"
    rf"(?:{_REASON}|{_ERROR}|[a-z]\w{{0,40}}_(?:error|limit\w*|exceeded|quota\w*|denied)\b)",
    re.IGNORECASE,
)
BODY_RIGHT = re.compile(r"[\s\-:]{1,4}[\"'`b]{0,2}\{\s{0,3}[\\\"'a-z]")
SAFE_RIGHT = re.compile(
    r"[\"'`*\])}]{0,4}s?(?:\s{0,4}$|\s{0,4}[.,;:!?&…(){}\[\]|\\/\"'`<>~^*\n\r—-]"
    rf"|\s{{1,4}}(?:{_AFTER_IN_TALK})\b|\s{{0,4}}[^\x00-\x7f])",
    re.IGNORECASE,
)
PLURAL_RIGHT = re.compile(rf"\s{{1,3}}(?!(?:{_NO_PLURAL})\b)[a-z]{{2,20}}s\b(?!['’_])")
ASKED_RIGHT = re.compile(r"[\"'`*)]{0,3}\s?[?!]")
