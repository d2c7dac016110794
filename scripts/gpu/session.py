# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Sessions of the runtime from Python: runtime.py for what they stand on."""

import ctypes
from ctypes import POINTER, Structure, byref, c_int, c_int64, c_size_t, c_void_p

import numpy as np

import runtime


class SessionOptions(Structure):
    _fields_ = [("struct_size", c_size_t), ("functions", POINTER(c_int)),
                ("function_count", c_int), ("load", POINTER(c_void_p)),
                ("batch", c_int64), ("max_length", c_int64), ("stream", c_void_p),
                ("slots", c_int64)]


class SessionCall(Structure):
    _fields_ = [("struct_size", c_size_t), ("function", c_int), ("length", c_int64),
                ("inputs", POINTER(c_void_p)), ("input_count", c_int),
                ("outputs", POINTER(c_void_p)), ("output_count", c_int),
                ("batch", c_int64)]


class Session:
    """Functions of a package, by name, on one device, with generated products."""

    def __init__(self, library, path, functions, batch, max_length):
        self.library, self.package, self.handle = library, c_void_p(), c_void_p()
        library.call("ssm_package_open", path.encode(), byref(self.package))
        count = len(functions)
        load = runtime.LoadOptions(ctypes.sizeof(runtime.LoadOptions),
                                   runtime.MATMUL_MODES.index("generated"))
        each = (c_void_p * count)(*[ctypes.addressof(load)] * count)
        options = SessionOptions(struct_size=ctypes.sizeof(SessionOptions), batch=batch,
                                 max_length=max_length)
        options.functions = (c_int * count)(*map(self.number_of, functions))
        options.function_count = count
        options.load = ctypes.cast(each, POINTER(c_void_p))
        library.call("ssm_session_create", library.device, self.package, byref(options),
                     byref(self.handle))
        self.kept = []

    def number_of(self, function):
        return self.library.library.ssm_package_find(self.package, function.encode())

    def destroy(self, name, handle):
        function = getattr(self.library.library, name)
        function.restype = None
        function(handle)

    def close(self):
        self.destroy("ssm_session_destroy", self.handle)
        self.destroy("ssm_package_close", self.package)

    def bind(self, name, array):
        self.kept.append(array)
        self.library.call("ssm_session_bind", self.handle, name.encode(),
                          c_void_p(array.data_ptr()), c_size_t(array.bytes),
                          runtime.DEVICE_MEMORY)

    def make_call(self, function, length, inputs, outputs):
        """Arrays on the device, in the function's order, without states."""
        call = SessionCall(struct_size=ctypes.sizeof(SessionCall),
                           function=self.number_of(function), length=length)
        for field, arrays in (("input", inputs), ("output", outputs)):
            pointers = (c_void_p * len(arrays))(*(a.data_ptr() for a in arrays))
            setattr(call, f"{field}s", ctypes.cast(pointers, POINTER(c_void_p)))
            setattr(call, f"{field}_count", len(arrays))
            call.__dict__[field] = (pointers, arrays)
        return call

    def run(self, call):
        self.library.call("ssm_session_run", self.handle, byref(call))

    def accept(self, call, counts):
        numbers = (c_int64 * len(counts))(*counts)
        self.library.call("ssm_session_accept", self.handle, byref(call), numbers)

    def do(self, what, *arguments):
        """rollback, reset, save, load, ...: a call named ssm_session_<what>."""
        self.library.call(f"ssm_session_{what}", self.handle, *arguments)

    def fork(self):
        return Fork(self)

    def read_state(self, name, like):
        values = np.empty_like(like)
        self.do("read_state", name.encode(), c_void_p(values.ctypes.data),
                c_size_t(values.nbytes))
        return values

    def write_state(self, name, values):
        values = np.ascontiguousarray(values)
        self.do("write_state", name.encode(), c_void_p(values.ctypes.data),
                c_size_t(values.nbytes))


class Fork(Session):
    """Goes on from the states of another session, with its functions."""

    def __init__(self, parent):
        self.library, self.package, self.kept = parent.library, parent.package, parent.kept
        self.handle = c_void_p()
        self.library.call("ssm_session_fork", parent.handle, None, byref(self.handle))

    def close(self):
        self.destroy("ssm_session_destroy", self.handle)
