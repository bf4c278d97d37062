"""What goes over the wire compressed, and what must not be."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from config.web.compression import compress_text
from queues.models import EntryRule
from tests.factories import QueueFactory, make_ops

GZIP = {"Accept-Encoding": "gzip, deflate, br, zstd"}


def answered(response: HttpResponse | StreamingHttpResponse) -> HttpResponse | StreamingHttpResponse:
    return compress_text(lambda _request: response)(RequestFactory().get("/", headers=GZIP))


@pytest.mark.django_db
def test_a_page_is_sent_compressed_to_a_browser_that_can_read_it(client: Client):
    answer = client.get("/sign-in/", headers=GZIP)
    page = gzip.decompress(answer.content)
    assert (answer["Content-Encoding"], "Accept-Encoding" in answer["Vary"]) == ("gzip", True)
    assert page.endswith(b"</html>\n")
    assert len(answer.content) * 2 < len(page)


@pytest.mark.django_db
def test_a_page_is_sent_as_it_is_to_a_program_that_did_not_ask(client: Client):
    answer = client.get("/sign-in/")
    assert (answer.has_header("Content-Encoding"), answer.content.endswith(b"</html>\n")) == (False, True)


def test_the_length_of_a_page_differs_each_time():
    """Otherwise somebody who can put text into a page could guess a secret in it by the page's length (BREACH)."""
    lengths = {len(answered(HttpResponse(b"a secret " * 100)).content) for _ in range(20)}
    assert len(lengths) > 1


@pytest.mark.django_db
def test_a_table_to_download_arrives_whole(client: Client):
    queue = QueueFactory()
    for number in range(1, 9):
        EntryRule.objects.create(name=f"Rule {number}", position=number, conditions=[], outcome="queue", queue=queue)
    client.force_login(make_ops())
    plain = client.get("/rules/csv/")
    packed = client.get("/rules/csv/", headers=GZIP)
    assert (packed["Content-Encoding"], packed["Content-Type"]) == ("gzip", "text/csv; charset=utf-8")
    assert gzip.decompress(packed.content) == plain.content


def test_a_stream_of_rows_can_be_read_to_its_end():
    rows = [f"row {n}\r\n".encode() for n in range(1000)]
    answer = answered(StreamingHttpResponse(iter(rows), content_type="text/csv"))
    assert gzip.decompress(b"".join(answer.streaming_content)) == b"".join(rows)


def test_the_live_stream_is_neither_compressed_nor_held_back():
    words = [b"data: queue-3\n\n", b": still here\n\n"]
    answer = answered(StreamingHttpResponse(iter(words), content_type="text/event-stream"))
    assert (list(answer.streaming_content), answer.has_header("Content-Encoding")) == (words, False)


def test_a_font_and_a_part_of_a_file_stay_as_they_are():
    font = answered(HttpResponse(b"wOF2" * 100, content_type="font/woff2"))
    part = answered(HttpResponse(b"a { }" * 100, content_type="text/css", status=206))
    assert (font.content, part.content) == (b"wOF2" * 100, b"a { }" * 100)


def test_static_files_that_were_not_collected_are_compressed_too(client: Client):
    answer = client.get("/static/css/alur.css", headers=GZIP)
    sheet = gzip.decompress(b"".join(answer.streaming_content))
    assert (answer["Content-Encoding"], sheet.startswith(b"/* The look of every page")) == ("gzip", True)
