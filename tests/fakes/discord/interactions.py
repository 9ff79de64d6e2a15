"""Interactions: a person's gesture, the three seconds to answer it, and the quarter of an hour that its token lives."""

import secrets
from dataclasses import dataclass, field
from enum import IntEnum

from tests.fakes.discord.clock import Clock
from tests.fakes.discord.errors import Payload, already_acknowledged, dead_token, unknown

FIRST_ANSWER = 3.0
TOKEN_LIFE = 15 * 60.0


class Gesture(IntEnum):
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    FORM = 5


class Answer(IntEnum):
    PONG = 1
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    FORM = 9


ALLOWED = {
    Gesture.COMMAND: {Answer.MESSAGE, Answer.DEFERRED_MESSAGE, Answer.FORM},
    Gesture.COMPONENT: {
        Answer.MESSAGE,
        Answer.DEFERRED_MESSAGE,
        Answer.DEFERRED_UPDATE,
        Answer.UPDATE,
        Answer.FORM,
    },
    Gesture.AUTOCOMPLETE: {Answer.CHOICES},
    Gesture.FORM: {Answer.MESSAGE, Answer.DEFERRED_MESSAGE, Answer.DEFERRED_UPDATE, Answer.UPDATE},
}


@dataclass(slots=True)
class Interaction:
    """One gesture and what became of it.

    Attributes:
        source: The message that the pressed component stands below, else None.
        outside: The bot is not a member of the place: it was installed by the person (five follow-ups at most).
        original: The message that ``@original`` means.
        pending: The bot said that it is thinking, and its message does not stand yet.
        choices: What an autocomplete was answered with.
    """

    id: int
    token: str
    kind: Gesture
    user: int
    channel: int
    made: float
    guild: int | None = None
    source: int | None = None
    outside: bool = False
    answer: Answer | None = None
    original: int | None = None
    pending: bool = False
    follow_ups: int = 0
    metadata: Payload = field(default_factory=dict)
    choices: list[Payload] | None = None


@dataclass(slots=True)
class Interactions:
    """All interactions, by token.

    Attributes:
        forms: Every form that was shown, with the interaction that it answered, oldest first.
        open_forms: The one that lies open before each person.
    """

    clock: Clock
    by_token: dict[str, Interaction] = field(default_factory=dict)
    forms: list[tuple[Interaction, Payload]] = field(default_factory=list)
    open_forms: dict[int, tuple[Interaction, Payload]] = field(default_factory=dict)

    def begin(self, key: int, kind: Gesture, user: int, channel: int) -> Interaction:
        interaction = Interaction(key, secrets.token_urlsafe(48), kind, user, channel, self.clock.now())
        self.by_token[interaction.token] = interaction
        return interaction

    def to_answer(self, key: int, token: str) -> Interaction:
        """Return the interaction that is about to get its first answer.

        Raises:
            DiscordError: 10062, there is none or its three seconds are over; 40060, it has had its answer.
        """
        interaction = self.by_token.get(token)
        if interaction is None or interaction.id != key:
            raise unknown("interaction")
        if interaction.answer is not None:
            raise already_acknowledged()
        if self.clock.now() - interaction.made > FIRST_ANSWER:
            raise unknown("interaction")
        return interaction

    def answered(self, token: str) -> Interaction:
        """Return the interaction whose answer is to be followed up.

        Raises:
            DiscordError: 10015, there is none or it has had no answer yet; 50027, its token is dead.
        """
        interaction = self.by_token.get(token)
        if interaction is None or interaction.answer is None:
            raise unknown("webhook")
        if self.clock.now() - interaction.made > TOKEN_LIFE:
            raise dead_token()
        return interaction
