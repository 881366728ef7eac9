# The usual targets; `make demo` and `make test` are all that a fresh machine needs.
GO      ?= go
BIN     := bin/culprit
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null)
LDFLAGS := -s -w -X main.version=$(VERSION)
# SQLite is compiled in; without these the build is the same, only a little slower.
export CGO_CFLAGS ?= -O2 -g0
INCIDENTS ?= fixtures

.PHONY: build demo test race lint fmt bench fuzz accuracy clean tools man packages

build:
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/culprit

demo: build
	$(BIN) analyze fixtures/shop-database-stall

# The tests use real daemons where they are installed; tools installs what is missing when it may.
test: tools
	$(GO) vet ./...
	$(GO) test ./...

race: tools
	$(GO) test -race ./...

tools:
	@sh .ci/tools

lint:
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo 'gofmt: run make fmt'; exit 1; }
	$(GO) vet ./...
	$(GO) run ./cmd/culprit rules lint
	$(GO) run ./cmd/culprit rules test

fmt:
	gofmt -w .

# The benchmarks of the parts, then the table of the whole beside grep, mawk, halog, zcat and a C program with libsqlite3, as far as they
# are installed. SIZE is in million records of the error log: 1 makes 2.3 GB of logs, and ten times the error log for a while.
SIZE ?= 1
bench:
	$(GO) test -run '^$$' -bench . -benchmem -benchtime 0.3s ./parser ./rules ./store ./ingest ./correlate
	$(GO) test -count=1 -v -timeout 2h -run '^TestSpeedTable$$' ./cmd/culprit -speed $(SIZE)

# Every fuzz target for a few seconds: FUZZTIME=1m make fuzz for more.
FUZZTIME ?= 5s
fuzz:
	@for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$target"; $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; done

# Scores verdicts against folders with a truth.json, as recorded, told differently, and without the files that tell the cause:
# make accuracy INCIDENTS=/path/to/a/collection
accuracy: build
	$(BIN) accuracy --variants --abstain $(INCIDENTS)

# Manual pages and completions of shells, in bin/man.
man: build
	rm -rf bin/man
	$(BIN) man bin/man
	gzip -9n bin/man/man1/*.1

# A deb and an rpm in bin, by nfpm. PACKAGE_VERSION has to begin with a digit.
NFPM ?= $(GO) run github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.0
PACKAGE_VERSION ?= $(or $(filter-out -%,$(patsubst v%,%,$(filter v%,$(VERSION)))),0.0.0~$(or $(VERSION),dev))
packages: man
	for kind in deb rpm; do \
	  ARCH=$$($(GO) env GOARCH) PACKAGE_VERSION='$(PACKAGE_VERSION)' $(NFPM) package --config packaging/nfpm.yaml --packager $$kind --target bin || exit 1; \
	done

clean:
	rm -rf bin
