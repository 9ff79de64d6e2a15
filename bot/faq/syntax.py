"""libyaml's complaints about syntax, in words that say what to change."""

from yaml import MarkedYAMLError

from bot.faq.faults import quote

_AT_CONTEXT = "found unexpected end of stream"
_BAD_START = "found character that cannot start any token"
_TAB = "a tab stands where only spaces may indent: replace it by spaces"
_MENDS = (
    ("found a tab character", _TAB),
    ("mapping values are not allowed", "`: ` (or a colon at the end) stands in unquoted text: put the text in quotes"),
    ("block sequence entries are not allowed", "a list begins on the line of its key: begin it on the next line"),
    ("alphabetic or numeric character", "unquoted text begins with `*` or `&`: put the text in quotes"),
    ("found unknown escape", "`\\` stands before a letter with no meaning to YAML: write `\\\\`, or use single quotes"),
    ("did not find expected ',' or ']'", "the list opened with `[` here is not closed: add `]`, or quote its items"),
    ("did not find expected ',' or '}'", "the mapping opened with `{` here is not closed: add `}`, or quote the text"),
    ("expected comment or line break", "text stands after `|` or `>`: begin it on the next line, indented"),
    ("did not find expected key", "this line does not fit the lines above: check its indentation and their quotes"),
    ("did not find expected '-' indicator", "`- ` is expected here, as on the lines above: check the indentation"),
    ("did not find expected <document start>", "text stands after the end of the document: remove the `...` above"),
    ("found undefined tag handle", "tags (`!…`) are refused: put the text in quotes"),
    ("directive", "directives (`%…` at the start of a line) are refused: remove it"),
    ("ing a tag", "tags (`!…`) are refused: put the text in quotes"),
    ("invalid Unicode character escape", "this escape stands for no character: write the character itself"),
    ("hexdecimal number", "this escape stands for no character: write the character itself"),
    ("could not find expected ':'", "this line is no `key: value`: indent it if it belongs to the text above"),
    ("expected node content", "a value is missing here: write one, or put the text in quotes"),
    ("incompatible YAML document", "directives (`%…` at the start of a line) are refused: remove it"),
)
_AT_OPENING = (_AT_CONTEXT, "did not find expected ',' or", "could not find expected ':'")


def explain(error: MarkedYAMLError, text: str) -> tuple[int, str]:
    """The offset into *text* of a syntax error, and what it is and how to mend it."""
    problem, context = str(error.problem), str(error.context)
    offset = error.problem_mark.index if error.problem_mark else 0
    if error.context_mark and problem.startswith(_AT_OPENING):
        offset = error.context_mark.index
    if problem == _AT_CONTEXT:
        return offset, "the text quoted from here on is never closed: add the closing quote"
    if problem == _BAD_START:
        return offset, _bad_start(text[offset : offset + 1])
    for known, mend in _MENDS:
        if known in problem or known in context:
            return offset, mend
    return offset, f"this is no YAML ({problem}): check the quotes and the indentation"


def _bad_start(character: str) -> str:
    if character == "\t":
        return _TAB
    return f"unquoted text begins with {quote(character)}, which YAML keeps for itself: put the text in quotes"
