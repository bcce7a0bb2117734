"""What a condition is, and the registry that finds every one of them below audiences.conditions."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from audiences.window import Window
from audiences.world import World
from customers.fragments import Sql
from kernel.errors import FieldProblem
from kernel.language import Text
from kernel.registry import Registry
from kernel.schema import Body
from kernel.sets import People

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation

P = TypeVar("P", bound=Body)


class Condition(ABC, Generic[P]):
    """One kind of condition. `cost` orders the parts of an `all`: the cheap ones narrow down what the dear ones read."""

    key: ClassVar[str]
    dimension: ClassVar[str]  # attribute, behaviour, group or tag
    labels: ClassVar[Text]
    help: ClassVar[Text | None] = None  # one line for the list from which it is chosen
    model: ClassVar[type[Body]]
    operators: ClassVar[tuple[str, ...]] = ()
    cost: ClassVar[int] = 1
    asks_sealed: ClassVar[bool] = False  # whether it can be asked of attributes whose values are sealed

    def problems(self, params: P, world: World) -> list[FieldProblem]:
        """Faults that only the tenant's data can tell; pointers below the condition."""
        return []

    def warnings(self, params: P, world: World) -> list[FieldProblem]:
        """What is allowed and yet probably not meant."""
        return []

    def events(self, params: P) -> set[str]:
        """Names of events that change the answer."""
        return set()

    def slides(self, params: P) -> Window | None:
        """The window through which alone the answer depends on the moment at which it is asked."""
        return None

    def row(self, params: P, world: World) -> Sql | None:
        """A predicate over one row `c` of customers_customer, when it can be told from that row."""
        return None

    @abstractmethod
    def people(self, params: P, evaluation: "Evaluation") -> People:
        """Those for whom it holds; may contain people who are no longer active."""


class RowCondition(Condition[P]):
    """A condition told from the customer's row: several of them become one statement."""

    @abstractmethod
    def row(self, params: P, world: World) -> Sql: ...

    def people(self, params: P, evaluation: "Evaluation") -> People:
        return evaluation.customers(self.row(params, evaluation.world))


CONDITIONS: Registry[Condition[Any]] = Registry("audiences.conditions")
