"""Codes of the canvas room."""

import enum

from kernel.language import Text


class Code(enum.Enum):
    CYCLE = (400, Text("连线形成了环:{nodes}", "The edges form a cycle: {nodes}"))
    DUPLICATE_ID = (400, Text("编号 {id} 重复", "The id {id} is used twice"))
    LONG_ID = (400, Text("这里的编号最长 {most} 个字符", "An id here has {most} characters at most"))
    UNKNOWN_NODE_TYPE = (400, Text("没有这种节点:{type}", "No such node type: {type}"))
    WRONG_KIND = (400, Text("“{label}”不能用在这种画布里", "“{label}” can't be used in this kind of canvas"))
    MISSING_NODE = (
        400,
        Text("连线指向不存在的节点 {node}", "The edge refers to a node that is not there: {node}"),
    )
    MISSING_PORT = (
        400,
        Text("节点 {node} 没有端口 {port},可用:{ports}", "Node {node} has no port {port}; it has: {ports}"),
    )
    NOT_PUBLISHABLE = (
        409,
        Text(
            "还不能发布:有 {count} 个问题要先解决",
            "Can't be published yet: {count} problem(s) to solve first",
        ),
    )
    WRONG_STATUS = (
        409,
        Text("画布当前是“{status}”,不能这样操作", "The canvas is {status}; this can't be done now"),
    )
    NOT_SCHEDULED = (409, Text("只有定时型画布可以立即运行", "Only a scheduled canvas can be run now"))
    NOT_DRAFT = (
        409,
        Text(
            "只能删除从未发布的草稿;已发布的请归档",
            "Only drafts that were never published can be deleted; archive it instead",
        ),
    )
    NOTHING_TO_RELEASE = (409, Text("这次执行没有待放量的人", "This run has nobody left to release"))
    NOTHING_TO_RETRY = (
        409,
        Text("这次执行没有因故障停下的步骤", "This run has no step at which people wait because it failed"),
    )
    NOTHING_TO_APPROVE = (409, Text("这张画布没有待审批的发布申请", "Nobody asked for approval of this canvas"))
    OWN_APPROVAL = (403, Text("不能审批自己的申请", "Your own request must be approved by somebody else"))
    CHANGED_SINCE = (
        409,
        Text(
            "申请之后画布又改过(申请时是第 {asked} 版,现在是第 {revision} 版):请申请人重新提交",
            "The canvas was changed since (revision {asked} was asked for, it is {revision} now): it must be asked for again",
        ),
    )
    UNKNOWN_TEMPLATE = (400, Text("没有这个画布模板:{key}", "No such canvas template: {key}"))
    BAD_IF_MATCH = (
        400,
        Text('If-Match 应写成 "修订号",例如 "3"', 'If-Match must read "<revision>", e.g. "3"'),
    )
    BAD_REDIRECT = (
        400,
        Text("新版本里没有可以接收客户的步骤 {node}", "The new version has no step {node} that could take people in"),
    )
    BAD_RANGE = (400, Text("结束时间必须晚于开始时间", "The end must be after the start"))

    # problems of a drawing (check): status unused
    EMPTY = (
        409,
        Text(
            "画布是空的:先放一个“目标客群”或“事件触发”",
            "The canvas is empty: begin with an audience or an event trigger",
        ),
    )
    NO_SOURCE = (409, Text("没有入口:先放一个“{label}”", "There is no way in: add a “{label}”"))
    UNREACHABLE = (
        409,
        Text(
            "没有人能走到“{node}”:把它和前面的节点连起来",
            "Nobody can reach “{node}”: connect it to a step before",
        ),
    )
    MISSING_SETTING = (409, Text("“{node}”还缺设置:{setting}", "“{node}” lacks a setting: {setting}"))
    SEALED_ATTRIBUTE = (
        409,
        Text(
            "“{node}”要读取属性“{key}”,但它是敏感属性,加密保存",
            "“{node}” is to read the attribute “{key}”, which is sensitive: its values are sealed",
        ),
    )
    MISSING_REFERENCE = (
        409,
        Text(
            "“{node}”用到的{what}不存在(可能已删除)",
            "“{node}” uses a {what} that is not there (it may be deleted)",
        ),
    )
    UNUSABLE_REFERENCE = (409, Text("“{node}”:{reason}", "“{node}”: {reason}"))
    BAD_RULE = (409, Text("“{node}”的条件有误:{reason}", "The condition of “{node}” is wrong: {reason}"))
    BAD_TEXT = (409, Text("“{node}”的文字有误:{reason}", "A text of “{node}” is wrong: {reason}"))
    UNCONNECTED_INPUT = (
        409,
        Text("“{node}”的输入 {port} 没有连线", "Input {port} of “{node}” is not connected"),
    )
    BAD_ASSIGNMENT = (409, Text("“{node}”的值不合适:{reason}", "The value of “{node}” does not fit: {reason}"))
    TAG_KEPT_BY_RULE = (
        409,
        Text(
            "“{node}”对标签“{tag}”不起作用:谁有这个标签由它的规则决定",
            "“{node}” leaves the tag “{tag}” as it is: its rule alone decides who carries it",
        ),
    )
    NO_STEP_BEFORE = (
        409,
        Text(
            "“{node}”前面没有能产生这些结果的步骤(消息有送达、打开、点击、回复、失败;权益有使用、过期)",
            "No step before “{node}” can have these results (messages: delivered, opened, clicked, replied, failed; rewards: used, expired)",
        ),
    )
    SET_IN_LOOP = (
        409,
        Text(
            "“{node}”在循环里:人群运算要等前面的人都到齐,而循环里前面总还有人,它永远等不到。请移到循环外",
            "“{node}” lies on a loop: a set operation waits until nobody stands before it, and on a loop somebody always may. Move it out",
        ),
    )
    JUMP_NOWHERE = (
        409,
        Text(
            "“{node}”的“再来一轮”没有连线:把它连回前面的步骤",
            "“again” of “{node}” is not connected: connect it to an earlier step",
        ),
    )
    LOOP_TOO_LONG = (
        409,
        Text(
            "“{node}”所在的循环套循环,总轮数太多:减少其中的次数",
            "“{node}” lies on loops inside loops with too many rounds in all: let them go round less often",
        ),
    )
    LOOP_WITHOUT_WAIT = (
        409,
        Text(
            "“{node}”所在的循环里没有等待:所有轮次会马上接连发生",
            "There is no wait on the loop of “{node}”: all rounds will happen at once, one after the other",
        ),
    )
    DANGLING = (
        409,
        Text(
            "“{node}”后面没有步骤,走到这里的人会离开画布",
            "Nothing follows “{node}”; people who get here leave the canvas",
        ),
    )
    LONG_PATH = (
        409,
        Text(
            "一条路径上有 {count} 个节点(建议不超过 10 个)",
            "A path has {count} nodes (10 at most is advised)",
        ),
    )
    OVER_CAP = (
        409,
        Text(
            "同一个人在一条路径上会收到 {count} 条营销消息,超过频次上限 {cap}",
            "A person gets {count} marketing messages on one path, more than the cap of {cap}",
        ),
    )
    NO_SCHEDULE = (
        409,
        Text("没有设置时间:发布后只能手动运行", "No schedule: once published it only runs by hand"),
    )
    RANGE_OVER = (409, Text("活动时间已经结束", "The time range is over"))
    NEVER_FIRES = (409, Text("按现在的设置,一次也不会执行", "With these settings it will never run"))
    ALWAYS_QUIET = (
        409,
        Text(
            "画布和租户的勿扰时段合起来占满了 24 小时,营销消息永远发不出去",
            "The quiet hours of the canvas and of the tenant together fill all 24 hours: no marketing message would ever be sent",
        ),
    )
    EMPTY_AUDIENCE = (409, Text("“{node}”现在一个人也没有", "There is nobody in “{node}” now"))
    MIXED_PORTS = (
        409,
        Text(
            "“{node}”同时连了“全部”和单独的出口:“全部”只带走没有单独出口的人",
            "“{node}” has both “everybody” and single ways out wired: “everybody” only takes those without their own",
        ),
    )


WORDS = {
    "audience": Text("人群", "audience"), "template": Text("模板", "template"),
    "package": Text("权益礼包", "reward package"), "attribute": Text("属性", "attribute"),
    "staff": Text("员工", "staff member"), "webhook_account": Text("Webhook 账号", "webhook account"),
    "wecom_account": Text("企业微信账号", "WeCom account"),
}  # fmt: skip
STATUS_WORDS = {
    "draft": Text("草稿", "a draft"), "live": Text("进行中", "live"), "paused": Text("已暂停", "paused"),
    "ended": Text("已结束", "ended"), "archived": Text("已归档", "archived"),
}  # fmt: skip
