"""Values that follow a word for "password" or "key" in another language than English."""

import re

from bot.reading.secrets.likeness import is_mixed, is_placeholder
from bot.reading.secrets.shape import KEY, PASSWORD, STAND_IN, Kind, Shape, Span

_PASSWORDS = (
    *("密码", "密碼", "口令", "パスワード", "暗証番号", "비밀번호", "암호", "пароль", "passwort", "kennwort"),
    *("contraseña", "clave", "senha", "mot de passe", "parola", "hasło", "şifre", "wachtwoord", "mật khẩu"),
)
_KEYS = (
    "密钥",
    "密鑰",
    "秘钥",
    "令牌",
    "凭证",
    "憑證",
    "授权码",
    "キー",
    "トークン",
    "ключ",
    "токен",
    "schlüssel",
    "토큰",
)
_CLOSING = re.compile(r"(?:[.,;:)\]}>*|`。，、]|\\[nrt])+\Z")
_SHORTEST = 6


def _labelled(match: re.Match[str], text: str) -> Span | None:
    start, end = match.span("value")
    tail = _CLOSING.search(text, max(start, end - 8), end)
    end = tail.start() if tail else end
    value = text[start:end]
    if is_placeholder(value) or STAND_IN.search(text, start, end):
        return None
    plain = not match["joint"].strip()
    if plain and not (len(value) >= _SHORTEST and is_mixed(value)):
        return None
    return (start, end) if start < end else None


def _label(kind: Kind, word: str) -> Shape:
    source = rf"""(?x){re.escape(word)} [」』"'`*\]）)]{{0,4}}
        (?P<joint> [ \t]{{0,4}} (?: 是 | 为 | 為 | 就是 | 叫 | は | [:=] | \b(?:is|ist|es|est|é)\b | [ \t] )? )
        [ \t]{{0,4}} [:=]? [ \t]{{0,4}} [\\"'`「『*“]{{0,4}} (?P<value> [!#-&(-;=?-_a-~]{{4,512}} )"""
    return Shape(kind, word, re.compile(source), _labelled, folded=True)


LABELLED = (*(_label(PASSWORD, word) for word in _PASSWORDS), *(_label(KEY, word) for word in _KEYS))
