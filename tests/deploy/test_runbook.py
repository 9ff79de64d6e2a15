import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from bot.cli.app import app
from tests.deploy.kit import DEPLOY, ROOT, secrets
from tests.deploy.kustomize import build

RUNBOOK = (DEPLOY / "RUNBOOK.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"(?ms)^```sh\n(.*?)^```$", RUNBOOK)


def anchors(markdown: str) -> set[str]:
    """The targets of links that the headings of *markdown* make, as GitHub forms them."""
    headings = re.findall(r"(?m)^#+ (.+)$", re.sub(r"(?ms)^```.*?^```$", "", markdown))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0])
def test_a_shell_finds_nothing_wrong_with_a_block(block: str, tmp_path: Path) -> None:
    script = tmp_path / "block.sh"
    script.write_text(f"#!/bin/sh\nset -e\n{block}", encoding="utf-8")

    shellcheck = Path(sys.executable).with_name("shellcheck")
    verdict = subprocess.run([shellcheck, script], capture_output=True, text=True, check=False)

    assert verdict.returncode == 0, verdict.stdout


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", RUNBOOK)

    assert links
    for link in links:
        file, _, anchor = link.partition("#")
        if file:
            assert (DEPLOY / file).exists(), link
        else:
            assert anchor in anchors(RUNBOOK), link


def test_every_file_of_the_project_that_is_named_is_there() -> None:
    named = re.findall(r"\bdeploy/[\w./-]*\w", RUNBOOK)
    made_by_the_operator = ("deploy/content", "deploy/secrets", "deploy/.env")

    assert named
    assert [name for name in named if not name.startswith(made_by_the_operator) and not (ROOT / name).exists()] == []


def test_every_command_of_the_program_that_is_named_is_there() -> None:
    known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined] # a group has them

    named = set(re.findall(r"(?:`|bin/|bot )frontdesk\s+([a-z]+)\b", RUNBOOK))

    assert named
    assert named <= known


def test_every_secret_is_explained() -> None:
    section = RUNBOOK.partition("## Tokens")[2].partition("## ")[0]
    table = set(re.findall(r"(?m)^\| `([a-z_]+)` \|", section))

    assert table == {name.lower() for name in secrets()}


@pytest.mark.parametrize("overlay", sorted(folder.name for folder in (DEPLOY / "kubernetes" / "overlays").iterdir()))
def test_the_secret_of_an_overlay_is_told_with_all_its_files(overlay: str) -> None:
    (row,) = re.findall(rf"(?m)^\| `{overlay}` \|.*\| `([\w-]+)`: (.*) \|$", RUNBOOK)
    (workload,) = (
        each for each in build(DEPLOY / "kubernetes" / "overlays" / overlay) if "template" in each.get("spec", ())
    )
    (container,) = workload["spec"]["template"]["spec"]["containers"]
    volumes = {volume.get("secret", {}).get("secretName") for volume in workload["spec"]["template"]["spec"]["volumes"]}

    name, files = row
    mounted = {each["value"].rpartition("/")[2] for each in container["env"] if each["name"].endswith("_FILE")}

    assert name in volumes
    assert set(re.findall(r"`(\w+)`", files)) == mounted - {"database_url"}
