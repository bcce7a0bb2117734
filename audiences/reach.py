"""How many of an audience a message could reach, channel by channel. Reads only."""

from typing import Any

from audiences.conditions.reachable import CHANNELS
from audiences.evaluate import evaluate
from audiences.rule import parse_rule
from audiences.world import open_world
from kernel.sets import People


def reach(people: People) -> list[dict[str, Any]]:
    """[{"channel", "label", "count"}] for marketing messages, most first."""
    world = open_world()
    found = []
    for channel, label in CHANNELS.items():
        tree = parse_rule({"condition": "reachable", "channel": channel}, "/rule", world)
        found.append({"channel": channel, "label": label.say(), "count": len(evaluate(tree, world, people))})
    return sorted(found, key=lambda entry: -entry["count"])
