"""Reads which of the offered choices a message picks."""

import re

from bot.conversation.words import any_of, plain, short

_ORDINALS = {
    **dict.fromkeys(("1", "first", "1st", "one", "a", "第一", "一", "former"), 0),
    **dict.fromkeys(("2", "second", "2nd", "two", "b", "第二", "二", "两"), 1),
    **dict.fromkeys(("3", "third", "3rd", "three", "c", "第三", "三"), 2),
    **dict.fromkeys(("4", "fourth", "4th", "four", "d", "第四", "四"), 3),
}
_PICK = re.compile(
    "(?:(?:option|number|no|choice|answer|its|i meant?|选项?|选择|我[选要]|是|就) ?)?"
    "#?(?:the )?(?P<which>[a-z0-9]+|第?[一二两三四])"
    "(?: ?(?:one|please|pls|option|个|项|条|号|种|吧))*"
)
_NONE = any_of(
    "none(?: of (?:these|those|them|the above))?|neither|no|nope|other|something else",
    "not? (?:these|those|that|any of (?:these|them|those))|no none",
    "(?:以上)?都不[是对]?|不是|没有|都没有|其他",
)
_ALL = any_of("(?:both|all)(?: of (?:them|these))?(?: please)?", "(?:两个|全)?都[是要]|全部")
_YES = any_of("yes|yeah|yep|yup|y|that one|correct|exactly", "是的?|对的?|没错")


def picks(text: str, labels: tuple[str, ...]) -> tuple[int, ...] | None:
    """Return which of the *labels* all of *text* picks, by place: () for none of them, None where it picks nothing."""
    said = short(text)
    named = tuple(place for place, label in enumerate(labels) if said and plain(label) == said)
    if named:
        return named[:1]
    if _NONE.fullmatch(said):
        return ()
    if _ALL.fullmatch(said):
        return tuple(range(len(labels)))
    if len(labels) == 1 and _YES.fullmatch(said):
        return (0,)
    found = _PICK.fullmatch(said)
    place = _ORDINALS.get(found["which"]) if found else None
    if place is None or place > len(labels):
        return None
    return (place,) if place < len(labels) else ()
