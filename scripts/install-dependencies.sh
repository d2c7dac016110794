#!/usr/bin/env bash
# Installs what the build and the tests need from Debian (bookworm, with its
# security suite, or newer). Does nothing when everything is there.
set -euo pipefail

packages=(
  cmake ninja-build g++ ccache make git ca-certificates
  llvm-22-dev llvm-22-tools libmlir-22-dev mlir-22-tools
  libfmt-dev libboost-program-options-dev nlohmann-json3-dev libeigen3-dev
  libgtest-dev libbenchmark-dev libdnnl-dev libkissfft-dev
  python3 python3-numpy
)

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
  [[ $status == "install ok installed" ]] || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
  exit 0
fi

if ! command -v apt-get >/dev/null; then
  echo "error: expected apt-get to install ${missing[*]}" >&2
  exit 1
fi
as_root=()
if ((EUID != 0)); then
  if ! command -v sudo >/dev/null; then
    echo "error: expected root or sudo to install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

echo "installing ${missing[*]}"
"${as_root[@]}" apt-get update -q
if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
    --no-install-recommends "${missing[@]}"; then
  echo "error: expected the packages in the configured Debian suites" \
    "(LLVM 22 is in bookworm-security)" >&2
  exit 1
fi
