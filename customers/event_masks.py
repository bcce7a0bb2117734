"""Properties of events as everybody may see them: what is marked as sensitive, called like an identity or like a sensitive
attribute, or looks like a phone number or an email address is masked."""

from functools import cached_property
from typing import Any

from customers.event_sample import shown
from customers.identities import KNOWN_KINDS
from customers.models import EventType
from customers.sealed import sensitive_keys


class EventMasks:
    """For one answer; what people said of events is read once. plain: whoever asks may see everything."""

    def __init__(self, *, plain: bool) -> None:
        self._plain, self._about = plain, dict[str, dict[str, Any]]()

    @cached_property
    def _names(self) -> set[str]:
        return {*KNOWN_KINDS, *sensitive_keys()}

    def of(self, event: str, properties: Any) -> Any:
        if self._plain:
            return properties
        if event not in self._about:
            self._about[event] = EventType.objects.filter(name=event).values_list("about", flat=True).first() or {}
        return self._masked(self._about[event], "", properties)

    def _masked(self, about: dict[str, Any], path: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._masked(about, f"{path}.{key}".lstrip("."), inner) for key, inner in value.items()}
        if path and value is not None and about.get(path, {}).get("sensitive", path.rpartition(".")[2] in self._names):
            return shown(value, sensitive=True)
        if isinstance(value, list):
            return [self._masked(about, path, item) for item in value]
        return shown(value, sensitive=False)
