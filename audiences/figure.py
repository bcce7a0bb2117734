"""Conditions that come down to one number (or time) for each customer, compared with a value."""

from abc import abstractmethod
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from audiences.condition import Condition, RowCondition
from audiences.world import World
from customers.comparisons import Compared
from customers.fragments import Sql, sql
from customers.operators import operators_of
from kernel.sets import People

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation

N = TypeVar("N", bound=Any)


class RowFigure(RowCondition[N]):
    """A number told from the row `c`; NULL: it has none, and only not_exists holds."""

    operators = tuple(operators_of("number"))

    @abstractmethod
    def number(self, params: N, world: World) -> Sql: ...

    def row(self, params: N, world: World) -> Sql:
        compared: Compared = params.compared()
        return compared.sql_typed(self.number(params, world), world.clock)


class Figure(Condition[N]):
    """A number that other tables tell. `nothing`: that of people whom `figures` does not name; None: they have none."""

    operators = tuple(operators_of("number"))
    nothing: ClassVar[Decimal | None] = None
    cost = 12

    @abstractmethod
    def figures(self, params: N, evaluation: "Evaluation") -> Sql:
        """SELECT customer_id, figure; one row a customer."""

    def people(self, params: N, evaluation: "Evaluation") -> People:
        """Where those without a row satisfy too, those whose figure does not are taken from everyone."""
        clock, compared = evaluation.world.clock, params.compared()
        holds = compared.sql_typed(Sql("figure"), clock)
        if not compared.test(self.nothing, clock):
            return self._where(params, evaluation, holds)
        return evaluation.rest(self._where(params, evaluation, sql("({}) IS NOT TRUE", holds)))

    def _where(self, params: N, evaluation: "Evaluation", holds: Sql) -> People:
        return evaluation.select(
            sql("SELECT customer_id FROM ({}) AS figures WHERE {}", self.figures(params, evaluation), holds)
        )


class EventFigure(Figure[N]):
    """A figure over the events that `params.event` names."""

    dimension = "behaviour"

    def events(self, params: N) -> set[str]:
        return {params.event}


ZERO = Decimal(0)
