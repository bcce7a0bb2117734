"""Tells whoever made a package, once, that it is running out; more stock or more codes make it ready to tell again."""

from customers import staff_tasks
from kernel.clock import db_now
from kernel.language import Text
from rewards.models import Package

_TITLE = Text("权益礼包“{name}”库存不足", "The reward package “{name}” is running low")
_TEXT = Text("只剩 {left} 份,请补充库存、预算或券码。", "Only {left} left: add stock, budget or codes.")


def warn_if_low(package: Package, left: int | None) -> None:
    """left: shares that can still be given; None: any number. `package` must be locked."""
    if package.low_stock is None or package.low_told_at is not None or left is None or left > package.low_stock:
        return
    Package.objects.filter(pk=package.pk).update(low_told_at=db_now())
    said = {"name": package.name, "left": left}
    text = f"{_TEXT.zh.format(**said)}\n{_TEXT.en.format(**said)}"
    staff_tasks.raise_package(package.pk, staff_tasks.Words(_TITLE.zh.format(**said), text), package.created_by)


def lift_warning(package: Package) -> None:
    """Something was added: whether that is enough shows at the next grant."""
    if Package.objects.filter(pk=package.pk, low_told_at__isnull=False).update(low_told_at=None):
        staff_tasks.settle_package(package.pk, "")
        package.low_told_at = None
