"""Reward packages, uploaded codes, and the ledger of grants."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.base import TenantForeignKey, TenantModel


class Package(TenantModel):
    """`issued` counts people served and `spent` what they cost; both are raised only under this row's lock, so neither stock
    nor budget is ever exceeded. per_customer: within per_customer_days, or ever."""

    name = models.CharField(_("名称"), max_length=200)
    items = models.JSONField(_("内容"))
    stock = models.BigIntegerField(_("库存"), null=True, blank=True)
    issued = models.BigIntegerField(_("已发"), default=0)
    per_customer = models.IntegerField(_("每人限领"), null=True, blank=True)
    per_customer_days = models.IntegerField(_("限领周期(天)"), null=True, blank=True)
    budget = models.DecimalField(_("预算"), max_digits=18, decimal_places=2, null=True, blank=True)
    spent = models.DecimalField(
        _("已用预算"), max_digits=18, decimal_places=2, default=Decimal(0), db_default=Decimal(0)
    )
    low_stock = models.BigIntegerField(_("低库存提醒"), null=True, blank=True)
    low_told_at = models.DateTimeField(_("低库存已提醒"), null=True, blank=True)
    created_by = models.CharField(_("创建人"), max_length=200, default="", blank=True)
    validity = models.JSONField(_("有效期"), default=dict)
    connector = models.JSONField(null=True, blank=True)  # {"account", "ref"}: the merchant's shop issues it
    status = models.CharField(_("状态"), max_length=20, default="active")
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("权益礼包")
        verbose_name_plural = _("权益礼包")

    def __str__(self) -> str:
        return self.name


class PoolCode(TenantModel):
    """A code that was uploaded for a package and is still free; the grant that takes it deletes the row."""

    package = TenantForeignKey(Package, related_name="pool")
    code = models.CharField(max_length=100)
    upload_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="pool_code_once")]
        indexes = [models.Index(fields=["tenant", "package", "id"], name="pool_free")]


class CodeUpload(TenantModel):
    """A file of codes on its way into a package's pool. `position`: rows of it that are done; only its job writes here."""

    package_id = models.BigIntegerField()
    name = models.CharField(max_length=300)
    file_id = models.BigIntegerField()
    job_id = models.BigIntegerField(null=True)
    rows = models.BigIntegerField(null=True)
    position = models.BigIntegerField(default=0)
    added = models.BigIntegerField(default=0)
    duplicates = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    errors_file_id = models.BigIntegerField(null=True)
    created_by = models.CharField(max_length=200, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["tenant", "package_id", "-id"], name="code_uploads_of_package")]


class Grant(TenantModel):
    """One item of a package given to one customer. status: issued, used, expired, refunded; by a connector first pending, then
    issued, rejected or, when the shop's last answer never came, unknown. run, node, wave, round name the step; they are the canvas's ids."""

    package_id = models.BigIntegerField(_("权益礼包"))
    customer_id = models.BigIntegerField(_("客户"))
    item_no = models.SmallIntegerField(default=0)
    item = models.JSONField(_("权益"))
    cost = models.DecimalField(_("成本"), max_digits=18, decimal_places=2, default=Decimal(0), db_default=Decimal(0))
    code = models.CharField(max_length=100, null=True)  # noqa: DJ001  # no code differs from an empty one: codes are unique
    status = models.CharField(_("状态"), max_length=10, default="issued")
    external_id = models.CharField(max_length=100, default="", db_default="")  # the shop's, where a connector issued it
    canvas_id = models.BigIntegerField(null=True)
    run_id = models.BigIntegerField(null=True)
    node = models.CharField(_("节点"), max_length=64, default="")
    wave_id = models.BigIntegerField(null=True)
    round = models.SmallIntegerField(default=0)
    variant = models.CharField(_("版本"), max_length=64, default="")
    issued_at = models.DateTimeField(_("发放时间"))
    expires_at = models.DateTimeField(_("到期"), null=True)
    used_at = models.DateTimeField(_("使用时间"), null=True)
    order_id = models.CharField(_("订单"), max_length=200, null=True)  # noqa: DJ001
    amount = models.DecimalField(_("金额"), max_digits=18, decimal_places=2, null=True)

    class Meta:
        verbose_name = _("权益发放")
        verbose_name_plural = _("权益发放")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "run_id", "node", "wave_id", "round", "customer_id", "item_no"],
                name="grant_once",
            ),
            models.UniqueConstraint(fields=["tenant", "code"], name="grant_code"),
        ]
        indexes = [
            models.Index(fields=["tenant", "customer_id", "package_id"], name="grants_of_customer"),
            models.Index(
                fields=["tenant", "expires_at"],
                name="grant_due",
                condition=models.Q(status="issued", expires_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class IssueNotice(TenantModel):
    """Grants of which the event log is still to be told: those of one step from the first to the last id that were written
    together. Other steps' may have ids between them."""

    run_id = models.BigIntegerField()
    node = models.CharField(max_length=64)
    wave_id = models.BigIntegerField()
    round = models.SmallIntegerField()
    first_grant = models.BigIntegerField()
    last_grant = models.BigIntegerField()
    size = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "id"], name="issue_notice_order")]
