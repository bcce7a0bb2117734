"""Base of every API view: who is calling, may they, then the handler inside one transaction of their tenant."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import OperationalError
from django.http import HttpRequest
from psycopg2.errors import DeadlockDetected
from pydantic import BaseModel
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from kernel.errors import Code, ProblemError
from kernel.schema import parse
from tenants.rest import idempotency
from tenants.rest.actor import Actor, actor_of, claimed_key, key_actor, session_actor
from tenants.rest.throttle import check_rate
from tenants.scope import tenant_tx

log = logging.getLogger(__name__)

M = TypeVar("M", bound=BaseModel)
_SAFE = ("GET", "HEAD", "OPTIONS")
_DEADLOCKS = 2  # so often a request is begun anew


class TenantView(APIView):
    """Subclasses set `resource` (scope `<resource>:read` for safe methods, `<resource>:write` for others) or `scopes` by method.

    Handlers run inside tenant_tx: what they raise rolls everything back. Idempotency-Key is handled here.
    """

    permission_classes: list[type[BasePermission]] = [
        AllowAny
    ]  # the scope is checked in dispatch, inside the transaction
    resource: str = ""
    scopes: dict[str, str] = {}
    remembers = True  # the answer to a POST with an Idempotency-Key, for a day
    snapshot = False  # reads only, all of one moment: for sums over ledgers that move meanwhile

    def perform_authentication(self, request: Request) -> None:
        """Who is calling is told in _handle; DRF's own way would replace the session's user by nobody."""

    def required_scope(self, method: str) -> str:
        return self.scopes.get(method) or f"{self.resource}:{'read' if method in _SAFE else 'write'}"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        self.args, self.kwargs = args, kwargs
        wrapped = self.initialize_request(request, *args, **kwargs)
        self.request, self.headers = wrapped, self.default_response_headers
        try:
            self.initial(wrapped, *args, **kwargs)
            response = self._handle(request, wrapped, *args, **kwargs)
        except Exception as error:
            response = self.handle_exception(error)
        self.response = self.finalize_response(wrapped, response, *args, **kwargs)
        return self.response

    def _handle(self, request: HttpRequest, wrapped: Request, *args: Any, **kwargs: Any) -> Response:
        _refuse_nul(request)
        claim = claimed_key(request)
        actor = None if claim else session_actor(request)
        tenant_id = claim.tenant_id if claim else actor.tenant_id  # type: ignore[union-attr]  # one of the two is there
        check_rate(tenant_id)
        handler = getattr(self, str(request.method).lower(), self.http_method_not_allowed)
        raw = request.body if idempotency.HEADER in request.headers else b""

        def answer() -> Response:
            with tenant_tx(tenant_id):
                self._admit(wrapped, actor or key_actor(claim))  # type: ignore[arg-type]
                if not self.snapshot:
                    return self._once(wrapped, raw, lambda: handler(wrapped, *args, **kwargs))
            with tenant_tx(tenant_id, snapshot=True):
                return handler(wrapped, *args, **kwargs)

        return _despite_deadlocks(answer)

    def _once(self, request: Request, raw: bytes, answer: Callable[[], Response]) -> Response:
        if not self.remembers:
            return answer()
        stored = idempotency.replay(request, raw)
        if stored is not None:
            return stored
        response = answer()
        idempotency.remember(request, response)
        return response

    def _admit(self, request: Request, actor: Actor) -> None:
        request.actor = actor  # type: ignore[attr-defined]  # read back by actor_of
        scope = self.required_scope(str(request.method))
        if not actor.may(scope):
            raise ProblemError(Code.FORBIDDEN, scope=scope)

    def body(self, model: type[M]) -> M:
        """The request's body as `model`, or a 400 problem."""
        return parse(model, self.request.data)

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)


def _despite_deadlocks(answer: Callable[[], Response]) -> Response:
    """PostgreSQL ends one of two transactions that wait for one another: nothing of it was done, so it is done again."""
    for _ in range(_DEADLOCKS):
        try:
            return answer()
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
            log.warning("a deadlock, again: %s", error)
    return answer()


def _refuse_nul(request: HttpRequest) -> None:
    """PostgreSQL takes no NUL in text: such an id is nobody's, such a parameter is a mistake."""
    if "\0" in request.path:
        raise ProblemError(Code.NOT_FOUND)
    if "%00" in request.META.get("QUERY_STRING", ""):
        raise ProblemError(Code.NUL_CHARACTER)


class OpenView(APIView):
    """For the few addresses without log-in: session, health, callbacks."""

    permission_classes: list[type[BasePermission]] = [AllowAny]

    def perform_authentication(self, request: Request) -> None:
        """As above: the handler asks the session itself."""
