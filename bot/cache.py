"""Arrays that took time to make, kept in files between two starts.

A cache never fails: what cannot be read is made anew, and what cannot be written is made anew next time.
"""

import os
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Arrays = Mapping[str, npt.NDArray[Any]]


def load_arrays(file: Path) -> Arrays | None:
    """Return the arrays in *file* by their names; None where it is missing or damaged."""
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files}
    except (OSError, ValueError, KeyError, EOFError, AttributeError, zipfile.BadZipFile):
        return None


def save_arrays(file: Path, arrays: Arrays) -> None:
    """Write *arrays* to *file*, whole or not at all."""
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as opened:
            np.savez(opened, allow_pickle=False, **arrays)
        draft.replace(file)
    except OSError:
        with suppress(OSError):
            draft.unlink()


def keep_newest(folder: Path, pattern: str, most: int) -> None:
    """Delete all but the *most* files matching *pattern* in *folder* that were used last."""
    with suppress(OSError):
        files = sorted(folder.glob(pattern), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[most:]:
            file.unlink()
