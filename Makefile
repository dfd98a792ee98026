# SPDX-License-Identifier: BSD-2-Clause
# `make help` tells the targets. V=1 shows the commands; SAN=address,undefined builds apart.

# Of which machine programs are made: arm64 and aarch64, amd64 and x86_64 are one.
MACHINE := $(shell uname -m)
override ARCH := $(patsubst arm64,aarch64,$(patsubst amd64,x86_64,$(or $(ARCH),$(MACHINE))))
BPF_ARCH := $(patsubst aarch64,arm64,$(patsubst x86_64,x86,$(ARCH)))
MULTIARCH := $(ARCH)-linux-gnu

# For another machine: Debian's compiler, and its libraries as tools/setup arm64 unpacks them.
ifneq ($(ARCH),$(MACHINE))
CC := $(MULTIARCH)-gcc
AR := $(MULTIARCH)-ar
SYSROOT ?= $(or $(SEAMARK_CACHE),/var/cache/seamark)/$(BPF_ARCH)
$(if $(wildcard $(SYSROOT)/usr/include),,$(error no libraries in $(SYSROOT): run tools/setup arm64))
TARGET_FLAGS := --sysroot=$(SYSROOT)
APART := -$(BPF_ARCH)
PKG_CONFIG := PKG_CONFIG_SYSROOT_DIR=$(SYSROOT) \
	PKG_CONFIG_LIBDIR=$(SYSROOT)/usr/lib/$(MULTIARCH)/pkgconfig:$(SYSROOT)/usr/share/pkgconfig \
	pkg-config
endif
PKG_CONFIG ?= pkg-config

BUILD := build$(APART)$(if $(SAN),-san)
Q := $(if $(V),,@)
MAKEFLAGS += --no-print-directory $(if $(V),,-s)

CLANG ?= $(shell for name in clang clang-19 clang-18 clang-17 clang-16 clang-15 clang-14; do \
	command -v $$name && break; done)
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool /usr/local/sbin/bpftool) bpftool)
PREFIX ?= /usr/local
PACKAGES := libbpf libelf zlib libcjson libmicrohttpd libcurl libcrypto libseccomp yaml-0.1 ncursesw

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith
CFLAGS ?= -O2 -g
HARDEN := -fstack-protector-strong -fPIE $(if $(SAN),,-D_FORTIFY_SOURCE=2)
SANITIZE := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
ALL_CFLAGS = $(TARGET_FLAGS) -std=gnu11 -D_GNU_SOURCE $(CFLAGS) $(WARNINGS) $(HARDEN) $(SANITIZE) -I. -I$(BUILD) \
	$(PACKAGE_CFLAGS) -MMD -MP
ALL_LDFLAGS = $(TARGET_FLAGS) -pie -Wl,-z,relro,-z,now $(LDFLAGS) $(SANITIZE)
PACKAGE_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
PACKAGE_LIBS := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null) -lZydis -lm
# For a package that serves several releases of Debian: libbpf in the program, for 12 has an old one,
# and libZydis beside it, for each has it under another name.
LIBRARIES = $(PREFIX)/lib/seamark
ifdef BUNDLE
PACKAGE_LIBS := $(patsubst -lbpf,-l:libbpf.a,$(PACKAGE_LIBS))
ALL_LDFLAGS += -Wl,-rpath,$(LIBRARIES)
endif
# Paths of this machine are in no object.
BPF_CFLAGS := -ffile-prefix-map=$(CURDIR)=. -target bpf -mcpu=v3 -O2 -g -Wall -Werror -D__TARGET_ARCH_$(BPF_ARCH) \
	-I. -Ivmlinux/$(BPF_ARCH) -I$(SYSROOT)/usr/include/$(MULTIARCH)

# One file that needs no library and no loader, for a root that holds nothing else.
STATIC := $(patsubst build%,build-static%,$(BUILD))
STATIC_LIBRARIES := $(or $(SEAMARK_CACHE),/var/cache/seamark)/static/$(if $(filter x86_64,$(ARCH)),amd64,arm64)/lib

# Left to right: a room may use those after it in this list.
ROOMS := cli pipeline export probe source host encode verdict gobin model
BPF_SOURCES := $(wildcard bpf/*.bpf.c)
SKELETONS := $(BPF_SOURCES:%.bpf.c=$(BUILD)/%.skel.h)
ROOM_SOURCES := $(foreach room,$(ROOMS),$(wildcard user/$(room)/*.c))
OBJECTS := $(ROOM_SOURCES:%.c=$(BUILD)/%.o)
ARCHIVES := $(foreach room,$(ROOMS),$(BUILD)/lib/$(room).a)
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/test_*.c))
BPF_TESTS := $(patsubst tests/bpf/%.c,$(BUILD)/tests/bpf/%,$(wildcard tests/bpf/test_*.c))
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
# Which metrics there are, as dashboards and alerts may name them.
VOCABULARY := $(BUILD)/tools/dashboards/vocabulary
FUZZ_SECONDS ?= 8
COVERAGE := -O1 -g -fprofile-instr-generate -fcoverage-mapping

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all static bench bench-record check check-bpf check-e2e check-page check-vm check-packages \
	check-static for-vm fuzz fuzz-coverage \
	fuzzers monitoring install uninstall deb clean help

all: $(BUILD)/seamark
	@:

$(BUILD)/seamark: $(BUILD)/user/main.o $(ARCHIVES)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $< -Wl,--start-group $(ARCHIVES) -Wl,--end-group $(PACKAGE_LIBS)

# Of the very objects of the other: only what they are linked with differs. That the C library would
# load other sources of host names than files and DNS is no news: its warnings are shown with errors alone.
static: $(STATIC)/seamark
	@:

$(STATIC)/seamark: $(BUILD)/user/main.o $(ARCHIVES)
	$(if $(wildcard $(STATIC_LIBRARIES)/libcurl.a),,$(error no $(STATIC_LIBRARIES)/libcurl.a: run tools/setup static))
	@mkdir -p $(@D)
	$(Q)$(CC) $(filter-out -pie,$(ALL_LDFLAGS)) -static-pie -s -Wl,--gc-sections -o $@ $< \
		-Wl,--start-group $(ARCHIVES) -Wl,--end-group -L$(STATIC_LIBRARIES) \
		$$(PKG_CONFIG_PATH=$(STATIC_LIBRARIES)/pkgconfig $(PKG_CONFIG) --static --libs $(PACKAGES)) -lZydis -leu -lm 2>$@.log || \
		{ cat $@.log >&2; exit 1; }

define room_archive
$(BUILD)/lib/$(1).a: $(patsubst %.c,$(BUILD)/%.o,$(wildcard user/$(1)/*.c))
	@mkdir -p $$(@D)
	$(Q)rm -f $$@ && $(AR) rcs $$@ $$^
endef
$(foreach room,$(ROOMS),$(eval $(call room_archive,$(room))))

$(BUILD)/user/%.o: user/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# The web page is in the program.
PAGE := $(sort $(wildcard user/export/page/*))
$(BUILD)/page_files.h: tools/embed-page $(PAGE)
	@mkdir -p $(@D)
	$(Q)tools/embed-page $(PAGE) >$@

$(BUILD)/user/export/page.o: $(BUILD)/page_files.h

# Only probes know the compiled BPF objects.
$(patsubst %.c,$(BUILD)/%.o,$(wildcard user/probe/*.c)): | $(SKELETONS)

$(BUILD)/bpf/%.bpf.o: bpf/%.bpf.c
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/bpf/%.skel.h: $(BUILD)/bpf/%.bpf.o
	$(Q)$(BPFTOOL) gen skeleton $< name $*_bpf > $@

$(BUILD)/tests/%: tests/%.c $(ARCHIVES)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -Wno-missing-field-initializers -MF $@.d $(ALL_LDFLAGS) -o $@ $< -Wl,--start-group $(ARCHIVES) \
		-Wl,--end-group $(PACKAGE_LIBS) -lcmocka

# What the benchmark compares with.
$(BUILD)/tests/bench/%.bpf.o: tests/bench/%.bpf.c
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/bench/%.skel.h: $(BUILD)/tests/bench/%.bpf.o
	$(Q)$(BPFTOOL) gen skeleton $< name $*_bpf > $@

BENCH_TOOLS := $(BUILD)/tests/bench/floors $(BUILD)/tests/bench/inject
$(BENCH_TOOLS): %: %.skel.h

$(BUILD)/tools/%: tools/%.c $(ARCHIVES)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MF $@.d $(ALL_LDFLAGS) -o $@ $< -Wl,--start-group $(ARCHIVES) \
		-Wl,--end-group $(PACKAGE_LIBS)

# Built apart, by clang, all rooms instrumented.
$(BUILD)/fuzz_%: tests/fuzz/fuzz_%.c $(ARCHIVES)
	$(Q)$(CLANG) $(ALL_CFLAGS) -Wno-missing-field-initializers -MF $@.d -fsanitize=fuzzer \
		$(ALL_LDFLAGS) -o $@ $< -Wl,--start-group \
		$(ARCHIVES) -Wl,--end-group $(PACKAGE_LIBS)

# The longest first: as many at a time as there are processors.
check: $(BUILD)/seamark $(VOCABULARY) $(UNIT_TESTS)
	@SEAMARK=$(abspath $(BUILD)/seamark) JOBS=$$(nproc) tools/run-tests tools/check-reference tests/manners/run \
		$(UNIT_TESTS) tests/golden/run tools/check-rooms tools/generate-reference \
		tools/generate-costs tools/check-monitoring

check-bpf: $(BUILD)/seamark $(BPF_TESTS)
	@tools/run-tests $(BPF_TESTS)

check-e2e: $(BUILD)/seamark $(VOCABULARY) $(BUILD)/tests/tools/functions $(BUILD)/tests/bpf/attach_cycles
	@SEAMARK=$(abspath $(BUILD)/seamark) tools/run-tests $(sort $(wildcard tests/e2e/test_*.py))

# In a browser; as root also as the agent serves it.
check-page: $(BUILD)/seamark
	@SEAMARK=$(abspath $(BUILD)/seamark) tools/run-tests tests/page/run

# What it costs, and whether that is within its bars: ROWS="..." for some of them; root.
BENCH = SEAMARK=$(abspath $(BUILD)/seamark) FLOORS=$(abspath $(BUILD)/tests/bench/floors) \
	tests/bench/run
bench: $(BUILD)/seamark $(BENCH_TOOLS)
	$(Q)$(BENCH) $(ROWS)

# The record that is kept in the tree, and the tables of the READMEs, which tell it: bars are missed
# there, too, as they are.
bench-record: $(BUILD)/seamark $(BENCH_TOOLS)
	$(Q)RECORD=tests/bench/record.json $(BENCH) $(ROWS)
	$(Q)UPDATE=1 tools/generate-costs

# Machines of both kinds, where both can be built.
check-vm: $(BUILD)/seamark $(BPF_TESTS)
	$(Q)[ $(ARCH) = aarch64 ] || $(MAKE) ARCH=arm64 for-vm
	@SEAMARK=$(abspath $(BUILD)/seamark) LIMIT=3600 tools/run-tests tests/vm/core tests/vm/run

# In a root that holds it and nothing else; root.
check-static: $(BUILD)/seamark $(STATIC)/seamark
	@SEAMARK=$(abspath $(BUILD)/seamark) STATIC=$(abspath $(STATIC)/seamark) \
		tools/run-tests tests/static/run

# The package that is built: in clean Debian 12 and 13, and under their systemd.
check-packages: deb
	@SEAMARK=$(abspath $(BUILD)/seamark) tools/run-tests tests/packages/manifests tests/packages/run

for-vm: $(BUILD)/seamark $(BPF_TESTS)

fuzz:
	$(Q)$(MAKE) CC=$(CLANG) BUILD=build-fuzz SAN=fuzzer-no-link,address,undefined fuzzers
	@TARGETS="$(FUZZ_TARGETS:$(BUILD)/%=build-fuzz/%)" SECONDS_EACH=$(FUZZ_SECONDS) \
		tools/run-tests tests/fuzz/run

# Of the parsers of executables: what the inputs that `make fuzz` found reach.
fuzz-coverage:
	$(Q)$(MAKE) CC=$(CLANG) BUILD=build-coverage SAN=fuzzer-no-link CFLAGS="$(COVERAGE)" \
		LDFLAGS=-fprofile-instr-generate fuzzers
	@TARGETS="$(FUZZ_TARGETS:$(BUILD)/%=build-coverage/%)" tests/fuzz/coverage user/gobin

fuzzers: $(FUZZ_TARGETS)

# Dashboards, rules and their tests; they are kept in the tree.
monitoring: $(VOCABULARY)
	$(Q)tools/generate-monitoring $<

# Manual and completions are what the program says of itself: one for another machine can't be asked.
ASKED := $(if $(APART),build,$(BUILD))/seamark
$(BUILD)/seamark.1: tools/manual $(BUILD)/seamark
ifneq ($(ARCH),$(MACHINE))
	$(Q)env -u CFLAGS -u LDFLAGS $(MAKE) ARCH=$(MACHINE) SYSROOT= build/seamark
endif
	$(Q)tools/manual $(ASKED) >$@

SHELLS := bash zsh fish
COMPLETION_bash := bash-completion/completions/seamark
COMPLETION_zsh := zsh/site-functions/_seamark
COMPLETION_fish := fish/vendor_completions.d/seamark.fish

# The unit starts what was installed; options of an agent that is there already stay.
UNITS = $(PREFIX)/lib/systemd/system
GENERATORS = $(PREFIX)/lib/systemd/system-generators
install: $(BUILD)/seamark $(BUILD)/seamark.1
	$(Q)install -D -m 0755 $(BUILD)/seamark $(DESTDIR)$(PREFIX)/bin/seamark
	$(Q)install -D -m 0644 $(BUILD)/seamark.1 $(DESTDIR)$(PREFIX)/share/man/man1/seamark.1
	$(Q)install -d $(foreach shell,$(SHELLS),$(dir $(DESTDIR)$(PREFIX)/share/$(COMPLETION_$(shell))))
	$(Q)$(foreach shell,$(SHELLS),$(ASKED) completion $(shell) \
		>$(DESTDIR)$(PREFIX)/share/$(COMPLETION_$(shell)) &&) true
	$(Q)install -d $(DESTDIR)$(UNITS) $(DESTDIR)/etc/default
	$(Q)sed 's|/usr/bin/seamark|$(PREFIX)/bin/seamark|' tools/packaging/systemd/seamark.service \
		>$(DESTDIR)$(UNITS)/seamark.service
	$(Q)install -D -m 0755 tools/packaging/systemd/seamark-generator \
		$(DESTDIR)$(GENERATORS)/seamark-generator
	$(Q)[ -e $(DESTDIR)/etc/default/seamark ] || install -m 0644 \
		tools/packaging/systemd/seamark.default $(DESTDIR)/etc/default/seamark
	$(Q)[ -e $(DESTDIR)/etc/seamark/seamark.yaml ] || $(ASKED) config defaults | \
		install -D -m 0644 /dev/stdin $(DESTDIR)/etc/seamark/seamark.yaml
ifdef BUNDLE
	$(Q)library=$$(readlink -f "$$($(CC) $(TARGET_FLAGS) -print-file-name=libZydis.so)") && \
		name=$$(objdump -p "$$library" | awk '$$1 == "SONAME" { print $$2 }') && \
		install -D -m 0644 "$$library" "$(DESTDIR)$(LIBRARIES)/$$name"
endif

uninstall:
	$(Q)rm -f $(DESTDIR)$(PREFIX)/bin/seamark $(DESTDIR)$(PREFIX)/share/man/man1/seamark.1 \
		$(DESTDIR)$(UNITS)/seamark.service $(DESTDIR)$(GENERATORS)/seamark-generator \
		$(foreach shell,$(SHELLS),$(DESTDIR)$(PREFIX)/share/$(COMPLETION_$(shell)))
	$(Q)rm -rf $(DESTDIR)$(LIBRARIES)

# Packages for Debian 12 and later, where they are built on 12.
DEBS ?= $(if $(filter x86_64,$(MACHINE)),amd64 arm64,arm64)
deb:
	@for architecture in $(DEBS); do tools/packaging/deb $$architecture build/packages || exit; done

clean:
	$(Q)rm -rf build build-san build-static build-arm64 build-arm64-san build-static-arm64 build-fuzz build-coverage

help:
	@echo "make            builds build/seamark"
	@echo "make check      unit and golden tests, and the rules of the tree; needs no root"
	@echo "make check-bpf  kernel tests; root"
	@echo "make check-e2e  real programs under observation; root"
	@echo "make check-page  the web page, in Chromium"
	@echo "make check-vm   other kernels, in QEMU"
	@echo "make static     build-static/seamark, one file that needs no library"
	@echo "make check-static  that, in a root that holds nothing else; root"
	@echo "make check-packages  the package in clean Debian 12 and 13, in QEMU; root"
	@echo "make bench      what being observed costs, against floors, peers and bars; root"
	@echo "make bench-record  the same, into the record and the tables of the READMEs"
	@echo "make fuzz       fuzzes what parses foreign bytes, FUZZ_SECONDS each"
	@echo "make fuzz-coverage  the lines of user/gobin that those inputs reach"
	@echo "make monitoring  dashboards and alerts anew, in tools/"
	@echo "make install    to PREFIX (/usr/local), under DESTDIR; make uninstall takes it away"
	@echo "make deb        packages for Debian, of both architectures, into build/packages"
	@echo "make clean"
	@echo "ARCH=arm64      builds for aarch64, into build-arm64"
	@echo "V=1 shows commands; SAN=address,undefined builds into build-san"

-include $(OBJECTS:.o=.d) $(BUILD)/user/main.d $(BPF_SOURCES:%.bpf.c=$(BUILD)/%.bpf.d)
-include $(UNIT_TESTS:=.d) $(BPF_TESTS:=.d) $(BUILD)/tests/bpf/attach_cycles.d $(VOCABULARY).d \
	$(FUZZ_TARGETS:=.d)
