# Thin: the few commands of the README. CMake does the work.

BUILD ?= build-release
JOBS ?= $(shell nproc)

.PHONY: all demo test docs format install clean

all: $(BUILD)/build.ninja
	cmake --build $(BUILD) -j $(JOBS)

$(BUILD)/build.ninja:
	scripts/install-dependencies.sh
	cmake --preset release -B $(BUILD)

demo: all
	scripts/demo.sh $(BUILD)

test: all
	scripts/test.sh $(BUILD)

docs: all
	scripts/generate-docs.py
	scripts/generate-pipeline.py --compiler $(BUILD)/bin/ssm-compile

format:
	git ls-files '*.h' '*.cpp' | xargs clang-format -i

install: all
	cmake --install $(BUILD)

clean:
	rm -rf $(BUILD)
