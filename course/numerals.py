"""Small numbers as words, and counted things."""

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def numeral(number: int) -> str:
    """Return "no", "one" … "twelve", then figures."""
    return _WORDS[number] if 0 <= number < len(_WORDS) else str(number)


def counted(number: int, noun: str) -> str:
    """Return the number and the noun: "one line", "four lines", "17 lines"."""
    return f"{numeral(number)} {noun}" if number == 1 else f"{numeral(number)} {noun}s"


def capital(text: str) -> str:
    """Return `text` with its first letter in upper case and the rest as it is."""
    return text[:1].upper() + text[1:]


def listed(parts: list[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    return ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else "".join(parts)
