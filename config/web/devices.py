"""What to call a device, by what its browser says of itself (I1, J4)."""

BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> tuple[str, str]:
    """(browser, system); "" for what is not known. The first that fits, because each browser names those before it."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    return browser, next((name for sign, name in SYSTEMS if sign in user_agent), "")
