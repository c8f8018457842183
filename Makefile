# Everything a person does with tailrace. CMake builds; this file only says what and in which order.
.DEFAULT_GOAL := help
.PHONY: help demo test build bench lint fuzz soak mutants corpora clean packages
MAKEFLAGS += --no-print-directory

JOBS := $(shell nproc)
FUZZ_SECONDS ?= 600
export TAILRACE_CORPORA ?= $(CURDIR)/../shared/corpora

help:
	@echo "make demo      a small shop's containers, tailed into a file; LOGS='PATH...' tails those files instead"
	@echo "make build     build/release/tailrace, with tests and benchmarks"
	@echo "make test      every tier of tests, then the sanitizers; ends with: N passed, N failed, N skipped"
	@echo "make lint      format, clang-tidy, scripts"
	@echo "make bench     the table of speeds"
	@echo "make corpora   the tests over TAILRACE_CORPORA alone (now $(TAILRACE_CORPORA))"
	@echo "make fuzz      every fuzz target for FUZZ_SECONDS (now $(FUZZ_SECONDS)) each"
	@echo "make soak      the long forms of the fault tests; hours"
	@echo "make mutants   plants known bugs one at a time: each must be seen by a test"
	@echo "make clean     removes build/"

packages:
	@deploy/install-packages

# Ninja itself notices a changed CMakeLists.txt; the presets it does not know.
build/%/build.ninja: CMakePresets.json | packages
	cmake --preset $* --log-level=WARNING
	@touch $@

build: packages build/release/build.ninja
	cmake --build --preset release -j $(JOBS)

demo: packages build/release/build.ninja
	cmake --build --preset release -j $(JOBS) --target demo_programs
	@deploy/demo

test: packages
	@tests/run_tests

corpora: packages
	@tests/run_tests --corpora

bench: build
	@bench/run

lint: packages build/release/build.ninja
	@tests/lint

fuzz: packages build/fuzz/build.ninja
	cmake --build --preset fuzz -j $(JOBS) --target fuzz_targets
	@tests/fuzz/run --seconds $(FUZZ_SECONDS)

soak: build
	@tests/soak

mutants: packages
	@tests/mutants/run

clean:
	rm -rf build
