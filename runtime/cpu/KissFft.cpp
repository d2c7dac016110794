// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The calls into kissfft. Columns are gathered into a row, transformed, and
// scattered again; a worker takes a few neighbouring channels at a time, whose
// elements share the lines of the cache.
#include "KissFft.h"

#include <algorithm>
#include <cstdlib>

namespace ssm::rt {
namespace {

constexpr int64_t channelsOfBlock = 16;
constexpr uint64_t lineBytes = 64;

uint64_t lines(uint64_t bytes) {
  return (bytes + lineBytes - 1) / lineBytes * lineBytes;
}

/// Blocks that the workers draw.
template <typename Body> struct BlockQueue {
  const Body &body;
  int64_t count;
  std::atomic<int64_t> next{0};

  static void work(void *opaque, int worker) {
    auto &queue = *static_cast<BlockQueue *>(opaque);
    for (int64_t block; (block = queue.next.fetch_add(1)) < queue.count;)
      queue.body(block, worker);
  }
};

template <typename Body>
void shareOut(Workers::Lease &lease, int64_t count, const Body &body) {
  BlockQueue<Body> queue{body, count};
  int workers = int(std::min<int64_t>(count, lease.count()));
  lease.run(workers, BlockQueue<Body>::work, &queue);
}

} // namespace

/// The tensors of a call, and the memory of its workers.
struct KissConvolution::Task {
  const float *x, *k;
  float *y;
  std::complex<float> *spectra; // of the kernel, by channel
  char *scratch;                // of the workers

  float *row(const KissConvolution &of, int worker) const {
    return reinterpret_cast<float *>(scratch +
                                     uint64_t(worker) * of.workerBytes());
  }
  std::complex<float> *spectrum(const KissConvolution &of, int worker) const {
    return reinterpret_cast<std::complex<float> *>(
        scratch + uint64_t(worker) * of.workerBytes() +
        lines(uint64_t(of.sizes.padded) * sizeof(float)));
  }
};

KissConvolution::~KissConvolution() {
  for (auto *plans : {&forward, &backward})
    for (void *plan : *plans)
      std::free(plan);
}

uint64_t KissConvolution::workerBytes() const {
  return lines(uint64_t(sizes.padded) * sizeof(float)) +
         lines(uint64_t(sizes.frequencies()) * sizeof(std::complex<float>));
}

uint64_t KissConvolution::scratchBytes() const {
  return lines(uint64_t(sizes.channels * sizes.frequencies()) *
               sizeof(std::complex<float>)) +
         forward.size() * workerBytes();
}

namespace {

/// Channel `c` of (length, channels), and zeros up to `padded`.
void gather(const ConvolutionSizes &sizes, const float *from, int64_t c,
            float *row) {
  for (int64_t t = 0; t < sizes.length; ++t)
    row[t] = from[t * sizes.channels + c];
  std::fill(row + sizes.length, row + sizes.padded, 0.0f);
}

} // namespace

void KissConvolution::transformKernel(const Task &task, int64_t block,
                                      int worker) const {
  float *row = task.row(*this, worker);
  float scale = 1 / float(sizes.padded);
  int64_t first = block * channelsOfBlock;
  int64_t last = std::min(sizes.channels, first + channelsOfBlock);
  for (int64_t c = first; c < last; ++c) {
    auto *spectrum = task.spectra + c * sizes.frequencies();
    gather(sizes, task.k, c, row);
    library.forward(forward[size_t(worker)], row, spectrum);
    for (int64_t f = 0; f < sizes.frequencies(); ++f)
      spectrum[f] *= scale;
  }
}

void KissConvolution::convolve(const Task &task, int64_t block,
                               int worker) const {
  int64_t blocks = (sizes.channels + channelsOfBlock - 1) / channelsOfBlock;
  float *row = task.row(*this, worker);
  auto *spectrum = task.spectrum(*this, worker);
  int64_t sequence =
      block / blocks * sizes.length * sizes.channels; // its first element
  int64_t first = block % blocks * channelsOfBlock;
  int64_t last = std::min(sizes.channels, first + channelsOfBlock);
  const float *result = row + (reverse ? sizes.length - 1 : 0);
  for (int64_t c = first; c < last; ++c) {
    const auto *kernel = task.spectra + c * sizes.frequencies();
    gather(sizes, task.x + sequence, c, row);
    library.forward(forward[size_t(worker)], row, spectrum);
    for (int64_t f = 0; f < sizes.frequencies(); ++f) {
      float re = spectrum[f].real() * kernel[f].real() -
                 spectrum[f].imag() * kernel[f].imag();
      float im = spectrum[f].real() * kernel[f].imag() +
                 spectrum[f].imag() * kernel[f].real();
      spectrum[f] = {re, im};
    }
    library.backward(backward[size_t(worker)], spectrum, row);
    float *y = task.y + sequence + c;
    for (int64_t t = 0; t < sizes.length; ++t)
      y[t * sizes.channels] = result[t];
  }
}

void KissConvolution::run(const float *x, const float *k, float *y,
                          void *scratch, Workers::Lease &lease) const {
  uint64_t spectraBytes = lines(uint64_t(sizes.channels * sizes.frequencies()) *
                                sizeof(std::complex<float>));
  Task task{x, k, y, static_cast<std::complex<float> *>(scratch),
            static_cast<char *>(scratch) + spectraBytes};
  int64_t blocks = (sizes.channels + channelsOfBlock - 1) / channelsOfBlock;
  shareOut(lease, blocks, [&](int64_t block, int worker) {
    transformKernel(task, block, worker);
  });
  shareOut(lease, blocks * sizes.batch,
           [&](int64_t block, int worker) { convolve(task, block, worker); });
}

Status KissFft::open(const std::string &name) {
  SSM_ASSIGN(object, SharedObject::fromName(name));
  if (!object.find(allocate, "kiss_fftr_alloc") ||
      !object.find(forward, "kiss_fftr") ||
      !object.find(backward, "kiss_fftri"))
    return SSM_ERROR(SSM_DEVICE_MISSING, "\"{}\" is no kissfft", name);
  return {};
}

Result<std::unique_ptr<KissFft>> KissFft::load(const std::string &name) {
  auto library = std::make_unique<KissFft>();
  if (!name.empty()) {
    SSM_TRY(library->open(name));
    return library;
  }
  for (const char *usual : {"libkissfft-float.so.131", "libkissfft-float.so"}) {
    library = std::make_unique<KissFft>();
    if (library->open(usual).ok())
      return library;
  }
  return SSM_ERROR(SSM_DEVICE_MISSING,
                   "kissfft not found (libkissfft-float.so.131)");
}

Result<std::unique_ptr<KissConvolution>>
KissFft::plan(const ConvolutionSizes &sizes, bool reverse, int workers) const {
  std::unique_ptr<KissConvolution> made(
      new KissConvolution(*this, sizes, reverse));
  for (int worker = 0; worker < workers; ++worker)
    for (bool isInverse : {false, true}) {
      void *plan = allocate(int(sizes.padded), isInverse, nullptr, nullptr);
      if (!plan)
        return SSM_ERROR(SSM_OUT_OF_MEMORY, "kissfft: no plan for {} elements",
                         sizes.padded);
      (isInverse ? made->backward : made->forward).push_back(plan);
    }
  return made;
}

} // namespace ssm::rt
