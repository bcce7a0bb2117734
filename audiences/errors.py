"""Codes of the audiences room: what can be wrong with a rule or an audience."""

import enum

from kernel.language import Text


class Code(enum.Enum):
    """code = (HTTP status, text)."""

    NOT_A_RULE = (
        400,
        Text(
            '规则要有且只有 "all"、"any"、"not"、"condition" 之一',
            'a rule has exactly one of "all", "any", "not", "condition"',
        ),
    )
    EMPTY_GROUP = (400, Text("这一组还没有条件", "this group has no condition yet"))
    TOO_DEEP = (400, Text("规则最多嵌套 {limit} 层", "rules nest at most {limit} deep"))
    TOO_MANY_CONDITIONS = (400, Text("规则最多 {limit} 个条件", "a rule has at most {limit} conditions"))
    UNKNOWN_CONDITION = (400, Text("没有 {key} 这种条件", "there is no condition {key}"))
    UNKNOWN_AUDIENCE = (400, Text("没有这个人群", "there is no such audience"))
    AUDIENCE_CYCLE = (
        400,
        Text("人群不能(直接或间接)引用自己", "an audience can't refer to itself, even through others"),
    )
    UNKNOWN_CHANNEL = (400, Text("没有这个渠道,可用:{known}", "there is no such channel; use one of {known}"))
    UNKNOWN_ATTRIBUTE = (400, Text("还没有名为 {key} 的属性", "there is no attribute {key} yet"))
    SEALED_ATTRIBUTE = (
        400,
        Text(
            "属性 {key} 是敏感属性,加密保存:只能用“客户属性”条件问是否等于、属于其中之一、有没有值",
            "{key} is sensitive, its values are sealed: it can only be asked, as an attribute, whether it is a value, is one of some, or is there",
        ),
    )
    SEALED_OPERATOR = (
        400,
        Text(
            "敏感属性加密保存,不能用 {op};这里可用:{known}",
            "values of a sensitive attribute are sealed, so {op} can't be asked of them; use one of {known}",
        ),
    )
    WINDOW_ORDER = (400, Text("开始时间必须早于结束时间", "the start must be before the end"))
    WINDOW_EMPTY = (400, Text('时间范围要有 "last",或 "from"、"to"', 'a window has "last", or "from" and/or "to"'))
    NOT_WITH_MEASURE = (400, Text("{measure} 不需要这一项", "this is not used with {measure}"))
    ONE_VALUE = (400, Text("这里要一个不含列表的属性", "a property outside of lists is needed here"))
    OLD_EVENTS_GONE = (
        400,
        Text(
            "按设置,{day} 以前的事件已经删除,这里只按留下的事件计算",
            "Events of before {day} were deleted, as the settings say; only those that are left are looked at here",
        ),
    )
    RULE_NEEDED = (400, Text("动态人群需要规则", "a dynamic audience needs a rule"))
    CUSTOMERS_NEEDED = (400, Text("静态人群需要客户的外部 ID 列表", "a static audience needs a list of external ids"))
    WRONG_KIND = (400, Text("{kind} 人群不用这一项", "this is not used by a {kind} audience"))
    ALL_UNKNOWN = (400, Text("这些外部 ID 没有一个是已有客户", "none of these external ids is a known customer"))
    TOO_SLOW = (
        400,
        Text(
            "计算超过 {seconds} 秒,已停止;请缩短时间窗口或减少条件",
            "Stopped after {seconds} s; use a shorter window or fewer conditions",
        ),
    )
    NOT_COMPUTED = (
        500,
        Text("计算时出错,已记录;请稍后重试", "The computation failed and was recorded; try again later"),
    )
    NOT_DYNAMIC = (400, Text("只有动态人群会定时更新", "only a dynamic audience is refreshed by a schedule"))
    ALL_UNKNOWN_IDENTITIES = (
        400,
        Text("这些值没有一个属于已有客户", "none of these values belongs to a known customer"),
    )
    UNKNOWN_COLUMN = (400, Text("没有这一列,可用:{known}", "there is no such column; use {known}"))
    NO_MODEL = (
        400,
        Text("现在还没有购买模型,没有人符合:{reason}", "There is no model of buying, so nobody is found: {reason}"),
    )
