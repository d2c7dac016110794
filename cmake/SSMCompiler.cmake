# Finds LLVM and MLIR and sets what the compiler's libraries and tools share.

if(NOT MLIR_DIR)
  find_program(SSM_LLVM_CONFIG NAMES llvm-config-22 llvm-config
    HINTS /usr/lib/llvm-22/bin)
  if(SSM_LLVM_CONFIG)
    execute_process(COMMAND ${SSM_LLVM_CONFIG} --prefix
      OUTPUT_VARIABLE SSM_LLVM_PREFIX OUTPUT_STRIP_TRAILING_WHITESPACE)
    set(MLIR_DIR "${SSM_LLVM_PREFIX}/lib/cmake/mlir" CACHE PATH "")
  endif()
endif()
find_package(MLIR REQUIRED CONFIG)
if(NOT LLVM_VERSION_MAJOR EQUAL 22)
  message(FATAL_ERROR "expected LLVM 22, got ${LLVM_VERSION}")
endif()

list(APPEND CMAKE_MODULE_PATH "${MLIR_CMAKE_DIR}" "${LLVM_CMAKE_DIR}")
set(LLVM_EXTERNAL_LIT "${LLVM_TOOLS_BINARY_DIR}/lit" CACHE FILEPATH "" FORCE)
set(MLIR_LINK_MLIR_DYLIB ON)
set(LLVM_LINK_LLVM_DYLIB ON)
include(TableGen)
include(AddLLVM)
include(AddMLIR)
include(HandleLLVMOptions)

# g++ already defines this one; LLVM's copy of it only makes warnings.
separate_arguments(SSM_LLVM_DEFINITIONS UNIX_COMMAND "${LLVM_DEFINITIONS}")
list(FILTER SSM_LLVM_DEFINITIONS EXCLUDE REGEX "_GLIBCXX_USE_CXX11_ABI")

# Upstream's headers take longer to parse than our sources to compile: they are
# parsed once, and every library and tool of the compiler starts from there.
file(WRITE ${PROJECT_BINARY_DIR}/precompiled.cpp "")
add_library(SSMPrecompiled STATIC ${PROJECT_BINARY_DIR}/precompiled.cpp)
target_include_directories(SSMPrecompiled SYSTEM PRIVATE
  ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
target_compile_definitions(SSMPrecompiled PRIVATE ${SSM_LLVM_DEFINITIONS}
  SSM_VERSION="${PROJECT_VERSION}")
target_precompile_headers(SSMPrecompiled PRIVATE
  <mlir/Dialect/Arith/IR/Arith.h>
  <mlir/Dialect/Func/IR/FuncOps.h>
  <mlir/Dialect/GPU/IR/GPUDialect.h>
  <mlir/Dialect/LLVMIR/LLVMDialect.h>
  <mlir/Dialect/LLVMIR/NVVMDialect.h>
  <mlir/Dialect/Math/IR/Math.h>
  <mlir/Dialect/SCF/IR/SCF.h>
  <mlir/Dialect/Vector/IR/VectorOps.h>
  <mlir/IR/PatternMatch.h>
  <mlir/Pass/PassManager.h>
)

# A library of the compiler: one directory, one library, linked to the shared
# LLVM and MLIR.
function(ssm_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK_LIBS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  target_include_directories(${name} SYSTEM PUBLIC
    ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
  target_include_directories(${name} PUBLIC
    ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
  target_compile_definitions(${name} PUBLIC ${SSM_LLVM_DEFINITIONS}
    SSM_VERSION="${PROJECT_VERSION}")
  target_link_libraries(${name} PUBLIC ${ARG_LINK_LIBS} MLIR LLVM)
  target_precompile_headers(${name} REUSE_FROM SSMPrecompiled)
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
endfunction()
