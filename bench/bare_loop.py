"""The least that sending needs: a loop that renders a Liquid template and posts the bodies, with no database.

`python -m bench.bare_loop URL PEOPLE BATCH library|quick` prints the seconds. Everything it knows of the people is in memory
beforehand. `library`: each text by the Liquid library, as anybody would write it; `quick`: by the product's own renderer.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import orjson
from liquid import Environment

TEXT = "{{ customer.attributes.name }},会员日到啦!{{ customer.attributes.city }}的店等你来"
AT_ONCE = 64


def _person(n: int) -> dict[str, Any]:
    profile = {
        "id": str(n),
        "external_id": f"b{n}",
        "attributes": {"name": f"客户{n}", "city": "杭州", "n": n},
        "tags": [],
    }
    return {"customer": profile, "event": {}, "reward": {}}


def _message(n: int, person: dict[str, Any], text: str) -> dict[str, Any]:
    customer = {"id": person["customer"]["id"], "external_id": person["customer"]["external_id"]}
    content = {"text": text, "sign": "山间茶铺", "params": {}, "opt_out": "拒收请回复R"}
    return {
        "id": f"1-{n}", "channel": "sms", "customer": customer, "to": f"199{n:08d}", "content": content, "canvas": "1",
        "run": "1", "node": "post", "variant": None,
    }  # fmt: skip


def _renderer(how: str) -> Callable[[dict[str, Any]], str]:
    if how == "quick":
        from channels.substitution import quick

        fill = quick(Environment().from_string(TEXT), escaped=False)
        if fill is None:
            raise RuntimeError("the template is not one that only fills in")
        return lambda context: str(fill(context))
    template = Environment().from_string(TEXT)
    return lambda context: template.render(**context)


async def _post_all(
    url: str, people: list[dict[str, Any]], batch: int, render: Callable[[dict[str, Any]], str]
) -> float:
    free, began = asyncio.Semaphore(AT_ONCE), time.perf_counter()
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as calls:

        async def post(body: bytes) -> None:
            async with session.post(url, data=body, headers={"Content-Type": "application/json"}) as answer:
                await answer.read()
            free.release()

        for start in range(0, len(people), batch):
            await free.acquire()
            some = people[start : start + batch]
            messages = [_message(start + i, person, render(person)) for i, person in enumerate(some)]
            calls.create_task(post(orjson.dumps({"messages": messages})))
    return time.perf_counter() - began


if __name__ == "__main__":
    people = [_person(n) for n in range(int(sys.argv[2]))]
    took = asyncio.run(_post_all(sys.argv[1], people, int(sys.argv[3]), _renderer(sys.argv[4])))
    sys.stdout.write(f"{took}\n")
