# Piaojue. Two commands do all the set-up: make demo, make test.
CORE    = ./group ./ballot ./tally ./election ./project ./audit ./client
RACE    = ./audit ./store ./node ./cmd/piaojued
STATIC  = honnef.co/go/tools/cmd/staticcheck@v0.8.2
VERIFIER_JS = testvectors/verifier-js
AXE     = web/testdata/axe
# All is compiled as in a release, but for the race detector, which needs C: so each package is compiled once.
export GOFLAGS := $(shell go env GOFLAGS) -trimpath
export CGO_ENABLED = 0
# What one goroutine does alone runs without the race detector only; of some, what many do at once runs with it.
ALONE   = 'Integrity|Crash|Kill|OrderIsHidden|WritesInPlace|TestSession$$|NodesSurvive'
AT_ONCE = 'Applier|Stream|Issuer|LostAnswers|Agent|Hangs|During'
TOGETHER = 'Parallel|Live|Snapshot|Cast|Queue|Issuer|Relay|Registration|Beat|Restart|Resume|TwoGates|Lock'

# Calls are large in WebAssembly, so that what is not arithmetic is smaller
# without inlining; the arithmetic needs it, sealing would take three times as long.
PAGES   = web/static/wasm
KIOSK   = kiosk/static/wasm
SMALL   = -gcflags=all=-l -gcflags=piaojue/group= -gcflags=filippo.io/edwards25519/...= \
	-gcflags=crypto/internal/fips140/...= -gcflags=golang.org/x/crypto/...= -gcflags=math/big= \
	-gcflags=piaojue/ballot= -gcflags=piaojue/tally=

.PHONY: build release reproduce demo test set-up go-tests postgres-tests js-tests vet check lint audit-deps race fuzz bench bench-million soak vectors docs pictures wasm wasm-clients node_modules chromium fonts poppler strace postgres static deb deb-check image proxies

build: wasm-clients ## all binaries into bin/
	@.ci/fonts || echo "goes on without: piaojue forms needs it" >&2
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags=-buildid= -o bin/ ./cmd/piaojue ./cmd/piaojued ./cmd/piaojue-verify

wasm-clients: ## the programs of the pages, which piaojued and piaojue embed
	mkdir -p $(KIOSK) $(PAGES)
	cp "$$(go env GOROOT)/lib/wasm/wasm_exec.js" $(KIOSK)/
	GOOS=js GOARCH=wasm go build -trimpath -buildvcs=false -ldflags='-s -w -buildid=' $(SMALL) -tags kiosk -o $(KIOSK)/terminal.wasm ./cmd/terminal
	GOOS=js GOARCH=wasm go build -trimpath -buildvcs=false -ldflags='-s -w -buildid=' $(SMALL) -o $(PAGES)/desk.wasm ./cmd/desk
	gzip -9 -n -k -f $(KIOSK)/terminal.wasm $(PAGES)/desk.wasm
	node web/compress.mjs $(KIOSK)/terminal.wasm $(PAGES)/desk.wasm

release: wasm-clients ## the programs for amd64 and arm64, with their hashes, into dist/
	@.ci/release dist

reproduce: ## builds a release twice, in different folders, and compares
	@.ci/reproduce

deb: wasm-clients fonts ## the Debian packages of a release, into dist/; VERSION=1.0.0
	@.ci/deb dist

deb-check: wasm-clients fonts ## builds the package twice and compares, installs it in a Debian that boots (root)
	@.ci/deb-check

image: wasm-clients fonts ## a container image, by buildah
	@.ci/image

static: ## the web server that a test serves a record with
	@.ci/static

proxies: wasm-clients ## a vote through nginx, Caddy and HAProxy, by the examples of docs/
	@.ci/proxies
	PIAOJUE_EVERY=1 go test -run TestProxy -v ./cmd/piaojued

demo: build ## a whole vote of 304 deputies; flags with DEMO='--exit --dir D'
	bin/piaojue demo $(DEMO)

test: set-up ## everything a change must pass, but for the slow checks
	$(MAKE) vet go-tests js-tests postgres-tests

set-up: wasm-clients node_modules chromium fonts poppler strace postgres static

# The tests of pages come first: they take longest, and wait much, so that more of
# them run at a time than there are cores.
go-tests:
	go test -vet=off -timeout 15m -parallel 4 ./web ./...

# The same on PostgreSQL, but for what pages look like; the whole vote through the pages is in it.
PAGES_ONLY = Accessible|OnPages|Zoom|Kiosk|Screen|Trustee|Sign(Desk|Reopen|Badge)|CheckBallot|TestWord|PowerCut|PaperDesk|TestTrack|TestVerify
ONE_MACHINE = TestModel|TestKill|TestMachine|TestHarness|TestLoad|TestPace

postgres-tests:
	.ci/postgres go test -vet=off -timeout 15m -skip '$(PAGES_ONLY)|$(ONE_MACHINE)' ./web ./store
	.ci/postgres go test -vet=off -run 'Migrate|Grant|SharedBackup|NodeRefuses' ./cmd/piaojued

js-tests:
	npm --prefix $(VERIFIER_JS) test --silent

vet:
	go vet ./...
	GOOS=js GOARCH=wasm go vet ./bridge ./cmd/terminal ./cmd/desk

check: set-up ## what CI runs, two things at a time
	$(MAKE) -j2 -Oline go-tests lint race postgres-tests js-tests wasm
	$(MAKE) vectors && git diff --exit-code -- testvectors

lint: vet node_modules
	test -z "$$(gofmt -l .)" || { gofmt -l .; exit 1; }
	go run $(STATIC) ./...
	go mod tidy -diff
	go run ./deps

audit-deps: node_modules ## licences, sums and versions of all modules; GOVULNDB=https://vuln.go.dev looks up known flaws too
	go run ./deps

race:
	CGO_ENABLED=1 go test -race -vet=off -skip $(ALONE) $(RACE)
	CGO_ENABLED=1 go test -race -vet=off -run $(AT_ONCE) ./election ./client ./cmd/piaojue
	CGO_ENABLED=1 go test -race -vet=off -run $(TOGETHER) ./web

wasm: ## the core builds and its quick tests pass under js/wasm
	GOOS=js GOARCH=wasm go build $(CORE)
	PATH="$$PATH:$$(go env GOROOT)/lib/wasm" GOOS=js GOARCH=wasm go test -short $(CORE)

fuzz: ## every fuzz target for FUZZTIME (60s), stops at the first that finds something
	.ci/fuzz

vectors: ## regenerates testvectors/, deterministically
	go test ./testvectors/gen -update

soak: wasm-clients node_modules chromium fonts strace postgres proxies ## what takes minutes: every byte of a record, large records, every view of a page, what times tell, all races, builds
	PIAOJUE_EVERY=1 node --test $(VERIFIER_JS)/test/bytes.test.mjs
	go test -run '^$$' -bench Verify/1000 -benchtime 1x ./audit -large
	PIAOJUE_EVERY=1 go test -run 'Accessible|Zoom|KioskModes|OrderOfSessions|EqualRequests|TestModel' -timeout 2h ./web
	PIAOJUE_EVERY=1 go test -run TestNodes -v -timeout 1h ./cmd/piaojued
	PIAOJUE_EVERY=1 go test -run 'TestKillNine|TestKillWeak|TestMachine' -timeout 6h ./web
	go test -run '^$$' -bench 'BenchmarkTime' -benchtime 4000x -timeout 1h ./ballot
	go test -run '^$$' -bench AnswerTime -benchtime 2000x -timeout 1h ./web
	CGO_ENABLED=1 go test -race -skip NodesSurvive ./client ./cmd/...
	cd audit/testdata/golden && go test ./...
	.ci/postgres go test -vet=off -timeout 1h ./web ./store
	.ci/reproduce

# The tests that take the pictures of docs/images/pictures.txt.
PICTURED = TestWholeVote$$|TestWishToStrikeOnPages|TestPublicScreens|TestConsole$$|TestKiosk$$|TestPaperDesk|TestPaperSheetPrinted|TestPowerCut|TestTrack$$|TestVerifyFile|TestTrusteeCards|TestTrusteeRecord|TestTrusteeTrouble|TestSignBadge|TestSecondRoundScreens|TestDecisionScreens

docs: ## the documents as pages, into dist/docs
	go run ./docs/site -o dist/docs

pictures: wasm-clients node_modules chromium ## takes the pictures of the documents anew
	PIAOJUE_PICTURES=1 go test -vet=off -timeout 1h -count 1 -run '$(PICTURED)' ./web

bench: wasm-clients chromium ## the figures of the README
	go test -run '^$$' -bench . -benchtime 1s ./group ./ballot ./tally ./audit ./client ./store ./web

# Stopped, it goes on where it was; 10^6 ballots take hours, and 40 GB in MILLION.
SIZES   = 1000,10000,100000,1000000
MILLION = build/million
bench-million: build ## the life of a vote of 10^3 to 10^6 ballots with the real programs: time and memory
	go run ./bench -dir $(MILLION) -sizes $(SIZES)

node_modules: $(VERIFIER_JS)/node_modules/.package-lock.json $(AXE)/node_modules/.package-lock.json

%/node_modules/.package-lock.json: %/package-lock.json
	npm --prefix $* ci --silent --no-audit --no-fund
	touch $@

fonts: ## the font of the official forms, into build/fonts
	@.ci/fonts

poppler: ## what tests read PDF files with
	@.ci/poppler

postgres: ## what tests keep data in, beside SQLite
	@.ci/postgres

strace: ## what tests break a disk with, and record what is written
	@.ci/strace

chromium: ## what tests look at pages with; CHROMIUM=/path names another one
	@.ci/chromium
