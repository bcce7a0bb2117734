"""Base of every model that belongs to a tenant. Its manager raises outside a scope."""

from typing import Any, ClassVar, Self, TypeVar

from django.db import models

from tenants.scope import current_tenant_id

M = TypeVar("M", bound=models.Model)


class ScopedManager(models.Manager[M]):
    """Rows of the open tenant scope. Raises NoTenantScopeError when none is open."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().filter(tenant_id=current_tenant_id())


class TenantForeignKey(models.ForeignKey):
    """Reference to another row of the same tenant; ScopeToTenant makes it (tenant_id, x_id) in the database."""

    def __init__(self, to: Any, on_delete: Any = models.DO_NOTHING, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs.setdefault("db_index", False)
        super().__init__(to, on_delete, **kwargs)


class TenantModel(models.Model):
    """id is unique in the database only together with the tenant: primary key (tenant_id, id)."""

    tenant = models.ForeignKey(
        "tenants.Tenant", models.DO_NOTHING, db_constraint=False, db_index=False, editable=False,
        default=current_tenant_id, related_name="+",
    )  # fmt: skip

    objects: ClassVar[ScopedManager[Self]] = ScopedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
