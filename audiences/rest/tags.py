"""What the audiences room does with tags over HTTP: asking the rule of one anew."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audiences.tagging import REFRESH_TAG
from customers.access import access_tag
from customers.errors import CustomerCode
from kernel.errors import ProblemError
from tenants.jobs import job_create, job_show
from tenants.rest.base import TenantView
from tenants.scope import current_tenant_id


class TagRefreshView(TenantView):
    resource = "customers"

    @extend_schema(operation_id="tags_refresh", request=None, responses={202: dict})
    def post(self, request: Request, tag_id: str) -> Response:
        tag = access_tag(tag_id)
        if tag.rule is None:
            raise ProblemError(CustomerCode.TAG_BY_HAND, name=tag.name)
        return Response(job_show(job_create(REFRESH_TAG, {"tenant": current_tenant_id(), "tag": tag.pk})), status=202)
