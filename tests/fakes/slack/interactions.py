"""What a person does other than writing: commands, shortcuts, buttons and forms, and the answers that they bring."""

from typing import Any

from aiohttp import web

from tests.fakes.slack import showing, views
from tests.fakes.slack.delivery import Answer, Dispatcher
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.methods_chat import checked, named
from tests.fakes.slack.rendering import Pressable
from tests.fakes.slack.state import (
    APP_ID,
    VERIFICATION_TOKEN,
    Channel,
    Installation,
    Post,
    ResponseUrl,
    User,
    View,
    Workspace,
)
from tests.fakes.slack.world import World

Json = dict[str, Any]

RESPONSE_LIFE = 30 * 60


class Interactions:
    """Sends what people do to the app, and does what the app answers."""

    def __init__(self, world: World, dispatcher: Dispatcher) -> None:
        self.origin = ""
        self._world = world
        self._dispatcher = dispatcher

    def slash(self, user: User, channel: Channel, command: str, text: str, heard_by: Installation) -> None:
        workspace = self._workspace(user, heard_by)
        enterprise = {"enterprise_id": workspace.enterprise_id} if workspace.enterprise_id else {}
        payload = {
            "token": VERIFICATION_TOKEN,
            "team_id": workspace.id,
            "team_domain": workspace.domain,
            "channel_id": channel.id,
            "channel_name": "directmessage" if channel.kind == "im" else channel.name,
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "api_app_id": APP_ID,
            "is_enterprise_install": str(heard_by.org_wide).lower(),
            "response_url": self._response_url(channel, user),
            "trigger_id": self._world.issue_trigger(user.id),
            **enterprise,
        }
        self._dispatcher.spawn(self._slash(payload, channel, user))

    async def _slash(self, payload: Json, channel: Channel, user: User) -> None:
        answer = await self._dispatcher.ask("slash_commands", payload)
        said = {"text": answer.payload} if isinstance(answer.payload, str) else answer.payload
        if said and (said.get("text") or said.get("blocks")):
            self._respond(ResponseUrl(channel.id, user.id), said)

    def shortcut(self, user: User, post: Post, callback_id: str, heard_by: Installation) -> None:
        channel = self._world.channels[post.channel]
        payload = self._payload("message_action", user, heard_by) | {
            "callback_id": callback_id,
            "action_ts": self._world.new_ts(),
            "trigger_id": self._world.issue_trigger(user.id),
            "response_url": self._response_url(channel, user, post.ts),
            "channel": {"id": channel.id, "name": channel.name or "directmessage"},
            "message_ts": post.ts,
            "message": showing.message(self._world, post),
        }
        self._dispatcher.spawn(self._dispatcher.ask("interactive", payload))

    def press(self, user: User, below: Post | View, pressed: Pressable, heard_by: Installation) -> None:
        action = pressed.action | {"action_ts": self._world.new_ts()}
        place = self._in_message(user, below) if isinstance(below, Post) else self._in_view(below)
        payload = self._payload("block_actions", user, heard_by) | place | {"actions": [action]}
        if pressed.chosen:
            payload["state"] = {"values": {action["block_id"]: {action["action_id"]: pressed.chosen}}}
        view = "" if isinstance(below, Post) else below.id
        payload["trigger_id"] = self._world.issue_trigger(user.id, view)
        self._dispatcher.spawn(self._dispatcher.ask("interactive", payload))

    def _in_message(self, user: User, post: Post) -> Json:
        channel = self._world.channels[post.channel]
        container = {
            "type": "message",
            "message_ts": post.ts,
            "channel_id": channel.id,
            "is_ephemeral": bool(post.ephemeral_to),
        }
        if post.thread_ts:
            container["thread_ts"] = post.thread_ts
        place: Json = {
            "container": container,
            "channel": {"id": channel.id, "name": channel.name or "directmessage"},
            "state": {"values": {}},
            "response_url": self._response_url(channel, user, post.ts),
        }
        # An ephemeral message is not kept, so Slack cannot send it along.
        return place if post.ephemeral_to else place | {"message": showing.message(self._world, post)}

    def _in_view(self, view: View) -> Json:
        return {"container": {"type": "view", "view_id": view.id}, "view": showing.view(self._world, view)}

    def submit(self, view: View, values: Json, heard_by: Installation) -> None:
        """Send the form *view* filled in with *values* (block, then action, then the state of its element)."""
        user = self._world.users[view.user]
        payload = self._payload("view_submission", user, heard_by) | {
            "trigger_id": self._world.issue_trigger(user.id, view.id),
            "view": showing.view(self._world, view) | {"state": {"values": values}},
            "response_urls": [],
        }
        self._dispatcher.spawn(self._submit(view, payload))

    async def _submit(self, view: View, payload: Json) -> None:
        answer: Answer = await self._dispatcher.ask("interactive", payload)
        if answer.acknowledged:
            view.errors = views.answer_form(self._world, view, answer.payload)
            self._world.pulse.beat()

    def close(self, view: View, heard_by: Installation) -> None:
        """Close *view*; the app hears of it only where it asked to."""
        view.open = False
        if view.content.get("notify_on_close"):
            user = self._world.users[view.user]
            payload = self._payload("view_closed", user, heard_by)
            payload |= {"view": showing.view(self._world, view), "is_cleared": False}
            self._dispatcher.spawn(self._dispatcher.ask("interactive", payload))
        self._world.pulse.beat()

    def _payload(self, kind: str, user: User, heard_by: Installation) -> Json:
        workspace = self._workspace(user, heard_by)
        enterprise = workspace.enterprise_id
        return {
            "type": kind,
            "token": VERIFICATION_TOKEN,
            "api_app_id": APP_ID,
            "team": {"id": workspace.id, "domain": workspace.domain},
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
            "enterprise": {"id": enterprise, "name": enterprise} if enterprise else None,
            "is_enterprise_install": heard_by.org_wide,
        }

    def _workspace(self, user: User, heard_by: Installation) -> Workspace:
        """Return the workspace that an interaction counts for: the app's, where *user* is a stranger to it."""
        theirs = self._world.workspaces[user.team_id]
        return theirs if heard_by.covers(theirs) else self._world.workspaces[heard_by.team_id]

    def _response_url(self, channel: Channel, user: User, origin: str = "") -> str:
        name = f"EXAMPLE-{self._world.number()}"
        expires_at = self._world.clock.time() + RESPONSE_LIFE
        self._world.response_urls[name] = ResponseUrl(channel.id, user.id, origin, expires_at)
        return f"{self.origin}/response/{name}"

    async def handle_response(self, request: web.Request) -> web.StreamResponse:
        """Take a post to a ``response_url``."""
        place = self._world.response_urls.get(request.match_info["name"])
        if place is None or place.expires_at < self._world.clock.time():
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        if not place.uses:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        try:
            said = await request.json()
        except ValueError:
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        place.uses -= 1
        try:
            self._respond(place, said)
        except SlackError as refusal:
            return web.json_response(refusal.body(), status=400)
        return web.Response(text="ok")

    def _respond(self, place: ResponseUrl, said: Json) -> None:
        origin = self._world.posts.get((place.channel, place.origin))
        if said.get("delete_original"):
            if origin is not None:
                self._world.delete(origin)
            return
        if not said.get("text") and not said.get("blocks"):
            raise SlackError("no_text")
        if said.get("blocks"):
            checked(said["blocks"])
        fields: Json = {"text": str(said.get("text", "")), "blocks": named(self._world, said.get("blocks") or [])}
        if said.get("replace_original") and origin is not None:
            self._world.change(origin, **fields)
            return
        channel = self._world.channels[place.channel]
        heard_by = self._world.installation_for(channel)
        private = said.get("response_type", "ephemeral") != "in_channel"
        self._world.post(
            channel,
            heard_by.bot_user,
            bot_id=heard_by.bot_id,
            thread_ts=str(said.get("thread_ts") or ""),
            ephemeral_to=place.user if private else "",
            **fields,
        )
