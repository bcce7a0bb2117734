"""The least that sending through Aliyun's batch call needs: a loop that signs and posts, with no database and nothing to render.

`python -m bench.bare_signed URL PEOPLE` prints the seconds. A hundred numbers a call, as many calls at once as the product has.
"""

import asyncio
import secrets
import sys
import time

import aiohttp
import orjson
from yarl import URL

from channels.kinds.sms.providers.aliyun import AliyunSettings, signed

BATCH, AT_ONCE = 100, 32


async def _post_all(url: str, people: int) -> float:
    settings = AliyunSettings(access_key_id="testId", access_key_secret="testSecret", base_url=url)
    free, began = asyncio.Semaphore(AT_ONCE), time.perf_counter()
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as calls:

        async def post(start: int) -> None:
            numbers = [f"199{n:08d}" for n in range(start, min(start + BATCH, people))]
            form = {
                "PhoneNumberJson": orjson.dumps(numbers).decode(), "SignNameJson": orjson.dumps(["山间茶铺"] * len(numbers)).decode(),
                "TemplateParamJson": orjson.dumps([{"name": f"客户{n}"} for n in numbers]).decode(),
            }  # fmt: skip
            target, headers, body = signed(settings, "SendBatchSms", {"TemplateCode": "SMS_1"}, form, now=time.time(), nonce=secrets.token_hex(16))  # fmt: skip
            async with session.post(URL(target, encoded=True), data=body, headers=headers) as answer:
                if (await answer.json())["Code"] != "OK":
                    raise RuntimeError("the stand-in refuses the bare loop")
            free.release()

        for start in range(0, people, BATCH):
            await free.acquire()
            calls.create_task(post(start))
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.stdout.write(f"{asyncio.run(_post_all(sys.argv[1], int(sys.argv[2])))}\n")
