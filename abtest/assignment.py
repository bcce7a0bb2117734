"""Who gets which variant: a function of salt, customer id and shares alone, the same on every machine."""

from collections.abc import Sequence

from kernel.sets import People, split

HOLDOUT = "holdout"


def assign(
    salt: str, variants: Sequence[tuple[str, float]], holdout_percent: float, people: People
) -> dict[str, People]:
    """Disjoint sets by variant key, and HOLDOUT, whose union is `people`.

    The control group is drawn first, by a salt of its own: changing the variants never moves anybody in or out.
    variants: (key, share), positive shares of any sum. Raises ValueError for none, a repeated key, a bad share.
    """
    keys = [key for key, _ in variants]
    if not keys or len(set(keys)) != len(keys) or HOLDOUT in keys:
        raise ValueError("variants need distinct keys, at least one, and none called 'holdout'")
    if any(share <= 0 for _, share in variants) or not 0 <= holdout_percent < 100:
        raise ValueError("shares must be positive and the control group from 0 to below 100 %")
    held, treated = _hold_out(salt, holdout_percent, people)
    parts = split(treated, salt, [float(share) for _, share in variants])
    return {**dict(zip(keys, parts, strict=True)), HOLDOUT: held}


def _hold_out(salt: str, percent: float, people: People) -> tuple[People, People]:
    if percent == 0:
        return People(), people
    held, treated = split(people, f"{salt}:{HOLDOUT}", [float(percent), 100.0 - percent])
    return held, treated
