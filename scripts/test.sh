#!/usr/bin/env bash
# Runs every test of a build folder: lit (all that has a command line), then
# CTest (unit tests). Fails if one of them does.
set -uo pipefail

build=${1:-build-release}
status=0
cmake --build "$build" --target check-ssm || status=1
ctest --test-dir "$build" --output-on-failure -j "$(nproc)" || status=1
exit $status
