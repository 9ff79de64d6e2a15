"""Carries out what a Dockerfile says, without an engine: its stages share one folder, and commands see it by its paths.

It knows as much of the language as ours uses; to make users is left to an engine.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# Where the image's own files are: within a command these paths are brought below the folder.
OURS = re.compile(r"(?<![\w/])/(?=(?:opt|src|dist|var/(?:lib|cache))\b)")
IGNORED = shutil.ignore_patterns("__pycache__")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its word in capitals, and what follows."""

    word: str
    rest: str


@dataclass(slots=True)
class Image:
    """An image under construction in the folder *root*; *user* is whom commands run as, None this process's own."""

    root: Path
    workdir: str = "/"
    user: int | None = None
    environ: dict[str, str] = field(default_factory=dict)

    def shifted(self, text: str) -> str:
        """Return *text* with the image's own paths below the folder."""
        return OURS.sub(f"{self.root}/", text)

    def within(self, path: str) -> Path:
        """Return where *path* is, seen from the working directory of the image."""
        return self.root / os.path.join(self.workdir, path).lstrip("/")  # noqa: PTH118 - an absolute path wins

    def variables(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Return *environ* with the image's own variables."""
        own = {name: self.shifted(value) for name, value in self.environ.items()}
        return {**environ, **own, "PATH": own.get("PATH", "$PATH").replace("$PATH", environ["PATH"])}


def instructions(dockerfile: Path) -> Iterator[Instruction]:
    """Return each instruction of *dockerfile*, its lines joined."""
    text = re.sub(r"(?m)^\s*#.*\n", "", dockerfile.read_text(encoding="utf-8"))
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            yield Instruction(word.upper(), " ".join(rest.split()))


def carry_out(dockerfile: Path, context: Path, root: Path, environ: Mapping[str, str]) -> Image:
    """Return the image that *dockerfile* describes, built in the folder *root*; commands run with *environ*.

    Raises:
        subprocess.CalledProcessError: a command fails.
    """
    image = Image(root)
    for each in instructions(dockerfile):
        match each.word:
            case "FROM":
                image = Image(root)
            case "WORKDIR":
                image.workdir = each.rest
                image.within(".").mkdir(parents=True, exist_ok=True)
            case "ENV":
                image.environ |= dict(word.split("=", 1) for word in each.rest.split())
            case "USER":
                image.user = int(each.rest.partition(":")[0]) if os.geteuid() == 0 else None
            case "COPY" if not each.rest.startswith("--from="):  # the stages share a folder: it is there already
                _copy(each.rest, context, image)
            case "RUN":
                _run(each.rest, image, image.variables(environ))
    return image


def _copy(rest: str, context: Path, image: Image) -> None:
    *sources, target = rest.split()
    for source in sources:
        found, goal = context / source, image.within(target)
        if found.is_dir():
            shutil.copytree(found, goal, ignore=IGNORED)
        else:
            shutil.copy(found, goal)


def _run(command: str, image: Image, environ: Mapping[str, str]) -> None:
    if command.startswith("["):
        arguments = json.loads(image.shifted(command))
    else:
        arguments = ["sh", "-euc", image.shifted(_without_the_systems_part(command))]
    program = shutil.which(arguments[0], path=environ["PATH"]) or arguments[0]
    subprocess.run(
        [program, *arguments[1:]],
        cwd=image.within("."),
        env=environ,
        user=image.user,
        group=image.user,
        extra_groups=[] if image.user else None,
        check=True,
    )


def _without_the_systems_part(command: str) -> str:
    """*command* without the making of users and, where this is nobody who could, without giving files away."""
    parts = [part for part in command.split(" && ") if not part.startswith(("groupadd ", "useradd "))]
    kept = " && ".join(parts)
    return kept if os.geteuid() == 0 else re.sub(r"--(?:owner|group) \d+ ", "", kept)
