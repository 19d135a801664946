"""A real SMTP server on this machine that keeps what it gets and refuses what it is told to."""

import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Sink:
    """The mails that were accepted, in order; `refuse` maps a recipient to the reply it gets instead."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    refuse_data: dict[str, str] = field(default_factory=dict)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802 - aiosmtpd's name
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if (to := envelope.rcpt_tos[0]) in self.refuse_data:
            return self.refuse_data[to]
        mail = message_from_bytes(envelope.content, policy=policy.default)
        with self.arrived:
            self.mails.append(mail)
            self.arrived.notify_all()
        return "250 accepted"

    def wait_for(self, count: int, seconds: float) -> bool:
        """Wait until `count` mails have arrived in all."""
        with self.arrived:
            return self.arrived.wait_for(lambda: len(self.mails) >= count, timeout=seconds)

    def ids(self) -> Counter[str]:
        """Count the Message-IDs that arrived."""
        return Counter(str(mail["Message-ID"]) for mail in self.mails)

    def recipients(self) -> Counter[str]:
        return Counter(mail["To"].addresses[0].addr_spec for mail in self.mails)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def running() -> Iterator[Sink]:
    """Run a sink on a free port of 127.0.0.1 for as long as the block lasts."""
    sink = Sink(free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
