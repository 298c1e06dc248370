# The two commands of this project are `make study` and `make test`. Both may be called at any time: what is made
# already is not made again. Environment: .venv, from the exact versions in requirements*.txt.
SHELL := /bin/bash
STUDY ?= config.yaml
CORES ?= all
# Processes that run the tests: one more than CI has cores, since the tests of Slurm and of killed runs mostly wait.
WORKERS ?= 3
# Any Python 3.11 or newer; PYTHON=/path/to/python3.11 names another.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Nothing that the tools say about a study leaves the machine.
export DVC_NO_ANALYTICS := 1
export HF_HUB_DISABLE_TELEMETRY := 1
export DO_NOT_TRACK := 1

# A study that is not config.yaml replaces it.
CONFIG := $(if $(filter-out config.yaml,$(STUDY)),--configfile $(STUDY))

.DEFAULT_GOAL := help
.PHONY: help study answer test lint audit audit-outcome archive pull pins dvc environment

help: ## Say what there is to make
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | column -t -s '|'
	@echo "  STUDY=studies/tcga.yaml chooses another study, CORES=2 fewer cores, SNAKEMAKE='-n' adds options."

# Where there are results: within one call of Snakemake, whatever depends on a job that runs is run too. Calls that stop
# before these rules let the next one see what really changed, texts or only labels (docs/dvc.md).
STOPS := $(if $(wildcard results/*/texts.parquet),gate near_duplicates+tokenize create+tokenize+baseline+external+llm)

study: .venv/.installed ## Run the study and say what it found
	@$(foreach stop,$(STOPS),snakemake --cores $(CORES) $(CONFIG) --quiet host --omit-from $(subst +, ,$(stop)) $(SNAKEMAKE) &&) true
	snakemake --cores $(CORES) $(CONFIG) $(SNAKEMAKE)
	@python scripts/answer.py --study $(STUDY)

answer: .venv/.installed ## Say what a finished study found
	@python scripts/answer.py --study $(STUDY)

test: .venv/.installed-dev lint ## Pass all checks and tests, with the coverage of scripts/
	coverage erase
	coverage run -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder --durations=15 $(TESTS)
	coverage combine --quiet
	coverage report --skip-covered --skip-empty

lint: .venv/.installed-dev
	ruff check .
	ruff format --check .
	snakefmt --check Snakefile rules
	snakemake --lint
	python envs/pin.py --check

audit: .venv/.installed ## Draw reports for a person to audit the de-identification gate
	snakemake --cores $(CORES) $(CONFIG) --until collect
	@python scripts/audit.py draw --study $(STUDY)

audit-outcome: .venv/.installed ## Read the filled-in audit and say what may be left
	@python scripts/audit.py outcome --study $(STUDY)

archive: .venv/.installed ## Write one file with everything of the study but the reports
	@python scripts/archive.py --study $(STUDY)

pull: .venv/.installed ## Fetch data and results with DVC and make Snakemake agree that they are current
	dvc pull
	dvc status --quiet
	snakemake --cores 1 $(CONFIG) --touch --forceall --quiet all

dvc: .venv/.installed ## Write dvc.yaml, the study's phases for DVC, from the study file
	python scripts/dvc_stages.py --study $(STUDY) --output dvc.yaml

pins: .venv/.installed-dev ## Write the versions installed here into requirements*.txt and envs/*.yaml
	python envs/pin.py

environment: .venv/.installed ## Make .venv

# Torch goes first and by itself: a machine that offers a CPU build of it (PIP_FIND_LINKS, PIP_EXTRA_INDEX_URL) gets
# that one, and nothing that comes after takes another.
.venv/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "error: Python 3.11 or newer is needed, $(PYTHON) is older; name one: make study PYTHON=/path/to/python3.11" >&2; exit 2; }
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	.venv/bin/python -m pip install -qq --disable-pip-version-check "$$(grep '^torch==' requirements.txt)"
	.venv/bin/python -m pip install -qq --disable-pip-version-check -r requirements.txt
	touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.txt
	.venv/bin/python -m pip install -qq --disable-pip-version-check -r requirements-dev.txt
	touch $@
