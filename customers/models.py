"""People of a tenant and what is known of them. No signals, no clever save: services write in bulk.

`event` is partitioned by month and made by hand in migration 0002 (customers_event).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenants.base import TenantForeignKey, TenantModel


class Customer(TenantModel):
    external_id = models.TextField(_("外部 ID"), null=True)  # noqa: DJ001  # absent and empty differ: absent is not unique
    attributes = models.JSONField(_("属性"), default=dict)
    timezone = models.CharField(_("时区"), max_length=64, null=True)  # noqa: DJ001  # unknown: the tenant's zone counts
    blocked = models.BooleanField(_("黑名单"), default=False)
    merged_into = models.BigIntegerField(null=True)
    erased_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    class Meta:
        verbose_name = _("客户")
        verbose_name_plural = _("客户")
        constraints = [models.UniqueConstraint(fields=["tenant", "external_id"], name="customer_external_id")]
        indexes = [
            models.Index(fields=["tenant", "id"], name="customer_blocked", condition=models.Q(blocked=True)),
            models.Index(
                fields=["tenant", "id"],
                name="customer_gone",
                condition=~models.Q(merged_into__isnull=True, erased_at__isnull=True),
            ),
            models.Index(
                fields=["tenant", "timezone"],
                name="customer_zone",
                condition=models.Q(timezone__isnull=False),
            ),
            models.Index(
                fields=["tenant", "merged_into"],
                name="customer_aliases",
                condition=models.Q(merged_into__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.external_id or f"#{self.pk}"


class Identity(TenantModel):
    """(kind, value) → customer. The value is sealed; `digest` is its blind index.

    proved: it belongs to one customer, finds them and is written to. Not proved (typed into a form): kept to be looked at,
    several customers may claim the same; it finds nobody and nothing is sent there. main: the one of its kind that is preferred.
    """

    kind = models.CharField(max_length=40)
    digest = models.BinaryField()
    sealed = models.BinaryField()
    customer = TenantForeignKey(Customer, related_name="identities")
    proved = models.BooleanField(default=True)
    main = models.BooleanField(default=True, db_default=True)
    source = models.CharField(max_length=100, blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "kind", "digest"], name="identity_value", condition=models.Q(proved=True)
            ),
            models.UniqueConstraint(
                fields=["tenant", "customer", "kind", "digest"],
                name="identity_claim",
                condition=models.Q(proved=False),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "customer", "kind"], name="identity_of_customer"),
            models.Index(fields=["tenant", "kind", "digest"], name="identity_claims", condition=models.Q(proved=False)),
        ]


class Merge(TenantModel):
    """`merged` became `survivor`. `kept` is what undoing needs: what moved, and what the survivor had in its place.

    events: ids of the events that moved, as a set. Both are emptied when the time for undoing is over or the person is erased.
    """

    survivor = TenantForeignKey(Customer, related_name="+")
    merged = TenantForeignKey(Customer, related_name="+")
    actor = models.CharField(_("操作者"), max_length=200)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    kept = models.JSONField(null=True)
    events = models.BinaryField(null=True)
    at = models.DateTimeField(_("合并时间"))
    undone_at = models.DateTimeField(_("撤销时间"), null=True)
    undone_by = models.CharField(_("撤销者"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("客户合并")
        verbose_name_plural = _("客户合并")
        indexes = [
            models.Index(fields=["tenant", "survivor", "-id"], name="merges_of_survivor"),
            models.Index(fields=["tenant", "merged"], name="merges_of_merged"),
        ]

    def __str__(self) -> str:
        return f"#{self.merged_id} → #{self.survivor_id}"


class MergeProposal(TenantModel):
    """Two customers who may be one person; `first` has the lower id. One row a pair for ever: what was dismissed does not come back.

    status: open · queued (a worker merges them: `decided_by`, "" = automatic) · accepted · dismissed. evidence: [{"kind", "digest",
    "why", "source"}]. held: why it was not done by itself. merge_id: what came of it.
    """

    first = TenantForeignKey(Customer, related_name="+")
    second = TenantForeignKey(Customer, related_name="+")
    status = models.CharField(_("状态"), max_length=10, default="open")
    evidence = models.JSONField(_("依据"), default=list)
    held = models.CharField(max_length=20, blank=True, default="")
    at = models.DateTimeField(_("提出时间"))
    decided_at = models.DateTimeField(_("处理时间"), null=True)
    decided_by = models.CharField(_("处理人"), max_length=200, blank=True, default="")
    merge_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("合并建议")
        verbose_name_plural = _("合并建议")
        constraints = [models.UniqueConstraint(fields=["tenant", "first", "second"], name="merge_proposal_once")]
        indexes = [
            models.Index(fields=["tenant", "status", "-id"], name="merge_proposals_by_status"),
            models.Index(fields=["tenant", "second"], name="merge_proposals_of_second"),
        ]

    def __str__(self) -> str:
        return f"#{self.first_id} = #{self.second_id}?"


class AttributeDefinition(TenantModel):
    """`limits`: see customers/limits. Archived ones are not offered any more; what systems send is kept as before.

    `move_job`: the job that moves values under the seal or out of it; while it is set, they may lie in both places.
    """

    key = models.CharField(max_length=100)
    type = models.CharField(max_length=20)
    label = models.JSONField(default=dict)
    sensitive = models.BooleanField(default=False)
    options = models.JSONField(null=True)
    limits = models.JSONField(default=dict, db_default={})
    archived_at = models.DateTimeField(null=True)
    move_job = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="attribute_key")]


class Secret(TenantModel):
    """A customer's value of a sensitive attribute: sealed for this customer, `digest` is its blind index."""

    key = models.CharField(max_length=100)
    customer = TenantForeignKey(Customer, related_name="+")
    digest = models.BinaryField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "customer", "key"], name="secret_of_customer")]
        indexes = [models.Index(fields=["tenant", "key", "digest"], name="secret_by_value")]


class Tag(TenantModel):
    """With a `rule` the rooms above keep it up to date and no hand changes who carries it; without one, hands do.

    refreshed_at: when the rule was last asked of everybody; error: why that failed, in words.
    """

    name = models.CharField(_("名称"), max_length=200)
    layer = models.CharField(_("层"), max_length=20, default="basic")
    description = models.TextField(_("说明"), blank=True)
    rule = models.JSONField(null=True)
    refreshed_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="tag_name")]


class CustomerTag(models.Model):
    """One row for each tag of a customer; key (tenant, tag, customer)."""

    pk = models.CompositePrimaryKey("tenant_id", "tag_id", "customer_id")
    tenant = models.ForeignKey(
        "tenants.Tenant", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    tag = TenantForeignKey(Tag, related_name="+")
    customer = TenantForeignKey(Customer, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "customer"], name="customer_tags")]


class Consent(models.Model):
    """The latest word of a customer on a channel. `covers_service`: an unsubscribe that also stops service messages."""

    pk = models.CompositePrimaryKey("tenant_id", "channel", "customer_id")
    tenant = models.ForeignKey(
        "tenants.Tenant", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    customer = TenantForeignKey(Customer, related_name="+")
    channel = models.CharField(max_length=40)
    granted = models.BooleanField()
    covers_service = models.BooleanField(default=False)
    source = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "customer"], name="consents_of_customer")]


class EventType(TenantModel):
    """What arrives: names and properties learnt from the stream, with what people say of them.

    `properties`: name → type as first seen; `odd`: name → other types seen since; `about`: name → label, expected type,
    sensitive, as people say. `count`: events whose tallies were folded away; the others stand in EventTally.
    """

    name = models.CharField(max_length=200)
    label = models.JSONField(default=dict)
    description = models.TextField(default="", blank=True)
    hidden = models.BooleanField(default=False)
    properties = models.JSONField(default=dict)
    odd = models.JSONField(default=dict)
    about = models.JSONField(default=dict)
    count = models.BigIntegerField(default=0)
    first_seen_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="event_type_name")]


class EventTally(TenantModel):
    """How many events of a name came on a day of the tenant's: each request adds rows, upkeep makes one of them.

    stored: new ones; late: of these, a day or more after they happened; duplicates, ahead: not stored, since known
    already or more than a day in the future.
    """

    name = models.CharField(max_length=200)
    day = models.DateField()
    stored = models.BigIntegerField(default=0)
    late = models.BigIntegerField(default=0)
    duplicates = models.BigIntegerField(default=0)
    ahead = models.BigIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "day", "name"], name="event_tally_by_day")]


class EventWatch(TenantModel):
    """Somebody above wants these events in the inbox (a live canvas); unwatched events are stored only."""

    name = models.CharField(max_length=200)
    watcher = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "name", "watcher"], name="event_watch_once")]


class EventInbox(TenantModel):
    """An event not yet matched. Claimed and deleted; never read by sequence, since rows commit out of order."""

    event_id = models.TextField()
    customer_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    occurred_at = models.DateTimeField()
    properties = models.JSONField()
    received_at = models.DateTimeField()


class Touched(TenantModel):
    """Whose data changed in one transaction, and by what: a queue for what is worked out from it (customers/touched)."""

    people = models.BinaryField()
    names = models.JSONField()


class Staff(TenantModel):
    external_id = models.TextField(_("外部 ID"))
    name = models.CharField(_("姓名"), max_length=200)
    attributes = models.JSONField(default=dict)
    manager = TenantForeignKey("self", related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("员工")
        verbose_name_plural = _("员工")
        constraints = [models.UniqueConstraint(fields=["tenant", "external_id"], name="staff_external_id")]

    def __str__(self) -> str:
        return self.name


class StaffRelation(models.Model):
    """A staff member has this customer (adviser, WeCom contact)."""

    pk = models.CompositePrimaryKey("tenant_id", "staff_id", "customer_id")
    tenant = models.ForeignKey(
        "tenants.Tenant", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    staff = TenantForeignKey(Staff, related_name="+")
    customer = TenantForeignKey(Customer, related_name="+")
    since = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "customer"], name="staff_of_customer")]


class StaffTask(TenantModel):
    """Something for a person to do about a customer, made by a step of a canvas; unique a step, customer and staff member.

    kind: staff (a task step) · undelivered (a message that failed) · stuck (a step that can't be done: no customer).
    staff_id NULL: it falls to `owner`, the name of who made the canvas. Ids are plain: tasks outlive what they name.
    """

    kind = models.CharField(_("类型"), max_length=12)
    customer_id = models.BigIntegerField(_("客户"), null=True)
    staff_id = models.BigIntegerField(_("员工"), null=True)
    owner = models.CharField(_("负责人"), max_length=200, default="", blank=True)
    canvas_id = models.BigIntegerField(_("画布"))
    run_id = models.BigIntegerField(_("执行"))
    node = models.CharField(max_length=64)
    wave_id = models.BigIntegerField()
    round = models.SmallIntegerField(default=0)
    title = models.CharField(_("标题"), max_length=200)
    text = models.TextField(_("内容"), blank=True)
    status = models.CharField(_("状态"), max_length=10, default="open")
    due_at = models.DateTimeField(_("截止"), null=True)
    created_at = models.DateTimeField(_("创建时间"))
    done_at = models.DateTimeField(_("完成时间"), null=True)
    done_by = models.CharField(_("完成人"), max_length=200, default="", blank=True)
    result = models.TextField(_("结果"), blank=True)

    class Meta:
        verbose_name = _("员工任务")
        verbose_name_plural = _("员工任务")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "run_id", "node", "wave_id", "round", "kind", "customer_id", "staff_id"],
                name="staff_task_once",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["tenant", "status", "-id"], name="staff_tasks_by_status"),
            models.Index(fields=["tenant", "staff_id", "status", "-id"], name="staff_tasks_of_staff"),
            models.Index(fields=["tenant", "canvas_id", "-id"], name="staff_tasks_of_canvas"),
            models.Index(fields=["tenant", "customer_id"], name="staff_tasks_of_customer"),
        ]

    def __str__(self) -> str:
        return self.title


class FileImport(TenantModel):
    """A file of customers, events or a list on its way in. `position`: rows of the file that are done with, good or not.

    How far it is and how it ended is told by its job, the undoing by `undo_job`.
    """

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=300)
    file_id = models.BigIntegerField()
    errors_file_id = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64)
    shape = models.JSONField(default=dict)
    mapping = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    job_id = models.BigIntegerField(null=True)
    undo_job_id = models.BigIntegerField(null=True)
    position = models.BigIntegerField(default=0)
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    repeated = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    undone = models.JSONField(null=True)
    created_by = models.CharField(max_length=200, default="")
    created_at = models.DateTimeField(auto_now_add=True)


class ImportBatch(TenantModel):
    """What one transaction of an import did, for undoing it: the people it made, and what others had before."""

    file_import = TenantForeignKey(FileImport, related_name="+")
    at = models.DateTimeField()
    people = models.BinaryField()
    changes = models.BinaryField()
    undone = models.SmallIntegerField(default=0)  # 1: its people are gone, 2: and its changes taken back

    class Meta:
        indexes = [models.Index(fields=["tenant", "file_import", "id"], name="import_batches")]


class Event(TenantModel):
    """Something that happened to a customer. Append-only; partitioned by month (migration 0003). Written by COPY only."""

    id = models.BigIntegerField(primary_key=True)
    event_id = models.TextField()
    customer_id = models.BigIntegerField()
    name = models.TextField()
    occurred_at = models.DateTimeField()
    properties = models.JSONField()
    received_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "customers_event"


class DataVersion(TenantModel):
    """One writing statement: triggers add a random number under the kind of data that it wrote (customers/versions.py)."""

    kind = models.CharField(max_length=210)
    token = models.DecimalField(max_digits=60, decimal_places=0)
