"""Only addresses of the chats themselves are taken, and little of them stays readable (I1)."""

import pytest

from routing.decisions.chat_addresses import NotAnAddress, read_chat_address

SLACK = "https://hooks.slack.com/services/T0ABCDEFG/B0ABCDEFG/abcdefghijklmnopqrstuvwx"
TEAMS = (
    "https://prod-1.westeurope.logic.azure.com:443/workflows/abc123/triggers/manual/paths/invoke?api-version=1&sig=xYz9"
)
TELEGRAM = "123456789:ABCdefGHIjklMNOpqrSTUvwxYZabcdefghi/-987654321"


@pytest.mark.parametrize(
    ("kind", "typed", "way", "label"),
    [
        ("slack", f" {SLACK}/ ", "slack://T0ABCDEFG/B0ABCDEFG/abcdefghijklmnopqrstuvwx/?image=no&footer=no", "…uvwx"),
        ("teams", TEAMS, f"{TEAMS}&image=no", "…xYz9"),
        ("telegram", TELEGRAM, f"tgram://{TELEGRAM}/?format=text", "…4321"),
    ],
)
def test_what_is_taken(kind, typed, way, label):
    found = read_chat_address(kind, typed)
    assert (found.way, found.label) == (way, label)


@pytest.mark.parametrize("kind", ["slack", "teams", "telegram", "gateway", "mail", ""])
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "mailto://user:pass@example.com",
        "json://127.0.0.1/",
        "slack://T/B/C",
        "http://hooks.slack.com/services/T0ABCDEFG/B0ABCDEFG/abcdefghijklmnopqrstuvwx",
        "https://hooks.slack.com.evil.example/services/T0ABCDEFG/B0ABCDEFG/abcdefghijklmnopqrstuvwx",
        f"{SLACK}\n@evil.example",
        f"{SLACK}?cto=900",
        TEAMS.replace("logic.azure.com", "logic.azure.com.evil.example"),
        TEAMS.replace("prod-1.westeurope.logic.azure.com", "10.0.0.1"),
        TEAMS.replace("https://", "https://user@"),
        f"{TEAMS}#fragment",
        "127.0.0.1/x",
        "123456789:short/1",
        f"{TELEGRAM}/../x",
    ],
)
def test_what_is_refused(kind, typed):
    with pytest.raises(NotAnAddress):
        read_chat_address(kind, typed)
