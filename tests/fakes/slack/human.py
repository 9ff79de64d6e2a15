"""A person in the fake Slack: what they can do, and what the app has shown to them."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.fakes.human import Shown, Upload
from tests.fakes.slack.fake import FakeSlack
from tests.fakes.slack.rendering import Pressable, pressables, read_blocks, read_mrkdwn
from tests.fakes.slack.state import Channel, Installation, Post, User, View

# How long a person waits for a delivery that nobody takes.
PATIENCE = 30.0


class SlackPerson:
    """Everybody who takes part in a story, by name; whoever is named first comes to be.

    Args:
        slack: Where they are.
        channel: Where they speak unless in a direct message or a thread; made if None. They are members of its
            workspace, but for those who are already known in another that shares it.
        command: The slash command that asks.
        shortcut: The callback id of "Explain this error".
        idle: Returns when the app has nothing left to do; None: it is taken to be done when nothing was heard of it for
            *still* seconds.
        still: Seconds of silence that count as done.
    """

    def __init__(
        self,
        slack: FakeSlack,
        channel: Channel | None = None,
        *,
        command: str = "/faq",
        shortcut: str = "explain_error",
        idle: Callable[[], Awaitable[None]] | None = None,
        still: float = 0.25,
    ) -> None:
        self.slack = slack
        self.channel = channel or slack.channel()
        self._command = command
        self._shortcut = shortcut
        self._idle = idle
        self._still = still

    def user(self, name: str) -> User:
        """Return the person called *name*."""
        for team in self.channel.teams:
            for user in self.slack.world.users.values():
                if user.name == name and user.team_id == team and not user.is_bot:
                    return user
        return self.slack.user(name, workspace=self.slack.world.workspace_of(self.channel))

    # Doing

    async def say(
        self,
        text: str,
        *,
        mention: bool = True,
        direct: bool = False,
        thread: Shown | None = None,
        files: tuple[Upload, ...] = (),
        by: str = "asker",
    ) -> Shown:
        user = self.user(by)
        channel = self.slack.direct(user) if direct else self.channel
        if thread is not None:
            channel = self.slack.world.channels[thread.channel]
        if mention and channel.kind != "im":
            text = f"<@{self._heard_by(channel).bot_user}> {text}"
        kept = tuple(self.slack.add_file(user, file.name, file.content, file.media_type) for file in files)
        thread_ts = "" if thread is None else thread.thread or thread.key
        return self._shown(self.slack.say(user, channel, text, thread_ts=thread_ts, files=kept))

    async def edit(self, said: Shown, text: str) -> None:
        post = self._post(said)
        bot = f"<@{self._heard_by(self.slack.world.channels[post.channel]).bot_user}>"
        self.slack.edit(post, f"{bot} {text}" if post.text.startswith(bot) else text)

    async def delete(self, said: Shown) -> None:
        self.slack.world.delete(self._post(said))

    async def slash(self, text: str, *, by: str = "asker") -> None:
        user = self.user(by)
        self.channel.members.add(user.id)
        heard_by = self._heard_by(self.channel)
        self.slack.interactions.slash(user, self.channel, self._command, text, heard_by)

    async def explain(self, said: Shown, *, by: str = "asker") -> None:
        post = self._post(said)
        heard_by = self._heard_by(self.slack.world.channels[post.channel])
        self.slack.interactions.shortcut(self.user(by), post, self._shortcut, heard_by)

    async def press(self, shown: Shown, label: str, *, by: str = "asker") -> None:
        user = self.user(by)
        if shown.key not in self.slack.world.views:
            post = self._post(shown)
            heard_by = self._heard_by(self.slack.world.channels[post.channel])
            self.slack.interactions.press(user, post, _find(label, pressables(post.blocks)), heard_by)
            return
        view, heard_by = self.slack.world.views[shown.key], self._heard_by(self.channel)
        if label == _plain(view, "submit"):
            self.slack.interactions.submit(view, {}, heard_by)
        elif label == _plain(view, "close"):
            self.slack.interactions.close(view, heard_by)
        else:
            self.slack.interactions.press(user, view, _find(label, pressables(view.content["blocks"])), heard_by)

    async def submit(self, words: str, *, by: str = "asker") -> None:
        view = self._form(self.user(by))
        values = {
            block["block_id"]: {block["element"]["action_id"]: {"type": "plain_text_input", "value": words}}
            for block in view.content["blocks"]
            if block["type"] == "input" and block["element"]["type"] == "plain_text_input"
        }
        self.slack.interactions.submit(view, values, self._heard_by(self.channel))

    def _form(self, user: User) -> View:
        for view in reversed(self.slack.world.views.values()):
            texts = [b for b in view.content["blocks"] if b.get("element", {}).get("type") == "plain_text_input"]
            if view.open and view.type == "modal" and view.user == user.id and texts:
                return view
        raise LookupError(f"no form lies open before {user.name}")

    # Seeing

    async def settle(self, count: int, *, seconds: float = 5.0) -> tuple[Shown, ...]:
        def enough() -> tuple[Shown, ...] | None:
            so_many = len(self.slack.world.ours) + len(self._modals())
            return self.shown() if so_many >= count else None

        return await self.slack.pulse.until(enough, seconds)

    async def until(self, holds: Callable[[tuple[Shown, ...]], bool], *, seconds: float = 5.0) -> tuple[Shown, ...]:
        """Return what the app has shown as soon as that *holds*; it is asked again whenever something happens.

        Raises:
            TimeoutError: it did not hold within *seconds*.
        """

        def found() -> tuple[Shown, ...] | None:
            shown = self.shown()
            return shown if holds(shown) else None

        return await self.slack.pulse.until(found, seconds)

    async def quiet(self) -> tuple[Shown, ...]:
        async with asyncio.timeout(PATIENCE):
            if self._idle is not None:
                await self.slack.pulse.stillness(lambda: self.slack.busy, 0)
                await self._idle()
            await self.slack.pulse.stillness(lambda: self.slack.busy, self._still)
        return self.shown()

    def shown(self) -> tuple[Shown, ...]:
        """Return what the app has shown by now, home tabs left out."""
        both: list[Post | View] = sorted([*self.slack.posts(), *self._modals()], key=lambda one: one.serial)
        return tuple(self._shown(one) if isinstance(one, Post) else _shown_view(one) for one in both)

    def _modals(self) -> list[View]:
        return [view for view in self.slack.world.views.values() if view.type == "modal"]

    def home(self, by: str = "asker") -> Shown | None:
        """Return the app's home tab as *by* sees it."""
        view = self.slack.home(self.user(by))
        return None if view is None else _shown_view(view)

    def _shown(self, post: Post) -> Shown:
        return Shown(
            key=post.ts,
            channel=post.channel,
            thread=post.thread_ts,
            by_bot=post.ours,
            text=read_blocks(post.blocks) or read_mrkdwn(post.text),
            labels=tuple(one.label for one in pressables(post.blocks)),
            private=bool(post.ephemeral_to),
            edited=bool(post.edited),
        )

    def _post(self, shown: Shown) -> Post:
        post = self.slack.world.posts.get((shown.channel, shown.key))
        if post is None:
            raise LookupError("that message is gone")
        return post

    def _heard_by(self, channel: Channel) -> Installation:
        return self.slack.world.installation_for(channel)


def _find(label: str, among: list[Pressable]) -> Pressable:
    for one in among:
        if one.label == label:
            return one
    raise LookupError(f"there is no {label!r} to press, only {[one.label for one in among]}")


def _plain(view: View, part: str) -> str:
    return str((view.content.get(part) or {}).get("text", ""))


def _shown_view(view: View) -> Shown:
    words = (_plain(view, "title"), read_blocks(view.content["blocks"]), *map(str, view.errors.values()))
    buttons = [one.label for one in pressables(view.content["blocks"])]
    return Shown(
        key=view.id,
        channel="",
        thread="",
        by_bot=True,
        text="\n".join(word for word in words if word),
        labels=tuple(filter(None, (*buttons, _plain(view, "submit"), _plain(view, "close")))),
        private=True,
        edited=bool(view.revision),
    )
