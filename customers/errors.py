"""Codes of this room: (HTTP status, text). Row codes stand in `rejected` of the bulk answers."""

import enum

from kernel.errors import FieldProblem, problem_at
from kernel.language import Text


class CustomerCode(enum.Enum):
    NO_KEY = (
        400,
        Text(
            "缺少 external_id 或任一身份,无法确定是哪位客户",
            "No external_id and no identity: which customer is it?",
        ),
    )
    UNKNOWN_FIELD = (400, Text("{place}:没有这个字段", "{place}: unknown field"))
    MISSING = (400, Text("{place}:缺少必填项", "{place}: this field is required"))
    WRONG_TYPE = (400, Text("{place}:类型不对,需要{expected}", "{place}: wrong type, expected {expected}"))
    BAD_VALUE = (400, Text("{place}:值不正确,{reason}", "{place}: not a valid value, {reason}"))
    TOO_MANY_ATTRIBUTES = (
        400,
        Text(
            "{place}:客户属性已有 {limit} 个,不再自动新建;请使用已有的属性,或先删除不用的",
            "{place}: there are {limit} attributes, and no more are made by what arrives; use one of them, or delete some first",
        ),
    )
    BAD_IDENTITY = (400, Text("{place}:不是有效的{kind}", "{place}: not a valid {kind}"))
    BAD_TIME = (
        400,
        Text("{place}:需要带时区的 ISO 8601 时间", "{place}: an ISO 8601 time with offset is needed"),
    )
    IDENTITY_TAKEN = (400, Text("{place}:已属于另一位客户", "{place}: belongs to another customer already"))
    IDENTITY_PROPOSED = (
        200,
        Text(
            "{place}:已属于另一位客户;先作为未验证保留,并提出“可能是同一个人”",
            "{place}: belongs to another customer; kept unproved, and a merge of the two is proposed",
        ),
    )
    IDENTITY_MERGING = (
        200,
        Text(
            "{place}:已属于另一位客户;按设置自动合并",
            "{place}: belongs to another customer; the two are merged, as the settings say",
        ),
    )
    IDENTITY_SHARED = (
        200,
        Text(
            "{place}:已属于另一位客户,且是占位或共用的值;作为未验证保留",
            "{place}: belongs to another customer and is a placeholder or shared; kept unproved",
        ),
    )
    EXTERNAL_ID_TAKEN = (
        400,
        Text("{place}:另一位客户已在使用此外部 ID", "{place}: another customer has this external id"),
    )
    SAME_CUSTOMER = (400, Text("不能把客户合并到自己", "A customer can't be merged into themselves"))
    MERGED_ALREADY = (409, Text("其中一位客户已被合并或删除", "One of the two was merged or erased already"))
    MERGE_UNDONE = (409, Text("这次合并已经撤销", "This merge was undone already"))
    MERGE_TOO_OLD = (
        409,
        Text(
            "合并超过 {days} 天(或客户已删除),不能再撤销",
            "The merge is over {days} days old (or the customer was erased) and can't be undone",
        ),
    )
    MERGED_SINCE = (
        409,
        Text("该客户后来又被合并,请先撤销那一次", "This customer was merged into another since; undo that one first"),
    )
    PROPOSAL_DECIDED = (409, Text("这条合并建议已经处理过", "This proposal was decided already"))
    PROPOSALS_CHANGED = (
        409,
        Text(
            "其中 {open} 条仍待处理;确认合并请把 confirm 设为 {open}",
            "{open} of them are open still; to merge them, send confirm = {open}",
        ),
    )
    NOT_ONE_OF_THEM = (400, Text("必须是这两位客户之一", "must be one of the two customers"))
    IN_THE_FUTURE = (400, Text("{place}:时间在一天以后的未来", "{place}: more than a day in the future"))
    TAG_TAKEN = (409, Text("标签“{name}”已存在", "There is a tag {name!r} already"))
    TAG_BY_RULE = (
        400,
        Text(
            "{place}:标签“{name}”由规则维护,不能手工增减;请修改它的规则",
            "{place}: the tag {name!r} is kept by its rule; change the rule instead",
        ),
    )
    TAG_BY_HAND = (409, Text("标签“{name}”没有规则,无需更新", "{name!r} has no rule, so there is nothing to refresh"))
    TAG_CYCLE = (
        400,
        Text(
            "标签“{name}”的规则不能(直接或间接)依赖它自己",
            "the rule of {name!r} can't depend on the tag itself, even through others",
        ),
    )
    TAG_IN_USE = (
        409,
        Text(
            "标签“{name}”被使用:{users};有 {people} 人带有它。确认删除请加 ?confirm={people}",
            "{name!r} is used by {users}, and {people} people carry it. To delete it all the same, send ?confirm={people}",
        ),
    )
    TAG_RENAMED = (
        409,
        Text("标签“{name}”被使用,不能改名:{users}", "{name!r} is used by {users}, so its name can't change"),
    )
    ATTRIBUTE_TAKEN = (409, Text("属性“{key}”已存在", "There is an attribute {key!r} already"))
    TYPE_IN_USE = (
        409,
        Text(
            "已有客户填写了属性“{key}”,不能改类型",
            "Customers have values of {key!r}, so its type can't change",
        ),
    )
    UNKNOWN_REVEAL = (400, Text("“{field}”不能这样查看", "{field!r} is nothing that could be revealed"))
    SEALED = (
        400,
        Text(
            "{place}:敏感属性加密保存,不能这样使用",
            "{place}: values of a sensitive attribute are sealed and can't be used so",
        ),
    )
    SEALED_LIST = (400, Text("列表类型的属性不能设为敏感", "an attribute of type list can't be sensitive"))
    ATTRIBUTE_MOVING = (
        409,
        Text(
            "属性“{key}”的值正在加密或解密,完成后再试",
            "Values of {key!r} are on the move; try again when the job has ended",
        ),
    )
    OPTION_IN_USE = (
        409,
        Text(
            "还有 {people} 位客户选了“{option}”,不能删除这个选项",
            "{people} customers have {option!r}, so it stays an option",
        ),
    )
    ATTRIBUTE_IN_USE = (409, Text("属性“{key}”被使用:{users}", "{key!r} is used by {users}"))
    TASK_CLOSED = (409, Text("任务已经处理过,请先重新打开", "The task is closed already; open it again first"))
    QUOTA_CUSTOMERS = (403, Text("已达到客户数配额 {limit}", "The quota of {limit} customers is reached"))
    QUOTA_EVENTS = (429, Text("今天的事件配额 {limit} 已用完", "Today's quota of {limit} events is used up"))
    MAPPING_UNKNOWN = (400, Text("没有“{to}”这样的对应项", "A column can't become {to!r}"))
    MAPPING_TWICE = (400, Text("有两列都对应到“{to}”", "Two columns become {to!r}"))
    COLUMN_UNKNOWN = (400, Text("文件里没有“{column}”这一列", "The file has no column {column!r}"))
    MAPPING_LACKS = (
        400,
        Text("还缺少一列:{what}", "A column is missing: {what}"),
    )
    IMPORT_STARTED = (409, Text("这次导入已经开始", "This import has been started already"))
    IMPORT_RUNNING = (409, Text("导入还没有结束", "The import has not ended yet"))
    IMPORT_NOT_UNDOABLE = (
        409,
        Text(
            "不能撤销:只有 {days} 天内的客户导入可以撤销一次",
            "It can't be undone: only an import of customers, once, within {days} days",
        ),
    )
    NO_SUCH_STAFF = (400, Text("没有员工“{external_id}”", "There is no staff member {external_id!r}"))
    OWN_MANAGER = (400, Text("员工不能是自己的上级", "Nobody is their own manager"))
    STAFF_TAKEN = (409, Text("员工“{external_id}”已存在", "There is a staff member {external_id!r} already"))


class Rejected(Exception):
    """One row is refused; the others of the request go on."""

    def __init__(self, code: CustomerCode, **params: object) -> None:
        super().__init__(code.name)
        self.code, self.params = code, params

    def as_json(self, index: int) -> dict[str, object]:
        return {
            "index": index,
            "code": self.code.name.lower(),
            "detail": self.code.value[1].say(**self.params),
        }

    def as_problem(self) -> FieldProblem:
        """The same for a single customer: at its place in the body."""
        return problem_at(str(self.params.get("place", "")), self.code, **self.params)
