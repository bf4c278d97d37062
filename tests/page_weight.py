"""What a first visit of a page costs over the wire: the page and all that it brings, as a browser would fetch it."""

import gzip
import re
from collections import Counter
from collections.abc import Callable
from urllib.parse import urljoin

ENCODINGS = "gzip, deflate, br, zstd"  # as Chromium sends
LIMIT = 150_000  # bytes for pages, styles, scripts and icons; fonts apart

Fetch = Callable[[str], tuple[str, bytes, int]]  # address -> content type, body as it came, bytes of its headers

PAGE_PARTS = re.compile(r'<(?:link[^>]*?href|script[^>]*?(?:src|data-worker)|use href|img[^>]*?src)="([^"#]+)')
SHEET_PARTS = re.compile(r'url\("?([^"#)]+)"?\)')


def weigh(fetch: Fetch, path: str) -> Counter[str]:
    """Bytes by kind: "html", "css", "javascript", "icons", "manifest", "fonts"; and "requests", how many of them.

    Fonts are all that the styles name; a browser takes only those whose letters the page shows.
    """
    weight: Counter[str] = Counter()
    seen: set[str] = set()
    coming = [path]
    while coming:
        address = coming.pop()
        if address in seen or address.startswith("data:"):
            continue
        seen.add(address)
        content_type, body, headers = fetch(address)
        kind = kind_of(content_type)
        weight[kind] += len(body) + headers
        weight["requests"] += 1
        if kind in ("html", "css"):
            parts = PAGE_PARTS if kind == "html" else SHEET_PARTS
            coming += [urljoin(address, found) for found in parts.findall(unpacked(body))]
    return weight


def kind_of(content_type: str) -> str:
    kinds = {"text/html": "html", "text/css": "css", "text/javascript": "javascript", "image/svg+xml": "icons"}
    kinds |= {"image/png": "icons", "application/manifest+json": "manifest"}
    kind = content_type.partition(";")[0]
    return "fonts" if kind.startswith("font/") else kinds[kind]


def unpacked(body: bytes) -> str:
    return (gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body).decode()


def without_fonts(weight: Counter[str]) -> int:
    return sum(size for kind, size in weight.items() if kind not in ("fonts", "requests"))
