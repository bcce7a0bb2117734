"""Saved audiences, their latest people, and their size over time."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.base import TenantForeignKey, TenantModel


class Audience(TenantModel):
    """`rule` for kind dynamic; null for static (uploaded, or saved from a canvas)."""

    name = models.CharField(_("名称"), max_length=200)
    kind = models.CharField(_("类型"), max_length=10)
    rule = models.JSONField(_("规则"), null=True)
    size = models.BigIntegerField(_("人数"), null=True)
    computed_at = models.DateTimeField(_("计算时间"), null=True)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    class Meta:
        verbose_name = _("人群")
        verbose_name_plural = _("人群")

    def __str__(self) -> str:
        return self.name


class AudienceSnapshot(models.Model):
    """The latest people of an audience: one serialised 64-bit Roaring bitmap. Apart from Audience, so lists stay light."""

    pk = models.CompositePrimaryKey("tenant_id", "audience_id")
    tenant = models.ForeignKey(
        "tenants.Tenant", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    audience = TenantForeignKey(Audience, related_name="+")
    people = models.BinaryField()


class AudienceSize(TenantModel):
    """How large an audience was, each time it was computed."""

    audience = TenantForeignKey(Audience, related_name="sizes")
    size = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "audience", "-at"], name="audience_sizes")]
