"""Tasks for people over HTTP: the list with its filters, done, dismiss, and open again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, Field
from rest_framework.request import Request
from rest_framework.response import Response

from customers.access import access_staff_task
from customers.models import Customer, Staff, StaffTask
from customers.staff_rates import rates
from customers.staff_tasks import DISMISSED, DONE, STATUSES, task_close, task_reopen
from kernel.access import row_id
from kernel.errors import Code, ProblemError
from kernel.events import ask
from kernel.pagination import paginate_many
from kernel.schema import Body
from tenants.rest.base import TenantView

_IDS = {"staff": "staff_id", "canvas": "canvas_id", "customer": "customer_id", "run": "run_id"}


class Named(BaseModel):
    id: str
    name: str | None


class StaffTaskOut(BaseModel):
    """`kind`: staff (from a task step), undelivered (a message that failed), stuck (a step that can't be done), account, package (one that is running out); these have no customer."""

    id: str
    kind: str
    status: str
    title: str
    text: str
    customer: Named | None
    staff: Named | None
    owner: str | None
    canvas: Named
    run: str
    node: str
    due_at: datetime | None
    created_at: datetime
    done_at: datetime | None
    done_by: str | None
    result: str | None


class StaffTasksPage(BaseModel):
    results: list[StaffTaskOut]
    next: str | None


class TaskCounts(BaseModel):
    """`rate`: done of all, 0 to 1. late: open although due."""

    tasks: int
    done: int
    dismissed: int
    open: int
    late: int
    rate: float | None


class StaffTaskCounts(TaskCounts):
    staff: Named | None


class StaffTaskRates(BaseModel):
    total: TaskCounts
    staff: list[StaffTaskCounts]


class ClosingIn(Body):
    """What came of it, in a few words."""

    result: str = Field("", max_length=2000)


class StaffTasksView(TenantView):
    resource = "customers"

    @extend_schema(
        operation_id="staff_tasks_list",
        parameters=[OpenApiParameter(p) for p in (*_IDS, "status", "cursor", "page_size")],
        responses=StaffTasksPage,
    )
    def get(self, request: Request) -> Response:
        """?staff= ?canvas= ?customer= ?run= ?status=open|done|dismissed; newest first."""
        rows = StaffTask.objects.filter(**_filter(request.query_params.dict()))
        return Response(paginate_many(request, rows, _show_all))


class StaffTaskRatesView(TenantView):
    resource = "customers"

    @extend_schema(
        operation_id="staff_tasks_rates",
        parameters=[OpenApiParameter(p) for p in (*_IDS, "status")],
        responses=StaffTaskRates,
    )
    def get(self, request: Request) -> Response:
        """How staff get on with their tasks, with the filters of the list."""
        return Response(rates(StaffTask.objects.filter(**_filter(request.query_params.dict()))))


class _ClosingView(TenantView):
    resource = "customers"
    status: str

    def close(self, task_id: str) -> Response:
        sent = self.body(ClosingIn)
        task = task_close(access_staff_task(task_id), self.status, result=sent.result, actor=self.actor.name)
        return Response(_show_all([task])[0])


class DoneView(_ClosingView):
    status = DONE

    @extend_schema(operation_id="staff_tasks_done", request=ClosingIn, responses=StaffTaskOut)
    def post(self, request: Request, task_id: str) -> Response:
        return self.close(task_id)


class DismissView(_ClosingView):
    status = DISMISSED

    @extend_schema(operation_id="staff_tasks_dismiss", request=ClosingIn, responses=StaffTaskOut)
    def post(self, request: Request, task_id: str) -> Response:
        return self.close(task_id)


class ReopenView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="staff_tasks_reopen", request=None, responses=StaffTaskOut)
    def post(self, request: Request, task_id: str) -> Response:
        return Response(_show_all([task_reopen(access_staff_task(task_id), actor=self.actor.name)])[0])


def _filter(params: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, column in _IDS.items():
        if params.get(name):
            found[column] = int(params[name]) if row_id(params[name]) is not None else -1
    if status := params.get("status"):
        if status not in STATUSES:
            raise ProblemError.at("/status", Code.BAD_VALUE, reason=", ".join(STATUSES))
        found["status"] = status
    return found


def _show_all(tasks: Sequence[StaffTask]) -> list[dict[str, Any]]:
    staff = dict(Staff.objects.filter(pk__in={t.staff_id for t in tasks}).values_list("pk", "name"))
    customers = _customer_names({t.customer_id for t in tasks if t.customer_id is not None})
    canvases: dict[int, str] = {}
    for answer in ask("customers.canvas_names", ids={t.canvas_id for t in tasks}):
        canvases |= answer
    return [_show(t, staff, customers, canvases) for t in tasks]


def _customer_names(ids: set[int]) -> dict[int, str]:
    """Their name, else their external id."""
    rows = Customer.objects.filter(pk__in=ids).values_list("pk", "attributes__name", "external_id")
    return {pk: str(name or external or f"#{pk}") for pk, name, external in rows}


def _show(
    task: StaffTask, staff: dict[int, str], customers: dict[int, str], canvases: dict[int, str]
) -> dict[str, Any]:
    return {
        "id": str(task.pk), "kind": task.kind, "status": task.status, "title": task.title, "text": task.text,
        "customer": _named(task.customer_id, customers), "staff": _named(task.staff_id, staff), "owner": task.owner or None,
        "canvas": _named(task.canvas_id, canvases), "run": str(task.run_id), "node": task.node, "due_at": task.due_at,
        "created_at": task.created_at, "done_at": task.done_at, "done_by": task.done_by or None, "result": task.result or None,
    }  # fmt: skip


def _named(number: int | None, names: dict[int, str]) -> dict[str, Any] | None:
    return None if number is None else {"id": str(number), "name": names.get(number)}
