"""The routes of the bot itself: who it is, how it gets to the gateway, where it is, and its commands."""

from tests.fakes.discord import payloads
from tests.fakes.discord.calls import Call, Reply, Routes
from tests.fakes.discord.commands import check_commands, complete, same
from tests.fakes.discord.errors import DiscordError, Payload, invalid_form, missing_access, unknown
from tests.fakes.discord.state import Guild
from tests.fakes.discord.validation import snowflake

route = Routes()
GLOBAL = "/applications/{application}/commands"
OF_GUILD = "/applications/{application}/guilds/{guild}/commands"
CREATES_PER_DAY = 200


# ---- who and where


@route("GET", "/users/@me")
def me(call: Call) -> Reply:
    return Reply(payloads.user_payload(call.discord.me) | {"verified": True, "mfa_enabled": True, "flags": 0})


@route("GET", "/users/{user}")
def user(call: Call) -> Reply:
    found = call.discord.world.users.get(call.key("user"))
    if found is None:
        raise unknown("user")
    return Reply(payloads.user_payload(found))


@route("GET", "/oauth2/applications/@me")
def oauth_application(call: Call) -> Reply:
    return Reply(call.discord.application_payload())


@route("GET", "/applications/@me")
def application(call: Call) -> Reply:
    return Reply(call.discord.application_payload())


@route("PATCH", "/applications/@me")
def change_application(call: Call) -> Reply:
    call.discord.about |= {name: call.body[name] for name in ("description", "tags") if name in call.body}
    return Reply(call.discord.application_payload())


@route("GET", "/gateway")
def gateway(call: Call) -> Reply:
    return Reply({"url": call.discord.gateway_url})


@route("GET", "/gateway/bot")
def gateway_for_bot(call: Call) -> Reply:
    gateway = call.discord.gateway
    left = call.discord.identify_limit - gateway.identified
    limit = {"total": 1000, "remaining": left, "reset_after": 86_400_000, "max_concurrency": 1}
    return Reply({"url": gateway.url, "shards": call.discord.recommended_shards, "session_start_limit": limit})


@route("GET", "/users/@me/guilds")
def my_guilds(call: Call) -> Reply:
    fields = ("id", "name", "icon", "features")
    found = [payloads.guild_summary(guild) for guild in call.discord.joined()]
    return Reply([{name: guild[name] for name in fields} | {"owner": False, "permissions": "0"} for guild in found])


@route("DELETE", "/users/@me/guilds/{guild}")
def leave_guild(call: Call) -> Reply:
    call.discord.leave_guild(seen_guild(call))
    return Reply(status=204)


@route("POST", "/users/@me/channels")
def open_direct(call: Call) -> Reply:
    """Open a direct conversation, which succeeds even with one who will refuse the message."""
    person = snowflake(call.body.get("recipient_id"), "recipient_id")
    found = call.discord.world.users.get(person)
    if found is None:
        raise invalid_form({"recipient_id": ("USER_INVALID", "Unknown User")})
    if found.bot:
        raise DiscordError(403, 50007, "Cannot send messages to this user")
    return Reply(payloads.channel_payload(call.discord.world, call.discord.world.direct(person)))


# ---- servers


def seen_guild(call: Call) -> Guild:
    """Return the server of the path.

    Raises:
        DiscordError: 10004, there is none, or 50001, the bot is not in it.
    """
    guild = call.discord.world.guild(call.key("guild"))
    if call.discord.me.id not in guild.members:
        raise missing_access()
    return guild


@route("GET", "/guilds/{guild}")
def get_guild(call: Call) -> Reply:
    return Reply(payloads.guild_summary(seen_guild(call)))


@route("GET", "/guilds/{guild}/channels")
def guild_channels(call: Call) -> Reply:
    world = call.discord.world
    return Reply([payloads.channel_payload(world, channel) for channel in world.top_channels(seen_guild(call))])


@route("GET", "/guilds/{guild}/roles")
def guild_roles(call: Call) -> Reply:
    return Reply([payloads.role_payload(role) for role in seen_guild(call).roles.values()])


@route("GET", "/guilds/{guild}/members/{user}")
def guild_member(call: Call) -> Reply:
    guild = seen_guild(call)
    key = call.discord.me.id if call.params["user"] == "@me" else call.key("user")
    if key not in guild.members:
        raise unknown("member")
    return Reply(payloads.member_payload(call.discord.world, guild.members[key]))


@route("PATCH", "/guilds/{guild}/members/@me")
def change_my_member(call: Call) -> Reply:
    member = seen_guild(call).members[call.discord.me.id]
    member.nick = call.body.get("nick", member.nick)
    return Reply(payloads.member_payload(call.discord.world, member))


@route("GET", "/guilds/{guild}/threads/active")
def active_threads(call: Call) -> Reply:
    chat = call.discord.chat
    found = [
        chat.thread_payload(thread)
        for thread in call.discord.world.threads(seen_guild(call))
        if thread.thread and not thread.thread.archived and chat.visible(thread, call.discord.me.id)
    ]
    return Reply({"threads": found, "members": []})


# ---- commands: the same five for all servers and for one


def _scope(call: Call) -> int | None:
    """Return the server whose commands are meant, None for the global ones.

    Raises:
        DiscordError: 20012, the path names another application; or the server's.
    """
    if call.key("application") != call.discord.application:
        raise DiscordError(403, 20012, "You are not authorized to perform this action on this application")
    return seen_guild(call).id if "guild" in call.params else None


def _commands(call: Call) -> dict[int, Payload]:
    return call.discord.commands.setdefault(_scope(call), {})


def list_commands(call: Call) -> Reply:
    return Reply(list(_commands(call).values()))


def replace_commands(call: Call) -> Reply:
    """Take the whole list; a command that was there under its name keeps its id."""
    if not isinstance(call.sent.json, list):
        raise invalid_form({"": ("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")})
    check_commands(call.sent.json)
    now = _commands(call)
    new = [_stored(call, now, command) for command in call.sent.json]
    now.clear()
    now.update({int(command["id"]): command for command in new})
    return Reply(new)


def create_command(call: Call) -> Reply:
    """Create, or replace the one of that name and type."""
    now = _commands(call)
    check_commands([call.body], others=list(now.values()))
    known = {command["id"] for command in now.values()}
    command = _stored(call, now, call.body)
    now[int(command["id"])] = command
    return Reply(command, 200 if command["id"] in known else 201)


def get_command(call: Call) -> Reply:
    return Reply(_found(call))


def change_command(call: Call) -> Reply:
    command = _found(call)
    check_commands([command | call.body])
    command |= call.body | {"version": str(call.discord.world.ids.fresh())}
    return Reply(command)


def delete_command(call: Call) -> Reply:
    del _commands(call)[int(_found(call)["id"])]
    return Reply(status=204)


def _found(call: Call) -> Payload:
    now = _commands(call)
    if call.key("command") not in now:
        raise unknown("application command")
    return now[call.key("command")]


def _stored(call: Call, now: dict[int, Payload], asked: Payload) -> Payload:
    """Return *asked* as Discord keeps it, under its old id where it has one; new ones count against the day's limit."""
    scope = _scope(call)
    old = next((command for command in now.values() if same(command, asked)), None)
    if old is None:
        call.discord.commands_created[scope] += 1
        if call.discord.commands_created[scope] > CREATES_PER_DAY:
            raise DiscordError(429, 30034, "Max number of daily application command creates has been reached (200)")
    ids = call.discord.world.ids
    stored = complete(asked) | {
        "id": old["id"] if old else str(ids.fresh()),
        "application_id": str(call.discord.application),
        "version": str(ids.fresh()),
    }
    return stored if scope is None else stored | {"guild_id": str(scope)}


for base in (GLOBAL, OF_GUILD):
    route("GET", base)(list_commands)
    route("PUT", base)(replace_commands)
    route("POST", base)(create_command)
    route("GET", base + "/{command}")(get_command)
    route("PATCH", base + "/{command}")(change_command)
    route("DELETE", base + "/{command}")(delete_command)
