"""Text inside HTML that is put together in Python, where a template would be too slow."""

from html import escape


def escaped(text: object) -> str:
    """As Django's conditional_escape: what is safe already stays as it is. It knows no lazy results, which is most of
    what that one spends its time on; a lazy text is turned into words here."""
    return text.__html__() if hasattr(text, "__html__") else escape(str(text))
