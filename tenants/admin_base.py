"""Base of the admin classes of scoped models. They see what the open scope holds and nothing else."""

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

_COUNTED_ROWS = 10_000
# labels of columns that the ledgers and other tables share and that have no name for people of their own
LABELS = {
    "account": _("渠道账号"), "account_id": _("渠道账号"), "archived_at": _("归档时间"), "canvas": _("画布"), "canvas_id": _("画布"),
    "cap_day": _("计频日"), "channel": _("渠道"), "clicked_at": _("点击时间"), "created_at": _("创建时间"), "customer_id": _("客户"),
    "delivered_at": _("送达时间"), "erased_at": _("擦除时间"), "error": _("错误"), "fire_key": _("执行标识"), "item_no": _("第几项"),
    "node": _("节点"), "opened_at": _("打开时间"), "provider_id": _("服务商消息号"), "published_revision": _("已发布修订号"),
    "purpose": _("用途"), "reason": _("原因"), "round": _("轮次"), "run_id": _("执行"), "sample": _("抽样"), "sent_at": _("发送时间"),
    "status": _("状态"), "status_reason": _("状态原因"), "template_id": _("模板"), "variant": _("版本"), "version": _("画布版本"),
    "wave_id": _("批次"),
}  # fmt: skip


class BoundedPaginator(Paginator):
    """Counts no further than 10,000 rows: a ledger of millions must open at once."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if not isinstance(rows, models.QuerySet):
            return len(rows)
        return rows.order_by()[:_COUNTED_ROWS].count()


class ScopedAdmin(ModelAdmin):
    """Read-only unless `editable` names fields; never adds or deletes unless a subclass says how."""

    editable: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()  # the fields of the form, in order; else all that are not hidden
    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    compressed_fields = True
    actions: Any = ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if self.shown:
            return list(self.shown)
        names = [f.name for f in self.opts.local_fields if f.name not in ("tenant", "id", *self.hidden)]
        names = [n for n in names if not isinstance(self.opts.get_field(n), models.BinaryField)]
        extra = [n for n in self.readonly_fields if isinstance(n, str) and n not in names]
        return [*names, *extra]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        names = [name for name in self.get_fields(request, obj) if name in LABELS]
        return super().get_form(request, obj, change, labels={name: LABELS[name] for name in names}, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [name for name in self.get_fields(request, obj) if name not in self.editable]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.editable) and super().has_change_permission(request, obj)
