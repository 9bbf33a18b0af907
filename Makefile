# Two commands for people: `make demo` and `make test`. Both need Debian's python3, python3-venv and
# make, and install the rest into .venv.

PYTHON ?= python3
VENV := .venv
REPORT := dupscan-report

.PHONY: demo test format hazards clean

demo: $(VENV)/installed
	$(VENV)/bin/python benchmarks/build_sample_library.py --links-only
	$(VENV)/bin/dupscan scan sample_library -o $(REPORT)
	@echo
	@echo "Open the report in a browser: file://$(CURDIR)/$(REPORT)/report.html"

test: $(VENV)/installed-for-tests
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/pytest -n auto

format: $(VENV)/installed-for-tests
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

hazards: $(VENV)/installed
	$(VENV)/bin/python tests/support/hazards_page.py > docs/hazards.md

clean:
	rm -rf $(VENV) $(REPORT) build dist

$(VENV)/bin/pip:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt $(VENV)/bin/pip
	$(VENV)/bin/pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/installed-for-tests: pyproject.toml constraints.txt $(VENV)/bin/pip
	$(VENV)/bin/pip install --quiet --constraint constraints.txt --editable '.[all,test]'
	touch $@ $(VENV)/installed
