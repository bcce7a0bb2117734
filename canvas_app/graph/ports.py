"""Ports of a node: fixed ones, and ones that its settings make (a port per variant, numbered inputs)."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Port:
    """One port, or a recipe for several.

    key: the port (fixed) · each: a list in the settings, one port an item, named by the item's "key", or by the item
    itself where it is a word (`names`: how words are called) ·
    count: a number in the settings, ports `<prefix>1` … · when: a setting that must be truthy for the port to exist.
    many: any key of the form prefix + number is taken as well. back: its edges may lead back to an earlier node.
    """

    key: str = ""
    zh: str = ""
    en: str = ""
    each: str = ""
    count: str = ""
    prefix: str = ""
    default: int = 2
    when: str = ""
    optional: bool = False
    numbered_too: bool = False
    back: bool = False
    names: tuple[tuple[str, dict[str, str]], ...] = ()

    def keys(self, config: dict[str, Any]) -> list[str]:
        """Port keys under these settings; settings may be incomplete."""
        if self.each:
            items = config.get(self.each) or []
            if self.names:
                return [i for i in items if isinstance(i, str)]
            return [str(i["key"]) for i in items if isinstance(i, dict) and i.get("key")]
        if self.count:
            number = config.get(self.count) or self.default
            return [f"{self.prefix}{i}" for i in range(1, int(number) + 1)]
        if self.when and not config.get(self.when):
            return []
        return [self.key]

    def takes(self, key: str, config: dict[str, Any]) -> bool:
        return key in self.keys(config) or (
            self.numbered_too and key.startswith(self.key) and key[len(self.key) :].isdecimal()
        )

    def as_json(self) -> dict[str, Any]:
        labels = {"zh": self.zh or self.key, "en": self.en or self.key}
        if self.each:
            each = {"each": f"/{self.each}", "key": "key", "label": "label"}
            return {**each, "names": dict(self.names)} if self.names else each
        if self.count:
            return {
                "count": f"/{self.count}",
                "prefix": self.prefix,
                "default": self.default,
                "labels": labels,
            }
        known: dict[str, Any] = {"key": self.key, "labels": labels, "optional": self.optional}
        if self.back:
            known["back"] = True
        return {**known, "when": f"/{self.when}"} if self.when else known


@dataclass(frozen=True)
class Ports:
    inputs: tuple[Port, ...] = field(default_factory=tuple)
    outputs: tuple[Port, ...] = field(default_factory=tuple)

    @property
    def back(self) -> str | None:
        """The port whose edges may lead back."""
        return next((p.key for p in self.outputs if p.back), None)

    def has_input(self, key: str, config: dict[str, Any]) -> bool:
        return any(p.takes(key, config) for p in self.inputs)

    def has_output(self, key: str, config: dict[str, Any]) -> bool:
        return any(p.takes(key, config) for p in self.outputs)

    def output_keys(self, config: dict[str, Any]) -> list[str]:
        return [k for p in self.outputs for k in p.keys(config)]

    def input_keys(self, config: dict[str, Any]) -> list[str]:
        return [k for p in self.inputs for k in p.keys(config)]

    def as_json(self) -> dict[str, Any]:
        return {"inputs": [p.as_json() for p in self.inputs], "outputs": [p.as_json() for p in self.outputs]}
