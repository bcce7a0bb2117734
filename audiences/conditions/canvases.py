"""Part in canvases: entered or finished one (by the events that they leave), is inside one now (asked of the canvas room)."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from audiences.condition import CONDITIONS, Condition
from audiences.conditions.engagement import Counted, EngagementCondition
from audiences.forms import ui
from kernel.access import row_id
from kernel.events import ask
from kernel.language import Text
from kernel.schema import Body
from kernel.sets import People, union

if TYPE_CHECKING:
    from audiences.evaluate import Evaluation

RESULTS = {"entered": Text("进入过", "entered"), "finished": Text("走完过", "finished")}
_CANVAS = ui(2, "画布", "Canvas", "canvas-picker")


class CanvasParams(Counted):
    stem, narrowing = "canvas", ("canvas",)

    result: Literal["entered", "finished"] = Field(
        "entered", json_schema_extra=ui(1, "参与", "Took part", "select", options=RESULTS)
    )
    canvas: str | None = Field(None, max_length=40, json_schema_extra=_CANVAS)


class CanvasCondition(EngagementCondition[CanvasParams]):
    key, labels, model = "canvas", Text("参与过画布", "Took part in a canvas"), CanvasParams
    help = Text(
        "进入、完成过某张画布,例如最近 30 天进入过“新客欢迎”",
        "Entered or finished a canvas: entered the welcome canvas in the last 30 days",
    )


class InsideParams(Body):
    canvas: str | None = Field(None, max_length=40, json_schema_extra=_CANVAS)


class InsideCondition(Condition[InsideParams]):
    """Stands at a step of a canvas this moment, waiting or on the way."""

    key, dimension, labels, model = "canvas_inside", "behaviour", Text("正在画布中", "Is in a canvas now"), InsideParams
    help = Text(
        "此刻正停留在画布的某一步",
        "Stands at a step of a canvas at this moment",
    )
    cost = 15

    def people(self, params: InsideParams, evaluation: "Evaluation") -> People:
        canvas = None if params.canvas is None else row_id(params.canvas)
        if params.canvas is not None and canvas is None:
            return People()
        inside: People = union(ask("audiences.inside_canvas", canvas_id=canvas))
        return inside if evaluation.within is None else inside & evaluation.within


for condition in (CanvasCondition(), InsideCondition()):
    CONDITIONS.register(condition.key, condition)
