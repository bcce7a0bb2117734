"""Events at a fixed pace, from a few connections; what is late to be sent is not sent slower, and its wait counts."""

import http.client
import threading
import time
from collections.abc import Callable, Sequence

LANES = 4  # connections; one of them posts every fourth event


def post_all(port: int, key: str, bodies: Sequence[bytes], per_second: float) -> list[float]:
    """POST each body at its moment; the moments (perf_counter) at which each was due. Raises RuntimeError for a refusal."""
    begin = time.perf_counter() + 0.2
    due = [begin + n / per_second for n in range(len(bodies))]
    faults: list[BaseException] = []
    lanes = [
        threading.Thread(target=_guarded, args=(faults, lambda n=n: _lane(port, key, bodies[n::LANES], due[n::LANES])))
        for n in range(LANES)
    ]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    if faults:
        raise RuntimeError("events could not be posted") from faults[0]
    return due


def _guarded(faults: list[BaseException], work: Callable[[], None]) -> None:
    try:
        work()
    except BaseException as error:  # it is raised again by the thread that waits
        faults.append(error)


def _lane(port: int, key: str, bodies: Sequence[bytes], due: Sequence[float]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    for body, at in zip(bodies, due, strict=True):
        time.sleep(max(0.0, at - time.perf_counter()))
        connection.request("POST", "/api/v1/events/bulk", body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 202:
            raise RuntimeError(f"events/bulk: {answer.status}")
        if at + 3 < time.perf_counter():
            connection.close()  # far behind: the server may have closed it
