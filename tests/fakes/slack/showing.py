"""Messages, files and views in the shapes in which Slack's API shows them."""

from typing import Any

from tests.fakes.slack.state import APP_ID, File, Post, View
from tests.fakes.slack.world import World

Json = dict[str, Any]


def message(world: World, post: Post, *, metadata: bool = False) -> Json:
    """Return *post* as it stands in events, in threads and beside pressed buttons."""
    shown: Json = {"type": "message", "user": post.user, "text": post.text, "ts": post.ts, "team": post.team}
    optional = {
        "subtype": post.subtype,
        "client_msg_id": post.client_msg_id,
        "blocks": post.blocks,
        "attachments": post.attachments,
        "thread_ts": post.thread_ts,
        "bot_id": post.bot_id,
        "app_id": APP_ID if post.ours else "",
        "files": [file(world.files[name]) for name in post.files],
        "reactions": [{"name": n, "users": who, "count": len(who)} for n, who in post.reactions.items()],
        "edited": {"user": post.user, "ts": post.edited} if post.edited else {},
        "metadata": post.metadata if metadata else None,
    }
    shown |= {name: value for name, value in optional.items() if value}
    if post.ours:
        shown["bot_profile"] = {"id": post.bot_id, "app_id": APP_ID, "name": "frontdesk", "team_id": post.team}
    if post.subtype == "file_share":
        shown |= {"upload": False, "display_as_bot": False}
    if post.subtype == "tombstone":
        shown["hidden"] = True
    return shown | _thread_facts(world, post)


def _thread_facts(world: World, post: Post) -> Json:
    if post.thread_ts and post.thread_ts != post.ts:
        root = world.posts.get((post.channel, post.thread_ts))
        return {"parent_user_id": root.user} if root else {}
    replies = world.replies(post)
    if not replies:
        return {}
    users = sorted({reply.user for reply in replies})
    return {
        "thread_ts": post.ts,
        "reply_count": len(replies),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
    }


def file(shared: File) -> Json:
    text = shared.media_type.startswith("text/")
    ending = shared.name.rpartition(".")[2].lower()
    shown = {
        "id": shared.id,
        "created": shared.created,
        "timestamp": shared.created,
        "name": shared.name,
        "title": shared.name,
        "mimetype": shared.media_type,
        "filetype": "text" if ending in ("txt", "log") else ending,
        "pretty_type": "Plain Text" if text else ending.upper(),
        "user": shared.user,
        "user_team": shared.team_id,
        "editable": text,
        "size": len(shared.content),
        "mode": "snippet" if text else "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": True,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": shared.url_private,
        "url_private_download": shared.url_private,
        "permalink": f"https://example.slack.com/files/{shared.user}/{shared.id}/{shared.name}",
        "has_rich_preview": False,
        "file_access": "visible",
    }
    if text:
        lines = shared.content.decode("utf-8", "replace").splitlines()
        shown |= {"preview": "\n".join(lines[:5]), "lines": len(lines), "lines_more": max(0, len(lines) - 5)}
    return shown


def view(world: World, shown: View) -> Json:
    enterprise = world.workspaces[shown.team].enterprise_id
    return {
        "id": shown.id,
        "team_id": shown.team,
        "app_id": APP_ID,
        "app_installed_team_id": enterprise or shown.team,
        "bot_id": "",
        "callback_id": "",
        "external_id": "",
        "private_metadata": "",
        "clear_on_close": False,
        "notify_on_close": False,
        "submit": None,
        "close": None,
        "previous_view_id": shown.previous or None,
        "root_view_id": shown.root,
        "hash": shown.hash,
        "state": {"values": {}},
        **shown.content,
    }
