"""The commands of an operator: what the ledger holds, and what the platforms need to be told."""

import asyncio
import os
import time
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.settings import Settings, SettingsError, read_settings

operating = typer.Typer()


class Platform(StrEnum):
    """The platforms that the bot can be on."""

    SLACK = "slack"
    DISCORD = "discord"


PlatformArgument = Annotated[Platform, typer.Argument(metavar="PLATFORM", help="slack or discord.")]
TenantArgument = Annotated[str, typer.Argument(metavar="TENANT", help="The id of a workspace or a server.")]
AuthorArgument = Annotated[
    str | None, typer.Argument(metavar="[AUTHOR]", help="The id of a person; without it, everybody's.")
]


@operating.command()
def forget(platform: PlatformArgument, tenant: TenantArgument, author: AuthorArgument = None) -> int:
    """Delete what is held about a person.

    Without AUTHOR about everybody in a workspace or a server.
    """
    from bot.cli import ledger

    subject = ledger.subject_of(platform.value, tenant, author)
    typer.echo(asyncio.run(ledger.forget(_settings(), subject, time.time)))
    return 0


@operating.command()
def export(platform: PlatformArgument, tenant: TenantArgument, author: AuthorArgument = None) -> int:
    """Print what is held about a person.

    It comes as JSON Lines; without AUTHOR about everybody in a workspace or a server.
    """
    from bot.cli import ledger

    subject = ledger.subject_of(platform.value, tenant, author)
    if rows := asyncio.run(ledger.export(_settings(), subject, time.time)):
        typer.echo(rows)
    return 0


@operating.command()
def missed(
    platform: PlatformArgument,
    hours: Annotated[float, typer.Option(metavar="HOURS", help="How far to look back.")] = 24.0,
) -> int:
    """List what was not answered.

    Those are the questions that were found too late, and those whose answer the platform refused.
    """
    from bot.cli import ledger

    typer.echo(asyncio.run(ledger.missed(_settings(), platform.value, hours, time.time)))
    return 0


@operating.command()
def purge(
    days: Annotated[
        float | None, typer.Option(metavar="DAYS", help="Delete what is older; by default FRONTDESK_RETENTION.")
    ] = None,
) -> int:
    """Delete what is old from the ledger.

    A bot that runs does so by itself.
    """
    from bot.cli import ledger

    typer.echo(asyncio.run(ledger.purge(_settings(), days, time.time)))
    return 0


@operating.command()
def backup(file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.")]) -> int:
    """Copy the ledger, also while the bot runs."""
    from bot.cli import ledger

    typer.echo(asyncio.run(ledger.save(_settings(), file)))
    return 0


@operating.command()
def restore(file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy that backup made.")]) -> int:
    """Put a copy in the ledger's place, also while the bot runs."""
    from bot.cli import ledger

    typer.echo(asyncio.run(ledger.put_back(_settings(), file)))
    return 0


@operating.command()
def manifest(
    platform: PlatformArgument,
    http: Annotated[
        str, typer.Option("--http", metavar="URL", help="Where Slack reaches the bot; without it, Socket Mode.")
    ] = "",
) -> int:
    """Print the manifest that makes the app on Slack."""
    if platform is not Platform.SLACK:
        raise SettingsError("only Slack has a manifest: for Discord there is `frontdesk invite discord`")
    typer.echo(_of(platform).manifest_text(http), nl=False)
    return 0


@operating.command()
def invite(
    platform: PlatformArgument,
    application: Annotated[
        int, typer.Option(metavar="ID", help="The application; without it, the one that the token belongs to.")
    ] = 0,
    tags: Annotated[bool, typer.Option("--tags", help="Also ask for the right to tag forum posts as solved.")] = False,
) -> int:
    """Print the link that adds the bot to a server on Discord."""
    if platform is not Platform.DISCORD:
        raise SettingsError("only Discord is joined by a link: for Slack there is `frontdesk manifest slack`")
    typer.echo(asyncio.run(_of(platform).invite(_settings(), application, tags=tags)))
    return 0


@operating.command()
def doctor(platform: PlatformArgument) -> int:
    """Look at the settings and at the platform, and say what is missing."""
    found, code = asyncio.run(_of(platform).examine(_settings()))
    for finding in found:
        typer.echo(finding.to_text())
    return int(code)


def _of(platform: Platform) -> Any:
    """The commands that *platform* brings along."""
    try:
        return import_module(f"bot.cli.{platform.value}")
    except ModuleNotFoundError as error:
        wanted = platform.value
        raise SettingsError(
            f"{error.name} is missing, which {wanted.capitalize()} needs: pip install 'frontdesk[{wanted}]'"
        ) from error


def _settings() -> Settings:
    return read_settings(os.environ, Path.cwd())
