"""Web API methods about the app itself, channels, people, files and reactions."""

from typing import Any

from tests.fakes.slack import showing
from tests.fakes.slack.errors import SlackError, invalid
from tests.fakes.slack.state import Channel
from tests.fakes.slack.web_api import Call, method

Json = dict[str, Any]

READ = ("channels:read", "groups:read", "im:read", "mpim:read")


@method("auth.test")
def auth_test(call: Call) -> Json:
    world, bot = call.world, call.installation
    workspace = world.workspaces[bot.team_id]
    who = {"bot_id": bot.bot_id} if call.token.kind == "bot" else {}
    enterprise = {"enterprise_id": bot.enterprise_id} if bot.enterprise_id else {}
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": world.users[call.token.user].name,
        "team_id": workspace.id,
        "user_id": call.token.user,
        "is_enterprise_install": bot.org_wide,
        **who,
        **enterprise,
    }


@method("auth.revoke")
def auth_revoke(call: Call) -> Json:
    if call.flag("test"):
        return {"revoked": False}
    call.token.revoked = True
    return {"revoked": True}


@method("apps.connections.open", "connections:write", kinds=("app",))
def connections_open(call: Call) -> Json:
    return {"url": call.open_socket()}


@method("conversations.info", *READ)
def conversation_info(call: Call) -> Json:
    channel = call.channel()
    shown = show_channel(channel) | {"is_member": call.token.user in channel.members}
    if call.flag("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


@method("conversations.members", *READ)
def conversation_members(call: Call) -> Json:
    return {"members": sorted(call.channel().members), "response_metadata": {"next_cursor": ""}}


@method("conversations.open", "im:write", "mpim:write")
def conversation_open(call: Call) -> Json:
    if call.text("channel"):
        return {"channel": {"id": call.channel().id}}
    user = call.world.users.get(call.need("users").split(",")[0])
    if user is None:
        raise SlackError("user_not_found")
    return {"channel": {"id": call.world.direct(user, call.installation).id}}


@method("users.conversations", *READ)
def user_conversations(call: Call) -> Json:
    kinds = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
    wanted = {kinds.get(name, "") for name in call.text("types", "public_channel").split(",")}
    mine = [
        show_channel(channel)
        for channel in call.world.channels.values()
        if call.token.user in channel.members and channel.kind in wanted
    ]
    return {"channels": mine, "response_metadata": {"next_cursor": ""}}


def show_channel(channel: Channel) -> Json:
    flags = {f"is_{kind}": kind == channel.kind for kind in ("channel", "group", "im", "mpim")}
    return flags | {
        "id": channel.id,
        "name": channel.name,
        "is_private": channel.kind != "channel",
        "is_archived": channel.archived,
        "is_shared": channel.shared,
        "is_ext_shared": channel.shared,
        "is_org_shared": False,
        "context_team_id": channel.teams[0],
        "shared_team_ids": channel.teams,
    }


@method("users.info", "users:read")
def user_info(call: Call) -> Json:
    user = call.user()
    shown = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "real_name": user.name.title(),
        "deleted": False,
        "tz": "Etc/UTC",
        "tz_offset": 0,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "profile": {"display_name": user.name, "real_name": user.name.title(), "team": user.team_id},
    }
    if call.flag("include_locale"):
        shown["locale"] = user.locale
    return {"user": shown}


@method("reactions.add", "reactions:write")
def react(call: Call) -> Json:
    post = call.post(call.channel(), "timestamp")
    users = post.reactions.setdefault(call.need("name"), [])
    if call.token.user in users:
        raise SlackError("already_reacted")
    users.append(call.token.user)
    call.world.pulse.beat()
    return {}


@method("reactions.remove", "reactions:write")
def unreact(call: Call) -> Json:
    post, name = call.post(call.channel(), "timestamp"), call.need("name")
    if call.token.user not in post.reactions.get(name, []):
        raise SlackError("no_reaction")
    post.reactions[name].remove(call.token.user)
    call.world.pulse.beat()
    return {}


@method("files.info", "files:read")
def file_info(call: Call) -> Json:
    file = call.world.files.get(call.need("file"))
    if file is None:
        raise SlackError("file_not_found")
    return {"file": showing.file(file)}


@method("assistant.threads.setStatus", "chat:write", "assistant:write")
def set_status(call: Call) -> Json:
    channel = call.channel("channel_id")
    if len(call.args.get("loading_messages") or ()) > 10:
        raise invalid("invalid_arguments", ["no more than 10 items allowed [json-pointer:/loading_messages]"])
    status = {"channel_id": channel.id, "thread_ts": call.need("thread_ts"), "status": call.text("status")}
    call.ledger.statuses.append(status)
    call.world.pulse.beat()
    return {}


@method("assistant.threads.setTitle", "assistant:write")
def set_title(call: Call) -> Json:
    channel = call.channel("channel_id")
    call.ledger.titles[f"{channel.id} {call.need('thread_ts')}"] = call.need("title")
    return {}


@method("assistant.threads.setSuggestedPrompts", "assistant:write")
def set_prompts(call: Call) -> Json:
    channel = call.channel("channel_id")
    prompts = call.args.get("prompts")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= 4:
        raise invalid("invalid_arguments", ["must provide 1 to 4 items [json-pointer:/prompts]"])
    if not all(isinstance(p, dict) and p.get("title") and p.get("message") for p in prompts):
        raise invalid("invalid_arguments", ["missing required field: title or message [json-pointer:/prompts]"])
    call.ledger.prompts[channel.id] = {"title": call.text("title"), "prompts": prompts}
    call.world.pulse.beat()
    return {}
