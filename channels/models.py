"""Channel accounts, templates, send jobs, the ledger of messages, and counters of frequency caps."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.base import TenantForeignKey, TenantModel


class Account(TenantModel):
    """`settings` without secrets; `sealed` holds the secret ones, encrypted by the tenant's key."""

    channel = models.CharField(_("渠道"), max_length=40)
    provider = models.CharField(_("服务商"), max_length=40)
    name = models.CharField(_("名称"), max_length=200)
    settings = models.JSONField(_("设置"), default=dict)
    sealed = models.BinaryField(default=bytes)
    limits = models.JSONField(_("限额"), default=dict)
    status = models.CharField(_("状态"), max_length=20, default="active")
    status_reason = models.TextField(blank=True)  # `class:code` of the refusal that paused it or makes it wait
    paused_at = models.DateTimeField(_("暂停时间"), null=True)
    waits_until = models.DateTimeField(_("额度恢复时间"), null=True)  # its quota is used up until then
    created_by = models.CharField(_("创建人"), max_length=200, default="", db_default="", blank=True)
    callback_secret = models.CharField(max_length=64, default=secrets.token_urlsafe, editable=False)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("渠道账号")
        verbose_name_plural = _("渠道账号")

    def __str__(self) -> str:
        return f"{self.name} ({self.provider})"


class Template(TenantModel):
    channel = models.CharField(_("渠道"), max_length=40)
    account = TenantForeignKey(Account, related_name="templates")
    name = models.CharField(_("名称"), max_length=200)
    purpose = models.CharField(_("用途"), max_length=20)
    content = models.JSONField(_("内容"))
    track = models.BooleanField(null=True)  # are its links tracked? null: those of marketing are
    outgoing = models.JSONField(null=True, editable=False)  # what is sent: content composed and with its links tracked
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    class Meta:
        verbose_name = _("模板")
        verbose_name_plural = _("模板")

    def __str__(self) -> str:
        return self.name


class Link(TenantModel):
    """An address that a template names, as its author wrote it. Kept for as long as old messages may be opened."""

    template_id = models.BigIntegerField()
    url = models.TextField()
    digest = models.BinaryField()  # SHA-256 of url
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "template_id", "digest"], name="link_once")]

    def __str__(self) -> str:
        return self.url


class SendJob(TenantModel):
    """Messages of one step waiting to be handed over: lease, fence, and how often it was tried.

    state: ready → in_flight (intents committed) → gone (row deleted when all its messages are settled).
    """

    account_id = models.BigIntegerField()
    template_id = models.BigIntegerField()
    purpose = models.CharField(max_length=20)
    content = models.JSONField()
    origin = models.BigIntegerField(null=True)  # the job that the canvas knows, when this one was split off from it
    canvas_id = models.BigIntegerField()
    run_id = models.BigIntegerField()
    node = models.CharField(max_length=64)
    wave_id = models.BigIntegerField()
    waves = models.BinaryField(null=True)  # channels.mixed: of people of several waves, who is in which
    round = models.SmallIntegerField(default=0)
    variant = models.CharField(max_length=64, default="")
    priority = models.SmallIntegerField(default=1)  # Step.urgency: less goes first
    quiet_hours = models.JSONField(null=True)
    capped_waits = models.BooleanField(default=False)  # whom a cap keeps back waits for it to open
    people = models.BinaryField()
    size = models.IntegerField()
    state = models.CharField(max_length=10, default="ready")
    held = models.BooleanField(default=False)  # its run is paused: not claimed, and no intent is committed
    attempt = models.SmallIntegerField(default=0)
    retry = models.JSONField(null=True)  # the step's own: {"times", "seconds", "backoff"}
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "priority", "due_at"], name="send_job_due"),
            models.Index(fields=["tenant", "run_id", "node", "wave_id"], name="send_job_step"),
        ]


class Message(TenantModel):
    """The ledger: one row a person and step, from the moment it was decided. Its id is the idempotency key outside.

    Of purpose staff, `customer_id` is a staff member's id (channels.to_staff); template_id 0: the step's own content.
    """

    canvas_id = models.BigIntegerField()
    run_id = models.BigIntegerField()
    node = models.CharField(max_length=64)
    wave_id = models.BigIntegerField()
    round = models.SmallIntegerField(default=0)
    customer_id = models.BigIntegerField()
    variant = models.CharField(max_length=64, default="")
    channel = models.CharField(max_length=40)
    account_id = models.BigIntegerField()
    template_id = models.BigIntegerField()
    purpose = models.CharField(max_length=20)
    status = models.CharField(max_length=12)
    reason = models.CharField(max_length=100, default="")
    content = models.JSONField(null=True)
    provider_id = models.CharField(max_length=200, default="")
    attempts = models.SmallIntegerField(_("尝试次数"), db_default=0)
    cap_day = models.DateField(null=True)  # the day on which it was counted against the caps; null: not counted
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    clicked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "run_id", "node", "wave_id", "round", "customer_id"], name="message_once"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "customer_id", "-id"], name="messages_of_customer"),
            models.Index(fields=["tenant", "canvas_id", "-id"], name="messages_of_canvas"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class CapCount(models.Model):
    """Marketing messages counted against a cap: (scope, day, customer) → n. scope is a channel or "*"."""

    pk = models.CompositePrimaryKey("tenant_id", "scope", "customer_id", "day")
    tenant = models.ForeignKey(
        "tenants.Tenant", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    scope = models.CharField(max_length=40)
    day = models.DateField()
    customer_id = models.BigIntegerField()
    n = models.IntegerField()


class Receipt(TenantModel):
    """A callback that was stored and verified; unique, so a repeated one counts once."""

    account_id = models.BigIntegerField()
    message_id = models.BigIntegerField()
    event = models.CharField(max_length=20)
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "message_id", "event"], name="receipt_once")]


class CallbackIn(TenantModel):
    """A provider's request, verified and stored as it came; a repeat of it finds the digest. due_at null: worked off.

    `items` are the receipts in it, sealed by the tenant's key (they hold addresses); they go when they are worked off.
    """

    account_id = models.BigIntegerField()
    digest = models.BinaryField()
    items = models.BinaryField(null=True)
    size = models.IntegerField(default=0)
    tries = models.SmallIntegerField(default=0)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "account_id", "digest"], name="callback_once")]
        indexes = [
            models.Index(fields=["tenant", "due_at"], name="callbacks_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["tenant", "received_at"], name="callbacks_by_time"),
        ]


class BadAddress(TenantModel):
    """An address, by its blind index, to which nothing is sent any more: it bounced for good, or whoever is there complained."""

    kind = models.CharField(max_length=40)
    digest = models.BinaryField()
    reason = models.CharField(max_length=20)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "kind", "digest"], name="bad_address_once")]
