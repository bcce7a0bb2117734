"""Codes of the rewards room, with their texts."""

import enum

from kernel.language import Text


class RewardCode(enum.Enum):
    """code = (HTTP status, text)."""

    NO_PACKAGE = (404, Text("找不到权益礼包", "No such reward package"))
    PACKAGE_ARCHIVED = (409, Text("权益礼包“{name}”已归档", "The reward package “{name}” is archived"))
    PACKAGE_ENDED = (
        409,
        Text("权益礼包“{name}”的有效期已过", "The validity of the reward package “{name}” is over"),
    )
    PACKAGE_USED_UP = (409, Text("权益礼包“{name}”已发完", "Nothing is left of the reward package “{name}”"))
    NO_CODES = (
        409,
        Text("权益礼包“{name}”没有可用的券码,请先上传", "The package “{name}” has no free codes; upload some"),
    )
    NO_CODE_ITEM = (
        409,
        Text("该礼包没有券码类权益,不能上传券码", "The package has no item of kind code, so it takes no codes"),
    )
    UNKNOWN_KIND = (400, Text("没有这种权益,可用:{known}", "Unknown kind of reward; known: {known}"))
    TOO_MANY_CODE_ITEMS = (
        400,
        Text("一个礼包最多一个券码类权益", "At most one item of kind code in a package"),
    )
    BAD_MONEY = (
        400,
        Text("金额应为字符串形式的正数,最多两位小数", "A positive amount as a string, at most two decimals"),
    )
    BAD_CODE = (400, Text("券码应为 1 到 100 个可见字符", "A code has 1 to 100 visible characters"))
    BAD_RANGE = (400, Text("结束时间应晚于开始时间", "The end must be later than the start"))
    DAYS_OR_DATES = (
        400,
        Text("有效期请选天数或起止时间,不能两者都填", "Either days or fixed times, not both"),
    )
    DAYS_MISSING = (
        400,
        Text(
            "延后生效和到当天结束只用于按天数的有效期,请填写天数",
            "A later start and the end of the day need a number of days",
        ),
    )
    DISCOUNT_OR_PERCENT = (
        400,
        Text("优惠金额和折扣比例请二选一", "Either a discount or percent_off"),
    )
    MAX_NEEDS_PERCENT = (
        400,
        Text("最高优惠只用于折扣券", "max_discount belongs to percent_off"),
    )
    DAYS_NEED_LIMIT = (
        400,
        Text("限领周期需要每人限领数量", "per_customer_days needs per_customer"),
    )
    BUDGET_BELOW_SPENT = (
        400,
        Text("预算不能少于已用的 {spent}", "The budget can't be less than the {spent} already spent"),
    )
    BUDGET_USED_UP = (
        409,
        Text("权益礼包“{name}”的预算已用完", "The budget of the reward package “{name}” is used up"),
    )
    STOCK_BELOW_ISSUED = (
        400,
        Text("库存不能少于已发数量 {issued}", "The stock can't be less than the {issued} already issued"),
    )
    ONE_OF_CODE_GRANT = (400, Text("code 和 grant 请二选一", "Send either code or grant"))
    NO_FILE = (
        400,
        Text("请在 file 字段里上传文本或 CSV 文件", "Upload a text or CSV file in the field “file”"),
    )
    BAD_FILE = (400, Text("文件不是 UTF-8 或 GB18030 编码的文本", "The file is not text in UTF-8 or GB18030"))
    CONNECTOR_ONE_ITEM = (
        400,
        Text(
            "由商城发放的礼包只能有一项权益:优惠券、积分、余额或赠品",
            "A package that the shop issues has one item: a coupon, points, balance or a gift",
        ),
    )
    NOT_ISSUED = (409, Text("该权益没有发放成功,不能使用", "This reward was not issued, so it can't be used"))
    NO_REWARD = (404, Text("没有这个券码或发放记录", "No such code or grant"))
    ALREADY_USED = (
        409,
        Text("该权益已在订单 {order_id} 中使用", "This reward was already used in order {order_id}"),
    )
    EXPIRED = (409, Text("该权益已于 {at} 过期", "This reward expired at {at}"))
    REFUNDED = (409, Text("该权益已退回", "This reward was refunded"))
    NOT_YET_VALID = (409, Text("该权益从 {at} 起才能使用", "This reward can be used from {at} on"))
    NOT_REDEEMABLE = (
        409,
        Text("“{kind}”发放即到账,无需核销", "A reward of kind “{kind}” is credited when it is issued"),
    )
    NOT_USED = (
        409,
        Text(
            "该权益未在此订单中使用,不能退回",
            "This reward was not used in that order, so it can't be refunded",
        ),
    )
