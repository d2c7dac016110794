# Installs the runtime into a new folder and builds and runs the example hosts
# against it: cmake -DBUILD=<build tree> -DSOURCE=<repository> -DWORK=<folder>
# -DWRITER=<ssm-write-package> -DINSTALL_LIBDIR=lib -P install-test.cmake
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE code
    OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "failed (${code}): ${ARGV}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --component runtime
    --prefix ${WORK}/prefix)
run(${WRITER} ${WORK}/block.so)
foreach(host host-cpp host-c)
  run(${CMAKE_COMMAND} -S ${SOURCE}/examples/${host} -B ${WORK}/${host}
      -DCMAKE_PREFIX_PATH=${WORK}/prefix -DCMAKE_BUILD_TYPE=Release)
  run(${CMAKE_COMMAND} --build ${WORK}/${host})
  run(${WORK}/${host}/${host} ${WORK}/block.so 2 5)
  if(NOT output MATCHES "^y: norm [0-9.]+\n$")
    message(FATAL_ERROR "${host} printed: ${output}")
  endif()
endforeach()

find_program(PKG_CONFIG pkg-config)
if(PKG_CONFIG)
  set(ENV{PKG_CONFIG_PATH} ${WORK}/prefix/${INSTALL_LIBDIR}/pkgconfig)
  run(${PKG_CONFIG} --cflags --libs ssm)
  if(NOT output MATCHES "-I.*/include.*-lssm_runtime")
    message(FATAL_ERROR "pkg-config printed: ${output}")
  endif()
endif()
