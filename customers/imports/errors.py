"""What can be wrong with a cell, in words for whoever sits before the file, each with what to do about it."""

import enum
from dataclasses import dataclass

from customers.errors import Rejected
from kernel.language import Text


class CellCode(enum.Enum):
    """code = (what is wrong, what to do)."""

    NUL_CHARACTER = (
        Text("含有空字符", "holds a NUL character"),
        Text("删掉不可见字符", "Delete the invisible character"),
    )
    UNDECODABLE = (
        Text("有无法识别的字符", "holds characters that can't be read"),
        Text("把文件另存为 UTF-8 再导入", "Save the file as UTF-8 and import it again"),
    )
    TOO_LONG = (
        Text("内容太长(最多 {limit} 字)", "is too long (at most {limit} characters)"),
        Text("缩短内容", "Shorten it"),
    )
    SCIENTIFIC = (
        Text(
            "号码被表格软件写成了科学计数法,原号码已丢失",
            "is a number that a spreadsheet has rounded (1.38E+10): its digits are lost",
        ),
        Text(
            "把这一列设为“文本”格式,重新填写或导出号码",
            "Format the column as text and enter or export the numbers again",
        ),
    )
    NOT_A_NUMBER = (
        Text("不是数字", "is not a number"),
        Text("只保留数字,或把这一列改为文本", "Keep digits only, or make the column text"),
    )
    NOT_A_DATE = (
        Text("不是日期", "is not a date"),
        Text("写成 2024-01-31;没有日期就留空", "Write 2024-01-31; leave it empty when there is none"),
    )
    NOT_A_TIME = (
        Text("不是时间", "is not a time"),
        Text("写成 2024-01-31 08:30:00;没有就留空", "Write 2024-01-31 08:30:00; leave it empty when there is none"),
    )
    NOT_YES_OR_NO = (Text("看不出是“是”还是“否”", "is neither yes nor no"), Text("填 是 或 否", "Write yes or no"))
    MISSING = (Text("必填,这里是空的", "is needed and empty"), Text("填上内容", "Fill it in"))
    UNKNOWN_CUSTOMER = (
        Text("没有这位客户", "no such customer"),
        Text("先导入客户,或改正编号", "Import the customer first, or correct the id"),
    )
    TOO_MANY_CELLS = (
        Text("这一行比表头多出 {count} 格", "has {count} more cells than the header"),
        Text("检查这一行里的分隔符和引号", "Check the delimiters and quotation marks of this row"),
    )


_MORE_ROOM = Text("请管理员提高配额,再导入这些行", "Ask for a higher quota, then import these rows again")
_TO_DO = {
    "quota_customers": _MORE_ROOM,
    "quota_events": _MORE_ROOM,
    "no_key": Text("填上会员号、手机号等任一身份", "Fill in an id, a phone number or another identity"),
    "bad_identity": Text("检查号码或地址是否完整", "Check that the number or address is complete"),
    "identity_taken": Text(
        "它已属于另一位客户:合并两位客户,或改掉这一格",
        "It belongs to another customer: merge the two, or change this cell",
    ),
    "external_id_taken": Text("换一个客户编号", "Use another customer id"),
    "in_the_future": Text("检查年份和时区", "Check the year and the time zone"),
}
_CHECK = Text("检查并改正这一格", "Check and correct this cell")


@dataclass(frozen=True)
class Wrong:
    """One cell (or the whole row, column None) that can't be taken over."""

    column: int | None
    code: str
    detail: str
    advice: str


class CellError(Exception):
    """This cell has no value of the kind that its column is to become."""

    def __init__(self, code: CellCode, **params: object) -> None:
        super().__init__(code.name)
        self.code, self.params = code, params

    def at(self, column: int | None) -> Wrong:
        detail, advice = self.code.value
        return Wrong(column, self.code.name.lower(), detail.say(**self.params), advice.say())


def explained(refused: Rejected, column: int | None, header: str) -> Wrong:
    """What a reader of rows refused, with the column's name in place of its path in the API."""
    code = refused.code.name.lower()
    detail = refused.code.value[1].say(**{**refused.params, "place": header})
    return Wrong(column, code, detail, _TO_DO.get(code, _CHECK).say())


def over_quota(code: str, detail: str) -> Wrong:
    """The row is good, but there is no room for it."""
    return Wrong(None, code, detail, _TO_DO[code].say())
