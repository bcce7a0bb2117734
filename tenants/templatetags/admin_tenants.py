"""What the header of the admin needs to offer a choice of tenant."""

from typing import Any

from django import template

from tenants.admin_scope import enterable_tenants
from tenants.models import Tenant

register = template.Library()
_SHOWN = 100


@register.simple_tag
def tenants_to_choose(user: Any) -> list[Tenant]:
    """At most a hundred; the list of tenants has a search for more."""
    return list(enterable_tenants(user)[:_SHOWN])
