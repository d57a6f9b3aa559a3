# The verbs of this repository. Each is a script or a line that can be run by hand as well.
.DEFAULT_GOAL := help
.NOTPARALLEL:
# Every target is a verb, none a file.
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' $(firstword $(MAKEFILE_LIST)))

sources := Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "  make %-18s %s\n", $$1, $$2 }'

demo: ## A node with pods, and their Services at work: a few minutes
	@scripts/demo/run

# What the unit tests leave built is what the ones after them need.
tests := lint test-unit docs test-discovery test-screens test-completion test-admin-socket test-cost test-kernel

test: $(tests) ## Everything that has to hold before a change is merged

test-unit: dependencies ## The tests that need no privileges
	@scripts/test-unit

test-discovery: dependencies ## Whether a resolver and a shell find Services by what `get services` writes
	@scripts/test-discovery

test-screens: dependencies ## What the commands show in a terminal, against recorded screens, and in a pipe
	@scripts/test-screens

test-completion: dependencies ## What shells complete, and whether the manual pages have flaws
	@scripts/test-completion

test-admin-socket: dependencies ## Whether the admin socket keeps other users out, and costs nothing while nobody asks
	@scripts/test-admin-socket

test-kernel: dependencies ## The tests on a kernel with IPVS: this machine's, or a virtual one
	@scripts/test-kernel

test-cost: dependencies ## Whether a change costs what is recorded, in messages, allocations and instructions, and memory
	@scripts/bench --check
	@scripts/bench-core --check

bench: dependencies ## What a change costs and waits for, what lists cost, what is kept: release builds, then minutes
	@scripts/bench
	@echo
	@scripts/bench-list
	@echo
	@scripts/bench-core

bench-kernel: dependencies ## A cold start and a full comparison beside what the kernel itself takes: half an hour
	@scripts/bench-kernel $(BENCH_ARGUMENTS)

bench-memory: dependencies ## What 10,000 Services of a cluster hold in memory, on a kernel with IPVS: a release build
	@scripts/bench-memory $(BENCH_ARGUMENTS)

bench-size: dependencies ## How large the program is, and what its start takes: a release build
	@scripts/bench-size $(BENCH_ARGUMENTS)

package: dependencies ## The Debian package, .build/package/*.deb: a release build, a quarter of an hour
	@scripts/package

test-package: dependencies ## The package, made, installed, and serving under systemd on a kernel with IPVS
	@scripts/test-package

test-fresh-machine: ## README's first lines, in a Debian just made: most of an hour, as root
	@scripts/test-fresh-machine

docs: dependencies ## The documentation of the core, .build/docs; fails where a symbol it names isn't there
	@scripts/docs

build: dependencies ## The debug build, .build/debug/ipvs-proxy
	@swift build

lint: dependencies ## Whether the sources are formatted as agreed, import what they may, and pages refer to what is there
	@swift format lint --strict --parallel --recursive $(sources)
	@scripts/check-imports
	@scripts/check-links

format: dependencies ## Formats the sources
	@swift format --in-place --parallel --recursive $(sources)

dependencies:
	@scripts/check-swift
	@scripts/install-dependencies

clean: ## Removes what was built; what was downloaded stays in .cache
	rm -rf .build Benchmarks/.build
