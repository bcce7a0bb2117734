"""The standard events with names for people and their properties, so that an editor can offer them before any arrived."""

from kernel.language import Text

Known = tuple[Text, dict[str, str]]
_ORDER = {
    "order_id": "string", "amount": "number", "items": "list", "items.sku": "string", "items.category": "string",
    "items.quantity": "number", "items.price": "number",
}  # fmt: skip
_SKU = {"sku": "string", "category": "string", "price": "number"}
_MESSAGE = {"channel": "string", "canvas": "string", "node": "string"}
_REWARD = {"package": "string", "kind": "string", "code": "string", "order_id": "string"}
_CANVAS = {"canvas": "string", "run": "string"}

STANDARD: dict[str, Known] = {
    "order.created": (Text("下单", "Order placed"), _ORDER),
    "order.paid": (Text("支付订单", "Order paid"), _ORDER),
    "cart.added": (Text("加入购物车", "Added to cart"), {**_SKU, "quantity": "number"}),
    "product.viewed": (Text("浏览商品", "Product viewed"), _SKU),
    "product.favorited": (Text("收藏商品", "Product favourited"), _SKU),
    "member.registered": (Text("注册会员", "Became a member"), {"source": "string"}),
    "wecom.added": (Text("添加企业微信", "Added on WeCom"), {"staff": "string"}),
    "form.submitted": (Text("提交表单", "Form submitted"), {"form": "string"}),
    "page.viewed": (Text("浏览页面", "Page viewed"), {"url": "string", "title": "string"}),
    "share.sent": (Text("分享", "Shared"), {"url": "string"}),
    "message.delivered": (Text("消息已送达", "Message delivered"), _MESSAGE),
    "message.failed": (Text("消息发送失败", "Message failed"), _MESSAGE),
    "message.opened": (Text("打开消息", "Message opened"), _MESSAGE),
    "message.clicked": (Text("点击消息", "Message clicked"), _MESSAGE),
    "message.replied": (Text("回复消息", "Message replied to"), _MESSAGE),
    "consent.withdrawn": (Text("退订", "Consent withdrawn"), {"channel": "string"}),
    "reward.issued": (Text("领到权益", "Reward issued"), _REWARD),
    "reward.refunded": (Text("权益退回", "Reward refunded"), _REWARD),
    "reward.used": (Text("核销权益", "Reward used"), _REWARD),
    "reward.expired": (Text("权益过期", "Reward expired"), _REWARD),
    "tag.added": (Text("打上标签", "Tag added"), {"tag": "string"}),
    "tag.removed": (Text("移除标签", "Tag removed"), {"tag": "string"}),
    "canvas.entered": (Text("进入画布", "Entered a canvas"), _CANVAS),
    "canvas.finished": (Text("完成画布", "Finished a canvas"), _CANVAS),
}
