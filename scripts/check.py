"""Every check of the program, one after the other: `check.py test`, `lint` or `proof`. The last line says how it went.

`test` needs only what setup.sh installs; as root on Debian it installs Chromium, elsewhere it says that the browser tests did
not run (with CI=true that is a failure). `proof` runs the same tests with their full counts and coverage and writes a report.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ["accounts", "config", "course", "exchange", "notifications", "presentations", "quizzes"]
DJADE = str(Path(sys.executable).parent / "djade")  # a program, not a module of Python
# A part of the proof, as pytest's -k takes it: `make proof PART="races or faults"`. The report says so.
PART = os.environ.get("PART", "")
LONGEST = 30  # tests in a report
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LINT: dict[str, list[str]] = {
    "mypy": ["-m", "mypy", "--strict", *CODE, "tests"],
    "ruff": ["-m", "ruff", "check", "--quiet", "."],
    "format": ["-m", "ruff", "format", "--quiet", "--check", "."],
    "imports": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    "templates": [DJADE, "--check"],  # the files are added at the call
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
}


@dataclass
class Run:
    """What happened so far: failed checks, each check's seconds, each test run's counts, each test's seconds and result."""

    begin: float = field(default_factory=time.monotonic)
    failed: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    tests: dict[str, dict[str, int]] = field(default_factory=dict)
    cases: list[tuple[float, str, str]] = field(default_factory=list)

    def check(self, name: str, command: list[str], *, aside: bool = False, **env: str) -> None:
        """Run one check in this interpreter; its output shows as it comes, or in one piece if others run `aside`."""
        if not aside:
            print(f"== {name}", flush=True)
        begin = time.monotonic()
        done = subprocess.run(
            command if command[0] == DJADE else [sys.executable, *command],
            cwd=ROOT,
            env=os.environ | env,
            stdout=subprocess.PIPE if aside else None,
            stderr=subprocess.STDOUT if aside else None,
            text=True,
            check=False,
        )
        if aside:
            print(f"== {name}\n{done.stdout}", end="", flush=True)
        self.seconds[name] = time.monotonic() - begin
        if done.returncode:
            self.failed.append(name)

    def pytest(self, name: str, arguments: list[str], *, aside: bool = False, **env: str) -> None:
        """Run pytest and remember how many tests passed, failed and were skipped."""
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.xml"
            self.check(name, ["-m", "pytest", "-q", f"--junitxml={report}", *arguments], aside=aside, **env)
            if report.exists():
                self.tests[name] = counts(report)
                self.cases += cases(report)


def counts(report: Path) -> dict[str, int]:
    """Return tests, failed and skipped of a JUnit file that pytest wrote."""
    suites = list(ET.parse(report).getroot().iter("testsuite"))  # noqa: S314 - written by our own pytest a moment ago

    def total(*names: str) -> int:
        return sum(int(suite.get(name, "0")) for suite in suites for name in names)

    return {"tests": total("tests"), "failed": total("failures", "errors"), "skipped": total("skipped")}


def cases(report: Path) -> list[tuple[float, str, str]]:
    """Return the seconds, the name and the result of each test of a JUnit file."""
    return [
        (
            float(case.get("time", "0")),
            f"{case.get('classname')}: {case.get('name')}",
            next((child.tag for child in case if child.tag in {"failure", "error", "skipped"}), "passed"),
        )
        for case in ET.parse(report).getroot().iter("testcase")  # noqa: S314 - written by our own pytest a moment ago
    ]


def find_browser() -> str | None:
    """Return a Chromium of this machine; as root on Debian, install it first."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found or os.geteuid() != 0 or not shutil.which("apt-get"):
        return found
    print("== installing Chromium for the browser tests", flush=True)
    for arguments in (
        ["update"],
        ["install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"],
    ):
        subprocess.run(
            ["apt-get", "-qq", *arguments],
            stdout=subprocess.DEVNULL,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            check=False,  # without it the tests run without a browser, and the last line says so
        )
    return shutil.which("chromium")


def check_one(run: Run, name: str) -> None:
    templates = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "templates").rglob("*.html"))]
    command = [*LINT[name], *(templates if name == "templates" else [])]
    run.check(name, command, aside=True, DJANGO_SETTINGS_MODULE="config.settings.test")


def smoke(run: Run) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/smoke.sqlite3"
        run.pytest("smoke on SQLite", ["-m", "smoke", "-p", "no:cacheprovider"], aside=True, DATABASE_URL=database)


def at_once(works: Iterable[Callable[[], None]]) -> None:
    """Do pieces of work that each keep one processor busy, the longest first, side by side."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done in [pool.submit(work) for work in works]:
            done.result()


def tests(run: Run, browser: str | None, *, full: bool) -> None:
    # One worker more than processors: several tests mostly wait, for a process to die or a page to settle. (Two more make
    # everything slower by a fifth on two processors.)
    arguments = ["-n", str((os.cpu_count() or 1) + 1), "--dist", "worksteal", "--durations=10"]
    arguments += [] if browser else ["-m", "not browser"]
    if full:
        # What a part covers says nothing about the whole, and counting it makes everything slower.
        arguments += ["-k", PART] if PART else ["--cov", "--cov-report=term:skip-covered", "--cov-fail-under=90"]
    env = {"SEMINAR_CHROMIUM": browser or ""} | ({"SEMINAR_PROOF": "full"} if full else {})
    run.pytest("tests", arguments, **env)


def write_report(run: Run, browser: str | None, verdict: str) -> Path:
    """Write what was run, on what, with which counts and times."""
    now = datetime.now(UTC)
    version = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    machine = f"Version {version or 'not from git'}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    machine += f", {os.cpu_count()} processors"
    lines = [
        f"# Proof of {now:%d %B %Y}",
        "",
        f"{verdict}",
        "",
        f"{machine}, browser: {Path(browser).name if browser else 'none'}.",
        f"Only the part: {PART}" if PART else "All of it.",
        "",
        "| check | seconds | tests | failed | skipped |",
        "|---|---|---|---|---|",
    ]
    for name, seconds in run.seconds.items():
        count = run.tests.get(name, {})
        lines.append(
            f"| {name} | {seconds:.0f} | {count.get('tests', '')} | {count.get('failed', '')} | {count.get('skipped', '')} |"
        )
    longest = sorted((case for case in run.cases if case[2] != "skipped"), reverse=True)
    shown = [case for case in longest if case[2] != "passed"] + [case for case in longest if case[2] == "passed"][:LONGEST]
    lines += ["", f"Every test that failed, and the {LONGEST} longest (the full counts take their time):", ""]
    lines += ["| test | seconds | result |", "|---|---|---|"]
    lines += [f"| {name} | {seconds:.0f} | {result} |" for seconds, name, result in shown]
    part = "".join(f"-{word}" for word in re.findall(r"\w+", PART) if word not in {"or", "and", "not"})
    path = ROOT / "docs" / "reports" / f"proof-{now:%Y-%m-%d}{part}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def verdict(run: Run, mode: str, browser: str | None) -> str:
    """Return the last line."""
    took = time.monotonic() - run.begin
    total = sum(count["tests"] - count["skipped"] for count in run.tests.values())
    what = (
        f"{len(run.seconds)} checks" + (f", {total} tests" if run.tests else "") + f", {took // 60:.0f} min {took % 60:02.0f} s"
    )
    blind = "" if mode == "lint" or browser else " NOT RUN: the browser tests, because there is no Chromium here."
    if run.failed:
        return f"FAILED: {', '.join(run.failed)} ({what}).{blind}"
    return f"All passed: {what}.{blind}"


def main(mode: str) -> int:
    run = Run()
    browser = None if mode == "lint" else find_browser()
    # The smoke set of the tests keeps one processor busy, as the other checks do: they go well together.
    at_once([*([partial(smoke, run)] if mode != "lint" else []), *(partial(check_one, run, name) for name in LINT)])
    if mode != "lint":
        tests(run, browser, full=mode == "proof")
        if not browser and os.environ.get("CI", "").lower() in {"1", "true"}:
            run.failed.append("browser tests")
    last = verdict(run, mode, browser)
    if mode == "proof":
        print(f"The report is {write_report(run, browser, last).relative_to(ROOT)}")
    print(last, flush=True)
    return 1 if run.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "test"))
