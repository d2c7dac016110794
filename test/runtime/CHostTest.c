/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * The header compiles as C and the shared library answers from C.
 */
#include "ssm/ssm.h"

#include <stdio.h>
#include <string.h>

static int expect(int condition, const char *what) {
  if (!condition)
    fprintf(stderr, "failed: %s\n", what);
  return !condition;
}

int main(void) {
  int failures = 0, count = -1;
  ssm_package *package = NULL;
  ssm_device *device = NULL;
  ssm_device_info info;
  void *memory = NULL;
  char there[5] = "ssm!", back[5] = "";
  ssm_status *status = ssm_package_open("/nonexistent.ptx", &package);
  failures += expect(ssm_status_code(status) == SSM_IO_ERROR, "i/o error");
  failures += expect(strstr(ssm_status_message(status), "/nonexistent.ptx") !=
                         NULL, "message names the file");
  ssm_status_free(status);
  failures += expect(!ssm_device_count(SSM_CPU, NULL, &count) && count == 1,
                     "one cpu");
  failures += expect(!ssm_device_create(SSM_CPU, 0, NULL, &device), "device");
  ssm_device_describe(device, &info);
  failures += expect(info.kind == SSM_CPU && info.processors > 0, "described");
  failures += expect(!ssm_device_alloc(device, 5, &memory), "memory");
  failures += expect(!ssm_device_copy_in(device, memory, there, 5, NULL), "in");
  failures += expect(!ssm_device_copy_out(device, back, memory, 5, NULL),
                     "out");
  failures += expect(strcmp(there, back) == 0, "copied");
  status = ssm_session_run(NULL, NULL);
  failures += expect(ssm_status_code(status) == SSM_INVALID_ARGUMENT &&
                         strcmp(ssm_status_message(status),
                                "expected a session, got null") == 0,
                     "no session");
  ssm_status_free(status);
  ssm_device_free(device, memory);
  ssm_device_destroy(device);
  return failures != 0;
}
