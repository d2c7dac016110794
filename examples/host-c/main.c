/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Runs the first function of a package on float32 data and prints the norm of
 * its outputs: host-c PACKAGE BATCH LENGTH
 */
#include <ssm/ssm.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_BUFFERS 64

static void check(ssm_status *status) {
  if (!status)
    return;
  fprintf(stderr, "host-c: %s (%s, %s:%d)\n", ssm_status_message(status),
          ssm_code_name(ssm_status_code(status)), ssm_status_file(status),
          ssm_status_line(status));
  exit(1);
}

static float *random_values(size_t bytes) {
  float *values = malloc(bytes);
  for (size_t i = 0; i < bytes / sizeof(float); ++i)
    values[i] = 0.2f * (float)rand() / (float)RAND_MAX - 0.1f;
  return values;
}

int main(int argc, char **argv) {
  if (argc != 4)
    return fputs("usage: host-c PACKAGE BATCH LENGTH\n", stderr), 2;
  ssm_package *package;
  check(ssm_package_open(argv[1], &package));
  ssm_package_info info;
  ssm_package_describe(package, &info);
  ssm_device *device;
  check(ssm_device_create(info.target, 0, NULL, &device));
  ssm_executable *executable;
  check(ssm_executable_load(device, package, 0, NULL, &executable));
  ssm_function_info function;
  check(ssm_package_function(package, 0, &function));

  const void *inputs[MAX_BUFFERS];
  void *outputs[MAX_BUFFERS];
  ssm_call call = {.struct_size = sizeof call,
                   .batch = atoll(argv[2]),
                   .length = atoll(argv[3]),
                   .inputs = inputs,
                   .outputs = outputs};
  uint64_t sizes[MAX_BUFFERS];
  const char *names[MAX_BUFFERS];
  for (int i = 0; i < function.buffer_count; ++i) {
    ssm_buffer_info buffer;
    uint64_t bytes;
    check(ssm_package_buffer(package, 0, i, &buffer));
    check(ssm_package_buffer_bytes(package, 0, i, call.batch, call.length,
                                   &bytes));
    if (buffer.kind == SSM_WORKSPACE)
      continue;
    if (call.input_count == MAX_BUFFERS || call.output_count == MAX_BUFFERS)
      return fputs("host-c: too many buffers\n", stderr), 1;
    float *values = random_values(bytes);
    void *memory = NULL;
    if (buffer.kind == SSM_WEIGHT) {
      check(ssm_executable_bind(executable, buffer.name, values, bytes,
                                SSM_HOST_MEMORY));
    } else {
      check(ssm_device_alloc(device, bytes, &memory));
      check(ssm_device_copy_in(device, memory, values, bytes, NULL));
    }
    if (buffer.kind == SSM_INPUT)
      inputs[call.input_count++] = memory;
    if (buffer.kind == SSM_OUTPUT) {
      names[call.output_count] = buffer.name;
      sizes[call.output_count] = bytes;
      outputs[call.output_count++] = memory;
    }
    free(values);
  }

  check(ssm_executable_workspace(executable, call.batch, call.length,
                                 &call.workspace_bytes));
  check(ssm_device_alloc(device, call.workspace_bytes, &call.workspace));
  check(ssm_run(executable, &call));
  for (int i = 0; i < call.output_count; ++i) {
    float *values = malloc(sizes[i]);
    double squares = 0;
    check(ssm_device_copy_out(device, values, outputs[i], sizes[i], NULL));
    for (size_t j = 0; j < sizes[i] / sizeof(float); ++j)
      squares += (double)values[j] * (double)values[j];
    printf("%s: norm %.6g\n", names[i], sqrt(squares));
    free(values);
    ssm_device_free(device, outputs[i]);
  }
  for (int i = 0; i < call.input_count; ++i)
    ssm_device_free(device, (void *)inputs[i]);
  ssm_device_free(device, call.workspace);
  ssm_executable_destroy(executable);
  ssm_device_destroy(device);
  ssm_package_close(package);
  return 0;
}
