"""Can a customer be messaged on a channel: an address, consent, and not on the blacklist."""

from typing import Literal

from pydantic import Field

from audiences.condition import CONDITIONS, RowCondition
from audiences.errors import Code
from audiences.forms import ui
from audiences.world import World
from customers.fragments import Sql, joined, sql
from kernel.errors import FieldProblem, problem_at
from kernel.language import Text
from kernel.schema import Body

# channel → kind of identity that is its address; None: it needs none
ADDRESS = {
    "sms": "phone", "call": "phone", "email": "email", "push": "device", "wechat_template": "openid",
    "wechat_service": "openid", "wechat_mass": "openid", "miniprogram": "openid",
    "wecom_customer": "external_userid", "webhook": None,
}  # fmt: skip
CHANNELS = {
    "sms": Text("短信", "SMS"),
    "call": Text("外呼", "Outbound call"),
    "email": Text("邮件", "Email"),
    "push": Text("App 推送", "App push"),
    "wechat_template": Text("公众号模板消息", "WeChat template message"),
    "wechat_service": Text("公众号客服消息", "WeChat customer-service message"),
    "wechat_mass": Text("公众号群发", "WeChat mass message"),
    "miniprogram": Text("小程序订阅消息", "Mini-program subscription message"),
    "wecom_customer": Text("企业微信客户消息", "WeCom message to customers"),
    "webhook": Text("Webhook", "Webhook"),
}
PURPOSES = {"marketing": Text("营销", "Marketing"), "service": Text("服务", "Service")}


class ReachableParams(Body):
    channel: str = Field(
        json_schema_extra=ui(1, "渠道", "Channel", "select", options=CHANNELS) | {"enum": list(CHANNELS)}
    )
    purpose: Literal["marketing", "service"] = Field(
        "marketing", json_schema_extra=ui(2, "用途", "Purpose", "select", options=PURPOSES)
    )


class ReachableCondition(RowCondition[ReachableParams]):
    """Marketing needs a yes for the channel; service needs that no unsubscribe covers it."""

    key, dimension, labels, model = (
        "reachable",
        "attribute",
        Text("渠道可触达", "Reachable on a channel"),
        ReachableParams,
    )
    help = Text(
        "有可用地址、没退订、不在黑名单,现在就能发;营销还要求已同意",
        "Has an address, did not refuse, is not on the blacklist; marketing needs an agreement too",
    )

    def problems(self, params: ReachableParams, world: World) -> list[FieldProblem]:
        if params.channel in CHANNELS:
            return []
        return [problem_at("/channel", Code.UNKNOWN_CHANNEL, known=", ".join(CHANNELS))]

    def row(self, params: ReachableParams, world: World) -> Sql:
        consent = sql(
            "SELECT FROM customers_consent k WHERE k.tenant_id = {} AND k.channel = {} AND k.customer_id = c.id AND ",
            world.tenant_id,
            params.channel,
        )
        parts = [Sql("NOT c.blocked")]
        if params.purpose == "marketing":
            parts.append(sql("EXISTS ({}k.granted)", consent))
        else:
            parts.append(sql("NOT EXISTS ({}k.covers_service AND NOT k.granted)", consent))
        kind = ADDRESS[params.channel]
        if kind is not None:
            parts.append(_has_identity(world, kind))
        return joined("AND", parts)


def _has_identity(world: World, kind: str) -> Sql:
    return sql(
        "EXISTS (SELECT FROM customers_identity i WHERE i.tenant_id = {} AND i.customer_id = c.id AND i.kind = {} AND i.proved)",
        world.tenant_id,
        kind,
    )


CONDITIONS.register(ReachableCondition.key, ReachableCondition())
