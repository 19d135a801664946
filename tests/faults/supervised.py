"""A small program for test_up.py: a supervisor of one `sleep`, run as `python -m tests.faults.supervised [options]`.

--with-parent watches the parent; --unprotected leaves out what the kernel is asked for (the control of the kill -9 test).
"""

import os
import sys
from unittest import mock

from config import supervisor as module


def main() -> int:
    parent = module.Parent(os.getppid()) if "--with-parent" in sys.argv else None
    supervisor = module.Supervisor(dict(os.environ), print, parent)
    supervisor.listen()
    print(f"pid {os.getpid()}")  # noqa: T201 - for the test
    supervisor.start(module.Program("sleeper", ["sleep", "600"], 1, 2.0))
    supervisor.start(module.Program("stubborn", ["sh", "-c", "trap '' TERM; echo ready; sleep 601 & wait; wait"], 2, 0.3))
    status = supervisor.watch()
    supervisor.stop()
    return status


if __name__ == "__main__":
    if "--unprotected" in sys.argv:
        with mock.patch.object(module, "_die_with_parent", return_value=None):
            sys.exit(main())
    sys.exit(main())
