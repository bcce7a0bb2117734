"""Calls upward: a lower room publishes, a higher one has subscribed in its AppConfig.ready(). Same transaction, in order."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

Handler = Callable[..., Any]
_handlers: dict[str, list[Handler]] = defaultdict(list)


def subscribe(topic: str, handler: Handler) -> None:
    """Call `handler(**payload)` on each publish of `topic`; subscribing twice counts once."""
    if handler not in _handlers[topic]:
        _handlers[topic].append(handler)


def publish(topic: str, **payload: Any) -> None:
    """Tell all subscribers. Their errors are the publisher's: the transaction rolls back as a whole."""
    for handler in _handlers[topic]:
        handler(**payload)


def ask(topic: str, **payload: Any) -> list[Any]:
    """The answers of all subscribers, such as "who uses this audience?"."""
    return [handler(**payload) for handler in _handlers[topic]]
