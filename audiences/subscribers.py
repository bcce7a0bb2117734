"""What this room does when something happens below."""

from django.db import connection

from audiences import tagging
from audiences.attribute_use import rules_with_attribute
from audiences.models import TagCheck
from customers.models import Tag
from kernel.copy import id_list
from kernel.events import subscribe
from kernel.sets import People
from tenants.scope import current_tenant_id


def forget_figures(people: People) -> None:
    """An erased customer leaves nothing that was worked out about them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM audiences_figure WHERE tenant_id = %s AND customer_id = ANY(%s::bigint[])",
            [current_tenant_id(), id_list(people)],
        )


def forget_checks(tag: Tag) -> None:
    TagCheck.objects.filter(tag_id=tag.pk).delete()


def connect() -> None:
    subscribe("customers.erased", forget_figures)
    subscribe("customers.tag_rule_problems", tagging.tag_rule_problems)
    subscribe("customers.tag_rule", tagging.keep)
    subscribe("customers.tag_deleted", forget_checks)
    subscribe("customers.tag_users", tagging.rules_with_tag)
    subscribe("customers.attribute_users", rules_with_attribute)
