// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs of a session in a CUDA graph: an even number of them ends in the buffers
// in which it began, so that a replay goes on where the last one ended.
#include "SessionFixture.h"

#include <gtest/gtest.h>

#include <dlfcn.h>

using namespace ssm;
using namespace ssm::test;

namespace {

/// Entries of the fake driver, as a host's own code would call them.
template <typename... Parameters>
void driver(const char *name, Parameters... parameters) {
  void *library = ::dlopen(SSM_FAKE_CUDA, RTLD_NOW | RTLD_LOCAL);
  auto entry = reinterpret_cast<int (*)(Parameters...)>(::dlsym(library, name));
  ASSERT_NE(entry, nullptr) << name;
  ASSERT_EQ(entry(parameters...), 0) << name;
}

TEST(SessionGraph, AnEvenNumberOfRunsIsReplayed) {
  const FakeCudaApi &fake = fakeStates();
  void *context = nullptr, *stream = nullptr, *graph = nullptr,
       *replay = nullptr;
  driver("cuDevicePrimaryCtxRetain", &context, 0);
  driver("cuCtxPushCurrent_v2", context);
  driver("cuStreamCreate", &stream, 1u);
  Sequence sequence(1, 1, 9);
  {
    Device device = createDevice(SSM_CUDA);
    Session session = Session::create(device, statePackage(SSM_CUDA), 1, 4, {},
                                      nullptr, stream);
    session.bind("decay", sequence.decay.data(), 16);
    session.prepare(Step, 1);
    Memory x(device, 16), y(device, 16);
    x.copyIn(sequence.x.data());
    const void *inputs[] = {x.get()};
    void *outputs[] = {y.get()};
    ssm_session_call call = {sizeof call, Step, 1, inputs, 1, outputs, 1};
    driver("cuStreamBeginCapture_v2", stream, 1);
    session.run(call);
    session.run(call);
    driver("cuStreamEndCapture", stream, &graph);
    driver("cuGraphInstantiateWithFlags", &replay, graph, 0ull);
    EXPECT_EQ(readState(session, "h"), std::vector<float>(4, 0));
    for (int i = 0; i < 3; ++i)
      driver("cuGraphLaunch", replay, stream);
    // The same token six times; a rollback leaves five of them.
    for (int tokens : {6, 5}) {
      Sequence repeated(1, tokens, 9);
      repeated.decay = sequence.decay;
      for (size_t i = 0; i < repeated.x.size(); ++i)
        repeated.x[i] = sequence.x[i % 4];
      EXPECT_LT(largestError(readState(session, "h"), repeated.h()), 1e-6);
      if (tokens == 6)
        session.rollback();
    }
    driver("cuGraphExecDestroy", replay);
    driver("cuGraphDestroy", graph);
  }
  driver("cuStreamDestroy_v2", stream);
  driver("cuCtxPopCurrent_v2", &context);
  driver("cuDevicePrimaryCtxRelease_v2", 0);
  EXPECT_EQ(fake.alive(), 0);
  EXPECT_EQ(fake.misuses(), 0);
}

} // namespace
