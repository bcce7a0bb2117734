"""Codes of the channels room; value = (HTTP status, text)."""

import enum

from kernel.language import Text


class ChannelCode(enum.Enum):
    UNKNOWN_CHANNEL = (400, Text("没有渠道 {channel};可用:{known}", "There is no channel {channel}; known: {known}"))
    UNKNOWN_PROVIDER = (
        400,
        Text(
            "渠道 {channel} 没有服务商 {provider};可用:{known}",
            "Channel {channel} has no provider {provider}; known: {known}",
        ),
    )
    UNKNOWN_ACCOUNT = (400, Text("没有这个渠道账号,请先新建", "There is no such channel account; create one first"))
    OTHER_CHANNEL = (
        400,
        Text(
            "账号属于渠道 {account},模板属于渠道 {template}",
            "The account is of channel {account}, the template of {template}",
        ),
    )
    WRONG_CHANNEL = (
        400,
        Text(
            "账号属于渠道 {account},这里需要 {wanted}", "The account is of channel {account}; {wanted} is needed here"
        ),
    )
    FIXED = (400, Text("建好后不能改{field},请另建一个", "{field} can't be changed afterwards; create another one"))
    LIQUID_SYNTAX = (
        400,
        Text(
            "第 {line} 行第 {column} 列:模板语法错误({reason})",
            "Line {line}, column {column}: template syntax error ({reason})",
        ),
    )
    UNKNOWN_FILTER = (400, Text("第 {line} 行:没有过滤器 {name}", "Line {line}: there is no filter {name}"))
    FORBIDDEN_TAG = (400, Text("第 {line} 行:不能使用标签 {name}", "Line {line}: tag {name} is not available here"))
    UNKNOWN_VARIABLE = (
        400,
        Text(
            "第 {line} 行:没有变量 {name};可用:{known}",
            "Line {line}: there is no variable {name}; use one of {known}",
        ),
    )
    RENDER_FAILED = (400, Text("模板无法生成内容:{reason}", "The template can't be rendered: {reason}"))
    NO_MAILBOX = (
        400,
        Text("应为邮箱地址,或“名称 <地址>”", "An e-mail address is needed, or “Name <address>”"),
    )
    EMPTY_CONTENT = (400, Text("内容为空:至少填写{fields}之一", "Nothing to say: fill in at least one of {fields}"))
    TWO_BODIES = (400, Text("内容块和 HTML 正文只能用一种", "Use either blocks or an HTML body, not both"))
    BAD_LINK = (
        400,
        Text(
            "链接应以 https:// 开头(或 mailto:、tel:、{{ unsubscribe_url }}),域名不能是变量",
            "Links begin with https:// (or mailto:, tel:, {{ unsubscribe_url }}); the host is no variable",
        ),
    )
    NO_MARKETING = (
        400,
        Text(
            "{channel}只能用于服务通知,不能用于营销", "{channel} is for service notices only; marketing is not allowed"
        ),
    )
    MISSING_PART = (400, Text("类型为 {kind} 时,必须填写 {field}", "With type {kind}, {field} is needed"))
    TOO_LONG_FOR = (
        400,
        Text("{field} 最多 {limit} {unit},现在是 {length}", "{field} takes at most {limit} {unit}; this has {length}"),
    )
    BAD_FOR_TYPE = (400, Text("{field} 只能是{wanted}", "{field} takes {wanted} only"))
    SIGN_IN_TEXT = (
        200,
        Text("正文里不要写【】,签名会自动加在前面", "Leave 【】 out of the text: the signature is put in front"),
    )
    OFTEN_REFUSED = (
        200,
        Text("服务商常拒绝含“{words}”的短信内容", "Providers often refuse text messages with “{words}”"),
    )
    NO_WAY_OUT = (
        200,
        Text(
            "营销邮件正文里没有退订链接,请加上 {{ unsubscribe_url }}",
            "This marketing mail shows no link to unsubscribe; add {{ unsubscribe_url }}",
        ),
    )
    SCRIPTS_GO = (200, Text("邮件程序会去掉脚本", "Mail programs remove scripts"))
    NOBODY_TO_TEST = (400, Text("请填写接收人,或选一位客户", "Say to whom, or choose a customer"))
    NO_ADDRESS_TO_TEST = (400, Text("不是可用于{channel}的地址", "Not an address of {channel}"))
    TEST_HELD_BACK = (
        400,
        Text("这位客户现在不能收到这条消息({reason})", "This customer can't get this message now ({reason})"),
    )
    EMPTY_VARIABLE = (
        200,
        Text(
            '这位客户的 {name} 为空,建议加上 | default: "…"',
            '{name} is empty for this customer; consider | default: "…"',
        ),
    )
    NO_ADDRESS = (200, Text("这位客户没有可用于{channel}的联系方式", "This customer has no address for {channel}"))
    NO_SUCH_CUSTOMER = (400, Text("没有这位客户", "There is no such customer"))
    NO_TEMPLATE = (400, Text("模板不存在", "There is no such template"))
    TEMPLATE_ARCHIVED = (400, Text("模板“{name}”已归档", "Template “{name}” is archived"))
    ACCOUNT_PAUSED = (400, Text("渠道账号“{name}”已停用", "Channel account “{name}” is paused"))
    URL_REFUSED = (400, Text("{reason}", "{reason}"))
    FORGED = (401, Text("签名不正确", "The signature does not match"))
    EXPIRED = (
        401,
        Text(
            "请求时间与服务器相差超过 5 分钟,按重放拒绝",
            "The request is more than 5 minutes off and refused as a replay",
        ),
    )
    NO_CALLBACKS = (404, Text("此服务商没有回执", "This provider sends no callbacks"))
    UNKNOWN_MESSAGE = (400, Text("此账号没有发过这条消息", "This account has sent no such message"))
