"""A send job that mixes waves: thousands of people who came in by an event each, and whose messages leave together.

`SendJob.waves` says of everybody who was ever in the job in which wave they are. It never changes, whoever goes from the
job, and a job that is split off has the same; NULL: they are all of the job's own wave.
"""

from collections.abc import Mapping

import numpy as np

from kernel.sets import People

Waves = Mapping[int, People]  # wave → its people; no customer is in two
MIXED = 0  # wave_id of a job that mixes waves


def dump(waves: Waves) -> bytes:
    """Customers, then the wave of each."""
    pairs = [(customer, wave) for wave, group in waves.items() for customer in group]
    return np.array(pairs, dtype="<i8").T.tobytes()


def load(raw: bytes | memoryview | None) -> dict[int, int] | None:
    """customer → wave."""
    if raw is None:
        return None
    customers, waves = np.frombuffer(raw, dtype="<i8").reshape(2, -1).tolist()
    return dict(zip(customers, waves, strict=True))


def by_wave(group: People, wave_of: Mapping[int, int] | None, own: int) -> dict[int, People]:
    """`group` by wave; without a mapping they are all of the job's `own`."""
    if wave_of is None:
        return {own: group}
    found: dict[int, People] = {}
    for customer in group:
        found.setdefault(wave_of[customer], People()).add(customer)
    return found
