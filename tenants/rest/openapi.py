"""What the OpenAPI document leaves out: the docstrings of base classes, which speak to who writes a view."""

from drf_spectacular.plumbing import get_lib_doc_excludes

from tenants.rest.base import OpenView, TenantView


def bases() -> list[type]:
    return [*get_lib_doc_excludes(), TenantView, OpenView]
