"""Canvases and what their runs are made of. Only canvas_app/runtime moves cohorts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.base import TenantForeignKey, TenantModel


class Canvas(TenantModel):
    """`draft` is the document being drawn (canvas_app.document.Document); `revision` guards it against lost updates."""

    name = models.CharField(_("名称"), max_length=200)
    kind = models.CharField(_("类型"), max_length=10)
    status = models.CharField(_("状态"), max_length=10, default="draft")
    draft = models.JSONField(_("草稿"))
    revision = models.IntegerField(_("修订号"), default=1)
    published = models.IntegerField(_("已发布版本"), null=True)
    published_revision = models.IntegerField(null=True)
    next_fire_at = models.DateTimeField(_("下次执行"), null=True)
    paused_at = models.DateTimeField(null=True)
    created_by = models.CharField(_("创建者"), max_length=200, default="")
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    class Meta:
        verbose_name = _("画布")
        verbose_name_plural = _("画布")
        indexes = [
            models.Index(
                fields=["tenant", "next_fire_at"],
                name="canvas_next_fire",
                condition=models.Q(next_fire_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class CanvasVersion(TenantModel):
    """What was published: never changed."""

    canvas = TenantForeignKey(Canvas, related_name="versions")
    number = models.IntegerField(_("版本"))
    name = models.CharField(_("名称"), max_length=200, default="")
    definition = models.JSONField(_("定义"))
    published_by = models.CharField(_("发布者"), max_length=200)
    published_at = models.DateTimeField(_("发布时间"), auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "canvas", "number"], name="canvas_version_number")]

    def __str__(self) -> str:
        return f"v{self.number}"


class Run(TenantModel):
    """One occurrence of a scheduled canvas, or the standing run of a triggered one (per version).

    fire_key makes it unique: "at:<utc time>", "standing:<version>" or "manual:<uuid>": two schedulers are harmless.
    """

    canvas = TenantForeignKey(Canvas, related_name="runs")
    version = TenantForeignKey(CanvasVersion, related_name="runs")
    kind = models.CharField(_("类型"), max_length=12)
    fire_key = models.CharField(max_length=64)
    fire_at = models.DateTimeField(_("计划时间"))
    status = models.CharField(_("状态"), max_length=10, default="running")
    sample = models.JSONField(null=True)
    started_at = models.DateTimeField(_("开始"))
    finished_at = models.DateTimeField(_("结束"), null=True)
    error = models.TextField(blank=True)
    moving = models.JSONField(
        null=True
    )  # {"to": id of the run to which everybody goes over, "redirects": {node: node}}
    failures = models.JSONField(_("故障"), default=dict)  # node → {"zh", "en", "at"}: why the step there can't be done
    compacted_at = models.DateTimeField(null=True, editable=False)  # since then its history is coarser than its waves
    goal_event = models.CharField(max_length=200, default="", editable=False)  # of its version; "" when it has no goal

    class Meta:
        verbose_name = _("执行")
        verbose_name_plural = _("执行")
        constraints = [models.UniqueConstraint(fields=["tenant", "canvas", "fire_key"], name="run_once")]
        indexes = [
            models.Index(fields=["tenant", "status"], name="run_status"),
            models.Index(fields=["tenant", "goal_event"], name="run_goal", condition=~models.Q(goal_event="")),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Wave(TenantModel):
    """People who entered a run together."""

    run = TenantForeignKey(Run, related_name="waves")
    at = models.DateTimeField()
    people = models.BinaryField()
    size = models.BigIntegerField()
    told = models.SmallIntegerField(default=0)  # what the event log knows of it: see canvas_app.history.own_events
    origin = models.BigIntegerField(null=True)  # the wave of an older version's run from which these people came over

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "run"], name="waves_of_run"),
            models.Index(fields=["tenant", "told", "id"], name="waves_untold", condition=models.Q(told__lt=2)),
        ]


class WaveEntry(models.Model):
    """The event that made a customer enter a wave of a triggered run."""

    pk = models.CompositePrimaryKey("tenant_id", "wave_id", "customer_id")
    tenant = models.ForeignKey(
        "tenants.Tenant", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    wave = TenantForeignKey(Wave, related_name="+")
    customer_id = models.BigIntegerField()
    event_id = models.TextField()
    name = models.CharField(max_length=200)
    occurred_at = models.DateTimeField()
    properties = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "customer_id", "-wave"], name="wave_entries_of_customer")]


class Cohort(TenantModel):
    """People standing at an input port of a node. The engine's only state: inserted and deleted; due_at and attempts change,
    and an event takes those it concerns out of the set of those who wait for it.

    edge: the edge they came by ("" at a source). due_at NULL: waiting for `waits_for`, "sending:<job>" or "gather".
    waits_for "event": due_at is when it is asked next; lowest and highest id tell who can't be in the set.
    since: when parked people came to the node, however often they were parked anew. node "": a run about to begin.
    """

    run = TenantForeignKey(Run, related_name="cohorts")
    wave = TenantForeignKey(Wave, related_name="+")
    node = models.CharField(max_length=64)
    port = models.CharField(max_length=64)
    edge = models.CharField(max_length=64, default="")
    round = models.SmallIntegerField(default=0)
    people = models.BinaryField()
    size = models.BigIntegerField()
    parked = models.BooleanField(default=False)  # has been taken in by the node already and waits there
    waits_for = models.CharField(max_length=64, default="")
    since = models.DateTimeField(null=True)
    lowest = models.BigIntegerField(null=True)
    highest = models.BigIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "due_at"], name="cohort_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["tenant", "run", "wave", "node"], name="cohort_step"),
            models.Index(fields=["tenant", "waits_for"], name="cohort_waits", condition=~models.Q(waits_for="")),
            models.Index(
                fields=["tenant", "run", "node", "lowest", "highest"],
                name="cohort_hears",
                condition=models.Q(waits_for="event"),
            ),
        ]


class Passage(TenantModel):
    """A set that went through. kind: in (entered a node by an edge) · out (left it by a port; out of the run where the
    port has no edge) · drop (left the run there, port is the door's name) · held (kept from a touch, port is the reason)
    · merge (size: how often people came who had come already).
    """

    run = TenantForeignKey(Run, related_name="passages")
    wave = TenantForeignKey(Wave, related_name="+")
    node = models.CharField(max_length=64)
    kind = models.CharField(max_length=5)
    port = models.CharField(max_length=64)
    edge = models.CharField(max_length=64, default="")
    people = models.BinaryField()
    size = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "run", "node", "kind"], name="passage_step")]


class Entry(models.Model):
    """When a customer last entered a canvas: the entry rule's memory."""

    pk = models.CompositePrimaryKey("tenant_id", "canvas_id", "customer_id")
    tenant = models.ForeignKey(
        "tenants.Tenant", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    canvas = TenantForeignKey(Canvas, related_name="+")
    customer_id = models.BigIntegerField()
    last_at = models.DateTimeField()
    times = models.IntegerField(default=1)


class RunExit(models.Model):
    """Somebody who must leave a run; subtracted when their cohort next moves."""

    pk = models.CompositePrimaryKey("tenant_id", "run_id", "customer_id")
    tenant = models.ForeignKey(
        "tenants.Tenant", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    run = TenantForeignKey(Run, related_name="+")
    customer_id = models.BigIntegerField()
    reason = models.CharField(max_length=30)
    at = models.DateTimeField()


class RunProof(TenantModel):
    """When the ledgers of a run were last compared, and which equations do not hold. since: its alarm is open from then on."""

    run = TenantForeignKey(Run, related_name="proofs")
    proved_at = models.DateTimeField(_("核对时间"))
    since = models.DateTimeField(_("告警自"), null=True)
    wrong = models.JSONField(_("不成立的等式"), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "run"], name="run_proof_once")]

    def __str__(self) -> str:
        return f"#{self.run_id}"


class Ignored(TenantModel):
    """Events that a trigger is about and by which nobody entered, counted by batch and reason. Insert-only, summed when read."""

    run = TenantForeignKey(Run, related_name="+")
    reason = models.CharField(max_length=20)
    events = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "run", "reason"], name="ignored_of_run")]


class RunGoal(models.Model):
    """Somebody reached the goal of a run: once for each wave they entered by, the earliest event that fulfils it."""

    pk = models.CompositePrimaryKey("tenant_id", "run_id", "wave_id", "customer_id")
    tenant = models.ForeignKey(
        "tenants.Tenant", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    run = TenantForeignKey(Run, related_name="+")
    wave_id = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    at = models.DateTimeField()
    event_id = models.TextField()
    value = models.DecimalField(max_digits=18, decimal_places=2, null=True)


class Approval(TenantModel):
    """Somebody asks that a canvas go live as it was drawn at `revision`. At most one waits for each canvas."""

    canvas = TenantForeignKey(Canvas, related_name="approvals")
    status = models.CharField(_("状态"), max_length=20, default="awaiting_approval")
    revision = models.IntegerField(_("修订号"))
    publish = models.JSONField(default=dict)  # how: the body of the request to publish
    asked_by = models.CharField(_("申请人"), max_length=200)
    asked_at = models.DateTimeField(_("申请时间"), auto_now_add=True)
    decided_by = models.CharField(_("审批人"), max_length=200, default="")
    decided_at = models.DateTimeField(_("审批时间"), null=True)
    comment = models.CharField(_("意见"), max_length=1000, default="")

    class Meta:
        verbose_name = _("发布审批")
        verbose_name_plural = _("发布审批")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "canvas"], name="approval_waiting", condition=models.Q(status="awaiting_approval")
            )
        ]
        indexes = [models.Index(fields=["tenant", "status", "-id"], name="approval_by_status")]

    def __str__(self) -> str:
        return f"#{self.pk}"
