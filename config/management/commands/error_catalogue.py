"""`./canvas manage error_catalogue > docs/errors.md`: every code that the API answers with, from the code itself."""

import enum
import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from kernel.language import Text

ROOMS = ("kernel", "tenants", "customers", "audiences", "rewards", "channels", "canvas_app")


def codes() -> Iterator[tuple[str, str, int, Text]]:
    """(room, code, HTTP status, text), in order."""
    for room in ROOMS:
        found: dict[str, tuple[int, Text]] = {}
        for module in pkgutil.iter_modules(importlib.import_module(room).__path__):
            if module.name != "errors":
                continue
            for member in vars(importlib.import_module(f"{room}.errors")).values():
                if isinstance(member, type) and issubclass(member, enum.Enum) and member.__module__ == f"{room}.errors":
                    found |= {code.name.lower(): code.value for code in member if isinstance(code.value, tuple)}
        for name, (status, text) in sorted(found.items()):
            yield room, name, status, text


def catalogue() -> str:
    lines = [
        "# Codes of errors and problems", "",
        "Made by `./canvas manage error_catalogue`; a test keeps it current. Errors are `application/problem+json` (RFC 9457)",
        "with `code`, and `errors[]` with a JSON pointer each. Texts come in the language of `Accept-Language`.", "",
        "| room | code | status | 中文 | English |", "| --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for room, name, status, text in codes():
        zh, en = (t.replace("|", "\\|").replace("\n", " ") for t in (text.zh, text.en))
        lines.append(f"| {room} | `{name}` | {status} | {zh} | {en} |")
    return "\n".join(lines) + "\n"


class Command(BaseCommand):
    help = "Prints the catalogue of error codes as Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(catalogue(), ending="")
