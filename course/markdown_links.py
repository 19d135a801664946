"""Which addresses a text may use for its pictures."""

import re

UPLOADS = "/media/"
SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
CLIMBS = re.compile(r"(?:^|/)(?:\.|%2e){2}(?:/|%2f|$)", re.IGNORECASE)


def image_is_ours(address: str) -> bool:
    r"""Whether a picture comes from this site: a relative address, or one below our upload route.

    No scheme, no other host ("//host", "/\host", "\\host"), no other route of ours (a picture must not be able to
    call "/sign-out/"), no control characters.
    """
    if not address or "\\" in address or "%5c" in address.lower() or min(address) <= " ":
        return False
    if address.startswith(UPLOADS):
        return not CLIMBS.search(address)
    return not address.startswith(("/", "?", "#")) and not SCHEME.match(address)
