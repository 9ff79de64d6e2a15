"""Whether characters look like a secret, or only stand for one that is not there."""

import re

_PLACEHOLDER = re.compile(
    r"""(?ix) (?: [<\[{(]+ [$\s]* [A-Za-z_] [\w\s.:|/-]* [>\]})]+ .{0,3}            # <your-key>, {api_key}, [REDACTED]
    | [<\[{(]+ [A-Za-z_.\s]*
    | \$ (?: [{(] .* | env: .* | [A-Z_][A-Z0-9_]* )                       # $KEY, ${KEY}, $(pass show kimi)
    | % (?: \w+ % | (?: \( \w+ \) )? [sdr] )                              # %KEY%, %s, %(key)s
    | (?: [a-z]{2,5} [-_] )* (?: [*x•●·.…_?#-]{2,} | x+ )                 # ****, sk-xxxx, ...
    | (?: [a-z0-9]{2,6} [-_] ){0,3} (?: your | (?: insert | paste | replace | enter | put | add ) [-_\ ] ) [-_\ a-z]*
    | (?: os | process | import\.meta | config | settings | self | this | args | env | secrets | cfg | opts | options
        | conf | params | req | request | response | ctx | context | data | event | user ) [.\[] .*
    | (?: data | https? | file | vault | ref ) : .*
    | (?: get | load | read | fetch ) [_a-z]* \( .*
    | optional .* | 你的 .* | 您的 .* )""",
)
_MASKED = re.compile(r"\*{3}|…|•{3}|\.{3}|[xX]{5}")
_PROSE_WORDS = (
    "true false null none nil undefined unset empty void yes no on off redacted hidden masked removed omitted filtered"
    " secret password passwd pass pwd token key apikey api-key api_key str string bytes int integer number bool boolean"
    " any object secretstr text required incorrect missing invalid wrong expired revoked not is was are must cannot can"
    " has have field the a an for and or to it in of with from unauthorized failed error unknown unexpected denied"
    " rejected ok valid correct changed reset here there what which still does only bearer basic header authentication"
    " authorization auth auto default disabled enabled username name value prompt"
)
_PROSE = frozenset(_PROSE_WORDS.split())

RUN = re.compile(r"[A-Za-z0-9]+")
_SWITCH = re.compile(r"[a-z](?=[A-Z0-9])|[A-Z](?=[0-9])|[0-9](?=[A-Za-z])|[A-Z](?=[A-Z][a-z])")
_HUMP = re.compile(r"[A-Z]+[a-z]*|[a-z]+")
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
_CLUSTER = re.compile(r"[b-df-hj-np-tv-z]{5}", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\Z")
_REFERENCE = re.compile(r"key|token|secret|passw|pwd|cred|auth|env|config|setting", re.IGNORECASE)


def is_placeholder(value: str) -> bool:
    """Whether *value* stands for a secret that is not there (``$KEY``, ``****``, ``None``), or is a word of prose."""
    head = value[:200]
    return head.lower() in _PROSE or _PLACEHOLDER.fullmatch(head) is not None or _MASKED.search(head) is not None


def looks_random(value: str) -> bool:
    """Whether a run of letters and digits in *value* changes its class too often to be a word, a date or a version."""
    return any(_is_random_run(run) for run in RUN.findall(value[:400]) if len(run) >= 8)


def _is_random_run(run: str) -> bool:
    switches = len(_SWITCH.findall(run))
    if any(map(str.isdigit, run)) and not run.isdigit():
        return switches >= 2 or len(run) >= 16
    return len(run) >= 12 and switches >= 0.2 * len(run)


def is_jumbled(value: str) -> bool:
    """Whether letters of both cases stand in *value* as in no word or name, even one that is ``CamelCased``."""
    if len(value) < 8 or value.islower() or value.isupper():
        return False
    humps = _HUMP.findall(value)
    short, capitals = [hump for hump in humps if len(hump) < 3], [hump for hump in humps if hump[:2].isupper()]
    return (
        max(len(short), len(capitals)) > 1
        or any(_VOWEL.search(hump) is None for hump in short)
        or _CLUSTER.search(value) is not None
    )


def is_mixed(value: str) -> bool:
    """Whether *value* holds letters and digits."""
    return any(map(str.isdigit, value)) and any(map(str.isalpha, value))


def is_reference(value: str) -> bool:
    """Whether *value* is the name of a variable or setting that holds a secret."""
    return _NAME.match(value) is not None and _REFERENCE.search(value[:200]) is not None
