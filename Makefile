# SPDX-License-Identifier: Apache-2.0
# massho: `make demo` and `make check` set up everything they need.
# `make usb` builds the stick, with CASE=DIR KEY=FILE for one contract.
# V=1 shows commands, SANITIZE=1 builds with ASan and UBSan, WERROR=1 lets no
# warning pass, O=DIR builds there.

O       ?= build$(if $(SANITIZE),-san)
prefix  ?= /usr/local
DESTDIR ?=
FUZZ_TIME ?= 60

PKGS       := libcrypto libgcrypt jansson liburing blkid ncursesw
PKGS_FORM  := pangocairo cairo libqrencode poppler-glib gobject-2.0 gio-2.0
PKGS_CHECK := libcrypto jansson

WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	    -Wpointer-arith -Wvla -Wformat=2 -Wno-format-nonliteral
CFLAGS   ?= -O2 -g
override CPPFLAGS += -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 \
	    -DLOCALEDIR='"$(prefix)/share/locale"'
override CFLAGS += -std=gnu11 -fno-strict-aliasing -fstack-protector-strong $(WARN)
ifdef WERROR
override CFLAGS += -Werror
endif
ifdef SANITIZE
SAN := -fsanitize=address,undefined -fno-sanitize-recover=undefined
override CFLAGS  += $(SAN) -fno-omit-frame-pointer
override LDFLAGS += $(SAN)
endif
ifndef V
Q := @
say = @printf '  %-6s %s\n' $(1) $(2);
endif
# As many jobs as processors, unless told otherwise.
ifeq (0,$(MAKELEVEL))
MAKEFLAGS += -j$(shell nproc)
endif
MAKEFLAGS += --no-print-directory

SRC_MAIN  := src/main.c certs/auditor.c
# What stands in place of the emulator; the rest concerns the machine alone.
SRC_LINUX := $(filter-out drivers/linux_sleep.c drivers/linux_hidden.c \
	     drivers/linux_live.c,$(wildcard drivers/linux*.c))
SRC_LIB   := $(filter-out $(SRC_MAIN) $(SRC_LINUX),$(wildcard src/*.c drivers/*.c certs/*.c))
SRC_EMU   := $(wildcard tests/emu/*.c)
SRC_FUZZ  := $(wildcard tests/fuzz_*.c)
SRC_TOOLS := $(wildcard tests/tools/*.c)
# What looks at locked and released memory cannot do so under ASan, which
# intercepts mlock and keeps released memory for itself.
NO_SAN    := tests/unit_keymem.c
C_TESTS   := $(filter-out $(if $(SANITIZE),$(NO_SAN)),$(wildcard tests/unit_*.c tests/flow_*.c))
STICK_TESTS := $(wildcard tests/qemu/stick*.sh)
# Left out of a sanitized run: the stick holds one program, which the
# sanitizers have nothing to do with; and what is the same code once more, for
# minutes: power that fails beneath an emulated machine (flow_resume*), bad
# blocks there (flow_fuse.sh), 64 drives (flow_many.sh).  What only an emulated
# machine reaches stays: the doors of the kernel to NVMe, ATA, SCSI and USB
# (qemu/firmware.sh), what holds a drive (qemu/holders.sh), sleep.
ONCE      := tests/qemu/resume.sh tests/qemu/faults.sh tests/flow_many64.sh
SH_TESTS  := $(filter-out $(if $(SANITIZE),$(STICK_TESTS) $(ONCE)), \
	     $(wildcard tests/unit_*.sh tests/flow_*.sh tests/qemu/*.sh))

obj   = $(patsubst %.c,$(O)/%.o,$(1))
LIB  := $(O)/libmassho.a
MO   := $(patsubst src/po/%.po,$(O)/locale/%/LC_MESSAGES/massho.mo,$(wildcard src/po/*.po))
MAN  := $(wildcard docs/man/*.[158] docs/man/*/*.[158])
TESTS := $(patsubst %.c,$(O)/%,$(C_TESTS))
TOOLS := $(patsubst %.c,$(O)/%,$(SRC_TOOLS))
BENCH := $(O)/tests/bench/pass
FUZZ  := $(patsubst tests/%.c,%,$(SRC_FUZZ))

pkg_cflags := $(shell pkg-config --cflags $(PKGS) $(PKGS_FORM) 2>/dev/null)
pkg_libs   := $(shell pkg-config --libs $(PKGS) $(PKGS_FORM) 2>/dev/null)
check_libs := $(shell pkg-config --libs $(PKGS_CHECK) 2>/dev/null)
compile     = $(CC) $(CPPFLAGS) $(CFLAGS) $(pkg_cflags) -MMD -MP

.PHONY: all check check-c check-now check-stick usb usb-now demo demo-now \
	bench bench-now fuzz \
	fuzz-now lint lint-now deps install clean FORCE
.DELETE_ON_ERROR:
all: $(O)/massho $(O)/massho-check $(MO)

$(O)/massho: $(call obj,src/main.c $(SRC_LINUX)) $(LIB)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(pkg_libs) -lm

# The verifier: what it needs from the library must link without drivers,
# PDF drawing or terminal libraries.
$(O)/massho-check: $(call obj,certs/auditor.c) $(LIB)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed -o $@ $^ $(check_libs) -lm

$(LIB): $(call obj,$(SRC_LIB))
	$(call say,AR,$@)rm -f $@ && $(AR) rcs $@ $^

# Other flags, other objects.
$(O)/.flags: FORCE
	@mkdir -p $(@D); echo '$(subst ','\'',$(compile) $(LDFLAGS) $(pkg_libs))' | \
		cmp -s - $@ || echo '$(subst ','\'',$(compile) $(LDFLAGS) $(pkg_libs))' > $@

$(O)/%.o: %.c $(O)/.flags
	$(call say,CC,$<)mkdir -p $(@D) && $(compile) -c -o $@ $<

$(TESTS): $(O)/tests/%: tests/%.c $(call obj,$(SRC_EMU)) $(LIB) $(O)/.flags
	$(call say,TEST,$@)mkdir -p $(@D) && $(compile) $(LDFLAGS) -o $@ $< $(call obj,$(SRC_EMU)) $(LIB) $(pkg_libs) -lcmocka -lm

$(O)/tests/tools/%: tests/tools/%.c $(LIB) $(O)/.flags
	$(call say,TOOL,$@)mkdir -p $(@D) && $(compile) $(LDFLAGS) -Wl,--as-needed -o $@ $< $(LIB) $(check_libs) $(shell pkg-config --cflags --libs fuse3)

$(BENCH): tests/bench/pass.c $(O)/tests/bench/null_wire.o $(LIB) $(O)/.flags
	$(call say,BENCH,$@)mkdir -p $(@D) && $(compile) $(LDFLAGS) -o $@ $< $(O)/tests/bench/null_wire.o $(LIB) $(pkg_libs) -lm

$(O)/fuzz/%: tests/%.c $(call obj,$(SRC_EMU)) $(LIB) $(O)/.flags
	$(call say,FUZZ,$@)mkdir -p $(@D) && $(compile) $(LDFLAGS) -fsanitize=fuzzer -o $@ $< $(call obj,$(SRC_EMU)) $(LIB) -lcmocka $(pkg_libs) -lm

$(O)/locale/%/LC_MESSAGES/massho.mo: src/po/%.po
	$(call say,MSGFMT,$@)mkdir -p $(@D) && msgfmt -c -o $@ $<

# ---- what sets itself up -----------------------------------------------------
# Each installs what is missing and starts again, since the flags above are
# read from libraries that were perhaps not there yet.

deps:
	@sh debian/install-deps check

check:
	@sh debian/install-deps check
	$(Q)$(MAKE) check-now
check-stick:
	@sh debian/install-deps check
	$(Q)$(MAKE) all usb-now
	$(Q)O=$(O) tests/run $(STICK_TESTS)
usb:
	@sh debian/install-deps usb
	$(Q)$(MAKE) usb-now
demo:
	@sh debian/install-deps demo
	$(Q)$(MAKE) demo-now
bench:
	@sh debian/install-deps bench
	$(Q)$(MAKE) bench-now
lint:
	@sh debian/install-deps check
	$(Q)$(MAKE) lint-now

check-now: all $(TESTS) $(TOOLS) $(if $(SANITIZE),,usb-now)
	$(Q)O=$(O) tests/run tests/layers.sh tests/shape.sh $(if $(SANITIZE),,tests/mutants.sh) \
		$(TESTS) $(SH_TESTS)

# What is on it is compiled in a root of its own, so it depends on nothing here.
export CASE KEY DATA_MIB FRESH MIRROR MIRROR_SECURITY
usb-now:
	$(Q)O=$(O) src/usb/build

# Those that need no root, no device and no other program.
check-c: all $(TESTS)
	$(Q)O=$(O) tests/run $(TESTS)

demo-now: all
	$(Q)O=$(O) tests/demo.sh

bench-now: all $(TOOLS) $(BENCH)
	$(Q)O=$(O) tests/bench/run.sh $(BENCH_PARTS)

lint-now:
	$(Q)tests/layers.sh
	$(Q)tests/shape.sh
	$(Q)CHECK_FLAGS='$(CPPFLAGS) -std=gnu11 $(pkg_cflags) $(shell pkg-config --cflags fuse3 2>/dev/null)' tests/lint.sh

# The fuzzers, FUZZ_TIME seconds each; what they found of interest stays in
# build-fuzz/corpus for the next time.
fuzz:
	@sh debian/install-deps check
	$(Q)$(MAKE) fuzz-now O=build-fuzz CC=clang SANITIZE=1 \
		CFLAGS='-O1 -g -fsanitize=fuzzer-no-link'
fuzz-now: $(addprefix $(O)/fuzz/,$(FUZZ))
	$(Q)O=$(O) FUZZ_TIME=$(FUZZ_TIME) tests/fuzz.sh $(FUZZ)

install: all
	install -D -m 755 $(O)/massho $(DESTDIR)$(prefix)/bin/massho
	install -D -m 755 $(O)/massho-check $(DESTDIR)$(prefix)/bin/massho-check
	for f in $(MO); do install -D -m 644 $$f \
		$(DESTDIR)$(prefix)/share/$${f#$(O)/}; done
	for f in $(MAN); do d=$$(dirname $${f#docs/man/}); install -D -m 644 $$f \
		$(DESTDIR)$(prefix)/share/man/$$d/man$${f##*.}/$${f##*/}; done

clean:
	rm -rf build build-*

-include $(shell find $(O) -path $(O)/usb -prune -o -name '*.d' -print 2>/dev/null)
