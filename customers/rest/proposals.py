"""Customers who may be one person, over HTTP: looked at, accepted one by one or many, dismissed."""

from typing import Annotated

from drf_spectacular.utils import OpenApiParameter, extend_schema
from pydantic import BaseModel, Field
from rest_framework.request import Request
from rest_framework.response import Response

from customers.access import access_customer, access_merge_proposal
from customers.errors import CustomerCode
from customers.merging import deciding
from customers.merging.listing import proposals_page, proposals_show
from customers.models import MergeProposal
from customers.rest.merges import MergeOut
from customers.rest.shapes import MergeProposalOut, MergeProposalsPage
from customers.selectors import customers_show
from kernel.errors import Code, ProblemError
from kernel.schema import Body
from tenants.rest.base import TenantView

_STATUSES = (deciding.OPEN, deciding.QUEUED, deciding.ACCEPTED, deciding.DISMISSED)


class AcceptIn(Body):
    """`into`: which of the two stays; without it the one that is shown as `survivor`."""

    into: str | None = None


class AcceptManyIn(Body):
    """`confirm`: how many of them are open, so that nobody merges more than they saw."""

    proposals: list[Annotated[str, Field(pattern="^[0-9]{1,18}$")]] = Field(min_length=1, max_length=500)
    confirm: int


class AcceptManyOut(BaseModel):
    """They are merged one after the other within moments."""

    queued: int


class MergeProposalsView(TenantView):
    resource = "customers"

    @extend_schema(
        operation_id="merge_proposals_list",
        parameters=[OpenApiParameter(name, str) for name in ("status", "customer", "cursor", "page_size")],
        responses=MergeProposalsPage,
    )
    def get(self, request: Request) -> Response:
        status, customer = request.query_params.get("status", deciding.OPEN), request.query_params.get("customer")
        if status not in _STATUSES:
            raise ProblemError.at("/status", Code.BAD_VALUE, reason=", ".join(_STATUSES))
        return Response(proposals_page(request, status, access_customer(customer) if customer else None))


class AcceptManyView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="merge_proposals_accept_many", request=AcceptManyIn, responses={202: AcceptManyOut})
    def post(self, request: Request) -> Response:
        sent = self.body(AcceptManyIn)
        ids = sorted({int(one) for one in sent.proposals})
        # locked, in the order of those who propose: nobody decides any of them between the count and the deed
        rows = MergeProposal.objects.select_for_update().filter(pk__in=ids, status=deciding.OPEN)
        found = list(rows.order_by("first_id", "second_id").values_list("pk", flat=True))
        if sent.confirm != len(found):
            raise ProblemError(CustomerCode.PROPOSALS_CHANGED, open=len(found), extra={"open": len(found)})
        return Response({"queued": deciding.proposals_accept(found, actor=self.actor.name)}, status=202)


class AcceptView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="merge_proposals_accept", request=AcceptIn, responses={201: MergeOut})
    def post(self, request: Request, proposal_id: str) -> Response:
        proposal, sent = access_merge_proposal(proposal_id), self.body(AcceptIn)
        merge = deciding.proposal_accept(proposal, into=sent.into, actor=self.actor.name)
        return Response({"id": str(merge.pk), "survivor": customers_show([merge.survivor_id])[0]}, status=201)


class DismissView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="merge_proposals_dismiss", request=None, responses=MergeProposalOut)
    def post(self, request: Request, proposal_id: str) -> Response:
        row = deciding.proposal_dismiss(access_merge_proposal(proposal_id), actor=self.actor.name)
        return Response(proposals_show([row])[0])
