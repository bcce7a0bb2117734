"""Base of the admin classes of scoped models. They see what the open scope holds and nothing else."""

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin

_COUNTED_ROWS = 10_000


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

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [name for name in self.get_fields(request, obj) if name not in self.editable]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.editable) and super().has_change_permission(request, obj)
