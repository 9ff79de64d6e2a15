"""What was learnt of a content file before, on this machine: learning takes a dozen seconds and gives the same again.

A lesson's name holds the digests of the content, the encoder and the code, so that a change of any is learnt anew.
"""

import os
import shutil
from pathlib import Path

import pytest

from bot.settings import read_settings


def kept(config: pytest.Config) -> Path:
    """Return the folder in which the tests keep lessons, with those in it that an installation has learnt."""
    folder = config.cache.mkdir("frontdesk") if config.pluginmanager.hasplugin("cacheprovider") else None
    if folder is None:
        raise pytest.UsageError("the tests keep what they learn in pytest's cache: leave its plugin on")
    _copy(read_settings(os.environ, Path(os.devnull)).cache, folder)
    return folder


def lend(config: pytest.Config, cache: Path) -> None:
    """Give the program, whose cache folder is *cache*, the lessons that are kept."""
    _copy(kept(config), cache)


def _copy(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for file in source.glob("*.npz"):
        if not (target / file.name).exists():
            partial = target / f"{file.name}.{os.getpid()}"
            shutil.copyfile(file, partial)
            partial.replace(target / file.name)
