"""BG/NBD: fits a Model to how people bought, and foretells with it. Numbers in, numbers out; no database, no clock.

Fader, Hardie, Lee, "Counting Your Customers the Easy Way: An Alternative to the Pareto/NBD Model", Marketing Science 24
(2005): likelihood (6), conditional expectation (10). Time is in weeks, purchases are days with an order after the first.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from audiences.figures.model import Model
from kernel.language import Text

Floats = npt.NDArray[np.float64]
LEAST_BUYERS, LEAST_REPEATERS, LEAST_WEEKS = 100, 30, 8
SHOWN_UP_TO = 7  # purchases; who made more is shown together
_TOO_FEW = Text(
    "数据太少:需要至少 {buyers} 位购买过的客户(现有 {n})、其中 {repeaters} 位复购(现有 {m})",
    "Too little data: at least {buyers} buyers are needed (there are {n}), {repeaters} of them repeat buyers (there are {m})",
)
_TOO_SHORT = Text(
    "数据太少:需要至少 {weeks} 周的购买历史", "Too little data: at least {weeks} weeks of purchases are needed"
)
_NO_FIT = Text(
    "模型没有收敛,购买数据可能不是人的自然购买", "The model found no fit; these may not be natural purchases"
)


class TooLittle(Exception):  # not a fault: a tenant who begins
    """There is no model; `text` says why, in both languages."""

    def __init__(self, text: dict[str, str]) -> None:
        super().__init__(text["en"])
        self.text = text


@dataclass(frozen=True)
class Bought:
    """Groups of customers: x purchases after the first, the last of them tx weeks after it, known for T weeks, n people."""

    x: Floats
    tx: Floats
    T: Floats
    n: Floats

    def check(self) -> None:
        """Raises TooLittle."""
        buyers, repeaters = int(self.n.sum()), int(self.n[self.x > 0].sum())
        if buyers < LEAST_BUYERS or repeaters < LEAST_REPEATERS:
            known = {"buyers": LEAST_BUYERS, "repeaters": LEAST_REPEATERS, "n": buyers, "m": repeaters}
            raise TooLittle({k: v.format(**known) for k, v in _TOO_FEW.labels().items()})
        if self.T.max() < LEAST_WEEKS:
            raise TooLittle({k: v.format(weeks=LEAST_WEEKS) for k, v in _TOO_SHORT.labels().items()})


def log_likelihood(model: Model, bought: Bought) -> float:
    from scipy.special import gammaln  # loaded only where a model is fitted: half a second and 40 MB a process

    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    x, tx, T = bought.x, bought.tx, bought.T
    first = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    second = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    staying = -(r + x) * np.log(alpha + T)
    leaving = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + tx)
    both = np.where(x > 0, np.logaddexp(staying, leaving), staying)
    return float(np.sum(bought.n * (first + second + both)))


def fit(bought: Bought) -> Model:
    """Maximum likelihood over the logarithms of the parameters. Raises TooLittle."""
    from scipy.optimize import minimize  # as above

    bought.check()
    people = bought.n.sum()

    def loss(logs: Floats) -> float:
        return float(-log_likelihood(Model(*np.exp(logs)), bought) / people)

    found = [
        minimize(loss, np.log(start), method="L-BFGS-B", bounds=[(-8, 12)] * 4, options={"ftol": 1e-12, "gtol": 1e-7, "maxiter": 2000})
        for start in ((1, 1, 1, 1), (0.25, 5, 0.8, 2.5), (0.5, 20, 0.1, 10))
    ]  # fmt: skip
    best = min(found, key=lambda one: float(one.fun))
    if not np.isfinite(best.fun):
        raise TooLittle(_NO_FIT.labels())
    return Model(*(float(v) for v in np.exp(best.x)))


def alive(model: Model, bought: Bought) -> Floats:
    """Probability of still being a customer at T."""
    x = bought.x
    lapse = np.exp(np.minimum(600, (model.r + x) * np.log((model.alpha + bought.T) / (model.alpha + bought.tx))))
    dead: Floats = np.where(x > 0, model.a / (model.b + np.maximum(x, 1) - 1) * lapse, 0.0)
    result: Floats = 1 / (1 + dead)
    return result


def expected(model: Model, bought: Bought, weeks: float) -> Floats:
    """Purchases that each person will make in the `weeks` after T."""
    from scipy.special import hyp2f1  # as above

    r, alpha, a, b, x = model.r, model.alpha, model.a, model.b, bought.x
    if abs(a - 1) < 1e-6:
        a += 2e-6  # the formula has a hole there
    grown = hyp2f1(r + x, b + x, a + b + x - 1, weeks / (alpha + bought.T + weeks))
    left = 1 - ((alpha + bought.T) / (alpha + bought.T + weeks)) ** (r + x) * grown
    result: Floats = (a + b + x - 1) / (a - 1) * left * alive(model, bought)
    return result


def compare(model: Model, bought: Bought, actual: Floats, weeks: float) -> list[dict[str, Any]]:
    """[{"purchases", "people", "predicted", "actual"}] a person, by what was bought before. actual: summed over each group."""
    foretold, rows = expected(model, bought, weeks) * bought.n, []
    for count in range(SHOWN_UP_TO + 1):
        chosen = bought.x >= count if count == SHOWN_UP_TO else bought.x == count
        people = float(bought.n[chosen].sum())
        if people:
            rows.append({
                "purchases": count, "people": int(people),
                "predicted": round(float(foretold[chosen].sum()) / people, 4),
                "actual": round(float(actual[chosen].sum()) / people, 4),
            })  # fmt: skip
    return rows
