"""reward.grant: give a package; short stock is a path, not an error (REW-2)."""

from collections.abc import Iterable
from typing import Any, ClassVar

from pydantic import Field

from canvas_app.nodes.base import Arrivals, Context, NodeType, Pending, Port, Ports, Result, register, ui
from canvas_app.nodes.handing import SENDING
from kernel.language import Text
from kernel.schema import Body


class Config(Body):
    package: str = Field(json_schema_extra=ui("package-picker", "权益礼包", "Reward package", order=1))


@register
class RewardGrant(NodeType[Config]):
    type = "reward.grant"
    family = "reward"
    labels = Text("发放权益", "Grant a reward")
    help = Text(
        "发优惠券、积分等;库存不足走单独的出口",
        "Coupons, points and more; short stock has a way out of its own",
    )
    pinyin = "fafangquanyi ffqy quanyilibao"
    summary = Text("发放 {{package}}", "Grant {{package}}")
    ports = Ports(
        inputs=(Port("in", "人群", "people"),),
        outputs=(
            Port("out", "已发放", "granted"), Port("out_of_stock", "库存不足", "out of stock", optional=True),
            Port("skipped", "已达上限", "limit reached", optional=True), Port("failed", "失败", "failed", optional=True),
        ),
    )  # fmt: skip
    chunk = 50_000
    outcomes = ("used", "expired")
    # unknown: the shop may have issued it or not; who goes on as granted would be told of something they may not have
    settled: ClassVar = {"sent": "out", "failed": "failed", "suppressed": "failed", "unknown": "failed"}
    gives = True
    model = Config

    def process(self, ctx: Context, config: Config, arrived: Arrivals) -> Result:
        given = ctx.grant(config.package, arrived.everybody)
        out = {
            "out": given.out,
            "out_of_stock": given.out_of_stock,
            "skipped": given.skipped,
            "failed": given.failed,
        }
        return Result(
            out={port: people for port, people in out.items() if people},
            pending=[Pending(f"{SENDING}{job}", people) for job, people in given.jobs],
        )

    def references(self, config: dict[str, Any]) -> Iterable[tuple[str, str, str]]:
        if config.get("package"):
            yield "package", str(config["package"]), "/package"
