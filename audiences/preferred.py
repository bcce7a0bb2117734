"""Conditions that ask for the choice somebody makes most often: of several that are equally frequent each counts."""

from abc import abstractmethod
from typing import TYPE_CHECKING

from audiences.condition import Condition
from audiences.figure import N
from audiences.happened import of_params
from customers.fragments import Sql, sql
from customers.moments import Clock
from kernel.sets import People

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation


class Preferred(Condition[N]):
    """Holds when one of the wanted choices is among the most frequent of the customer."""

    dimension = "behaviour"
    cost = 20

    def events(self, params: N) -> set[str]:
        return {params.event}

    @abstractmethod
    def choice(self, params: N, clock: Clock) -> Sql:
        """The choice of an event `e`; NULL: none."""

    @abstractmethod
    def wanted(self, params: N) -> Sql:
        """The wanted ones, an array."""

    def source(self, params: N, evaluation: "Evaluation") -> Sql:
        """FROM … WHERE."""
        return of_params(params, evaluation)

    def people(self, params: N, evaluation: "Evaluation") -> People:
        counted = sql(
            "SELECT e.customer_id, {} AS choice, count(*) AS n FROM {} GROUP BY 1, 2",
            self.choice(params, evaluation.world.clock),
            self.source(params, evaluation),
        )
        # the most frequent wanted one is as frequent as any: no sorting of everybody's choices
        return evaluation.select(
            sql(
                "SELECT customer_id FROM ({}) AS counted WHERE choice IS NOT NULL GROUP BY 1 "
                "HAVING max(n) = max(n) FILTER (WHERE choice = ANY({}))",
                counted,
                self.wanted(params),
            )
        )
