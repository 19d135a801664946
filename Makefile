# Seminar. `make demo` runs a course on this machine, `make test` runs every check. Both do their own set-up in .venv.
.PHONY: help demo run test proof lint fmt lock
.DEFAULT_GOAL := help

PY := .venv/bin/python
LOCK := pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	--custom-compile-command "make lock"

help:
	@echo "make demo   a running course at http://127.0.0.1:8000 (HOST and PORT change that); Ctrl-C stops it"
	@echo "make run    the same for developing: debug pages, and the web server reloads on a change"
	@echo "make test   every check and test (a real PostgreSQL, Valkey and Chromium)"
	@echo "make proof  the same tests with their full counts, coverage, and a report in docs/reports/"
	@echo "             (hours; PART='races or faults' does a part, as pytest -k takes it)"
	@echo "make lint   the checks without the tests; make fmt formats Python and templates; make lock updates requirements/"

# exec: the program takes the place of the shell, so that signals for it reach it.
demo:
	@scripts/setup.sh demo
	@exec $(PY) manage.py up --prepare --with-parent

run:
	@scripts/setup.sh demo
	@DEBUG=1 exec $(PY) manage.py up --prepare --with-parent --reload

test proof lint:
	@scripts/setup.sh dev
	@exec $(PY) scripts/check.py $@

fmt:
	@scripts/setup.sh dev
	@$(PY) -m ruff check --quiet --fix-only --select I .
	@$(PY) -m ruff format .
	@find templates -name '*.html' -exec .venv/bin/djade {} +

# No index address and no folder of this machine gets into the files. The smaller lists take their versions from the largest.
lock:
	@scripts/setup.sh dev
	@uv=$$(scripts/setup.sh uv) && cd $(CURDIR) && \
	$$uv $(LOCK) $(UPGRADE) pyproject.toml --extra demo --group dev -o requirements/dev.txt && \
	$$uv $(LOCK) -c requirements/dev.txt pyproject.toml --extra demo -o requirements/demo.txt && \
	$$uv $(LOCK) -c requirements/dev.txt pyproject.toml -o requirements/base.txt && \
	grep '^uv==' requirements/uv.txt | cut -d' ' -f1 | $$uv $(LOCK) - -o requirements/uv.txt
