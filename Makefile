# The first `make run` or `make test` sets everything up; later ones start at once.
BIN := .venv/bin
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard app/translations/*/LC_MESSAGES/*.po))
LANGUAGE := zh_Hans_CN
# Compiled once and kept, not by every process anew: some images forbid it.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run install offline test check mutants bench flow drawing translations messages vendor fonts screens lock clean
.NOTPARALLEL:

run: .venv/run.stamp translations     ## the demo plant, in the foreground: HOST, PORT, DATABASE_URL, WASHLINE_HOME
	@$(BIN)/washline demo
	@exec $(BIN)/washline serve --demo

install: .venv/run.stamp translations ## what a real start needs, and nothing else

test: .venv/test.stamp translations   ## everything, on SQLite, PostgreSQL and in Chromium; ARGS go to pytest
	@$(BIN)/pytest -n auto --dist worksteal $(ARGS)

offline: .venv/run.stamp              ## one archive that installs on this Debian release without internet
	@$(BIN)/python bin/offline.py

mutants: .venv/test.stamp translations ## faults planted one by one in a copy: the tests must catch each; ARGS name some
	@$(BIN)/python -m tests.mutants $(ARGS)

check: .venv/test.stamp                ## layout and habits of the code
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check -q
	@$(BIN)/python bin/scripts.py
	@$(BIN)/djlint app/templates --lint --quiet & lint=$$!; $(BIN)/mypy && wait $$lint

bench: .venv/test.stamp translations  ## the benchmark: prints a table
	@$(BIN)/python -m bench $(ARGS)

flow: .venv/test.stamp                ## the declaration → app/flow/FLOW.md
	@$(BIN)/python -m app.flow.printed.procedure

drawing: .venv/test.stamp             ## the rooms and who knows whom → docs/architecture.md
	@$(BIN)/python bin/drawing.py

.venv/run.stamp: bin/setup requirements.lock pyproject.toml
	@bin/setup run
	@touch $@

.venv/test.stamp: bin/setup requirements-dev.lock pyproject.toml
	@bin/setup test
	@touch $@ .venv/run.stamp

translations: $(CATALOGUES)

%.mo: %.po
	@$(BIN)/pybabel -q compile -i $< -o $@

messages: .venv/test.stamp            ## texts of the code → app/translations/*.po, for the translator
	@mkdir -p .build app/translations
	@$(BIN)/pybabel -q extract -F babel.cfg -k _l --no-location --sort-output --no-wrap \
		--project=Washline --copyright-holder="Washline contributors" -o .build/messages.pot app
	@test -d app/translations/$(LANGUAGE) || $(BIN)/pybabel -q init -i .build/messages.pot -d app/translations -l $(LANGUAGE)
	@$(BIN)/pybabel -q update -i .build/messages.pot -d app/translations -l $(LANGUAGE) \
		--no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

vendor: .venv/test.stamp              ## fetch the front-end files of the manifests again
	@$(BIN)/python bin/vendor.py

fonts: .venv/test.stamp               ## cut the fonts of the documents again
	@$(BIN)/python bin/fonts.py

screens: .venv/test.stamp translations ## the README's screenshots, from a freshly played plant
	@$(BIN)/python bin/screens.py

lock: .venv/test.stamp                ## newest versions that pyproject.toml allows → requirements*.lock
	@$(BIN)/python -m venv .build/lock && .build/lock/bin/pip install -q uv
	@printf 'setuptools>=80\n' > .build/build.in
	@for file in requirements.lock "requirements-dev.lock --extra dev"; do \
		.build/lock/bin/uv pip compile -q pyproject.toml .build/build.in --universal --python-version 3.11 \
			--upgrade --generate-hashes --no-header --no-annotate -o $$file || exit 1; done

clean:                                ## forget the environment and what was built, never the data in instance/
	rm -rf .venv .build $(CATALOGUES) *.egg-info .pytest_cache
