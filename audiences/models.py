"""Saved audiences, their latest people, the people of each day before, and their size over time."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.base import TenantForeignKey, TenantModel


class Audience(TenantModel):
    """`rule` for kind dynamic; null for static (uploaded, or saved from a canvas).

    schedule: null, {"every": "hour"} or {"every": "day", "at": "HH:MM"}. change: against the last computation of an earlier
    day. failure: what went wrong with the latest computation; null after a good one.
    """

    name = models.CharField(_("名称"), max_length=200)
    description = models.TextField(_("说明"), default="", blank=True)
    folder = models.CharField(_("文件夹"), max_length=100, default="", blank=True)
    owner = models.CharField(_("负责人"), max_length=200, default="", blank=True)
    kind = models.CharField(_("类型"), max_length=10)
    rule = models.JSONField(_("规则"), null=True)
    size = models.BigIntegerField(_("人数"), null=True)
    computed_at = models.DateTimeField(_("计算时间"), null=True)
    schedule = models.JSONField(null=True)
    next_refresh_at = models.DateTimeField(null=True)
    change = models.JSONField(null=True)
    failure = models.JSONField(null=True)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    class Meta:
        verbose_name = _("人群")
        verbose_name_plural = _("人群")
        indexes = [
            models.Index(
                fields=["tenant", "next_refresh_at"],
                name="audience_refresh_due",
                condition=models.Q(next_refresh_at__isnull=False),
            )
        ]

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


class AudienceDay(models.Model):
    """Who was in an audience at the end of a day before (the tenant's zone). The newest day holds its people whole, each older
    one only what differs from the next day's: thirty days take little more room than one."""

    pk = models.CompositePrimaryKey("tenant_id", "audience_id", "day")
    tenant = models.ForeignKey(
        "tenants.Tenant", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    audience = TenantForeignKey(Audience, related_name="+")
    day = models.DateField()
    at = models.DateTimeField()
    people = models.BinaryField()


class AudienceSize(TenantModel):
    """How large an audience was, each time it was computed, who came and went since the time before, and how long it took."""

    audience = TenantForeignKey(Audience, related_name="sizes")
    size = models.BigIntegerField()
    at = models.DateTimeField()
    cause = models.CharField(max_length=20, default="")  # made, changed, asked, schedule, upload or canvas
    joined = models.BigIntegerField(null=True)
    left = models.BigIntegerField(null=True)
    took_ms = models.IntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["tenant", "audience", "-at"], name="audience_sizes")]


class Figure(models.Model):
    """What was worked out for one customer who ever bought or did something (audiences/figures); nobody else has a row.

    orders, spent: all time; *_year: the last 365 days, from which the scores 1 to 5 come. order_days: different days with
    an order. interval_days: average days between orders. alive: probability of still being a customer; expected_at: the
    day by which the next order is as likely as not. Both are unknown while the tenant has no model.
    """

    pk = models.CompositePrimaryKey("tenant_id", "customer_id")
    tenant = models.ForeignKey(
        "tenants.Tenant", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    customer_id = models.BigIntegerField()
    stage = models.CharField(max_length=20)
    orders = models.IntegerField()
    order_days = models.IntegerField()
    spent = models.DecimalField(max_digits=24, decimal_places=6)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    interval_days = models.FloatField(null=True)
    orders_year = models.IntegerField()
    spent_year = models.DecimalField(max_digits=24, decimal_places=6)
    last_year_at = models.DateTimeField(null=True)
    recency = models.SmallIntegerField(null=True)
    frequency = models.SmallIntegerField(null=True)
    monetary = models.SmallIntegerField(null=True)
    activity = models.SmallIntegerField()
    spread = models.SmallIntegerField()
    alive = models.FloatField(null=True)
    expected_at = models.DateTimeField(null=True)
    computed_at = models.DateTimeField()


class FigureState(TenantModel):
    """How far the figures of a tenant are. model: what was fitted (r, alpha, a, b), or the reason why nothing was."""

    full_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    ranked_at = models.DateTimeField(null=True)
    model = models.JSONField(null=True)
    fitted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="figure_state_once")]


class TagCheck(TenantModel):
    """How well a tag with a rule matched what people did, when it was looked at. low, high: the 95 % interval."""

    tag_id = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    checked = models.IntegerField()
    wrong = models.IntegerField()
    accuracy = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    detail = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "tag_id", "-at"], name="tag_checks")]
