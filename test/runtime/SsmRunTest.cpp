// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-run as people call it: exit codes, messages, files in and out.
#include "BlockFixture.h"
#include "SsmRunCommand.h"
#include "files/FloatBits.h"
#include "files/Npy.h"
#include "package/Package.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace ssm;
using namespace ssm::test;

namespace {

/// A folder with the packages of the fixture and one block's data.
class SsmRun : public testing::Test {
protected:
  TemporaryFolder folder;
  BlockData data{2, 5, 11};
  std::string cpu = folder.file("block.so"), cuda = folder.file("block.ptx");
  std::string weights = "--weight proj.weight=@" + folder.file("w.npy") +
                        " --weight proj.bias=@" + folder.file("b.npy");
  std::string input = " --input x=@" + folder.file("x.npy") + " ";
  std::string fake = std::string(" --cuda-library ") + SSM_FAKE_CUDA +
                     " --cublaslt-library " + SSM_FAKE_CUBLASLT + " ";

  void SetUp() override {
    writeFile(cpu, elfPackage(blockManifest("cpu"), blockSource()));
    writeFile(cuda, ptxPackage(blockManifest("cuda"), blockPtx()));
    write("x.npy", {2, 5, 8}, data.x);
    write("w.npy", {16, 8}, data.weight);
    write("b.npy", {16}, data.bias);
    write("reference.npy", {2, 5, 16}, data.reference());
  }

  void write(const std::string &name, std::vector<int64_t> shape,
             const std::vector<float> &values,
             ssm_dtype dtype = SSM_F32) const {
    writeArray(folder.file(name), std::move(shape), values, dtype);
  }
};

TEST_F(SsmRun, RunsAndChecks) {
  Outcome good =
      ssmRun(cpu + input + weights + " --output y=@" + folder.file("y.npy") +
             " --expect y=@" + folder.file("reference.npy"));
  EXPECT_EQ(good.code, 0) << good.text;
  EXPECT_TRUE(contains(good.text, "device cpu (")) << good.text;
  EXPECT_TRUE(contains(good.text, "y: 2x5x16xf32, norm ")) << good.text;
  EXPECT_TRUE(contains(good.text, "(bound 1e-05)")) << good.text;
  auto written = rt::readNpy(folder.file("y.npy"));
  ASSERT_TRUE(written.ok());
  EXPECT_EQ(written->shape, (std::vector<int64_t>{2, 5, 16}));
  std::vector<float> wrong = data.reference();
  wrong[7] += 0.5f;
  write("wrong.npy", {2, 5, 16}, wrong, SSM_F64);
  Outcome bad = ssmRun(cpu + input + weights + " --device cpu --expect y=@" +
                       folder.file("wrong.npy"));
  EXPECT_EQ(bad.code, 7);
  EXPECT_TRUE(contains(bad.text, "worst at element 7: ")) << bad.text;
  EXPECT_FALSE(contains(bad.text, "device cpu (")) << bad.text;
}

TEST_F(SsmRun, EveryMatmulModeAndRepeats) {
  for (const char *mode : {"auto", "generated"}) {
    Outcome outcome = ssmRun(cpu + input + weights + " --matmul " + mode +
                             " --repeat 5 --threads 2 --expect y=@" +
                             folder.file("reference.npy"));
    EXPECT_EQ(outcome.code, 0) << outcome.text;
  }
  EXPECT_EQ(ssmRun(cpu + input + weights +
                   " --matmul library --dnnl-library libnone.so")
                .code,
            5);
  Outcome noted = ssmRun(cpu + input + weights + " --dnnl-library libnone.so");
  EXPECT_EQ(noted.code, 0);
  EXPECT_TRUE(contains(noted.text, "note: ")) << noted.text;
}

TEST_F(SsmRun, UsageIsTwo) {
  struct Case {
    std::string arguments, message;
  };
  for (const Case &wanted :
       {Case{"", "expected a package"},
        Case{"--inptu x=1", "unknown option \"--inptu\" (did you mean "
                            "\"--input\"?)"},
        Case{"a b", "expected one package"},
        Case{"--matmul fast x", "--matmul: expected auto, library, generated, "
                                "got \"fast\""},
        Case{cpu, "expected --input x=..."},
        Case{cpu + " --input xx=zeros", "has no input \"xx\" (did you mean "
                                        "\"x\"?); it has: x"},
        Case{cpu + " --input x=zeros", "expected --batch"},
        Case{cpu + " --input x=1x1x8=zero", "expected @FILE, random"},
        Case{cpu + " --input x=1xax8=zeros", "expected a shape like"},
        Case{cpu + " --input x=1x2x8=zeros", "weight \"proj.weight\": expected "
                                             "--weights or --weight"},
        Case{cpu + " --function blokc", "(did you mean \"block\"?)"},
        Case{cpu + " --device gpu" + input, "expected auto, cpu, cuda"},
        Case{cpu + input + "--batch -1", "--batch and --length: expected at "
                                         "least 0, got -1"},
        Case{cpu + input + "--length -2", "expected at least 0, got -2"},
        Case{cpu + input + weights + " --cpu-features avx,,fma",
             "cpu_features: expected names like \"avx2\""},
        Case{cpu + input + "--batch 2 --batch 2", "'--batch' cannot be "
                                                  "specified more than once"},
        Case{cpu + input + input, "--input: expected \"x\" once, got it twice"},
        Case{cpu + input + weights + " --weight proj.bias=ones",
             "--weight: expected \"proj.bias\" once, got it twice"},
        Case{cpu + input + "--output y=@- --output y=@-", "--output: expected "
                                                          "\"y\" once"},
        Case{cpu + input + weights + " --output y=@- --bench",
             "expected one output on standard output, got 2 with --bench"},
        Case{cpu + input + weights + " --plot r.svg",
             "--plot: expected --bench with it"},
        Case{cpu + input + weights + " --ceiling memory=1e12",
             "--ceiling: expected --bench with it"},
        Case{cpu + input + weights + " --bench --ceiling memry=1e12",
             "--ceiling: expected memory, arithmetic, matrix, transcendentals, "
             "got \"memry\" (did you mean \"memory\"?)"},
        Case{cpu + input + weights + " --bench --ceiling memory=fast",
             "--ceiling: expected memory=RATE with a positive number, got "
             "\"memory=fast\""},
        Case{cpu + input + weights +
                 " --bench --ceiling matrix=1 --ceiling matrix=2",
             "--ceiling: expected \"matrix\" once, got it twice"},
        Case{cpu + input + weights + " --format json",
             "--format: expected --describe or --bench with it"}}) {
    Outcome outcome = ssmRun(wanted.arguments);
    EXPECT_EQ(outcome.code, 2) << wanted.arguments << outcome.text;
    EXPECT_TRUE(contains(outcome.text, wanted.message)) << outcome.text;
  }
}

TEST_F(SsmRun, RejectedInputIsThree) {
  writeFile(folder.file("junk"), "junk");
  write("half.npy", {2, 5, 8}, data.x, SSM_BF16);
  struct Case {
    std::string arguments, message;
  };
  for (const Case &wanted :
       {Case{folder.file("none"), "cannot open"},
        Case{folder.file("junk"), "expected a package"},
        Case{cpu + " --input x=@" + folder.file("junk"), "not a .npy file"},
        Case{cpu + " --input x=@" + folder.file("w.npy"),
             "input \"x\": expected batchxlengthx8xf32, got 16x8xf32"},
        Case{cpu + input + "--length 6", "length is 6 by --length but 5 by "
                                         "input \"x\""},
        Case{cpu + " --input x=@" + folder.file("half.npy"),
             "expected elements of type f32, got bf16; --convert"},
        Case{cpu + input + " --weights " + folder.file("junk"),
             "is no safetensors file"},
        Case{cpu + input + weights + " --expect y=@" + folder.file("x.npy"),
             "expected the shape of output \"y\""}}) {
    Outcome outcome = ssmRun(wanted.arguments);
    EXPECT_EQ(outcome.code, 3) << wanted.arguments << outcome.text;
    EXPECT_TRUE(contains(outcome.text, wanted.message)) << outcome.text;
  }
  EXPECT_EQ(ssmRun(cpu + " --convert --input x=@" + folder.file("half.npy") +
                   " " + weights)
                .code,
            0);
}

TEST_F(SsmRun, WeightsInAFileCalledRandom) {
  // Only random and random:SEED are no files.
  for (const char *name : {"random.st", "@random:1"}) {
    Outcome outcome = ssmRun(cpu + input + "--weights " + name);
    EXPECT_EQ(outcome.code, 3) << outcome.text;
    EXPECT_TRUE(contains(outcome.text,
                         name[0] == '@' ? "\"random:1\"" : "\"random.st\""))
        << outcome.text;
  }
  EXPECT_EQ(ssmRun(cpu + input + "--weights random").code, 0);
}

TEST_F(SsmRun, WritesAnOutputToStandardOutput) {
  Outcome outcome =
      ssmRun(cpu + input + weights + " --output y=@-", " 2>/dev/null");
  ASSERT_EQ(outcome.code, 0);
  auto y = rt::parseNpy(outcome.text);
  ASSERT_TRUE(y.ok()) << outcome.text.substr(0, 80);
  EXPECT_EQ(y->shape, (std::vector<int64_t>{2, 5, 16}));
  Outcome full =
      ssmRun(cpu + input + weights + "  --output y=@-", " 2>&1 >/dev/full");
  EXPECT_EQ(full.code, 6);
  EXPECT_TRUE(contains(full.text, "No space left on device")) << full.text;
}

TEST_F(SsmRun, SaysWhatMemoryIsFor) {
  Outcome outcome = ssmRun(
      cpu + " --input x=zeros --batch 1 --length 1000000000000 " + weights);
  EXPECT_EQ(outcome.code, 6);
  EXPECT_TRUE(contains(outcome.text, "cannot allocate 32000000000000 bytes of "
                                     "host memory for 1x1000000000000x8xf32"))
      << outcome.text;
}

TEST_F(SsmRun, KeepsTheOrderOfBothStreams) {
  std::string text = ssmRun(cpu + input + weights + " --expect y=@" +
                            folder.file("reference.npy") + " --tolerance 0")
                         .text;
  size_t device = text.find("device cpu ("), norm = text.find("y: 2x5x16xf32");
  size_t bound = text.find("(bound 0)"), error = text.find("error: ");
  EXPECT_LT(device, norm) << text;
  EXPECT_LT(norm, bound) << text;
  EXPECT_LT(bound, error) << text;
  EXPECT_NE(error, std::string::npos) << text;
}

TEST_F(SsmRun, DevicesAndFaultsHaveTheirCodes) {
  EXPECT_EQ(ssmRun(cuda + input + weights + " --cuda-library libnone.so").code,
            5);
  EXPECT_EQ(ssmRun(cuda + input + weights + " --device cpu").code, 5);
  EXPECT_EQ(ssmRun(cuda + input + weights + fake + "--device cuda:3").code, 5);
  // The fake's kernels compute nothing in another process: poison remains.
  Outcome outcome = ssmRun(cuda + input + weights + fake);
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  EXPECT_TRUE(contains(outcome.text, "device cuda:0 (fake, sm_90)"));
  EXPECT_TRUE(contains(outcome.text, "160 not finite")) << outcome.text;
  int faults = 0;
  for (int call = 1; call < 60; call += 3) {
    ::setenv("SSM_FAKE_CUDA_FAIL", (std::to_string(call) + ":700").c_str(), 1);
    int code = ssmRun(cuda + input + weights + fake).code;
    EXPECT_TRUE(code == 6 || code == 0) << call << " " << code;
    faults += code == 6;
  }
  ::unsetenv("SSM_FAKE_CUDA_FAIL");
  EXPECT_GT(faults, 10);
}

TEST_F(SsmRun, DescribesWithoutADevice) {
  Outcome text = ssmRun(cuda + " --describe");
  EXPECT_EQ(text.code, 0);
  EXPECT_TRUE(contains(text.text, "target cuda sm_80"));
  EXPECT_TRUE(contains(text.text, "proj.weight                     16x8xf32"))
      << text.text;
  EXPECT_TRUE(contains(text.text, "matmul %h = x * proj.weight^T, n 16, k 8, "
                                  "bias proj.bias, or kernel linear"))
      << text.text;
  Outcome piped = ssmRun("- --describe --batch 2 --length 5 <" + cuda);
  EXPECT_TRUE(contains(piped.text, "4 cells, 0.000832 MB read")) << piped.text;
  Outcome json = ssmRun(cpu + " --describe --format json");
  auto parsed = nlohmann::json::parse(json.text);
  EXPECT_EQ(parsed["functions"][0]["buffers"][0]["shape"],
            nlohmann::json({"batch", "length", 8}));
  EXPECT_EQ(parsed["kernels"][1]["fused"], "ssm.gate ssm.map");
}

TEST_F(SsmRun, Measures) {
  std::string bench = " --bench --samples 3 --warmups 1 --sets 2 "
                      "--input x=3x4x8xf32=random:7 --weights random:1 ";
  Outcome text = ssmRun(cuda + bench + fake +
                        "--per-step --matmul generated "
                        "--ceiling memory=1e9");
  EXPECT_EQ(text.code, 0) << text.text;
  EXPECT_TRUE(contains(text.text, "batch 3, length 4, 3 samples of graph "
                                  "replays, 1 warm-ups, 2 buffer sets of 1.15 "
                                  "kB"))
      << text.text;
  EXPECT_TRUE(contains(text.text, "ceilings of sm_80 and the command line: "
                                  "memory 1 GB/s, arithmetic 2 Top/s"))
      << text.text;
  EXPECT_TRUE(contains(text.text, "affine")) << text.text;
  // stderr is not part of what programs read.
  Outcome json = ssmRun(cpu + bench + "--format json", " 2>/dev/null");
  auto parsed = nlohmann::json::parse(json.text);
  EXPECT_EQ(parsed["rows"][0]["bytes"],
            4 * (12 * 8 + 16 * 8) + 4 * 12 * 16 + 2 * 64 * 12);
  EXPECT_GT(parsed["rows"][0]["median_us"], 0);
  EXPECT_EQ(parsed["ceilings"]["transcendentals"], 4e12);
  // Two steps, both bound by memory of 1 TB/s.
  double bytes = parsed["rows"][0]["bytes"];
  EXPECT_NEAR(parsed["rows"][0]["floor_us"], bytes / 1e6, 1e-9);
  Outcome csv = ssmRun(cpu + bench + "--format csv", " 2>/dev/null");
  EXPECT_EQ(csv.text.compare(0, 14, "function,step,"), 0) << csv.text;
}

TEST_F(SsmRun, DrawsARoofline) {
  std::string bench = " --bench --samples 3 --warmups 1 --sets 2 "
                      "--input x=3x4x8xf32=random:7 --weights random:1 ";
  std::string file = folder.file("roofline.svg");
  Outcome drawn = ssmRun(cpu + bench + "--plot " + file);
  EXPECT_EQ(drawn.code, 0) << drawn.text;
  EXPECT_TRUE(contains(drawn.text, "affine")) << drawn.text;
  auto content = rt::readFile(file, 1 << 20);
  ASSERT_TRUE(content.ok());
  const std::string &svg = *content;
  EXPECT_EQ(svg.compare(0, 39, "<svg xmlns=\"http://www.w3.org/2000/svg\""), 0);
  for (const char *part :
       {">0 matmul 16x8</text>", ">1 affine</text>", ">memory 1 TB/s</text>",
        ">transcendentals 4 Top/s</text>"})
    EXPECT_TRUE(contains(svg, part)) << part;
  EXPECT_EQ(svg.substr(svg.size() - 7), "</svg>\n");
  // What cannot be written leaves nothing.
  Outcome refused = ssmRun(cpu + bench + "--plot " + folder.file("no/r.svg"));
  EXPECT_EQ(refused.code, 6);
  EXPECT_TRUE(contains(refused.text, "cannot write \"")) << refused.text;
  EXPECT_TRUE(contains(refused.text, "No such file or directory"))
      << refused.text;
}

TEST_F(SsmRun, SizeClassesAreShownAndPinned) {
  std::string classes = folder.file("classes.so");
  writeFile(classes, elfPackage(sizeClassManifest("cpu"), sizeClassSource()));
  Outcome text = ssmRun(classes + " --describe");
  EXPECT_TRUE(contains(text.text, "sizes     8x64 | 1x4\n")) << text.text;
  EXPECT_TRUE(contains(text.text, "launch affine | small: ssm.gate ssm.map"))
      << text.text;
  Outcome chosen = ssmRun(classes + " --describe --batch 1 --length 8");
  EXPECT_TRUE(contains(chosen.text, "8x64 | 1x4, kernels for 1x4\n"))
      << chosen.text;
  EXPECT_TRUE(contains(chosen.text, "  8 cells, ")) << chosen.text;
  Outcome pinned =
      ssmRun(classes + " --describe --batch 1 --length 8 --pin 8x64");
  EXPECT_TRUE(contains(pinned.text, "8x64 | 1x4, kernels for 8x64\n"))
      << pinned.text;
  EXPECT_TRUE(contains(pinned.text, "  4 cells, ")) << pinned.text;
  auto json = nlohmann::json::parse(
      ssmRun(classes + " --describe --format json --pin 1x4").text);
  EXPECT_EQ(json["functions"][0]["size_classes"],
            nlohmann::json({"8x64", "1x4"}));
  EXPECT_EQ(json["functions"][0]["size_class"], "1x4");
  EXPECT_EQ(json["functions"][0]["steps"][0]["kernel"], "linear");
  EXPECT_EQ(json["functions"][0]["steps"][1]["kernels"],
            nlohmann::json({"affine", "small"}));
  // The data are 2x5, nearest to 1x4; "small" computes something else.
  std::string checked = classes + input + weights + " --expect y=@" +
                        folder.file("reference.npy");
  EXPECT_EQ(ssmRun(checked).code, 7);
  EXPECT_EQ(ssmRun(checked + " --pin 1x4").code, 7);
  EXPECT_EQ(ssmRun(checked + " --pin 8x64").code, 0);
}

TEST_F(SsmRun, PinsNameASizeClass) {
  std::string classes = folder.file("classes.so");
  writeFile(classes, elfPackage(sizeClassManifest("cpu"), sizeClassSource()));
  for (const char *pin : {"8", "x4", "8x", "0x4", "8x4x1", "8x-4", "axb"}) {
    Outcome outcome = ssmRun(classes + input + weights + " --pin " + pin);
    EXPECT_EQ(outcome.code, 2) << outcome.text;
    EXPECT_TRUE(contains(outcome.text, std::string("--pin: expected "
                                                   "BATCHxLENGTH, got \"") +
                                           pin + "\""))
        << outcome.text;
  }
  Outcome unknown = ssmRun(classes + input + weights + " --pin 2x5");
  EXPECT_EQ(unknown.code, 3) << unknown.text;
  EXPECT_TRUE(contains(unknown.text, "expected size class 8x64 or 1x4, got "
                                     "2x5"))
      << unknown.text;
  Outcome described = ssmRun(classes + " --describe --pin 2x5");
  EXPECT_EQ(described.code, 3) << described.text;
  EXPECT_TRUE(contains(described.text, "expected size class 8x64 or 1x4, got "
                                       "2x5"))
      << described.text;
  EXPECT_EQ(ssmRun(cpu + input + weights + " --pin 2x5").code, 3);
}

TEST_F(SsmRun, BenchSaysWhichKernelsRan) {
  std::string classes = folder.file("classes.so");
  writeFile(classes, elfPackage(sizeClassManifest("cpu"), sizeClassSource()));
  std::string bench = classes + input + weights +
                      " --bench --per-step --samples 2 --sets 1 --matmul "
                      "generated ";
  Outcome text = ssmRun(bench);
  EXPECT_TRUE(contains(text.text, "batch 2, length 5, kernels for 1x4, 2 "
                                  "samples"))
      << text.text;
  EXPECT_TRUE(contains(text.text, "\nsmall ")) << text.text;
  auto json = nlohmann::json::parse(
      ssmRun(bench + "--format json --pin 8x64", " 2>/dev/null").text);
  EXPECT_EQ(json["size_class"], "8x64");
  EXPECT_EQ(json["rows"][2]["step"], "affine");
  Outcome csv = ssmRun(bench + "--format csv", " 2>/dev/null");
  EXPECT_TRUE(contains(csv.text, ",size_class\n")) << csv.text;
  EXPECT_TRUE(contains(csv.text, ",1x4\n")) << csv.text;
  // A package that does not say has none to tell.
  Outcome without = ssmRun(cpu + input + weights + " --bench --samples 2");
  EXPECT_TRUE(contains(without.text, "length 5, 2 samples")) << without.text;
}

TEST_F(SsmRun, RandomElementsAreTheDocumentedOnes) {
  // The identity weight and no bias: y = 2 x + 1 shows x.
  std::vector<float> identity(16 * 8, 0.0f);
  for (size_t i = 0; i < 8; ++i)
    identity[i * 8 + i] = 1;
  write("w.npy", {16, 8}, identity);
  Outcome outcome =
      ssmRun(cpu +
             " --input x=1x1x8=random:7:0:16777216 --weight "
             "proj.bias=zeros --weight proj.weight=@" +
             folder.file("w.npy") + " --output y=@" + folder.file("y.npy"));
  ASSERT_EQ(outcome.code, 0) << outcome.text;
  auto y = rt::readNpy(folder.file("y.npy"));
  ASSERT_TRUE(y.ok());
  uint64_t state = 7;
  for (uint64_t i = 0; i < 8; ++i) {
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    float x = float(z >> 40);
    EXPECT_EQ(float(rt::loadElement(SSM_F32, y->data(), i)), 2 * x + 1);
  }
}

} // namespace
