// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The calls into oneDNN. Version 2 keeps memory descriptors in the caller's
// storage, version 3 behind handles; both read them through pointers, so that
// only their making differs.
#include "OneDnn.h"

#include <cstring>

namespace ssm::rt {
namespace {

// Values of oneDNN's C interface, equal in versions 2 and 3.
enum { dnnlSuccess = 0, dnnlOutOfMemory = 1, dnnlUnimplemented = 3 };
enum { dnnlEngineCpu = 1, dnnlStreamInOrder = 1, dnnlScratchpadUser = 1 };
enum { dnnlF16 = 1, dnnlBF16 = 2, dnnlF32 = 3, dnnlFormatAny = 1 };
enum {
  dnnlQueryImplementation = 8,
  dnnlQueryWeights = 131,
  dnnlQueryScratchpad = 136
};
enum {
  argumentSource = 1,
  argumentTarget = 17,
  argumentWeights = 33,
  argumentBias = 41,
  argumentScratchpad = 80
};

// Version 2's memory descriptor has 696 bytes, its product descriptor 2800.
constexpr size_t descriptorBytes = 2048, productBytes = 8192;

struct ExecuteArgument {
  int argument;
  void *memory;
};

int dnnlType(ssm_dtype dtype) {
  switch (dtype) {
  case SSM_F32:
    return dnnlF32;
  case SSM_BF16:
    return dnnlBF16;
  case SSM_F16:
    return dnnlF16;
  default:
    return 0;
  }
}

Status check(int result, const char *call) {
  if (result == dnnlSuccess)
    return {};
  return SSM_ERROR(result == dnnlUnimplemented ? SSM_UNSUPPORTED
                   : result == dnnlOutOfMemory ? SSM_OUT_OF_MEMORY
                                               : SSM_INTERNAL,
                   "oneDNN: {} returned {}", call, result);
}

} // namespace

#define SSM_DNNL_SYMBOLS(X)                                                    \
  X(dnnl_engine_create, int, (void **, int, size_t))                           \
  X(dnnl_engine_destroy, int, (void *))                                        \
  X(dnnl_stream_create, int, (void **, void *, unsigned))                      \
  X(dnnl_stream_wait, int, (void *))                                           \
  X(dnnl_stream_destroy, int, (void *))                                        \
  X(dnnl_memory_create, int, (void **, const void *, void *, void *))          \
  X(dnnl_memory_destroy, int, (void *))                                        \
  X(dnnl_memory_desc_equal, int, (const void *, const void *))                 \
  X(dnnl_memory_desc_get_size, size_t, (const void *))                         \
  X(dnnl_primitive_attr_create, int, (void **))                                \
  X(dnnl_primitive_attr_destroy, int, (void *))                                \
  X(dnnl_primitive_attr_set_scratchpad_mode, int, (void *, int))               \
  X(dnnl_primitive_desc_query, int, (const void *, int, int, void *))          \
  X(dnnl_primitive_desc_query_md, const void *, (const void *, int, int))      \
  X(dnnl_primitive_desc_destroy, int, (void *))                                \
  X(dnnl_primitive_create, int, (void **, const void *))                       \
  X(dnnl_primitive_destroy, int, (void *))                                     \
  X(dnnl_primitive_execute, int,                                               \
    (const void *, void *, int, const ExecuteArgument *))                      \
  X(dnnl_reorder_primitive_desc_create, int,                                   \
    (void **, const void *, void *, const void *, void *, const void *))

#define SSM_DNNL_SYMBOLS_V2(X)                                                 \
  X(dnnl_memory_desc_init_by_strides, int,                                     \
    (void *, int, const int64_t *, int, const int64_t *))                      \
  X(dnnl_memory_desc_init_by_tag, int,                                         \
    (void *, int, const int64_t *, int, int))                                  \
  X(dnnl_matmul_desc_init, int,                                                \
    (void *, const void *, const void *, const void *, const void *))          \
  X(dnnl_primitive_desc_create, int,                                           \
    (void **, const void *, const void *, void *, const void *))

#define SSM_DNNL_SYMBOLS_V3(X)                                                 \
  X(dnnl_memory_desc_create_with_strides, int,                                 \
    (void **, int, const int64_t *, int, const int64_t *))                     \
  X(dnnl_memory_desc_create_with_tag, int,                                     \
    (void **, int, const int64_t *, int, int))                                 \
  X(dnnl_memory_desc_destroy, int, (void *))                                   \
  X(dnnl_matmul_primitive_desc_create, int,                                    \
    (void **, void *, const void *, const void *, const void *, const void *,  \
     const void *))

struct DnnlApi {
#define SSM_DECLARE(NAME, RESULT, PARAMETERS)                                  \
  RESULT(*NAME) PARAMETERS = nullptr;
  SSM_DNNL_SYMBOLS(SSM_DECLARE)
  SSM_DNNL_SYMBOLS_V2(SSM_DECLARE)
  SSM_DNNL_SYMBOLS_V3(SSM_DECLARE)
#undef SSM_DECLARE
  bool hasHandles = false; // version 3
};

OneDnn::OneDnn() : api(std::make_unique<DnnlApi>()) {}

OneDnn::~OneDnn() {
  if (engine)
    api->dnnl_engine_destroy(engine);
}

Status OneDnn::open(const std::string &name) {
  SSM_ASSIGN(object, SharedObject::fromName(name));
  bool common = true, second = true, third = true;
#define SSM_FIND(NAME, RESULT, PARAMETERS)                                     \
  found &= object.find(api->NAME, #NAME);
  {
    bool &found = common;
    SSM_DNNL_SYMBOLS(SSM_FIND)
  }
  {
    bool &found = second;
    SSM_DNNL_SYMBOLS_V2(SSM_FIND)
  }
  {
    bool &found = third;
    SSM_DNNL_SYMBOLS_V3(SSM_FIND)
  }
#undef SSM_FIND
  if (!common || (!second && !third))
    return SSM_ERROR(SSM_DEVICE_MISSING,
                     "\"{}\" is no oneDNN of version 2 or 3", name);
  api->hasHandles = third;
  object.find(openMp.parallel, "GOMP_parallel");
  object.find(openMp.setThreads, "omp_set_num_threads");
  object.find(openMp.maxThreads, "omp_get_max_threads");
  return check(api->dnnl_engine_create(&engine, dnnlEngineCpu, 0),
               "dnnl_engine_create");
}

Result<std::unique_ptr<OneDnn>> OneDnn::load(const std::string &name) {
  std::unique_ptr<OneDnn> library(new OneDnn);
  if (!name.empty()) {
    SSM_TRY(library->open(name));
    return library;
  }
  for (const char *usual : {"libdnnl.so.3", "libdnnl.so.2"}) {
    library.reset(new OneDnn);
    if (library->open(usual).ok())
      return library;
  }
  return SSM_ERROR(SSM_DEVICE_MISSING,
                   "oneDNN not found (libdnnl.so.3, libdnnl.so.2)");
}

Result<void *> OneDnn::describe(char *storage, int64_t rows, int64_t columns,
                                ssm_dtype dtype, int64_t rowStride,
                                int64_t columnStride, bool isAny) const {
  // oneDNN reads as many extents as its own limit, 12.
  int64_t extents[12] = {rows, columns};
  int64_t strides[12] = {rowStride, columnStride};
  int type = dnnlType(dtype);
  if (!type)
    return SSM_ERROR(SSM_UNSUPPORTED, "oneDNN has no {} products",
                     ssm_dtype_name(dtype));
  if (!api->hasHandles) {
    SSM_TRY(check(isAny ? api->dnnl_memory_desc_init_by_tag(storage, 2, extents,
                                                            type, dnnlFormatAny)
                        : api->dnnl_memory_desc_init_by_strides(
                              storage, 2, extents, type, strides),
                  "dnnl_memory_desc_init"));
    return static_cast<void *>(storage);
  }
  void *handle = nullptr;
  SSM_TRY(check(isAny ? api->dnnl_memory_desc_create_with_tag(
                            &handle, 2, extents, type, dnnlFormatAny)
                      : api->dnnl_memory_desc_create_with_strides(
                            &handle, 2, extents, type, strides),
                "dnnl_memory_desc_create"));
  return handle;
}

Result<std::unique_ptr<DnnlMatmul>>
OneDnn::plan(const DnnlProduct &product) const {
  std::unique_ptr<DnnlMatmul> made(new DnnlMatmul(*this));
  made->storage = std::make_unique<char[]>(5 * descriptorBytes + productBytes);
  char *room = made->storage.get();
  auto next = [&] { return std::exchange(room, room + descriptorBytes); };
  SSM_ASSIGN(made->source, describe(next(), product.rows, product.k,
                                    product.typeAB, product.strideA, 1, false));
  SSM_ASSIGN(made->plainWeights,
             describe(next(), product.k, product.n, product.typeAB, 1,
                      product.strideB, false));
  SSM_ASSIGN(made->target, describe(next(), product.rows, product.n,
                                    product.typeC, product.strideC, 1, false));
  if (product.hasBias) {
    SSM_ASSIGN(made->bias, describe(next(), 1, product.n, product.typeBias,
                                    product.n, 1, false));
  }
  void *anyWeights = nullptr;
  if (product.packs) {
    SSM_ASSIGN(anyWeights, describe(next(), product.k, product.n,
                                    product.typeAB, 0, 0, true));
  }
  const void *weights = anyWeights ? anyWeights : made->plainWeights;
  void *attributes = nullptr;
  SSM_TRY(check(api->dnnl_primitive_attr_create(&attributes),
                "dnnl_primitive_attr_create"));
  api->dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnlScratchpadUser);
  int result;
  if (api->hasHandles) {
    result = api->dnnl_matmul_primitive_desc_create(
        &made->description, engine, made->source, weights, made->bias,
        made->target, attributes);
    if (anyWeights)
      api->dnnl_memory_desc_destroy(anyWeights);
  } else {
    result = api->dnnl_matmul_desc_init(room, made->source, weights, made->bias,
                                        made->target);
    if (result == dnnlSuccess)
      result = api->dnnl_primitive_desc_create(&made->description, room,
                                               attributes, engine, nullptr);
  }
  api->dnnl_primitive_attr_destroy(attributes);
  SSM_TRY(check(result, "matmul primitive descriptor"));
  const char *implementation = "";
  api->dnnl_primitive_desc_query(made->description, dnnlQueryImplementation, 0,
                                 &implementation);
  if (std::strncmp(implementation, "ref", 3) == 0)
    return SSM_ERROR(SSM_UNSUPPORTED,
                     "oneDNN has no fast {} products on this processor",
                     ssm_dtype_name(product.typeAB));
  made->weights =
      api->dnnl_primitive_desc_query_md(made->description, dnnlQueryWeights, 0);
  made->scratchpad = api->dnnl_primitive_desc_query_md(made->description,
                                                       dnnlQueryScratchpad, 0);
  made->isPacked =
      !api->dnnl_memory_desc_equal(made->weights, made->plainWeights);
  SSM_TRY(check(api->dnnl_primitive_create(&made->primitive, made->description),
                "dnnl_primitive_create"));
  return made;
}

Status OneDnn::execute(void *primitive, int count, const int *arguments,
                       const void *const *descriptions,
                       const void *const *pointers) const {
  ExecuteArgument list[5] = {};
  int made = 0;
  Status status;
  for (; made < count && status.ok(); ++made) {
    list[made].argument = arguments[made];
    status = check(api->dnnl_memory_create(&list[made].memory,
                                           descriptions[made], engine,
                                           const_cast<void *>(pointers[made])),
                   "dnnl_memory_create");
  }
  void *stream = nullptr;
  if (status.ok())
    status = check(api->dnnl_stream_create(&stream, engine, dnnlStreamInOrder),
                   "dnnl_stream_create");
  if (status.ok())
    status = check(api->dnnl_primitive_execute(primitive, stream, count, list),
                   "dnnl_primitive_execute");
  if (status.ok())
    status = check(api->dnnl_stream_wait(stream), "dnnl_stream_wait");
  if (stream)
    api->dnnl_stream_destroy(stream);
  for (int i = 0; i < made; ++i)
    if (list[i].memory)
      api->dnnl_memory_destroy(list[i].memory);
  return status;
}

DnnlMatmul::~DnnlMatmul() {
  const DnnlApi &api = *library.api;
  if (primitive)
    api.dnnl_primitive_destroy(primitive);
  if (description)
    api.dnnl_primitive_desc_destroy(description);
  if (!api.hasHandles)
    return;
  for (void *handle : {source, plainWeights, bias, target})
    if (handle)
      api.dnnl_memory_desc_destroy(handle);
}

uint64_t DnnlMatmul::packedBytes() const {
  return library.api->dnnl_memory_desc_get_size(weights);
}

bool DnnlMatmul::samePacking(const DnnlMatmul &other) const {
  return library.api->dnnl_memory_desc_equal(weights, other.weights) != 0;
}

uint64_t DnnlMatmul::scratchBytes() const {
  return scratchpad ? library.api->dnnl_memory_desc_get_size(scratchpad) : 0;
}

const OpenMp &DnnlMatmul::threading() const { return library.openMp; }

Status DnnlMatmul::pack(const void *b, void *packed) const {
  const DnnlApi &api = *library.api;
  void *reorder = nullptr, *run = nullptr;
  Status status = check(api.dnnl_reorder_primitive_desc_create(
                            &reorder, plainWeights, library.engine, weights,
                            library.engine, nullptr),
                        "dnnl_reorder_primitive_desc_create");
  if (status.ok())
    status = check(api.dnnl_primitive_create(&run, reorder),
                   "dnnl_primitive_create");
  if (status.ok()) {
    const int arguments[] = {argumentSource, argumentTarget};
    const void *descriptions[] = {plainWeights, weights};
    const void *pointers[] = {b, packed};
    status = library.execute(run, 2, arguments, descriptions, pointers);
  }
  if (run)
    api.dnnl_primitive_destroy(run);
  if (reorder)
    api.dnnl_primitive_desc_destroy(reorder);
  return status;
}

Status DnnlMatmul::run(const void *a, const void *b, const void *biasData,
                       void *c, void *scratch) const {
  int arguments[5] = {argumentSource, argumentWeights, argumentTarget};
  const void *descriptions[5] = {source, weights, target};
  const void *pointers[5] = {a, b, c};
  int count = 3;
  auto add = [&](int argument, const void *description, const void *pointer) {
    arguments[count] = argument;
    descriptions[count] = description;
    pointers[count++] = pointer;
  };
  if (bias)
    add(argumentBias, bias, biasData);
  if (scratchBytes())
    add(argumentScratchpad, scratchpad, scratch);
  return library.execute(primitive, count, arguments, descriptions, pointers);
}

} // namespace ssm::rt
