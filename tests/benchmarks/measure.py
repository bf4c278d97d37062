"""Measure side by side: interleaved rounds, medians, ratios of one run (these machines are noisy)."""

import http.client
import threading
import time
from collections.abc import Callable, Mapping
from statistics import median


def interleaved(acts: Mapping[str, Callable[[], object]], *, rounds: int, times: int) -> dict[str, float]:
    """Median milliseconds of one call of each act; the acts take turns, so that noise meets all of them."""
    took: dict[str, list[float]] = {name: [] for name in acts}
    for _round in range(rounds):
        for name, act in acts.items():
            for _time in range(times):
                start = time.perf_counter()
                act()
                took[name].append((time.perf_counter() - start) * 1000)
    return {name: median(values) for name, values in took.items()}


def rate(port: int, make_request: Callable[[], tuple], *, connections: int, seconds: float) -> tuple[float, int]:
    """Requests per second over loopback, and how many were not answered with 200; it ends by itself."""
    done, failed = [0] * connections, [0] * connections
    end = time.monotonic() + seconds

    def run(number: int) -> None:
        while time.monotonic() < end:
            method, path, body, headers = make_request()
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            link.request(method, path, body=body, headers=headers)
            answer = link.getresponse()
            answer.read()
            link.close()
            if answer.status == 200:
                done[number] += 1
            else:
                failed[number] += 1

    threads = [threading.Thread(target=run, args=(number,)) for number in range(connections)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.monotonic() - start), sum(failed)


def report(title: str, figures: Mapping[str, object], *, bar: str = "") -> None:
    line = ", ".join(
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}" for name, value in figures.items()
    )
    print(f"\n{title}: {line}{f'   [{bar}]' if bar else ''}")
