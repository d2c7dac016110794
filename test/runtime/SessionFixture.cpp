// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The functions "prefill", "step" and "peek" on any device.
#include "SessionFixture.h"

#include <random>

namespace ssm::test {
namespace {

/// Parameters as the driver gets them.
template <typename T> T parameter(void **parameters, int index) {
  return *static_cast<T *>(parameters[index]);
}

/// One sequence; the states before are null for zeros.
void scan(const float *x, const float *decay, const float *h0,
          const float *tail0, float *y, float *h1, float *tail1,
          uint64_t length) {
  for (int c = 0; c < 4; ++c) {
    float h = h0 ? h0[c] : 0;
    float older = tail0 ? tail0[c] : 0, old = tail0 ? tail0[4 + c] : 0;
    for (uint64_t t = 0; t < length; ++t) {
      float now = x[t * 4 + uint64_t(c)];
      h = decay[c] * h + now;
      y[t * 4 + uint64_t(c)] = h + older;
      older = old;
      old = now;
    }
    h1[c] = h;
    tail1[c] = older;
    tail1[4 + c] = old;
  }
}

void beginKernel(void **p, unsigned blocks) {
  auto length = parameter<uint64_t>(p, 6);
  for (uint64_t b = 0; b < blocks; ++b)
    scan(parameter<float *>(p, 0) + b * length * 4, parameter<float *>(p, 1),
         nullptr, nullptr, parameter<float *>(p, 2) + b * length * 4,
         parameter<float *>(p, 3) + b * 4, parameter<float *>(p, 4) + b * 8,
         length);
}

void resumeKernel(void **p, unsigned blocks) {
  auto length = parameter<uint64_t>(p, 8);
  for (uint64_t b = 0; b < blocks; ++b)
    scan(parameter<float *>(p, 0) + b * length * 4, parameter<float *>(p, 1),
         parameter<float *>(p, 2) + b * 4, parameter<float *>(p, 3) + b * 8,
         parameter<float *>(p, 4) + b * length * 4,
         parameter<float *>(p, 5) + b * 4, parameter<float *>(p, 6) + b * 8,
         length);
}

void twiceKernel(void **p, unsigned blocks) {
  for (uint64_t i = 0; i < uint64_t(blocks) * 4; ++i)
    parameter<float *>(p, 1)[i] = 2 * parameter<float *>(p, 0)[i];
}

} // namespace

Package statePackage(ssm_device_kind kind) {
  static const std::string cpu =
      elfPackage(stateManifest("cpu"), stateSource());
  static const std::string cuda = ptxPackage(stateManifest("cuda"), statePtx());
  const std::string &file = kind == SSM_CPU ? cpu : cuda;
  return Package::fromMemory(file.data(), file.size());
}

const FakeCudaApi &fakeStates() {
  const FakeCudaApi &fake = fakeCuda();
  fake.setKernel("begin_entry", beginKernel);
  fake.setKernel("resume_entry", resumeKernel);
  fake.setKernel("twice_entry", twiceKernel);
  return fake;
}

Device createDevice(ssm_device_kind kind) {
  ssm_device_options options = fakeOptions();
  return Device::create(kind, 0, &options);
}

Device stateDevice(ssm_device_kind kind) {
  fakeStates();
  return createDevice(kind);
}

Sequence::Sequence(int64_t batch, int64_t length, unsigned seed)
    : batch(batch), length(length), x(size_t(batch * length * 4)), decay(4) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (std::vector<float> *values : {&x, &decay})
    for (float &value : *values)
      value = uniform(generator);
}

std::vector<float> Sequence::tokens(int64_t begin, int64_t end) const {
  std::vector<float> part;
  for (int64_t b = 0; b < batch; ++b)
    part.insert(part.end(), x.begin() + (b * length + begin) * 4,
                x.begin() + (b * length + end) * 4);
  return part;
}

std::vector<float> Sequence::y() const {
  std::vector<float> result(x.size());
  for (size_t b = 0; b < size_t(batch); ++b)
    for (size_t c = 0; c < 4; ++c) {
      double state = 0;
      for (size_t t = 0; t < size_t(length); ++t) {
        size_t at = (b * size_t(length) + t) * 4 + c;
        state = double(decay[c]) * state + double(x[at]);
        result[at] = float(state + (t >= 2 ? double(x[at - 8]) : 0));
      }
    }
  return result;
}

std::vector<float> Sequence::h() const {
  std::vector<float> result;
  for (size_t b = 0; b < size_t(batch); ++b)
    for (size_t c = 0; c < 4; ++c) {
      double state = 0;
      for (size_t t = 0; t < size_t(length); ++t)
        state = double(decay[c]) * state +
                double(x[(b * size_t(length) + t) * 4 + c]);
      result.push_back(float(state));
    }
  return result;
}

Session openSession(const Device &device, const Package &package,
                    const Sequence &sequence, int64_t maxLength) {
  Session session = Session::create(device, package, sequence.batch, maxLength);
  session.bind("decay", sequence.decay.data(), sequence.decay.size() * 4);
  return session;
}

std::vector<float> feed(const Device &device, Session &session, int function,
                        const std::vector<float> &x) {
  Memory input(device, x.size() * 4), output(device, x.size() * 4);
  input.copyIn(x.data());
  const void *inputs[] = {input.get()};
  void *outputs[] = {output.get()};
  int64_t rows = int64_t(x.size() / 4);
  ssm_session_call call = {};
  call.struct_size = sizeof call;
  call.function = function;
  call.length = rows / session.describe().batch;
  call.inputs = inputs;
  call.input_count = 1;
  call.outputs = outputs;
  call.output_count = 1;
  session.run(call);
  std::vector<float> y(x.size());
  output.copyOut(y.data());
  return y;
}

std::vector<float> readState(Session &session, const std::string &name) {
  for (int i = 0; i < session.describe().state_count; ++i) {
    ssm_state_info info = session.state(i);
    if (name != info.name)
      continue;
    std::vector<float> values(size_t(info.bytes / 4));
    session.readState(name, values.data(), size_t(info.bytes));
    return values;
  }
  return {};
}

} // namespace ssm::test
