"""Web API methods that write messages."""

from typing import Any

from tests.fakes.slack import showing
from tests.fakes.slack.errors import SlackError, invalid
from tests.fakes.slack.events import HISTORY
from tests.fakes.slack.state import Channel, Post
from tests.fakes.slack.validation import MESSAGE_CHARACTERS, characters, message_problems
from tests.fakes.slack.web_api import Call, method
from tests.fakes.slack.world import World

Json = dict[str, Any]

POST_LIMIT = 40_000
# The limit of an update, counted in bytes after &, < and > were escaped; longer ones were seen to be refused.
UPDATE_LIMIT = 4_000


def content(call: Call, previous: Post | None = None) -> Json:
    """Return the text, blocks and attachments of a message to be, checked as Slack checks them.

    Raises:
        SlackError: nothing in it to see, or something Slack refuses.
    """
    blocks, attachments = call.args.get("blocks"), call.args.get("attachments")
    text = call.text("text")
    if blocks:
        checked(blocks)
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    fields: Json = {"text": text[:POST_LIMIT], "attachments": attachments or []}
    fields["blocks"] = named(call.world, blocks or [])
    if previous is not None and "text" not in call.args:
        fields["text"] = previous.text
    return fields


def named(world: World, blocks: list[Json]) -> list[Json]:
    """Return *blocks* with the ids that Slack gives where the app gave none."""
    return [_named(world, block) for block in blocks]


def _named(world: World, block: Json) -> Json:
    done = {**block, "block_id": block.get("block_id") or f"b{world.number()}"}
    for part in ("accessory", "element"):
        if isinstance(done.get(part), dict) and done[part].get("type") != "image":
            done[part] = {"action_id": f"a{world.number()}", **done[part]}
    if block["type"] in ("actions", "context_actions"):
        done["elements"] = [{"action_id": f"a{world.number()}", **element} for element in block["elements"]]
    return done


def checked(blocks: Any) -> None:
    """Raise SlackError where Slack would refuse *blocks*."""
    problems = message_problems(blocks)
    if problems:
        raise invalid("invalid_blocks", problems)
    if characters(blocks) > MESSAGE_CHARACTERS:
        raise SlackError("msg_blocks_too_long")


def paced(call: Call, channel: Channel) -> None:
    """Raise SlackError where the channel has had enough for now."""
    seconds = call.limiter.wait(channel.id)
    if seconds:
        raise SlackError("ratelimited", status=429, retry_after=seconds)


def metadata(call: Call) -> Json | None:
    given = call.args.get("metadata")
    if not given:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("event_payload"), dict) or not given.get("event_type"):
        raise SlackError("invalid_metadata_format")
    return given


@method("chat.postMessage", "chat:write")
def post_message(call: Call) -> Json:
    channel = call.place()
    fields = content(call) | {"metadata": metadata(call), "thread_ts": call.text("thread_ts")}
    paced(call, channel)
    bot = call.installation
    post = call.world.post(channel, bot.bot_user, bot_id=bot.bot_id, **fields)
    return {"channel": channel.id, "ts": post.ts, "message": showing.message(call.world, post)}


@method("chat.update", "chat:write")
def update(call: Call) -> Json:
    channel = call.channel()
    post = call.post(channel)
    if post.bot_id != call.installation.bot_id:
        raise SlackError("cant_update_message")
    fields = content(call, post)
    if len(fields["text"].encode()) > UPDATE_LIMIT:
        raise SlackError("msg_too_long")
    if "metadata" in call.args:
        fields["metadata"] = metadata(call)
    call.world.change(post, **fields)
    return {"channel": channel.id, "ts": post.ts, "text": post.text, "message": showing.message(call.world, post)}


@method("chat.delete", "chat:write")
def delete(call: Call) -> Json:
    channel = call.channel()
    post = call.post(channel)
    if post.bot_id != call.installation.bot_id:
        raise SlackError("cant_delete_message")
    call.world.delete(post)
    return {"channel": channel.id, "ts": post.ts}


@method("chat.postEphemeral", "chat:write")
def post_ephemeral(call: Call) -> Json:
    channel = call.place()
    user = call.need("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    bot = call.installation
    fields = content(call) | {"thread_ts": call.text("thread_ts")}
    post = call.world.post(channel, bot.bot_user, bot_id=bot.bot_id, ephemeral_to=user, **fields)
    return {"message_ts": post.ts}


@method("chat.getPermalink")
def permalink(call: Call) -> Json:
    channel = call.channel()
    post = call.post(channel, "message_ts")
    domain = call.world.workspace_of(channel).domain
    link = f"https://{domain}.slack.com/archives/{channel.id}/p{post.ts.replace('.', '')}"
    if post.thread_ts:
        link += f"?thread_ts={post.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


@method("conversations.replies", *HISTORY.values())
def replies(call: Call) -> Json:
    channel = _readable(call)
    found = call.world.thread(channel.id, call.need("ts"))
    if not found:
        raise SlackError("thread_not_found")
    return _page(call, found)


@method("conversations.history", *HISTORY.values())
def history(call: Call) -> Json:
    channel = _readable(call)
    call.ledger.history_reads += 1
    posts = [p for p in call.world.posts.values() if p.channel == channel.id and not p.ephemeral_to]
    roots = [p for p in posts if p.thread_ts in ("", p.ts)]
    return _page(call, sorted(roots, key=lambda post: post.ts, reverse=True))


def _readable(call: Call) -> Channel:
    channel = call.channel()
    needed = HISTORY[channel.kind]
    if needed not in call.token.scopes:
        raise SlackError("missing_scope", needed=needed, provided=",".join(sorted(call.token.scopes)))
    if call.token.user not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _page(call: Call, posts: list[Post]) -> Json:
    oldest, latest = call.text("oldest"), call.text("latest")
    inclusive = call.flag("inclusive")
    kept = [
        post
        for post in posts
        if (not oldest or post.ts > oldest or (inclusive and post.ts == oldest))
        and (not latest or post.ts < latest or (inclusive and post.ts == latest))
    ]
    start, limit = call.number("cursor", 0) if call.text("cursor") else 0, call.number("limit", 100)
    more = len(kept) > start + limit
    with_metadata = call.flag("include_all_metadata")
    shown = [showing.message(call.world, post, metadata=with_metadata) for post in kept[start : start + limit]]
    cursor = {"response_metadata": {"next_cursor": str(start + limit)}} if more else {}
    return {"messages": shown, "has_more": more, **cursor}
