# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The C interface of the runtime (ssm/ssm.h) for tensors of torch, and for arrays
of NumPy where there is no torch (DeviceArray).

In go a package and device pointers; out come outputs in place and times. A
failed call raises RuntimeError with the runtime's own words.
"""

import ctypes
import time
from ctypes import (POINTER, Structure, byref, c_char_p, c_double, c_int, c_int64,
                    c_size_t, c_uint64, c_void_p)

import numpy as np

KINDS = {"cpu": 0, "cuda": 1}
INPUT, WEIGHT, OUTPUT, WORKSPACE = range(4)
MATMUL_MODES = ("auto", "library", "generated")
DEVICE_MEMORY = 1
MAX_RANK = 8
WORK = ("bytes_read", "bytes_written", "flops", "matrix_flops", "transcendentals")


class BufferInfo(Structure):
    _fields_ = [("name", c_char_p), ("kind", c_int), ("dtype", c_int), ("rank", c_int),
                ("shape", c_int64 * MAX_RANK), ("slot", c_int), ("state", c_char_p),
                ("trace", c_char_p), ("in_place", c_int), ("holds_slots", c_int)]


class FunctionInfo(Structure):
    _fields_ = [("name", c_char_p), ("buffer_count", c_int), ("step_count", c_int),
                ("workspace_slots", c_int), ("input_count", c_int),
                ("weight_count", c_int), ("output_count", c_int),
                ("size_class_count", c_int)]


class StepInfo(Structure):
    _fields_ = [("kind", c_int), ("kernel", c_int), ("kernel_count", c_int),
                ("n", c_int64), ("k", c_int64), ("a", c_int), ("b", c_int),
                ("c", c_int), ("bias", c_int), ("library_from", c_int64)]


class Work(Structure):
    _fields_ = [(name, c_double) for name in WORK]


class KernelInfo(Structure):
    _fields_ = [("name", c_char_p), ("symbol", c_char_p), ("schedule", c_char_p),
                ("fused", c_char_p), ("argument_count", c_int),
                ("variant_count", c_int), ("block", c_int), ("shared_bytes", c_int64),
                ("static_shared_bytes", c_int64), ("scratch_bytes", c_int64),
                ("starts_early", c_int)]


class DeviceInfo(Structure):
    _fields_ = [("kind", c_int), ("ordinal", c_int), ("name", c_char_p),
                ("arch", c_char_p), ("memory_bytes", c_uint64),
                ("cache_bytes", c_uint64), ("processors", c_int),
                ("driver_version", c_int)]


class LoadOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("matmul", c_int), ("pin", c_void_p)]


class Call(Structure):
    _fields_ = [("struct_size", c_size_t), ("batch", c_int64), ("length", c_int64),
                ("inputs", POINTER(c_void_p)), ("input_count", c_int),
                ("outputs", POINTER(c_void_p)), ("output_count", c_int),
                ("workspace", c_void_p), ("workspace_bytes", c_size_t),
                ("stream", c_void_p), ("slots", c_int64)]


class MeasureOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("warmups", c_int), ("samples", c_int),
                ("first_step", c_int), ("step_count", c_int)]


def dim_size(extent, batch, length):
    """The number that an extent is: as ssm_dim_size of ssm.h."""
    if extent > -16:
        return {-1: batch, -2: length}.get(extent, extent)
    return -(-length // (-14 - extent))


class Runtime:
    """The library and one device."""

    def __init__(self, path, kind="cuda"):
        self.library = ctypes.CDLL(path)
        self.library.ssm_status_message.restype = c_char_p
        self.library.ssm_status_message.argtypes = [c_void_p]
        self.library.ssm_status_free.argtypes = [c_void_p]
        self.device = c_void_p()
        self.call("ssm_device_create", KINDS[kind], 0, None, byref(self.device))

    def call(self, name, *arguments):
        function = getattr(self.library, name)
        function.restype = c_void_p
        status = function(*arguments)
        if status:
            words = self.library.ssm_status_message(status).decode()
            self.library.ssm_status_free(status)
            raise RuntimeError(f"{name}: {words}")

    def describe(self):
        info = DeviceInfo()
        function = self.library.ssm_device_describe
        function.restype = None
        function(self.device, byref(info))
        return info


class DeviceArray:
    """A copy of a NumPy array in device memory, with as much of the interface of
    a tensor as Executable asks for."""

    def __init__(self, runtime, values):
        self.runtime, self.pointer = runtime, c_void_p()
        self.shape, self.dtype, self.bytes = values.shape, values.dtype, values.nbytes
        runtime.call("ssm_device_alloc", runtime.device,
                     c_size_t(max(self.bytes, 1)), byref(self.pointer))
        self.write(values)

    def __del__(self):
        function = self.runtime.library.ssm_device_free
        function.restype = None
        function(self.runtime.device, self.pointer)

    def write(self, values):
        values = np.ascontiguousarray(values, dtype=self.dtype)
        self.runtime.call("ssm_device_copy_in", self.runtime.device, self.pointer,
                          c_void_p(values.ctypes.data), c_size_t(self.bytes), None)

    def read(self):
        values = np.empty(self.shape, self.dtype)
        self.runtime.call("ssm_device_copy_out", self.runtime.device,
                          c_void_p(values.ctypes.data), self.pointer,
                          c_size_t(self.bytes), None)
        return values

    def contiguous(self):
        return self

    def data_ptr(self):
        return self.pointer.value

    def numel(self):
        return self.bytes // self.dtype.itemsize

    def element_size(self):
        return self.dtype.itemsize


class Executable:
    """A function of a package, loaded: the one of this name, or the first.
    `load_seconds` is the time of the load, which compiles PTX."""

    def __init__(self, runtime, path, matmul="library", function=None):
        self.runtime, self.package, self.handle = runtime, c_void_p(), c_void_p()
        self.kept = []
        runtime.call("ssm_package_open", path.encode(), byref(self.package))
        self.number = 0
        if function:
            self.number = runtime.library.ssm_package_find(self.package,
                                                           function.encode())
        self.info = FunctionInfo()
        runtime.call("ssm_package_function", self.package, self.number,
                     byref(self.info))
        self.buffers = [self.buffer(i) for i in range(self.info.buffer_count)]
        options = LoadOptions(ctypes.sizeof(LoadOptions), MATMUL_MODES.index(matmul))
        start = time.perf_counter()
        runtime.call("ssm_executable_load", runtime.device, self.package, self.number,
                     byref(options), byref(self.handle))
        self.load_seconds = time.perf_counter() - start

    def close(self):
        for name, handle in (("ssm_executable_destroy", self.handle),
                             ("ssm_package_close", self.package)):
            function = getattr(self.runtime.library, name)
            function.restype = None
            function(handle)
        self.kept = []

    def buffer(self, index):
        info = BufferInfo()
        self.runtime.call("ssm_package_buffer", self.package, self.number, index,
                          byref(info))
        return info

    def named(self, kind):
        return [b.name.decode() for b in self.buffers if b.kind == kind]

    def bind(self, weights):
        for name in self.named(WEIGHT):
            tensor = weights[name].contiguous()
            self.kept.append(tensor)
            size = tensor.numel() * tensor.element_size()
            self.runtime.call("ssm_executable_bind", self.handle, name.encode(),
                              c_void_p(tensor.data_ptr()), c_size_t(size),
                              DEVICE_MEMORY)

    def workspace_bytes(self, batch, length):
        size = c_size_t()
        self.runtime.call("ssm_executable_workspace", self.handle, c_int64(batch),
                          c_int64(length), byref(size))
        return size.value

    def make_call(self, batch, length, inputs, outputs, workspace):
        """`inputs` and `outputs` by name; the caller keeps the tensors alive."""
        call = Call(struct_size=ctypes.sizeof(Call), batch=batch, length=length)
        for kind, tensors, field in ((INPUT, inputs, "input"),
                                     (OUTPUT, outputs, "output")):
            names = self.named(kind)
            pointers = (c_void_p * len(names))(*(tensors[n].data_ptr() for n in names))
            setattr(call, f"{field}s", ctypes.cast(pointers, POINTER(c_void_p)))
            setattr(call, f"{field}_count", len(names))
            call.__dict__[field] = pointers
        call.workspace = workspace.data_ptr()
        call.workspace_bytes = workspace.numel()
        return call

    def run(self, call):
        self.runtime.call("ssm_run", self.handle, byref(call))

    def measure(self, calls, warmups, samples, first_step=0, step_count=0):
        """Microseconds of one call, one number for each sample, sorted."""
        array = (Call * len(calls))(*calls)
        options = MeasureOptions(ctypes.sizeof(MeasureOptions), warmups, samples,
                                 first_step, step_count)
        times = (c_double * samples)()
        self.runtime.call("ssm_measure", self.handle, array, len(calls),
                          byref(options), times)
        return sorted(1e3 * t for t in times)

    def work(self, batch, length):
        """What all steps together move and compute, by the package."""
        total = dict.fromkeys(WORK, 0.0)
        for step in range(self.info.step_count):
            work = Work()
            self.runtime.call("ssm_package_step_work", self.package, self.number, step,
                              0, c_int64(batch), c_int64(length), byref(work))
            for name in WORK:
                total[name] += getattr(work, name)
        return total

    def step_name(self, index):
        step = StepInfo()
        self.runtime.call("ssm_package_step", self.package, self.number, index,
                          byref(step))
        if step.kind == 1:
            return f"matmul {step.n}x{step.k}"
        kernel = KernelInfo()
        self.runtime.call("ssm_package_kernel", self.package, step.kernel,
                          byref(kernel))
        return f"{kernel.name.decode()} {kernel.schedule.decode()}"
