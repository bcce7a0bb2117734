"""Tenants and what opens their doors. Tenant, Member and Ready are read before a scope is open, so they are global."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel import crypto
from tenants.base import TenantForeignKey, TenantModel


class Role(models.TextChoices):
    OWNER = "owner", _("所有者")
    MANAGER = "manager", _("管理员")
    MARKETER = "marketer", _("运营")
    ANALYST = "analyst", _("分析")
    APPROVER = "approver", _("审批")


def default_settings() -> dict:
    """What a new tenant starts with (api.md): 2 marketing messages a day, no quiet hours, approval off."""
    return {
        "caps": [{"channel": None, "limit": 2, "per": {"days": 1}}],
        "quiet_hours": None,
        "approval": False,
    }


class Tenant(models.Model):
    name = models.CharField(_("名称"), max_length=200)
    timezone = models.CharField(_("时区"), max_length=64, default="Asia/Shanghai")
    locale = models.CharField(_("语言"), max_length=10, default="zh-CN")
    settings = models.JSONField(_("设置"), default=default_settings)
    quotas = models.JSONField(
        _("配额"), default=dict, db_default={}, blank=True
    )  # limits that are set: see tenants.quotas
    sealed_key = models.BinaryField(default=crypto.new_sealed_key, editable=False)
    is_active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("租户")
        verbose_name_plural = _("租户")

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A person's role in a tenant. Global: it is read at log-in to find out which tenants there are."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="members", verbose_name=_("租户"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("用户")
    )
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices, default=Role.MARKETER)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("成员")
        verbose_name_plural = _("成员")
        constraints = [models.UniqueConstraint(fields=["tenant", "user"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class ApiKey(TenantModel):
    """Only the SHA-256 of a 256-bit secret is kept."""

    name = models.CharField(_("名称"), max_length=200)
    prefix = models.CharField(_("前缀"), max_length=16)
    digest = models.BinaryField(editable=False)
    scopes = models.JSONField(_("权限范围"), default=list)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    expires_at = models.DateTimeField(_("到期"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("吊销于"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)

    class Meta:
        verbose_name = _("API 密钥")
        verbose_name_plural = _("API 密钥")
        constraints = [models.UniqueConstraint(fields=["tenant", "prefix"], name="apikey_prefix")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class IdempotencyRecord(TenantModel):
    """The answer to a POST that carried an Idempotency-Key, for 24 hours."""

    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField()
    status = models.SmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="idempotency_key")]


class Job(TenantModel):
    """A long action: what it does, how far it is, what came of it.

    status: queued · running · succeeded · failed · cancelled. `token` changes with each claim: who no longer holds it has
    lost the job and writes nothing any more. `file_id`, `errors_file_id`: StoredFiles to download, plain ids since they expire.
    """

    kind = models.CharField(max_length=50)
    status = models.CharField(max_length=20, default="queued")
    params = models.JSONField(default=dict)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    result = models.JSONField(null=True)
    error = models.JSONField(null=True)
    file_id = models.BigIntegerField(null=True)
    errors_file_id = models.BigIntegerField(null=True)
    token = models.UUIDField(null=True)
    attempts = models.SmallIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)


class StoredFile(TenantModel):
    """A file that came in or is to be fetched, until it expires. `scope`: what one must be allowed in order to read it."""

    name = models.CharField(max_length=300)
    media_type = models.CharField(max_length=100)
    scope = models.CharField(max_length=50)
    size = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()


class FilePart(TenantModel):
    """A piece of a file, compressed and sealed by the tenant's key; the pieces in order of `id` are the file."""

    file = TenantForeignKey(StoredFile, related_name="+")
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "file", "id"], name="file_parts")]


class Usage(TenantModel):
    """How much of a quota is used in the period that began on `since`; only kept for quotas that are set."""

    meter = models.CharField(max_length=40)
    since = models.DateField()
    n = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "meter", "since"], name="usage_once")]


class AuditEntry(TenantModel):
    """Who did what, when. Written in the transaction of the act itself; never changed."""

    actor = models.CharField(_("谁"), max_length=200)
    action = models.CharField(_("做了什么"), max_length=100)
    target = models.CharField(_("对象"), max_length=200)
    detail = models.JSONField(_("详情"), default=dict)
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        indexes = [models.Index(fields=["tenant", "-at"], name="audit_newest")]


class Ready(models.Model):
    """Tenant t may have work of this kind from due_at on. Insert-only, deleted when the work is seen to be gone.

    Global, because workers look for work before they know whose it is; it holds ids and times only.
    """

    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False, related_name="+")
    kind = models.CharField(max_length=10)
    due_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "due_at"], name="ready_due")]


class Heartbeat(models.Model):
    """When a worker last finished looking for work; /readyz reads it. Global: it belongs to the installation."""

    kind = models.CharField(max_length=10, primary_key=True)
    at = models.DateTimeField()
