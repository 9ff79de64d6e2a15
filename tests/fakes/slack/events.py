"""The events that Slack makes of what happens, in the shapes of its documents."""

from typing import Any

from tests.fakes.slack import showing
from tests.fakes.slack.state import APP_ID, VERIFICATION_TOKEN, Change, Channel, Installation, Kind, Post
from tests.fakes.slack.world import World

Json = dict[str, Any]

HISTORY: dict[Kind, str] = {
    "channel": "channels:history",
    "group": "groups:history",
    "im": "im:history",
    "mpim": "mpim:history",
}
SUBSCRIPTIONS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "app_uninstalled",
        "message.channels",
        "message.groups",
        "message.im",
        "message.mpim",
        "reaction_added",
        "tokens_revoked",
    }
)
_SUBSCRIPTION: dict[Kind, str] = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}


def of_change(
    world: World, change: Change, heard_by: Installation, subscribed: frozenset[str], *, edited_mentions: bool = False
) -> list[Json]:
    """Return the events that *heard_by* gets for *change*: none, one, or a mention and its twin.

    With *edited_mentions* a mention comes again when somebody edits it: the documents give ``app_mention`` a field
    ``edited`` but do not say when it comes.
    """
    channel = world.channels[change.post.channel]
    events = []
    if HISTORY[channel.kind] in heard_by.scopes and _SUBSCRIPTION[channel.kind] in subscribed:
        events.append(_message(world, change, channel))
    mentioned = f"<@{heard_by.bot_user}>" in change.post.text and change.post.user != heard_by.bot_user
    again = edited_mentions and change.what == "changed" and change.post.edited != change.old.edited
    if mentioned and (again or change.what == "posted") and _hears_mentions(heard_by, channel, subscribed):
        events.append(mention(world, change.post, channel))
    return events


def _hears_mentions(heard_by: Installation, channel: Channel, subscribed: frozenset[str]) -> bool:
    """Direct messages are never mentions, whatever they say."""
    return channel.kind != "im" and "app_mentions:read" in heard_by.scopes and "app_mention" in subscribed


def _message(world: World, change: Change, channel: Channel) -> Json:
    shown = showing.message(world, change.post)
    placed = {"channel": channel.id, "channel_type": channel.kind}
    if change.what == "posted":
        return _foreign(channel, change.post) | shown | placed | {"event_ts": change.post.ts}
    now = world.new_ts()
    hidden = {"type": "message", "hidden": True, "ts": now, "event_ts": now, **placed}
    hidden["previous_message"] = showing.message(world, change.old)
    if change.what == "deleted":
        return hidden | {"subtype": "message_deleted", "deleted_ts": change.post.ts}
    return hidden | {"subtype": "message_changed", "message": shown}


def mention(world: World, post: Post, channel: Channel) -> Json:
    """Return the ``app_mention`` event of *post*, twin of its ``message``."""
    shown = showing.message(world, post)
    kept = {name: value for name, value in shown.items() if name not in ("subtype", "reactions")}
    return (
        _foreign(channel, post)
        | kept
        | {"type": "app_mention", "channel": channel.id, "event_ts": post.edited or post.ts}
    )


def _foreign(channel: Channel, post: Post) -> Json:
    """What tells a stranger in a shared channel."""
    return {"user_team": post.team, "source_team": post.team} if channel.shared else {}


def home_opened(world: World, user: str, channel: str, tab: str) -> Json:
    event: Json = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab, "event_ts": world.new_ts()}
    for view in world.views.values():
        if tab == "home" and view.type == "home" and view.user == user:
            event["view"] = showing.view(world, view)
    return event


def reaction(world: World, what: str, user: str, name: str, post: Post) -> Json:
    """Return a ``reaction_added`` or ``reaction_removed`` event."""
    item = {"type": "message", "channel": post.channel, "ts": post.ts}
    return {
        "type": what,
        "user": user,
        "reaction": name,
        "item": item,
        "item_user": post.user,
        "event_ts": world.new_ts(),
    }


def envelope(world: World, event: Json, team_id: str, heard_by: Installation, *, shared: bool = False) -> Json:
    """Return *event* as it is delivered, with an id of its own; *team_id* may be one that nobody knows."""
    enterprise = world.workspaces[team_id].enterprise_id or None if team_id in world.workspaces else None
    authorization = {
        "enterprise_id": enterprise,
        "team_id": None if heard_by.org_wide else heard_by.team_id,
        "user_id": heard_by.bot_user,
        "is_bot": True,
        "is_enterprise_install": heard_by.org_wide,
    }
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team_id,
        "context_team_id": team_id,
        "context_enterprise_id": enterprise,
        **({"enterprise_id": enterprise} if enterprise else {}),
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": world.new_id("Ev"),
        "event_time": int(world.clock.time()),
        "authorizations": [authorization],
        "is_ext_shared_channel": shared,
        "event_context": f"4-EXAMPLE-{event['type']}",
    }
