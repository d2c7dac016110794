// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Products through oneDNN, where it is installed: values, packing, threads,
// and the fallback where it is not. SSM_TEST_DNNL names another library.
#include "cpu/OneDnn.h"
#include "BlockFixture.h"
#include "files/FloatBits.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <random>

using namespace ssm;
using namespace ssm::test;

namespace {

std::string libraryName() {
  const char *name = std::getenv("SSM_TEST_DNNL");
  return name ? name : "";
}

#define NEEDS_ONEDNN                                                           \
  if (auto tried = rt::OneDnn::load(libraryName()); !tried.ok())               \
    GTEST_SKIP() << tried.takeStatus().message();

std::vector<double> uniform(size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<double> distribution(-1, 1);
  std::vector<double> values(count);
  for (double &value : values)
    value = distribution(generator);
  return values;
}

/// A vector of elements with the values they hold after rounding.
struct Elements {
  ssm_dtype dtype;
  std::vector<char> bytes;

  Elements(ssm_dtype dtype, const std::vector<double> &values)
      : dtype(dtype), bytes(values.size() * ssm_dtype_size(dtype)) {
    for (size_t i = 0; i < values.size(); ++i)
      rt::storeElement(dtype, bytes.data(), i, values[i]);
  }
  double operator[](size_t index) const {
    return rt::loadElement(dtype, bytes.data(), index);
  }
};

struct ProductCase {
  int64_t rows, n, k, padA, padB, padC;
  ssm_dtype type = SSM_F32;
  bool hasBias = false, packs = true;
};

/// Runs one product and gives |out - ref| / |ref| against doubles.
double productError(const rt::OneDnn &library, const ProductCase &wanted) {
  rt::DnnlProduct product = {};
  product.rows = wanted.rows;
  product.n = wanted.n;
  product.k = wanted.k;
  product.strideA = wanted.k + wanted.padA;
  product.strideB = wanted.k + wanted.padB;
  product.strideC = wanted.n + wanted.padC;
  product.typeAB = product.typeC = product.typeBias = wanted.type;
  product.hasBias = wanted.hasBias;
  product.packs = wanted.packs;
  auto planned = library.plan(product);
  if (!planned.ok())
    throw Error(SSM_UNSUPPORTED, planned.takeStatus().message(), "", 0);
  Elements a(wanted.type, uniform(size_t(wanted.rows * product.strideA), 1));
  Elements b(wanted.type, uniform(size_t(wanted.n * product.strideB), 2));
  Elements bias(wanted.type, uniform(size_t(wanted.n), 3));
  Elements c(wanted.type,
             std::vector<double>(size_t(wanted.rows * product.strideC), 7.0));
  Device device = Device::create(SSM_CPU);
  Memory scratch(device, (*planned)->scratchBytes());
  Memory packed(device,
                (*planned)->needsPacking() ? (*planned)->packedBytes() : 1);
  const void *weights = b.bytes.data();
  if ((*planned)->needsPacking()) {
    EXPECT_TRUE(wanted.packs);
    EXPECT_TRUE((*planned)->pack(b.bytes.data(), packed.get()).ok());
    weights = packed.get();
  }
  EXPECT_TRUE((*planned)
                  ->run(a.bytes.data(), weights,
                        wanted.hasBias ? bias.bytes.data() : nullptr,
                        c.bytes.data(), scratch.get())
                  .ok());
  double errors = 0, squares = 0;
  for (int64_t row = 0; row < wanted.rows; ++row)
    for (int64_t j = 0; j < product.strideC; ++j) {
      double out = c[size_t(row * product.strideC + j)];
      if (j >= wanted.n) {
        EXPECT_EQ(out, 7.0); // between the rows nothing is written
        continue;
      }
      double sum = wanted.hasBias ? bias[size_t(j)] : 0;
      for (int64_t i = 0; i < wanted.k; ++i)
        sum += a[size_t(row * product.strideA + i)] *
               b[size_t(j * product.strideB + i)];
      errors += (out - sum) * (out - sum);
      squares += sum * sum;
    }
  return std::sqrt(errors / squares);
}

TEST(OneDnn, ProductsOfEveryShape) {
  NEEDS_ONEDNN
  auto library = rt::OneDnn::load(libraryName());
  for (bool packs : {false, true})
    for (bool hasBias : {false, true})
      for (ProductCase wanted :
           {ProductCase{1, 1, 1, 0, 0, 0}, ProductCase{5, 7, 3, 2, 1, 4},
            ProductCase{64, 96, 160, 0, 0, 0},
            ProductCase{33, 48, 129, 5, 0, 16}}) {
        wanted.hasBias = hasBias;
        wanted.packs = packs;
        wanted.type = SSM_F32;
        EXPECT_LT(productError(**library, wanted), 1e-6);
        wanted.type = SSM_BF16;
        try {
          EXPECT_LT(productError(**library, wanted), 4e-3);
        } catch (const Error &problem) {
          std::puts(problem.what()); // this processor has no fast bf16
        }
      }
}

TEST(OneDnn, NoDoubleProducts) {
  NEEDS_ONEDNN
  auto library = rt::OneDnn::load(libraryName());
  EXPECT_EQ(codeOf([&] {
              productError(**library, {4, 4, 4, 0, 0, 0, SSM_F64, false, true});
            }),
            SSM_UNSUPPORTED);
}

ssm_device_options withLibrary(const std::string &name, int threads) {
  ssm_device_options options = {};
  options.struct_size = sizeof options;
  options.threads = threads;
  options.dnnl_library = name.empty() ? nullptr : name.c_str();
  return options;
}

TEST(OneDnn, BlocksOfSeveralSizesShareTheirPackedWeights) {
  NEEDS_ONEDNN
  std::string name = libraryName();
  for (int threads : {1, 2}) {
    ssm_device_options options = withLibrary(name, threads);
    Device device = Device::create(SSM_CPU, 0, &options);
    Executable executable =
        Executable::load(device, cpuPackage(), 0, SSM_MATMUL_LIBRARY);
    BlockData weights(1, 1, 4);
    bindWeights(executable, weights);
    for (int64_t length : {1, 2, 16, 33, 16}) {
      BlockData data(2, length, unsigned(length));
      data.weight = weights.weight;
      data.bias = weights.bias;
      BlockCall call(device, executable, data);
      executable.run(call.call());
      EXPECT_LT(largestError(call.output(), data.reference()), 1e-6);
    }
  }
}

TEST(OneDnn, MissingLibraryFallsBackAndSaysSo) {
  static int notes;
  notes = 0;
  ssm_device_options options = withLibrary("libno-such-library.so", 1);
  options.note.write = [](void *, const char *) { ++notes; };
  Device device = Device::create(SSM_CPU, 0, &options);
  BlockData data(1, 5, 1);
  for (int i = 0; i < 2; ++i)
    EXPECT_LT(
        largestError(runBlock(device, cpuPackage(), data, SSM_MATMUL_AUTO),
                     data.reference()),
        1e-6);
  EXPECT_EQ(notes, 1);
  EXPECT_EQ(
      codeOf([&] { runBlock(device, cpuPackage(), data, SSM_MATMUL_LIBRARY); }),
      SSM_DEVICE_MISSING);
}

} // namespace
