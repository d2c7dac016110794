"""The lit suite: what is a test, which words its RUN lines may use, and which
features of this machine the tests may ask for."""

import ctypes
import ctypes.util
import os
import shutil

import lit.formats

config.name = "SSM"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["unit", "bench", "CMakeLists.txt"]
config.test_source_root = os.path.join(config.ssm_source_root, "test")
config.test_exec_root = os.path.join(config.ssm_binary_root, "test")

# Tests on one GPU run one after the other: `config.parallelism_group = "gpu"`
# in the directory's lit.local.cfg.
lit_config.parallelism_groups["gpu"] = 1


def add_tools():
    """Tools by name: those of this build, then those of LLVM."""
    tools = dict(config.tool_paths)
    for name in ("FileCheck", "not", "split-file", "mlir-opt"):
        tools[name] = os.path.join(config.llvm_tools_dir, name)
    for name, path in sorted(tools.items()):
        flags = " --enable-var-scope" if name == "FileCheck" else ""
        word = r"(?<![\w./-])%s(?![\w./-])" % name
        config.substitutions.append((word, path + flags))
    # Scripts that start the tools themselves find them on the PATH.
    folders = {os.path.dirname(path) for path in config.tool_paths.values()}
    folders.add(config.llvm_tools_dir)
    config.environment["PATH"] = os.pathsep.join(
        sorted(folders) + [os.environ.get("PATH", "")]
    )
    config.substitutions += [
        ("%root", config.ssm_source_root),
        ("%build", config.ssm_binary_root),
        ("%examples", os.path.join(config.ssm_source_root, "examples")),
        ("%python", config.python),
        ("%cxx", config.cxx),
    ]


def find_ptxas():
    cuda = os.environ.get("CUDA_HOME", "/usr/local/cuda")
    return shutil.which("ptxas") or shutil.which("ptxas", path=cuda + "/bin")


def count_cuda_devices():
    """(number of devices, why there is none)"""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return 0, "libcuda.so.1 is not installed"
    status = driver.cuInit(0)
    if status != 0:
        return 0, "cuInit returned %d" % status
    count = ctypes.c_int()
    driver.cuDeviceGetCount(ctypes.byref(count))
    return count.value, "the driver lists no device"


def add_feature(name, present, why):
    """A feature, or one line that says why its tests are unsupported."""
    if present:
        config.available_features.add(name)
    else:
        lit_config.note("no %s: %s; tests that need it are unsupported" % (name, why))


def add_cpu_features():
    try:
        with open("/proc/cpuinfo") as file:
            flags = next((l for l in file if l.startswith("flags")), "").split()
    except OSError:
        flags = []
    for name, flag in (("avx2", "avx2"), ("avx512", "avx512dq")):
        add_feature(name, flag in flags, "this CPU lacks it")


def add_features():
    for tool in config.tool_paths:
        config.available_features.add(tool)
    devices, why = count_cuda_devices()
    add_feature("cuda-device", devices > 0, why)
    ptxas = find_ptxas()
    add_feature("ptxas", ptxas, "ptxas is neither on the PATH nor in CUDA_HOME")
    if ptxas:
        config.substitutions.append(("%ptxas", ptxas))
    add_feature("dnnl", ctypes.util.find_library("dnnl"), "libdnnl is not installed")
    add_feature("kissfft", ctypes.util.find_library("kissfft-float"),
                "libkissfft-float is not installed")
    add_cpu_features()


add_tools()
add_features()
