// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes the fixture's CPU package to a file, for tests that are no GoogleTest.
#include "PackageFixture.h"

using namespace ssm::test;

int main(int argc, char **argv) {
  if (argc != 2)
    return 2;
  writeFile(argv[1], elfPackage(blockManifest("cpu"), blockSource()));
}
