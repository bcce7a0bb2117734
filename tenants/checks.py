"""System check: the database role must not be able to walk past row-level security."""

from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connection


@register(Tags.database)
def role_is_bound_by_policies(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[Error]:
    if not databases:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        name, unbound = cursor.fetchone()
    if not unbound:
        return []
    hint = (
        "CREATE ROLE canvas_app LOGIN NOSUPERUSER NOBYPASSRLS; then use it in DATABASE_URL, "
        "or set DATABASE_ROLE=canvas_app to step down to it."
    )
    return [
        Error(
            f"database role {name} bypasses row-level security: tenants would see one another's data",
            hint=hint,
            id="tenants.E001",
        )
    ]
