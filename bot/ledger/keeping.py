"""Messages and deliveries as the JSON text that a ledger keeps of them."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from bot.model import Delivery, Message, Secret


@dataclass(frozen=True, slots=True)
class Work:
    """A claimed message whose words are redacted, with what the redaction took out of them."""

    message: Message
    secrets: tuple[Secret, ...] = ()
    live_secret: bool = False


_WORK = TypeAdapter(Work)
_DELIVERY = TypeAdapter(Delivery)


def work_to_json(work: Work) -> str:
    """Return *work* as JSON text, read back by `work_from_json`."""
    return _WORK.dump_json(work, exclude_defaults=True).decode()


def work_from_json(text: str) -> Work:
    """Return the work kept as *text*.

    Raises:
        ValueError: it is not what `work_to_json` makes.
    """
    return _WORK.validate_json(text)


def delivery_to_json(delivery: Delivery) -> str:
    """Return *delivery* as JSON text, read back by `delivery_from_json`."""
    return _DELIVERY.dump_json(delivery, exclude_defaults=True).decode()


def delivery_from_json(text: str) -> Delivery:
    """Return the delivery kept as *text*.

    Raises:
        ValueError: it is not what `delivery_to_json` makes.
    """
    return _DELIVERY.validate_json(text)
