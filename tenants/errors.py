"""Codes of this room: quotas that are reached."""

import enum

from kernel.language import Text


class QuotaCode(enum.Enum):
    QUOTA_LIVE_CANVASES = (
        409,
        Text(
            "进行中的画布已达到配额 {limit}:先结束一个", "The quota of {limit} live canvases is reached: end one first"
        ),
    )
    QUOTA_RUNS_AT_ONCE = (
        429,
        Text(
            "同时执行数已达到配额 {limit}:等一个执行结束",
            "The quota of {limit} runs at once is reached: wait for one to end",
        ),
    )
    QUOTA_PEOPLE_PER_RUN = (
        403,
        Text(
            "没有开始:这次执行有 {count} 人,超过每次执行 {limit} 人的配额",
            "Not started: the run has {count} people, more than the quota of {limit} people a run",
        ),
    )
