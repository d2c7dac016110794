/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * The C interface of the runtime. In goes a package written by ssm-compile and
 * device or host pointers; out come the outputs of its functions.
 *
 * Every function that can fail returns an ssm_status: NULL on success, else an
 * object that the caller frees with ssm_status_free. Nothing aborts, nothing
 * is global. Handles of one kind may be used from several threads at once;
 * ssm_executable_bind and the destroy functions need the handle to themselves.
 *
 * Usual order: open a package, create a device, load a function, bind its
 * weights, ask for the workspace, run as often as wanted. Functions with states
 * run in a session, which owns states and workspace.
 */
#ifndef SSM_SSM_H
#define SSM_SSM_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define SSM_EXPORT __attribute__((visibility("default")))
#else
#define SSM_EXPORT
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define SSM_VERSION_MAJOR 0
#define SSM_VERSION_MINOR 1
#define SSM_VERSION_PATCH 0

/* "MAJOR.MINOR.PATCH" of the library that is running. */
SSM_EXPORT const char *ssm_version(void);

/* --- Status ------------------------------------------------------------- */

typedef enum ssm_code {
  SSM_OK = 0,
  SSM_INVALID_ARGUMENT = 1, /* the caller's mistake: shape, null, alignment */
  SSM_BAD_PACKAGE = 2,      /* the package is damaged or contradicts itself */
  SSM_WRONG_TARGET = 3,     /* the package is for another architecture */
  SSM_DEVICE_MISSING = 4,   /* no driver, no such device, no library */
  SSM_OUT_OF_MEMORY = 5,    /* host or device memory */
  SSM_DEVICE_FAULT = 6,     /* the device failed; it is lost for this process */
  SSM_IO_ERROR = 7,         /* a file cannot be read or written */
  SSM_UNSUPPORTED = 8,      /* valid, but beyond this runtime or device */
  SSM_INTERNAL = 9          /* a defect of the runtime */
} ssm_code;

typedef struct ssm_status ssm_status;

/* All accept NULL, which is success ("" and 0). */
SSM_EXPORT ssm_code ssm_status_code(const ssm_status *status);
SSM_EXPORT const char *ssm_status_message(const ssm_status *status);
SSM_EXPORT const char *ssm_status_file(const ssm_status *status);
SSM_EXPORT int ssm_status_line(const ssm_status *status);
SSM_EXPORT void ssm_status_free(ssm_status *status);
/* "invalid argument", "bad package", ... */
SSM_EXPORT const char *ssm_code_name(ssm_code code);

/* --- Package ------------------------------------------------------------ */

typedef enum ssm_dtype {
  SSM_F64 = 0,
  SSM_F32 = 1,
  SSM_BF16 = 2,
  SSM_F16 = 3,
  SSM_I32 = 4
} ssm_dtype;

SSM_EXPORT const char *ssm_dtype_name(ssm_dtype dtype);
SSM_EXPORT size_t ssm_dtype_size(ssm_dtype dtype);

/* Symbolic extents among the dimensions of a shape. */
#define SSM_DIM_BATCH (-1)
#define SSM_DIM_LENGTH (-2)
#define SSM_DIM_SLOTS (-3) /* dimension 0 of a cache */
/* ceil(length / k), k at least 2: one entry for every k tokens. Any extent up
 * to SSM_DIM_EVERY(2) is one of these. */
#define SSM_DIM_EVERY(k) (-14 - (int64_t)(k))
#define SSM_MAX_RANK 8

/* The number that an extent, symbolic or not, is at these sizes. */
SSM_EXPORT int64_t ssm_dim_size(int64_t extent, int64_t batch, int64_t length);

typedef struct ssm_package ssm_package;

/* Reads and checks a package; needs no device and executes nothing of it. */
SSM_EXPORT ssm_status *ssm_package_open(const char *path, ssm_package **out);
/* The bytes are copied. */
SSM_EXPORT ssm_status *ssm_package_open_memory(const void *data, size_t size,
                                               ssm_package **out);
/* Executables loaded from the package stay valid. */
SSM_EXPORT void ssm_package_close(ssm_package *package);

typedef enum ssm_device_kind { SSM_CPU = 0, SSM_CUDA = 1 } ssm_device_kind;

typedef struct ssm_package_info {
  const char *producer;
  ssm_device_kind target;
  const char *arch; /* "sm_80", "x86_64" */
  int format_major, format_minor;
  int function_count, kernel_count;
  uint64_t body_bytes; /* PTX text, or the whole shared object */
} ssm_package_info;

typedef enum ssm_buffer_kind {
  SSM_INPUT = 0,
  SSM_WEIGHT = 1,
  SSM_OUTPUT = 2,
  SSM_WORKSPACE = 3
} ssm_buffer_kind;

typedef struct ssm_buffer_info {
  const char *name;
  ssm_buffer_kind kind;
  ssm_dtype dtype;
  int rank;
  int64_t shape[SSM_MAX_RANK]; /* extents, or SSM_DIM_ constants */
  int slot;                    /* workspace only */
  const char *state; /* that an input or an output is; "" for none: an input is
                        what an earlier call left in it, an output what this
                        one leaves */
  const char *trace; /* the state that an output is the trace of, see
                        ssm_session_accept; "" for none */
  int in_place;    /* outputs: the index of the input, a cache, in whose memory
                      they are; -1: in their own */
  int holds_slots; /* an input of SSM_I32: a slot of the caches for each
                      sequence, negative to skip it; 0: where sequences end */
} ssm_buffer_info;

typedef struct ssm_function_info {
  const char *name;
  int buffer_count, step_count, workspace_slots;
  int input_count, weight_count, output_count;
  int size_class_count; /* 0: the package does not say */
} ssm_function_info;

/* Sizes for which kernels of a function were made. */
typedef struct ssm_size_class {
  int64_t batch, length;
} ssm_size_class;

typedef struct ssm_kernel_info {
  const char *name;
  const char *symbol;   /* the entry, or the first variant's */
  const char *schedule; /* as the compiler prints it; "" when absent */
  const char *fused;    /* the operations inside, separated by one space */
  int argument_count;
  int variant_count;                         /* CPU; 0 for CUDA */
  int block;                                 /* CUDA: threads in a block */
  int64_t shared_bytes, static_shared_bytes; /* CUDA */
  int64_t scratch_bytes;                     /* CPU, per worker */
  int starts_early; /* CUDA: launched before the one before it has ended */
} ssm_kernel_info;

/* Code of a CPU kernel; the first that is taken runs, unless a device's
 * cpu_features say otherwise. */
typedef struct ssm_variant_info {
  const char *symbol;
  const char *features; /* that it needs, separated by one space */
  const char *left_out; /* for which this processor goes without, or NULL */
  int is_slow;          /* it has left_out, but was measured slower with it */
  int is_taken;         /* by default, here */
} ssm_variant_info;

/* What an execution must move and compute at least, by the manifest. */
typedef struct ssm_work {
  double bytes_read, bytes_written;
  double flops;
  double matrix_flops; /* of the flops, products of 16-bit factors */
  double transcendentals;
} ssm_work;

/* What the compiler took the target to do in a second at most; 0 where the
 * package does not say. The device that runs it may be another. */
typedef struct ssm_ceilings {
  double bytes, flops, matrix_flops, transcendentals;
} ssm_ceilings;

typedef enum ssm_step_kind {
  SSM_LAUNCH = 0,
  SSM_MATMUL = 1,
  SSM_LONG_CONV = 2
} ssm_step_kind;

typedef struct ssm_step_info {
  ssm_step_kind kind;
  int kernel;        /* index; for a product or a convolution its fallback, -1
                        without one; with several that of the first size
                        class */
  int kernel_count;  /* 0, 1, or one for each size class of the function */
  int64_t n, k;      /* matmul: columns of the result, terms of a sum;
                        convolution: channels, tokens below which the kernel
                        runs */
  int a, b, c, bias; /* buffer indices; bias -1 without one; convolution: the
                        signal, its kernel and the result */
  int64_t library_from; /* matmul: rows from which the library is the faster;
                           with fewer, SSM_MATMUL_AUTO takes the fallback */
} ssm_step_info;

/* Strings stay valid as long as the package is open. */
SSM_EXPORT void ssm_package_describe(const ssm_package *package,
                                     ssm_package_info *out);
SSM_EXPORT ssm_status *ssm_package_ceilings(const ssm_package *package,
                                            ssm_ceilings *out);
/* -1 when there is no such function. */
SSM_EXPORT int ssm_package_find(const ssm_package *package, const char *name);
SSM_EXPORT ssm_status *ssm_package_function(const ssm_package *package,
                                            int function,
                                            ssm_function_info *out);
SSM_EXPORT ssm_status *ssm_package_buffer(const ssm_package *package,
                                          int function, int buffer,
                                          ssm_buffer_info *out);
SSM_EXPORT ssm_status *ssm_package_step(const ssm_package *package,
                                        int function, int step,
                                        ssm_step_info *out);
SSM_EXPORT ssm_status *ssm_package_kernel(const ssm_package *package,
                                          int kernel, ssm_kernel_info *out);
SSM_EXPORT ssm_status *ssm_package_kernel_variant(const ssm_package *package,
                                                  int kernel, int variant,
                                                  ssm_variant_info *out);
SSM_EXPORT ssm_status *ssm_package_size_class(const ssm_package *package,
                                              int function, int size_class,
                                              ssm_size_class *out);
/* The index of the size class that is nearest to the two sizes; 0 when the
 * function has none. */
SSM_EXPORT ssm_status *ssm_package_nearest(const ssm_package *package,
                                           int function, int64_t batch,
                                           int64_t length, int *out);
/* The kernel that a step launches in a size class; -1 without one. Where a
 * function has no size classes, 0 stands for all sizes. */
SSM_EXPORT ssm_status *ssm_package_step_kernel(const ssm_package *package,
                                               int function, int step,
                                               int size_class, int *out);
/* Bytes of a buffer once the two sizes are known; of a cache those of a slot.
 */
SSM_EXPORT ssm_status *ssm_package_buffer_bytes(const ssm_package *package,
                                                int function, int buffer,
                                                int64_t batch, int64_t length,
                                                uint64_t *out);
/* Cells (CUDA blocks) of a kernel. */
SSM_EXPORT ssm_status *ssm_package_kernel_cells(const ssm_package *package,
                                                int kernel, int64_t batch,
                                                int64_t length, int64_t *out);
/* Work of one step with the kernels of a size class. */
SSM_EXPORT ssm_status *ssm_package_step_work(const ssm_package *package,
                                             int function, int step,
                                             int size_class, int64_t batch,
                                             int64_t length, ssm_work *out);

/* --- Device ------------------------------------------------------------- */

typedef struct ssm_device ssm_device;

/* Memory of the device (host memory for SSM_CPU), at least 256-byte aligned.
 * Called when weights are bound or packed and by ssm_device_alloc, never by a
 * steady-state run. `allocate` returns NULL on failure. */
typedef struct ssm_allocator {
  void *(*allocate)(void *context, size_t bytes);
  void (*release)(void *context, void *pointer);
  void *context;
} ssm_allocator;

/* Runs body(argument, worker) once for every worker in [0, workers), on as
 * many threads as it likes, and returns when all have finished. */
typedef void (*ssm_parallel_body)(void *argument, int worker);
typedef struct ssm_parallel_for {
  void (*run)(void *context, int workers, ssm_parallel_body body,
              void *argument);
  void *context;
} ssm_parallel_for;

/* Receives one line for each thing a person may want to know, once: that a
 * library is missing and generated kernels take its place, for example. */
typedef struct ssm_note {
  void (*write)(void *context, const char *line);
  void *context;
} ssm_note;

/* Zero-initialise, set struct_size, set what is wanted. */
typedef struct ssm_device_options {
  size_t struct_size;
  int threads; /* CPU workers; 0: the processors this process may use */
  ssm_allocator allocator;
  ssm_parallel_for parallel_for; /* CPU */
  ssm_note note;
  const char *cuda_library;     /* NULL: libcuda.so.1 */
  const char *cublaslt_library; /* NULL: libcublasLt.so.13, then .12 */
  const char *dnnl_library;     /* NULL: libdnnl.so.3, then .2 */
  const char *cufft_library;    /* NULL: libcufft.so.12, then .11 */
  const char *cublas_library;   /* NULL: libcublas.so.13, then .12 */
  const char *kissfft_library;  /* NULL: libkissfft-float.so.131, then .so */
  /* CPU: what code of a package may use, names separated by commas as packages
   * have them ("avx2,fma,f16c"); others are taken as missing, so that the same
   * code of a package runs on all processors that have these. NULL: all that
   * the processor has and is not slower with. */
  const char *cpu_features;
} ssm_device_options;

/* Devices that can be created now; 0 and success without a driver. */
SSM_EXPORT ssm_status *ssm_device_count(ssm_device_kind kind,
                                        const ssm_device_options *options,
                                        int *out);
/* `options` may be NULL. CUDA uses the primary context of the ordinal. */
SSM_EXPORT ssm_status *ssm_device_create(ssm_device_kind kind, int ordinal,
                                         const ssm_device_options *options,
                                         ssm_device **out);
/* Executables keep what they need of the device alive. */
SSM_EXPORT void ssm_device_destroy(ssm_device *device);

typedef struct ssm_device_info {
  ssm_device_kind kind;
  int ordinal;
  const char *name;
  const char *arch; /* "sm_90", "x86_64" */
  uint64_t memory_bytes;
  uint64_t cache_bytes; /* last level */
  int processors;       /* multiprocessors, or workers */
  int driver_version;   /* CUDA: 13000 for 13.0 */
} ssm_device_info;

SSM_EXPORT void ssm_device_describe(const ssm_device *device,
                                    ssm_device_info *out);

/* Memory helpers, so that a caller needs no CUDA headers. Copies are finished
 * when they return and wait for earlier work on `stream`. On a CPU, buffers of
 * 2 MiB and more ask for large pages: scans of many channels were a tenth
 * faster in them than in small ones. */
SSM_EXPORT ssm_status *ssm_device_alloc(ssm_device *device, size_t bytes,
                                        void **out);
SSM_EXPORT void ssm_device_free(ssm_device *device, void *pointer);
SSM_EXPORT ssm_status *ssm_device_copy_in(ssm_device *device, void *to,
                                          const void *host, size_t bytes,
                                          void *stream);
SSM_EXPORT ssm_status *ssm_device_copy_out(ssm_device *device, void *host,
                                           const void *from, size_t bytes,
                                           void *stream);
SSM_EXPORT ssm_status *ssm_device_synchronize(ssm_device *device, void *stream);

/* --- Executable --------------------------------------------------------- */

typedef struct ssm_executable ssm_executable;

/* For matrix products and for long convolutions. */
typedef enum ssm_matmul_mode {
  SSM_MATMUL_AUTO = 0,    /* the library, else the package's own kernel; for a
                             short convolution the kernel */
  SSM_MATMUL_LIBRARY = 1, /* the library or an error */
  SSM_MATMUL_GENERATED = 2
} ssm_matmul_mode;

typedef struct ssm_load_options {
  size_t struct_size;
  ssm_matmul_mode matmul;
  /* A size class of the function whose kernels run at all sizes, so that an
   * element's bits do not depend on the sizes (with SSM_MATMUL_GENERATED: a
   * library chooses by them too). NULL: those of the nearest class. */
  const ssm_size_class *pin;
} ssm_load_options;

/* Loads one function on a device. `options` may be NULL. */
SSM_EXPORT ssm_status *ssm_executable_load(ssm_device *device,
                                           const ssm_package *package,
                                           int function,
                                           const ssm_load_options *options,
                                           ssm_executable **out);
SSM_EXPORT void ssm_executable_destroy(ssm_executable *executable);

typedef enum ssm_memory {
  SSM_HOST_MEMORY = 0,  /* copied before the call returns */
  SSM_DEVICE_MEMORY = 1 /* used in place: keep it alive and unchanged */
} ssm_memory;

/* Binds a weight by name. All weights must be bound before a run or a
 * workspace query. Not while the executable runs. */
SSM_EXPORT ssm_status *ssm_executable_bind(ssm_executable *executable,
                                           const char *weight, const void *data,
                                           size_t bytes, ssm_memory memory);

/* Plans the two sizes (library algorithms are chosen and weights packed here)
 * and returns how much workspace a run needs. */
SSM_EXPORT ssm_status *ssm_executable_workspace(ssm_executable *executable,
                                                int64_t batch, int64_t length,
                                                size_t *out);

/* The index of the size class whose kernels a run with these sizes launches:
 * the pinned one, or the nearest. */
SSM_EXPORT ssm_status *ssm_executable_size_class(ssm_executable *executable,
                                                 int64_t batch, int64_t length,
                                                 int *out);

typedef struct ssm_call {
  size_t struct_size;
  int64_t batch, length;
  const void *const *inputs; /* device memory, in the order of the inputs */
  int input_count;
  void *const *outputs;
  int output_count;
  void *workspace; /* device memory, 256-byte aligned, not shared by calls
                      that overlap */
  size_t workspace_bytes;
  void *stream;  /* CUstream or NULL; ignored on the CPU */
  int64_t slots; /* of the caches, at least 1 where there are any */
} ssm_call;

/* Enqueues one execution (CUDA) or executes it (CPU). Once the sizes are
 * planned it neither allocates nor synchronises, and may be captured into a
 * CUDA graph. Pointers are at least 16-byte aligned. An output in the memory of
 * an input has its pointer; no other two buffers overlap. */
SSM_EXPORT ssm_status *ssm_run(ssm_executable *executable,
                               const ssm_call *call);

/* Whether `count` packed sequences lie one after the other in a row of `length`
 * tokens: ends[i] is the token after the last one of sequence i, ascending, the
 * last of them the length; a sequence may be empty. An input of SSM_I32 and
 * rank 1 holds such ends. A run does not look at them, for they are in device
 * memory: what a kernel makes of wrong ones is in bounds and has no meaning. A
 * host calls this before it copies them. */
SSM_EXPORT ssm_status *ssm_check_ends(const int32_t *ends, int64_t count,
                                      int64_t length);

/* Whether `order` has each of the tokens 0 to length - 1 once. An input of
 * SSM_I32 and shape (1, length) holds an order; as with ends, a host asks
 * before it copies one. Allocates a bit for each token. */
SSM_EXPORT ssm_status *ssm_check_order(const int32_t *order, int64_t length);

/* Whether each of `count` sequences has a slot below `slots` of its own, or a
 * negative one, which skips it. An input with holds_slots holds such slots. As
 * with ends a run does not look at them: a slot that is too large is skipped,
 * and what two sequences leave in one slot has no meaning. */
SSM_EXPORT ssm_status *ssm_check_slots(const int32_t *slots, int64_t count,
                                       int64_t slot_count);

typedef struct ssm_measure_options {
  size_t struct_size;
  int warmups;    /* passes over all calls before timing */
  int samples;    /* timed passes */
  int first_step; /* times steps [first_step, first_step + step_count) only */
  int step_count; /* 0: all steps from first_step on */
} ssm_measure_options;

/* Times passes over `calls` (give several on different buffers so that they
 * do not fit the cache). CUDA: one graph holds a pass and is replayed. Writes
 * for every sample the milliseconds of one call. */
SSM_EXPORT ssm_status *ssm_measure(ssm_executable *executable,
                                   const ssm_call *calls, int call_count,
                                   const ssm_measure_options *options,
                                   double *milliseconds);

/* --- Session ------------------------------------------------------------ */

/* Some functions of a package that hand states to each other, a prefill and a
 * step for example, and the memory of these states: two buffers of the device
 * for each, zero at the beginning. A call reads one and writes the other, then
 * they swap. Batch and stream are those of the session; a session is used by
 * one thread at a time, its forks by others.
 *
 * A run of a planned length, and a rollback, neither allocate nor synchronise;
 * every other call is finished when it returns. A call that fails leaves the
 * states as they were. After SSM_DEVICE_FAULT the session is lost: every later
 * call returns SSM_DEVICE_FAULT and says which call lost it.
 *
 * A state that functions keep in a cache has one buffer, of all slots, which
 * calls update in place: there is no rollback then, and a reset, a load or a
 * restore that fails may have changed some of them. */
typedef struct ssm_session ssm_session;

typedef struct ssm_session_options {
  size_t struct_size;
  const int *functions; /* indices in the package, each once; NULL: all */
  int function_count;
  /* One for each function, in the same order; NULL, or NULL among them, for
   * the defaults. */
  const ssm_load_options *const *load;
  int64_t batch;      /* at least 1 */
  int64_t max_length; /* the most tokens of one call, at least 1 */
  void *stream;       /* CUstream or NULL, for all work; outlives the session */
  int64_t slots;      /* of the caches, at least 1 where there are any */
} ssm_session_options;

/* A weight or a state that several functions name must have one type and shape
 * in all of them. The device's allocator is used. */
SSM_EXPORT ssm_status *ssm_session_create(ssm_device *device,
                                          const ssm_package *package,
                                          const ssm_session_options *options,
                                          ssm_session **out);
/* Waits for the work that was enqueued. */
SSM_EXPORT void ssm_session_destroy(ssm_session *session);

typedef struct ssm_session_info {
  int64_t batch, max_length;
  int state_count;
  uint64_t state_bytes;  /* one copy of all states: what a snapshot costs */
  uint64_t device_bytes; /* both buffers of all states, one of caches, and the
                            workspace */
} ssm_session_info;

typedef struct ssm_state_info {
  const char *name; /* valid as long as the session or a fork is */
  ssm_dtype dtype;
  int rank;
  int64_t shape[SSM_MAX_RANK]; /* batch and slots are numbers here */
  uint64_t bytes;              /* dense, row-major */
} ssm_state_info;

SSM_EXPORT void ssm_session_describe(const ssm_session *session,
                                     ssm_session_info *out);
SSM_EXPORT ssm_status *ssm_session_state(const ssm_session *session, int state,
                                         ssm_state_info *out);

/* Binds a weight by name, once for all functions and forks; see
 * ssm_executable_bind. Not while a fork runs. */
SSM_EXPORT ssm_status *ssm_session_bind(ssm_session *session,
                                        const char *weight, const void *data,
                                        size_t bytes, ssm_memory memory);

/* Plans a function (its index in the package) at a length and makes room in the
 * workspace. Without, the first run with that length does; a run that needs
 * more workspace than any before waits for those that are enqueued. */
SSM_EXPORT ssm_status *ssm_session_prepare(ssm_session *session, int function,
                                           int64_t length);

typedef struct ssm_session_call {
  size_t struct_size;
  int function;   /* its index in the package */
  int64_t length; /* tokens, 1 to max_length */
  /* Device memory, in the function's order without those that are states. */
  const void *const *inputs;
  int input_count;
  void *const *outputs;
  int output_count;
  int64_t batch; /* 0: the session's; another, up to that, for a function whose
                    states are all in caches */
} ssm_session_call;

/* As ssm_run, with the session's states, workspace and stream. A graph that
 * captures calls holds the buffers of that moment: capture an even number of
 * calls of each function that writes states, so that it can be replayed. */
SSM_EXPORT ssm_status *ssm_session_run(ssm_session *session,
                                       const ssm_session_call *call);

/* The states after counts[b] tokens of each sequence of the batch, 0 to the
 * call's length, of the states that `call` traced: a run of this session, the
 * last since which no state has changed, its outputs as it left them. A traced
 * call changes no state by itself. Where a trace has the states after every k
 * tokens alone, a count is a multiple of k or the length. Enqueued, as a run
 * is. */
SSM_EXPORT ssm_status *ssm_session_accept(ssm_session *session,
                                          const ssm_session_call *call,
                                          const int64_t *counts);

/* The states before the last run, accept, reset, write, load or restore, by
 * swapping back; an error when there is no such change since the last rollback.
 */
SSM_EXPORT ssm_status *ssm_session_rollback(ssm_session *session);
/* All states are zero again. */
SSM_EXPORT ssm_status *ssm_session_reset(ssm_session *session);
/* Zero again in `count` slots of every cache, for sequences that begin there;
 * enqueued, as a run, unless the rows of a cache have no multiple of 4 bytes.
 */
SSM_EXPORT ssm_status *ssm_session_reset_slots(ssm_session *session,
                                               const int32_t *slots,
                                               int64_t count);

/* One state to or from host memory, `bytes` as ssm_state_info says. */
SSM_EXPORT ssm_status *ssm_session_read_state(ssm_session *session,
                                              const char *state, void *host,
                                              size_t bytes);
SSM_EXPORT ssm_status *ssm_session_write_state(ssm_session *session,
                                               const char *state,
                                               const void *host, size_t bytes);

/* All states to a safetensors file, and back. The file to load has exactly the
 * session's states, of their types and shapes. */
SSM_EXPORT ssm_status *ssm_session_save(ssm_session *session, const char *path);
SSM_EXPORT ssm_status *ssm_session_load(ssm_session *session, const char *path);

/* A session with a copy of the states, on a stream of its own; executables and
 * weights are shared, the workspace is not. */
SSM_EXPORT ssm_status *ssm_session_fork(ssm_session *session, void *stream,
                                        ssm_session **out);

/* A copy of all states on the device, state_bytes of it, for any number of
 * restores in the session and its forks. */
typedef struct ssm_snapshot ssm_snapshot;
SSM_EXPORT ssm_status *ssm_session_snapshot(ssm_session *session,
                                            ssm_snapshot **out);
SSM_EXPORT ssm_status *ssm_session_restore(ssm_session *session,
                                           const ssm_snapshot *snapshot);
SSM_EXPORT void ssm_snapshot_destroy(ssm_snapshot *snapshot);

#ifdef __cplusplus
}
#endif

#endif /* SSM_SSM_H */
