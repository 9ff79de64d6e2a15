"""The frozen values that cross the borders between the rooms."""

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What becomes of a message."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    ASK = "ask"
    FALLBACK = "fallback"
    HAND_OFF = "hand_off"
    SMALL_TALK = "small_talk"
    SILENCE = "silence"


class Kind(StrEnum):
    """The kinds of evidence, strongest first: the order of definition is the order of rank."""

    TYPE = "type"
    MESSAGE = "message"
    STATUS = "status"
    EXCEPTION = "exception"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation happens; every field is an opaque key to the core."""

    platform: str
    tenant: str = ""
    channel: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A text file that came with a message, already decoded."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Something a person may pick instead of typing; ``entry`` is None for "none of these"."""

    label: str
    entry: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """What a person wrote or did, in the core's terms.

    Attributes:
        event: Identifies the message within its platform and tenant: a redelivery carries the same one.
        place: Where it was written, and where the reply goes.
        author: Who wrote it.
        text: The words, as sent.
        attachments: The text files that came along.
        addressed: False for a message that was only overheard.
        pick: The choice that was picked by a button, where no words were typed.
        revises: The event of the earlier message that this one is the new wording of, else empty.
        outsiders: People from outside the tenant read along, so that only public entries may be shown.
        locale: The language that the platform knows its author by (ISO 639-1), for where the words do not tell.
        sent: When it was written, in seconds since the epoch, where the delivery may be a late one.
        written: The same of what follows others in a thread, where more than one process may be told of that thread.
        origin: The adapter's own note on how to reply, opaque to the core and kept until the reply stands.
    """

    event: str
    place: Place
    author: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    addressed: bool = True
    pick: Choice | None = None
    revises: str = ""
    outsiders: bool = False
    locale: str = ""
    sent: float | None = None
    written: float | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact read out of a message, with where it stood (``line`` and ``column`` count from 1, in the text as sent).

    ``value`` is normalised: a lower-case error type, the pattern or the text of a message, three digits of a status, or
    an exception's class name without its package.
    """

    kind: Kind
    value: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Incident:
    """One error as it stands in a text, with all its evidence, best rank first.

    ``settled`` means that the text itself says it is over or was never there (fixed, "not a 401", answered by a later
    success). ``vendor`` names the other product that raised it, or is None where it may be ours.
    """

    evidence: tuple[Evidence, ...]
    settled: bool = False
    vendor: str | None = None


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that was taken out of a text: its kind (for example ``api_key``) and what stands in its place."""

    kind: str
    stand_in: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A message after reading: nothing in it is secret.

    Attributes:
        text: All of the message and its attachments, redacted.
        question: The person's own words, redacted: without pastes, wrappers, markup, mentions or pleasantries. Empty
            when there was only a paste.
        parts: The separate questions within ``question``, in order; one part where there is only one.
        language: ISO 639-1 code of the question ("en" where nothing tells).
        incidents: Every error found, in the order of the text.
        evidence: That of the deciding incident (the last one not settled and not another vendor's), best rank first.
        vendor: The other product that this is about, or None.
        secrets: What was taken out, in order of appearance.
        live_secret: True when at least one of the secrets would work if it were real (not an obvious placeholder).
    """

    text: str
    question: str
    parts: tuple[str, ...]
    language: str
    incidents: tuple[Incident, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    vendor: str | None = None
    secrets: tuple[Secret, ...] = ()
    live_secret: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that could answer, with the calibrated probability (0..1) that it is the right one."""

    entry: str
    confidence: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back; ``text`` is CommonMark, empty for silence.

    ``entries`` are those answered, in order; ``candidates`` the best matches whatever the outcome.
    """

    outcome: Outcome
    text: str = ""
    language: str = "en"
    entries: tuple[str, ...] = ()
    confidence: float | None = None
    candidates: tuple[Match, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    choices: tuple[Choice, ...] = ()
    secrets: tuple[Secret, ...] = field(default=())
    live_secret: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """A reply on its way to its platform; the *message* that it answers has lost its words."""

    message: Message
    reply: Reply
