"""The language of a short text, told by its letters and its function words."""

import re
from collections import defaultdict

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_SCRIPTS = (
    ("ja", re.compile(r"[\u3041-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af\u1100-\u11ff]")),
    ("zh", _HAN),
    ("uk", re.compile(r"[іїєґІЇЄҐ]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
)

_WORDS = {
    "en": "errors per minute every rate limit request requests key the is are was do does how what why when "
    "where which who my your our i it to of and or in on for with not can this that there a an be have "
    "has get got if but from any you we still after no now only all please help error works fixed me am "
    "don't doesn't can't as come again need more been will would should could about today tell give want "
    "know make take due by at use new",
    "es": "clave recibo recibiendo estoy el los las un una unos qué que cómo como por para con de del mi me se "
    "sin puedo puede está es hay cuando dónde donde cuál y o en al lo tengo hola gracias todo desde",
    "fr": "erreur accès clé reçois refusé le la les un une des du de est que qui comment pourquoi pour avec "
    "sans je j'ai il on peut puis mon ma mes où quand quel quelle et ou dans sur pas ne c'est bonjour "
    "merci depuis est-ce",
    "de": "fehler schlüssel ständig der die das ein eine einen ist sind wie was warum wann wo welche ich mein "
    "meine wir und oder in mit für nicht kann kein keine bekomme den dem zu auf von bei hallo danke immer "
    "beim",
    "pt": "erro chave recebo recebendo estou o os as um uma uns que como por para com de do da no na meu minha "
    "me se sem posso pode está é não quando onde qual e ou em ao tenho olá obrigado isso eu você",
    "it": "errore chiave sto ricevo ricevendo il lo gli un una che come perché per con di del della mio mia mi "
    "si senza posso può è non quando dove quale e o in al ho ciao grazie questo sono",
    "nl": "de het een is zijn hoe wat waarom wanneer waar welke ik mijn wij en of in met voor niet kan geen "
    "krijg naar op van bij hallo bedankt",
    "pl": "jak co dlaczego kiedy gdzie który nie jest czy się mam mój moje na do z za od dla i w to dostaję błąd",
    "tr": "bir ve nasıl ne neden nerede hangi için ile bu var yok mi mı mu mü değil benim alıyorum hata",
    "id": "yang dan di ke dari untuk dengan bagaimana apa kenapa mengapa saya tidak bisa ini itu ada cara",
    "vi": "là và của cho với không tôi có được như thế nào tại sao bị khi làm này",
    "sv": "och är det en ett hur vad varför när var jag min inte kan för med på av till från får",
    "cs": "jak co proč kdy kde který není je se mám můj na do z za od pro a v to chyba",
}
_LETTERS = {
    "es": "ñ¿¡",
    "fr": "çœêèàùû",
    "de": "ßäöü",
    "pt": "ãõç",
    "it": "ìòè",
    "pl": "łąęśżźćń",
    "tr": "ğışç",
    "vi": "ơưđạảấầẩậắằẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    "sv": "åäö",
    "cs": "řěůčžš",
}
_OF_WORD: dict[str, list[str]] = {}
for _language, _words in _WORDS.items():
    for _word in dict.fromkeys(_words.split()):
        _OF_WORD.setdefault(_word, []).append(_language)
_OF_LETTER: dict[str, list[str]] = {}
for _language, _letters in _LETTERS.items():
    for _letter in _letters:
        _OF_LETTER.setdefault(_letter, []).append(_language)

_NO_WORDS = re.compile(
    r"https?://\S+|(?<![A-Za-z0-9])[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|"
    r"(?<![A-Za-z0-9_])[A-Za-z]*[_0-9][A-Za-z0-9_]*|`[^`\n]*`"
)
_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CODE_SIGNS = frozenset("./_`0123456789")
_READ = 4000


def language(text: str) -> str:
    """Return the ISO 639-1 code of the language of *text*, "en" where nothing tells.

    Any kana means Japanese and any Han without kana Chinese, however much English stands between; other scripts count
    when they are a fifth of the letters. Latin text goes to the language with the most function words.
    """
    text = text[:_READ]
    if not _CODE_SIGNS.isdisjoint(text):
        text = _NO_WORDS.sub(" ", text)
    if text.isascii():
        return _latin(text.lower())
    letters = sum(map(str.isalpha, text)) or 1
    for code, script in _SCRIPTS:
        count = len(script.findall(text))
        if count and (code in {"zh", "ja", "uk"} or count * 5 >= letters):
            return _confirmed(code, text, count)
    return _latin(text.lower())


def _confirmed(code: str, text: str, count: int) -> str:
    if code == "uk" and not re.search(r"[\u0400-\u04ff]{3}", text):
        return "en"
    if code == "ja" and count <= 2 and len(_HAN.findall(text)) > 6:
        return "zh"
    return code


def _latin(text: str) -> str:
    scores: defaultdict[str, float] = defaultdict(float)
    for word in _TOKEN.findall(text):
        languages = _OF_WORD.get(word, ())
        for code in languages:
            scores[code] += 1 / len(languages)
    for letter in text if not text.isascii() else "":
        languages = _OF_LETTER.get(letter, ())
        for code in languages:
            scores[code] += 1.5 / len(languages)
    if not scores:
        return "en"
    best = max(scores.values())
    return "en" if scores["en"] >= best else max(scores, key=lambda code: (scores[code], code))
