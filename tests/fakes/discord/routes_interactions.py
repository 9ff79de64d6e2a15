"""The routes of interactions: the first answer, and what follows it under the interaction's token."""

from tests.fakes.discord import components
from tests.fakes.discord.calls import Call, Reply, Routes
from tests.fakes.discord.commands import CHAT_INPUT
from tests.fakes.discord.composing import changes, compose
from tests.fakes.discord.errors import DiscordError, Payload, invalid_form, unknown
from tests.fakes.discord.interactions import ALLOWED, Answer, Gesture, Interaction
from tests.fakes.discord.payloads import message_payload
from tests.fakes.discord.state import Message, MessageFlag, MessageType
from tests.fakes.discord.validation import bad_choice, snowflake

route = Routes()
OF_WEBHOOK = "/webhooks/{application}/{token}"
FOLLOW_UPS_OUTSIDE = 5


@route("POST", "/interactions/{interaction}/{token}/callback", unauthenticated=True)
def answer(call: Call) -> Reply:
    """Take the first answer; ``with_response`` asks to hear what became of it."""
    interaction = call.discord.interactions.to_answer(call.key("interaction"), call.params["token"])
    kind = _kind(call, interaction)
    data = call.body.get("data") or {}
    message = {
        Answer.MESSAGE: _message,
        Answer.DEFERRED_MESSAGE: _thinking,
        Answer.DEFERRED_UPDATE: _source,
        Answer.UPDATE: _update,
        Answer.CHOICES: _choices,
        Answer.FORM: _form,
    }[kind](call, interaction, data)
    interaction.answer = kind
    interaction.original = message.id if message else None
    call.discord.pulse.beat()
    if call.query.get("with_response") not in ("1", "true"):
        return Reply(status=204)
    return Reply(_report(call, interaction, message))


def _kind(call: Call, interaction: Interaction) -> Answer:
    """Return the kind of answer.

    Raises:
        DiscordError: 50035, there is none, or not for such a gesture.
    """
    allowed = ALLOWED[interaction.kind]
    if call.body.get("type") not in set(allowed):
        raise invalid_form({"type": bad_choice(sorted(map(int, allowed)))})
    return Answer(call.body["type"])


def _message(call: Call, interaction: Interaction, data: Payload) -> Message:
    return _post(call, interaction, data, ephemeral=_private(data))


def _private(data: Payload) -> bool:
    return bool((data.get("flags") or 0) & MessageFlag.EPHEMERAL)


def _thinking(call: Call, interaction: Interaction, data: Payload) -> Message:
    """Let "is thinking" stand; of the flags only EPHEMERAL counts here."""
    if (data.get("flags") or 0) & MessageFlag.IS_COMPONENTS_V2:
        raise invalid_form({"data.flags": ("BASE_TYPE_CHOICES", "Only EPHEMERAL can be set here.")})
    interaction.pending = True
    channel = call.discord.world.channel(interaction.channel)
    message = Message(call.discord.world.ids.fresh(), channel.id, call.discord.me.id, flags=MessageFlag.LOADING)
    return _stand(call, interaction, message, ephemeral=_private(data))


def _source(call: Call, interaction: Interaction, data: Payload) -> Message | None:  # noqa: ARG001  # one of a table
    return call.discord.message_of(interaction)


def _update(call: Call, interaction: Interaction, data: Payload) -> Message | None:
    message = call.discord.message_of(interaction)
    if message is None:
        raise unknown("message")
    call.discord.chat.edit(message, changes(call, message, data), mentions=data.get("allowed_mentions"))
    return message


def _choices(call: Call, interaction: Interaction, data: Payload) -> None:  # noqa: ARG001  # one of a table
    choices = data.get("choices") or []
    problems = {
        f"data.choices.{index}.{name}": ("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
        for index, choice in enumerate(choices)
        for name in ("name", "value")
        if not 1 <= len(str(choice.get(name) or "")) <= 100
    }
    if len(choices) > 25:
        problems["data.choices"] = "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length."
    if problems:
        raise invalid_form(problems)
    interaction.choices = choices


def _form(call: Call, interaction: Interaction, data: Payload) -> None:
    problems = components.check_form(data)
    if problems:
        raise invalid_form(problems)
    form = data | {"components": components.numbered(data["components"])}
    call.discord.interactions.forms.append((interaction, form))
    call.discord.interactions.open_forms[interaction.user] = interaction, form


def _report(call: Call, interaction: Interaction, message: Message | None) -> Payload:
    """Return what ``with_response`` asks for."""
    about: Payload = {"id": str(interaction.id), "type": int(interaction.kind)}
    report: Payload = {"interaction": about}
    if message is not None and interaction.answer in (Answer.MESSAGE, Answer.DEFERRED_MESSAGE, Answer.UPDATE):
        about |= {
            "response_message_id": str(message.id),
            "response_message_loading": interaction.pending,
            "response_message_ephemeral": message.only is not None,
        }
        report["resource"] = {"type": int(interaction.answer)}
        if interaction.answer is not Answer.DEFERRED_MESSAGE:
            report["resource"]["message"] = message_payload(call.discord.world, message)
    return report


def _post(call: Call, interaction: Interaction, data: Payload, *, ephemeral: bool) -> Message:
    channel = call.discord.world.channel(interaction.channel)
    return _stand(
        call, interaction, compose(call, channel, data), ephemeral=ephemeral, mentions=data.get("allowed_mentions")
    )


def _stand(
    call: Call, interaction: Interaction, message: Message, *, ephemeral: bool, mentions: Payload | None = None
) -> Message:
    message.type = _type(interaction)
    message.webhook = message.application = call.discord.application
    message.interaction = interaction.metadata
    if interaction.kind is Gesture.COMPONENT:
        message.reference, message.type = _public_source(call, interaction), MessageType.REPLY
    if ephemeral:
        message.flags |= MessageFlag.EPHEMERAL
        message.only = interaction.user
    return call.discord.chat.post(message, mentions=mentions)


def _type(interaction: Interaction) -> MessageType:
    """Return the type of a message that answers: to a chat command, to a command of a menu, or to anything else."""
    if interaction.kind is not Gesture.COMMAND:
        return MessageType.DEFAULT
    chat = interaction.metadata["command_type"] == CHAT_INPUT
    return MessageType.CHAT_COMMAND if chat else MessageType.MENU_COMMAND


def _public_source(call: Call, interaction: Interaction) -> int | None:
    source = call.discord.message_of(interaction)
    return source.id if source is not None and source.only is None else None


# ---- what follows under the token


@route("POST", OF_WEBHOOK, unauthenticated=True)
def follow_up(call: Call) -> Reply:
    """Post one more message; the first one after "is thinking" takes its place, and is as private as that was."""
    interaction = _answered(call)
    body = call.body
    if interaction.pending:
        message = _original(call, interaction)
        _fill(call, interaction, message, body)
        return Reply(message_payload(call.discord.world, message))
    if interaction.outside and interaction.follow_ups >= FOLLOW_UPS_OUTSIDE:
        raise DiscordError(400, 40094, "This interaction has reached the maximum number of follow up messages.")
    message = _post(call, interaction, body, ephemeral=_private(body))
    interaction.follow_ups += 1
    return Reply(message_payload(call.discord.world, message))


@route("GET", OF_WEBHOOK + "/messages/{message}", unauthenticated=True)
def get_answer(call: Call) -> Reply:
    return Reply(message_payload(call.discord.world, _one(call, _answered(call))))


@route("PATCH", OF_WEBHOOK + "/messages/{message}", unauthenticated=True)
def edit_answer(call: Call) -> Reply:
    interaction = _answered(call)
    message = _one(call, interaction)
    if interaction.pending and message.id == interaction.original:
        _fill(call, interaction, message, call.body)
    else:
        asked = changes(call, message, call.body)
        call.discord.chat.edit(message, asked, mentions=call.body.get("allowed_mentions"))
    return Reply(message_payload(call.discord.world, message))


@route("DELETE", OF_WEBHOOK + "/messages/{message}", unauthenticated=True)
def delete_answer(call: Call) -> Reply:
    interaction = _answered(call)
    message = _one(call, interaction)
    call.discord.chat.delete(message)
    if message.id == interaction.original:
        interaction.pending = False
    return Reply(status=204)


def _answered(call: Call) -> Interaction:
    if call.key("application") != call.discord.application:
        raise unknown("webhook")
    return call.discord.interactions.answered(call.params["token"])


def _fill(call: Call, interaction: Interaction, message: Message, body: Payload) -> None:
    """Let the words stand where "is thinking" stood."""
    asked = changes(call, message, body)
    flags = asked.get("flags", message.flags) & ~MessageFlag.LOADING
    call.discord.chat.edit(message, asked | {"flags": flags}, mentions=body.get("allowed_mentions"))
    interaction.pending = False


def _one(call: Call, interaction: Interaction) -> Message:
    """Return the message of the path: ``@original``, or one that this interaction brought about.

    Raises:
        DiscordError: 10008, there is none.
    """
    if call.params["message"] == "@original":
        return _original(call, interaction)
    message = _lookup(call, interaction, snowflake(call.params["message"], "message_id"))
    if message.interaction is not interaction.metadata:
        raise unknown("message")
    return message


def _original(call: Call, interaction: Interaction) -> Message:
    if interaction.original is None:
        raise unknown("message")
    return _lookup(call, interaction, interaction.original)


def _lookup(call: Call, interaction: Interaction, key: int) -> Message:
    world = call.discord.world
    if key in world.hidden:
        return world.hidden[key]
    return world.message(world.channel(interaction.channel), key)
